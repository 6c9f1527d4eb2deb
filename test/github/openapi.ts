import type { Document, OpenAPIValidator } from 'openapi-backend';
import type { Incoming } from './answer.ts';
import { type Description, loadDocument, type Operation } from './openapi-document.ts';
import type { Reply, Route } from './route.ts';

/** One thing that GitHub's OpenAPI description does not allow. */
export interface Violation {
  /** Such as `pulls/get`. */
  readonly operation: string;
  readonly side: 'request' | 'response';
  readonly problem: string;
}

/** GitHub documents 401, 429 and most 5xx for no operation, since they are the same everywhere. */
const ANY_ERROR = {
  description: 'Error',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['message', 'documentation_url', 'status'],
        properties: {
          message: { type: 'string' },
          documentation_url: { type: 'string', format: 'uri' },
          status: { type: 'string' },
        },
      },
    },
  },
};

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What GitHub promises of the endpoints that we serve, and the check that both sides keep it. */
export class Contract {
  readonly #description: Description;
  readonly #validator: OpenAPIValidator;

  private constructor(description: Description, validator: OpenAPIValidator) {
    this.#description = description;
    this.#validator = validator;
  }

  /** Parses 13 MB, so only for servers that ask for it; the libraries are loaded here too. */
  static async load(routes: readonly Route[]): Promise<Contract> {
    const [{ OpenAPIBackend }, description] = await Promise.all([import('openapi-backend'), loadDocument(routes)]);
    for (const { method, template } of routes) {
      const { responses } = operationAt(description, method, template);
      responses['4XX'] ??= ANY_ERROR;
      responses['5XX'] ??= ANY_ERROR;
    }
    const backend = new OpenAPIBackend({
      definition: description as unknown as Document,
      // Resolves references without checking the document as a whole, and compiles a schema when it is first needed.
      quick: true,
      ajvOpts: { strict: false, allErrors: true, logger: false },
      customizeAjv: (ajv) =>
        ajv.addFormat('date-time', DATE_TIME).addFormat('uri', { type: 'string', validate: URL.canParse }),
    });
    await backend.init();
    return new Contract(description, backend.validator);
  }

  /** Everything wrong with an exchange. A request that was refused may well be wrong: that is why it was. */
  check(route: Route, incoming: Incoming, reply: Reply): Violation[] {
    const operation = operationAt(this.#description, route.method, route.template).operationId;
    const requestProblems = reply.status < 400 ? this.#requestProblems(operation, route, incoming) : [];
    return [
      ...requestProblems.map((problem) => ({ operation, side: 'request', problem }) as const),
      ...this.#responseProblems(operation, route, reply).map(
        (problem) => ({ operation, side: 'response', problem }) as const,
      ),
    ];
  }

  #requestProblems(operation: string, { method, template }: Route, { url, params, body }: Incoming): string[] {
    // The library's parameters hold no slashes, so a path or a ref goes in encoded; and none is empty.
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] || '/'));
    const { errors } = this.#validator.validateRequest(
      {
        method,
        path,
        query: Object.fromEntries(url.searchParams),
        headers: body === '' ? {} : { 'content-type': 'application/json' },
        ...(body === '' ? {} : { body: JSON.parse(body) as unknown }),
      },
      operation,
    );
    return (errors ?? []).map(describe);
  }

  #responseProblems(operation: string, { method, template }: Route, { status, body, raw }: Reply): string[] {
    const { responses } = operationAt(this.#description, method, template);
    if (status < 400 && responses[String(status)] === undefined) return [`status ${status} is not documented`];
    if (raw !== undefined || (status === 204 && body === undefined)) return [];
    // What is sent is the JSON, in which undefined fields are absent.
    const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
    return (this.#validator.validateResponse(sent, operation, status).errors ?? []).map(describe);
  }
}

function operationAt({ paths }: Description, method: Route['method'], template: string): Operation {
  const operation = paths[template]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`The description was loaded without ${method} ${template}.`);
  return operation;
}

function describe({
  instancePath,
  message,
  params,
}: {
  instancePath: string;
  message?: string;
  params: object;
}): string {
  const extra = 'additionalProperty' in params ? ` (${String(params.additionalProperty)})` : '';
  return `${instancePath || '/'} ${message ?? 'is wrong'}${extra}`;
}
