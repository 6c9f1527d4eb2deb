import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { languageOf, type Target } from '../core/target.ts';

/** A `SKILL.md`: know-how for the prompt, and what it is for. Where it names no language or no architecture, it is for all of them. */
export interface Skill {
  readonly name: string;
  readonly languages: readonly string[] | undefined;
  /** As nvcc names them: `sm_90`. */
  readonly architectures: readonly string[] | undefined;
  /** Markdown, without its head. */
  readonly text: string;
}

const words = z.string().transform((text) => text.split(/\s+/));
/** The fields of the Agent Skills specification (agentskills.io) that are in use; its `metadata` is open to anybody's keys. */
const head = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  description: z.string().min(1).max(1024),
  metadata: z
    .strictObject({
      'kernelwright-languages': words.pipe(z.array(z.enum(['cuda', 'python']))).optional(),
      'kernelwright-architectures': words.pipe(z.array(z.string().regex(/^sm_\d+[af]?$/))).optional(),
    })
    .optional(),
});

/**
 * The skills in the subfolders of `folder`, in the order of their names. Throws what the file system or a wrong head says: they ship with
 * the code, so that no user can cause it.
 */
export async function readSkills(folder: string): Promise<readonly Skill[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => parseSkill(await readFile(join(folder, name, 'SKILL.md'), 'utf8'))),
  );
}

/** @param file a `SKILL.md`: YAML between two lines `---`, then Markdown */
export function parseSkill(file: string): Skill {
  const [, yaml = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(file) ?? [];
  const { name, metadata } = head.parse(parse(yaml));
  return {
    name,
    languages: metadata?.['kernelwright-languages'],
    architectures: metadata?.['kernelwright-architectures'],
    text: text.trim(),
  };
}

/** Those for what `target` is written in and for the architecture it is compiled for; what holds for all architectures comes first. */
export function skillsFor(
  skills: readonly Skill[],
  target: Pick<Target, 'kind' | 'project'>,
  { arch }: { readonly arch: string },
): readonly Skill[] {
  const language = languageOf(target);
  const fitting = skills.filter(
    ({ languages, architectures }) =>
      (languages?.includes(language) ?? true) && (architectures?.includes(arch) ?? true),
  );
  return [
    ...fitting.filter(({ architectures }) => architectures === undefined),
    ...fitting.filter(({ architectures }) => architectures !== undefined),
  ];
}
