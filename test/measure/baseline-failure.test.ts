import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { cannotBeConstructed, doesNotCompile, failsItsOwnCheck } from '../../src/measure/baseline-failure.ts';
import { MODULE, measurementOf, TARGET } from './samples.ts';

const CONSTRUCTED = 'mlp: Mlp in kernels/mlp.py itself cannot be constructed, so there is nothing to improve on';
const FITS = '; the class and "init" must fit each other';
const IMPORTS =
  '; modules of your own are found from the root of the repository, from src and from the folder of the file, and packages must be installed where the Python of Kernelwright finds them';
const IN_MODULE = 'Traceback (most recent call last):\n  File "kernels/mlp.py", line 3, in <module>\n    f()\n';
const IN_INIT = 'Traceback (most recent call last):\n  File "kernels/mlp.py", line 9, in __init__\n    f()\n';

describe('a baseline that does not compile', () => {
  it('is shown by its first errors, not by the end of the log', () => {
    const log = `double.cu(3): error: no\n${'note\n'.repeat(60)}`;
    const error = doesNotCompile(TARGET, [], log);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(
      /^double: kernels\/double\.cu itself does not compile.*:\ndouble\.cu\(3\): error: no\n/,
    );
  });
});

describe('a baseline that lacks a header', () => {
  it('is told where headers are found, and what is said of submodules', () => {
    const log = 'k.cu:1:10: fatal error: vendor/x.cuh: No such file or directory\n';
    expect(doesNotCompile(TARGET, [], log).message).toMatch(
      /nothing to improve on; headers of your own are found beside the file .* those of a submodule are there only where it is checked out/,
    );
    expect(doesNotCompile(TARGET, [], 'k.cu:1:10: error: no such type').message).not.toContain('submodule');
  });
});

describe('a module that cannot be constructed', () => {
  it.each([
    ['arguments that do not fit', 'TypeError: Mlp.__init__() missing 1 required positional argument', FITS],
    ['a TypeError inside of the constructor', `${IN_INIT}TypeError: 'str' object is no integer\n`, FITS],
    ['a TypeError of the import', `${IN_MODULE}TypeError: f() takes no arguments`, ''],
    ['a missing module', `${IN_MODULE}ModuleNotFoundError: No module named 'layers'`, IMPORTS],
    ['a relative import', `${IN_MODULE}ImportError: attempted relative import with no known parent package`, IMPORTS],
    ['a misspelt class', 'kernels/mlp.py defines no Mlp', ''],
    ['a function', 'Mlp in kernels/mlp.py is not a class derived from torch.nn.Module', ''],
  ])('is told by %s with the hint that fits', (_, log, hint) => {
    expect(cannotBeConstructed(MODULE, log).message).toBe(`${CONSTRUCTED}${hint}:\n${log.trimEnd()}`);
  });
});

describe('a baseline that fails its own check', () => {
  const messageOf = (changes: Parameters<typeof measurementOf>[0], target = TARGET, content = '') =>
    failsItsOwnCheck(target, [{ path: target.source, content }], measurementOf(changes)).message;
  const HEAD = 'double: the code in kernels/double.cu fails its own check, so there is nothing to measure against: ';
  const MISCALLED = '; do the dtypes and the order in `args` match its declaration?';

  it('is shown by the head of the sanitizer’s report, and asked for its arguments', () => {
    const legend = 'Shadow bytes around the buggy address:\n  0x0c: fa fa\nShadow byte legend\n';
    const log = `noise\n==1==ERROR: AddressSanitizer: heap-buffer-overflow\n    #0 double.cu:4\n${legend}`;
    expect(messageOf({ outcome: 'baseline-failed', detail: 'it crashed at n=7', log })).toBe(
      `${HEAD}it crashed at n=7${MISCALLED}\n==1==ERROR: AddressSanitizer: heap-buffer-overflow\n    #0 double.cu:4`,
    );
  });

  it.each([
    ['baseline-failed', 'it changes its x at n=7', MISCALLED],
    ['baseline-failed', 'its results are not those of the reference at n=7: 7 of 7', MISCALLED],
    ['incorrect', 'at n=7: 7 of 7 elements are wrong', MISCALLED],
    ['baseline-failed', 'no shape of it is small enough for the emulated device', ''],
    ['timed-out', 'at n=7: it did not answer', ''],
  ] as const)('is asked for its arguments only where they may be the cause: %s, %s', (outcome, detail, hint) => {
    expect(messageOf({ outcome, detail })).toBe(`${HEAD}${detail}${hint}`);
  });

  it('is not told twice what its detail says already', () => {
    const detail = 'it could not be used at n=7: kernels/mlp.py defines no Mlp';
    expect(messageOf({ outcome: 'load-failed', detail, log: 'kernels/mlp.py defines no Mlp\n' }, MODULE)).toMatch(
      /at n=7: kernels\/mlp\.py defines no Mlp$/,
    );
  });

  it('is not blamed for a reference that cannot be used', () => {
    expect(messageOf({ outcome: 'bad-reference', detail: '`reference` gives 2 tensors, but the target has 1.' })).toBe(
      'double: `reference` gives 2 tensors, but the target has 1; correct it in the configuration.',
    );
  });

  it('of Python has no declaration to match', () => {
    const crashed = { outcome: 'crashed', detail: 'it crashed at n=8', log: 'ValueError: no' } as const;
    expect(messageOf(crashed, MODULE)).toMatch(/against: it crashed at n=8\nValueError: no$/);
    const log = "ModuleNotFoundError: No module named 'ops'";
    expect(messageOf({ outcome: 'baseline-failed', detail: 'd', log }, { ...MODULE, kind: 'function' })).toBe(
      `mlp: the code in kernels/mlp.py fails its own check, so there is nothing to measure against: d${IMPORTS}\n${log}`,
    );
  });

  it.each([
    ['a name that is near', 'extern "C" void rights(int n) {}', '; did you mean "rights"?'],
    ['C++ of that name', 'void right(int n) {}', '; write extern "C" before its definition.'],
    [
      'a kernel',
      '__global__ void right(int n) {}',
      ': that is a kernel; name the function that launches it, or give "kernel" and "launch" in place of "entry".',
    ],
    ['nothing near', 'extern "C" void softmax(int n) {}', '; correct "entry" in the configuration.'],
  ])('for want of its entry names it, with a hint for %s', (_, content, hint) => {
    const log = '/tmp/build/candidate.so: undefined symbol: right';
    const changes = { outcome: 'baseline-failed', detail: 'it could not be used at n=7', log } as const;
    expect(messageOf(changes, TARGET, content)).toBe(
      `double: kernels/double.cu has no extern "C" function right${hint}`,
    );
    expect(messageOf({ ...changes, log: `${log}_other` }, TARGET, content)).toContain('fails its own check');
  });
});
