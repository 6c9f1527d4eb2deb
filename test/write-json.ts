import { renameSync, writeFileSync } from 'node:fs';

/** Whoever stops a long run while this is written still finds the last whole file. */
export function writeJson(path: string, value: unknown, replacer?: (key: string, value: unknown) => unknown): void {
  writeFileSync(`${path}.part`, `${JSON.stringify(value, replacer, 2)}\n`);
  renameSync(`${path}.part`, path);
}
