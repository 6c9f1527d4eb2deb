import { indented } from './check-draft.ts';
import { at } from './draft.ts';
import type { Survey } from './survey.ts';

const HEAD = `What Kernelwright may optimize here: a draft that "kernelwright init" made from the code of this repository.
Read it through. What is marked "guess" was taken from where the comment says; what is marked "TODO" only you know.
Sizes matter most: "workloads" are what is measured. All keys: docs/configuration.md of Kernelwright.`;

/** The text of the configuration; what nobody can accept as it is stands there as comments. Undefined when nothing was found to write. */
export function configurationFile({ drafts, leftOut, convention }: Survey): string | undefined {
  if (drafts.length === 0) return undefined;
  const accepted = drafts.filter(({ problem }) => problem === undefined);
  const refused = drafts.filter(({ problem }) => problem !== undefined);
  return [
    comment(HEAD),
    ...(convention.length === 0
      ? []
      : [comment(`These are in KernelBench's convention and need nothing here:\n${listed(convention)}`)]),
    accepted.length === 0 ? comment('targets:') : 'targets:',
    ...accepted.map(({ text }) => indented(text).trimEnd()),
    ...refused.map(({ text, problem, draft }) =>
      indented(comment(`${draft.name} is commented out because ${problem}\n${text.trimEnd()}`)),
    ),
    ...(leftOut.length === 0
      ? []
      : [
          indented(
            comment(
              `Not drafted:\n${listed(leftOut.map(({ name, spot, because }) => `${name} (${at(spot)}): ${because}`))}`,
            ),
          ),
        ]),
  ]
    .join('\n\n')
    .replace(/^((?:# )?targets:)\n\n/m, '$1\n')
    .concat('\n');
}

function comment(text: string): string {
  return text.replace(/^(.*)$/gm, (_, line: string) => `# ${line}`.trimEnd());
}

function listed(items: readonly string[]): string {
  return items.map((item) => `  ${item}`).join('\n');
}
