import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Route } from './route.ts';

/*
 * GitHub's description has 13 MB and over a thousand operations. Only what our routes need is taken from it, changed
 * where Ajv, which knows JSON Schema and not OpenAPI 3.0, would refuse to compile it.
 */

type Json = null | boolean | number | string | Json[] | JsonObject;
type JsonObject = { [key: string]: Json };

/** As much of a description as we look at ourselves. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, unknown>;
}

/** The operations of these routes and all that they refer to. Throws for a route that GitHub does not have. */
export async function loadDocument(routes: readonly Route[]): Promise<Description> {
  const file = fileURLToPath(import.meta.resolve('@octokit/openapi/generated/api.github.com.json'));
  const source = JSON.parse(await readFile(file, 'utf8')) as JsonObject;
  const components: JsonObject = {};
  const paths: JsonObject = {};
  for (const { method, template } of routes) {
    const operation = at(source, 'paths', template, method.toLowerCase());
    if (operation === undefined) throw new Error(`GitHub has no ${method} ${template}.`);
    const taken = closeBody(take(operation, source, components) as JsonObject);
    paths[template] = { ...(paths[template] as JsonObject), [method.toLowerCase()]: taken };
  }
  allowDeletedFork(components);
  const { openapi, info } = source;
  return { openapi, info, paths, components } as unknown as Description;
}

/** Of a pull request whose fork was deleted GitHub shows `head.repo: null`, which it describes for lists and not for a single one. */
function allowDeletedFork(components: JsonObject): void {
  const head = at(components, 'schemas', 'pull-request', 'properties', 'head', 'properties') as JsonObject | undefined;
  if (head?.repo !== undefined) head.repo = allowNull(head.repo as JsonObject);
}

/** GitHub ignores fields that it does not know, which would hide our typing errors: here a body has no others. */
function closeBody(operation: JsonObject): JsonObject {
  const schema = at(operation, 'requestBody', 'content', 'application/json', 'schema') as JsonObject | undefined;
  const isPlain = schema?.properties !== undefined && schema.oneOf === undefined && schema.anyOf === undefined;
  if (isPlain) schema.additionalProperties ??= false;
  return operation;
}

/** Copies a node without examples, and brings along what it refers to. */
function take(node: Json, source: JsonObject, components: JsonObject): Json {
  if (Array.isArray(node)) return node.map((item) => take(item, source, components));
  if (node === null || typeof node !== 'object') return node;
  const copy: JsonObject = {};
  for (const [key, value] of Object.entries(node)) {
    // A property may be called `examples`; the examples of a media type are an object of references.
    if (key === 'examples' && !Array.isArray(value)) continue;
    copy[key] = take(value, source, components);
  }
  if (typeof copy.$ref === 'string') takeReferenced(copy.$ref, source, components);
  return copy.nullable === true ? allowNull(copy) : copy;
}

function takeReferenced(reference: string, source: JsonObject, components: JsonObject): void {
  const [, , kind = '', name = ''] = reference.split('/');
  components[kind] ??= {};
  const group = components[kind] as JsonObject;
  if (group[name] !== undefined) return;
  // Something must stand there before its own references are followed: schemas may be recursive.
  group[name] = {};
  group[name] = take(at(source, 'components', kind, name) ?? {}, source, components);
}

/** Ajv wants a type beside `nullable`, and null among the values of an `enum`. */
function allowNull({ nullable, ...schema }: JsonObject): Json {
  if (schema.type === undefined) return { anyOf: [{ type: 'null' }, schema] };
  const values = schema.enum;
  return { ...schema, nullable: nullable ?? true, ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
}

function at(node: Json, ...keys: string[]): Json | undefined {
  return keys.reduce<Json | undefined>((inner, key) => (inner as JsonObject | undefined)?.[key], node);
}
