import type { Target } from '../core/target.ts';
import { quote, type Report, watch } from './issues.ts';
import { PLANNED_KEYS, TARGET_KEYS, targetSchema, type WrittenTarget } from './schema.ts';
import { reportShape } from './shape-issues.ts';
import { readSignature } from './signature.ts';
import { parseSourcePath } from './source-path.ts';
import { IDENTIFIER } from './tensor-notation.ts';
import { expandVary } from './vary.ts';
import { readWorkloads } from './workloads.ts';

/** A target's name stands in reports, flags and file names. */
const TARGET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/**
 * Reads one entry of `targets`. What is wrong with it is reported, with paths from the entry; then the result is undefined.
 * Later checks wait for earlier ones, so that one slip does not cause a page of messages.
 */
export function readTarget(name: string, data: unknown, report: Report): Target | undefined {
  const { report: complain, sound } = watch(report);
  if (!TARGET_NAME.test(name)) {
    complain([], `"${name}" is not a name for a target; use up to 64 letters, digits, "_", "-" and "."`, 'key');
  }
  const planned = PLANNED_KEYS.filter((key) => typeof data === 'object' && data !== null && Object.hasOwn(data, key));
  for (const key of planned) {
    complain(
      [key],
      `targets with "${key}" are not supported yet; give a .cu file with "source" and "entry", or remove the target`,
      'key',
    );
  }
  if (planned.length > 0) return undefined;

  const shape = targetSchema.safeParse(data, { reportInput: true });
  if (!shape.success) {
    reportShape(shape.error, TARGET_KEYS, complain);
    return undefined;
  }
  const written = shape.data;
  const source = readPlace(written, complain);
  const signature = readSignature(written, complain);
  if (!sound()) return undefined;
  const workloads = readWorkloads('workloads', written.workloads, signature, complain);
  const emulate = readWorkloads('emulate', written.emulate, signature, complain);
  const vary = expandVary(written.vary, workloads, signature, complain);
  if (!sound()) return undefined;
  return {
    name,
    source,
    entry: written.entry,
    arguments: signature.arguments,
    workloads,
    vary,
    emulate,
    ...(written.reference !== undefined && { reference: written.reference }),
  };
}

/** Checks where the launcher stands, and what says the right answer; the path of the source, normalized. */
function readPlace({ source, entry, reference }: WrittenTarget, report: Report): string {
  const path = parseSourcePath(source);
  if (!path.ok) report(['source'], `${quote(source)} ${path.problem}`);
  if (!IDENTIFIER.test(entry)) {
    report(
      ['entry'],
      `${quote(entry)} is not the name of a C function; write it without arguments or namespace, such as "softmax_forward"`,
    );
  }
  if (reference?.trim() === '')
    report(['reference'], 'is empty; write a torch expression, such as "torch.softmax(x, dim=-1)", or remove it');
  return path.ok ? path.value : source;
}
