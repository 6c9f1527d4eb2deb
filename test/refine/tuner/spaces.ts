import { readFileSync } from 'node:fs';
import { type FoundSpace, findTunables } from '../../../src/refine/tuner/find.ts';
import { filesWith } from '../../../src/refine/tuner/space.ts';
import { createSyntax } from '../../../src/targets/dependencies/syntax.ts';

export const SYNTAX = createSyntax();

/** What the tuner finds in a text; in all of it, unless it defines `entry`. */
export function spaceOf(content: string, path = 'kernels/a.cu', entry = 'not_in_it'): Promise<FoundSpace> {
  return findTunables([{ path, content }], path, SYNTAX, entry);
}

/** The source of one of the project's example kernels. */
export function exampleKernel(name: string): string {
  return readFileSync(new URL(`../../../examples/kernels/kernels/${name}.cu`, import.meta.url), 'utf8');
}

/** `name value: alternatives` for each tunable. */
export function listed({ tunables }: FoundSpace): string[] {
  return tunables.map(({ role, name, value, alternatives }) => `${role} ${name} ${value}: ${alternatives.join(' ')}`);
}

/** The source with other numbers in it. */
export async function rewritten(
  source: string,
  values: Record<string, number>,
  path?: string,
): Promise<string | undefined> {
  return filesWith(await spaceOf(source, path), values)[0]?.content;
}
