/** One entry of the `errors` that GitHub sends with "Validation Failed". */
export interface FieldError {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}

/** An answer that is not a success, as GitHub words it. */
export class GitHubError extends Error {
  readonly status: number;
  /** Some endpoints send sentences in place of fields. */
  readonly errors: readonly (FieldError | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { errors?: (FieldError | string)[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'GitHubError';
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

export function notFound(message = 'Not Found'): GitHubError {
  return new GitHubError(404, message);
}

export function unprocessable(message: string): GitHubError {
  return new GitHubError(422, message);
}

export function validationFailed(...errors: FieldError[]): GitHubError {
  return new GitHubError(422, 'Validation Failed', { errors });
}

export function badCredentials(): GitHubError {
  return new GitHubError(401, 'Bad credentials');
}

export function forbidden(kind: 'installation' | 'personal'): GitHubError {
  const by = kind === 'installation' ? 'integration' : 'personal access token';
  return new GitHubError(403, `Resource not accessible by ${by}`);
}
