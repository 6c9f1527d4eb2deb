import type { Target } from '../core/target.ts';
import { TARGET_NAME } from '../core/target-name.ts';
import { readBuild } from './build-options.ts';
import { readInit } from './init.ts';
import { type Report, watch } from './issues.ts';
import { projectTarget } from './kernel-builder/target.ts';
import { readKind } from './kind.ts';
import { readNewFiles } from './new-file-patterns.ts';
import { readPlace } from './place.ts';
import { KEYS_OF, TARGET_SCHEMAS, type WrittenTarget } from './schema.ts';
import { reportShape } from './shape-issues.ts';
import { readSignature, type Signature } from './signature.ts';
import { expandVary } from './vary.ts';
import { readWorkloads } from './workloads.ts';

/** What a key is told that has its place in targets of another kind. */
const MISPLACED = {
  init: '"init" gives the arguments of a class; it goes only with "module"',
  backward: '"backward" asks for the gradients of a torch.nn.Module; it goes only with "module"',
  sources: '"sources" are compiled with a .cu file; they go only with "source"',
  include: '"include" is for the headers of a .cu file; it goes only with "source"',
  flags: '"flags" are for nvcc, which compiles a .cu file; they go only with "source"',
  architectures: '"architectures" are for nvcc, which compiles a .cu file; they go only with "source"',
  'new-files':
    '"new-files" are headers or modules beside one source; a project has the files that its build.toml names',
} as const;

/**
 * Reads one entry of `targets`. What is wrong with it is reported, with paths from the entry; then the result is undefined.
 * Later checks wait for earlier ones, so that one slip does not cause a page of messages.
 */
export function readTarget(name: string, data: unknown, report: Report): Target | undefined {
  const { report: complain, sound } = watch(report);
  if (!TARGET_NAME.test(name)) {
    complain([], `"${name}" is not a name for a target; use up to 64 letters, digits, "_", "-" and "."`, 'key');
  }
  const kind = readKind(data, complain);
  if (kind === undefined) return undefined;
  const shape = TARGET_SCHEMAS[kind].safeParse(data, { reportInput: true });
  if (!shape.success) {
    reportShape(shape.error, KEYS_OF[kind], complain, MISPLACED);
    return undefined;
  }
  const written = shape.data;
  const place = readPlace(written, complain);
  const build = readBuild(written, complain);
  const newFiles = readNewFiles(written, place.source, complain);
  if (leavesItToBenchmarks(written))
    return sound() ? { ...projectTarget(name, place), convention: 'benchmarks' } : undefined;
  const init = written.kind === 'module' ? readInit(written.init, complain) : [];
  if (written.reference?.trim() === '')
    complain(['reference'], 'is empty; write a torch expression, such as "torch.softmax(x, dim=-1)", or remove it');
  const signature = readSignature(written, complain);
  const backward = written.kind === 'module' && written.backward;
  if (backward) checkBackward(written.reference, signature, complain);
  if (!sound()) return undefined;
  if (written.workloads.length === 0)
    complain(
      ['workloads'],
      'is empty; give sizes to measure, or remove all but "kernel-builder" and "function" to take the project\'s benchmarks',
    );
  if (!sound()) return undefined;
  const workloads = readWorkloads('workloads', written.workloads, signature, complain);
  const emulate = readWorkloads('emulate', written.emulate, signature, complain);
  const vary = expandVary(written.vary, workloads, signature, complain);
  if (!sound()) return undefined;
  return {
    name,
    kind,
    ...place,
    ...(signature.launch && { launch: signature.launch }),
    ...(build && { build }),
    ...(newFiles && { newFiles }),
    init,
    ...(backward && { backward }),
    arguments: signature.arguments,
    parameters: [],
    workloads,
    vary,
    emulate,
    ...(signature.resultOrder && { resultOrder: signature.resultOrder }),
    ...(written.reference !== undefined && { reference: written.reference }),
  };
}

/** A project of which nothing is written but where it is, and perhaps the name of a function. */
function leavesItToBenchmarks(written: WrittenTarget): boolean {
  if (written.kind !== 'kernel-builder') return false;
  const { inputs, inouts, outputs, scalars, workloads, vary, emulate, args, reference } = written;
  const declared = [inputs, inouts, outputs, scalars, vary, args ?? {}].some((part) => Object.keys(part).length > 0);
  return !declared && workloads.length === 0 && emulate.length === 0 && reference === undefined;
}

/** What a target cannot have beside a backward pass, and what it needs for one. */
function checkBackward(reference: string | undefined, { tensors }: Signature, report: Report): void {
  if (reference !== undefined)
    report(
      ['reference'],
      'gives no gradients, and stands beside "backward"; remove it: the module itself in float64 is the oracle',
    );
  if (!tensors.some(({ role, dtype }) => role === 'output' && dtype.includes('f')))
    report(['backward'], 'needs an output of floating point, which gradients are taken of');
}
