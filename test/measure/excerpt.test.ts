import { describe, expect, it } from 'vitest';
import { compilerErrors, crashReport, readableLog } from '../../src/measure/excerpt.ts';

describe('compilerErrors', () => {
  it('keeps errors of nvcc with their lines and leaves out warnings', () => {
    const log = `kernels/scale.cu(9): warning #177-D: variable "unused" was declared but never referenced
      int unused;
          ^

Remark: The warnings can be suppressed with "-diag-suppress <warning-number>"

kernels/scale.cu(12): error: identifier "blockIDx" is undefined
      int row = blockIDx.x;
                ^

kernels/scale.cu(20): error: expected a ";"
  }
  ^

2 errors detected in the compilation of "kernels/scale.cu".
`;
    expect(compilerErrors(log)).toMatchInlineSnapshot(`
      "kernels/scale.cu(12): error: identifier "blockIDx" is undefined
            int row = blockIDx.x;
                      ^

      kernels/scale.cu(20): error: expected a ";"
        }
        ^

      2 errors detected in the compilation of "kernels/scale.cu".
      "
    `);
  });

  it('keeps errors of g++ with the function that they are in', () => {
    const log = `kernels/scale.cu: In function 'void scale_forward(const float*, float*, int, int, cudaStream_t)':
kernels/scale.cu:14:3: error: 'foo' was not declared in this scope
   14 |   foo();
      |   ^~~
kernels/scale.cu:15:7: warning: unused variable 'a' [-Wunused-variable]
`;
    expect(compilerErrors(log)).toMatchInlineSnapshot(`
      "kernels/scale.cu: In function 'void scale_forward(const float*, float*, int, int, cudaStream_t)':
      kernels/scale.cu:14:3: error: 'foo' was not declared in this scope
         14 |   foo();
            |   ^~~"
    `);
  });

  it.each([
    ["ptxas error   : Entry function '_Z1kPf' uses too much shared data (0x20000 bytes, 0xc000 max)"],
    ["/usr/bin/ld: a.o: undefined reference to `scale_forward'"],
    ['kernels/scale.cu(3): fatal error: torch/extension.h: No such file or directory'],
    ['catastrophic error #1234: cannot open source file'],
  ])('knows %s', (line) => {
    const log = `nothing here\n${'x\n'.repeat(50)}${line}\n${'y\n'.repeat(50)}`;
    expect(compilerErrors(log).split('\n')[0]).toBe(line);
  });

  it('counts the errors that it leaves out', () => {
    const log = Array.from({ length: 30 }, (_, line) => `a.cu(${line}): error: no ${line}`).join('\n');
    expect(compilerErrors(log)).toBe(
      'a.cu(0): error: no 0\na.cu(1): error: no 1\na.cu(2): error: no 2\na.cu(3): error: no 3\n… and 26 more errors',
    );
  });

  it('falls back on the end of the log', () => {
    const log = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
    expect(compilerErrors(`${log}\n\n`).split('\n')).toEqual(
      Array.from({ length: 40 }, (_, line) => `line ${60 + line}`),
    );
  });

  it('is bounded, whatever is printed', () => {
    const log = `error: ${'x'.repeat(1_000_000)}\n`.repeat(4);
    expect(compilerErrors(log).length).toBeLessThan(5_100);
  });

  it('takes colours and control characters off', () => {
    expect(compilerErrors('\u001b[31ma.cu(1): error: \u0000bad\u001b[0m\r')).toBe('a.cu(1): error: bad');
  });
});

describe('crashReport', () => {
  it('keeps what AddressSanitizer says and the frames in own files', () => {
    const log = `=================================================================
==4711==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x7f01 at pc 0x7f02 bp 0x7f03 sp 0x7f04
READ of size 4 at 0x7f01 thread T0
    #0 0x7f02 in scale_kernel(float const*, float*, int) /build/kernels/scale.cu:17:22
    #1 0x7f05 in run_fiber /harness/emulator.h:210:5
    #2 0x7f06 in scale_forward /build/kernels/scale.cu:31:3
    #3 0x7f07 in main /harness/runner.cpp:99
0x7f01 is located 0 bytes after 256-byte region [0x7e01,0x7f01)
allocated by thread T0 here:
    #0 0x7f08 in posix_memalign
SUMMARY: AddressSanitizer: heap-buffer-overflow /build/kernels/scale.cu:17:22 in scale_kernel(float const*, float*, int)
Shadow bytes around the buggy address:
  0x0c: fa fa fa fa
==4711==ABORTING
`;
    expect(crashReport(log, ['kernels/scale.cu'])).toMatchInlineSnapshot(`
      "==4711==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x7f01 at pc 0x7f02 bp 0x7f03 sp 0x7f04
      READ of size 4 at 0x7f01 thread T0
          #0 0x7f02 in scale_kernel(float const*, float*, int) /build/kernels/scale.cu:17:22
      …
          #2 0x7f06 in scale_forward /build/kernels/scale.cu:31:3
      …
      0x7f01 is located 0 bytes after 256-byte region [0x7e01,0x7f01)
      …
      SUMMARY: AddressSanitizer: heap-buffer-overflow /build/kernels/scale.cu:17:22 in scale_kernel(float const*, float*, int)"
    `);
  });

  it('keeps what compute-sanitizer says', () => {
    const log = `some output
========= Invalid __global__ read of size 4 bytes
=========     at scale_kernel(const float *, float *, int)+0x90 in scale.cu:17
=========     by thread (31,0,0) in block (6,0,0)
=========     Address 0x7f01 is out of bounds
=========     Saved host backtrace up to driver entry point at kernel launch time
=========         Host Frame: cuLaunchKernel [0x2f]
`;
    expect(crashReport(log, ['kernels/scale.cu'])).toMatchInlineSnapshot(`
      "========= Invalid __global__ read of size 4 bytes
      =========     at scale_kernel(const float *, float *, int)+0x90 in scale.cu:17
      =========     by thread (31,0,0) in block (6,0,0)
      =========     Address 0x7f01 is out of bounds"
    `);
  });

  it.each([
    'kernels/scale.cu:12:9: runtime error: signed integer overflow',
    'CUDA error 700: an illegal memory access was encountered',
    'kernelwright emulator: kernels/scale.cu:20: 3 of 32 threads left the block while 29 wait here',
  ])('keeps "%s"', (line) => {
    expect(crashReport(`before\n${line}\nafter`, ['kernels/scale.cu'])).toBe(line);
  });

  it('falls back on the end of the log', () => {
    expect(crashReport('one\ntwo\n', ['a.cu'])).toBe('one\ntwo');
  });
});

describe('readableLog', () => {
  it('keeps errors of a compiler and leaves out notes', () => {
    const log = `a.cu(1): warning: unused\n${'note\n'.repeat(50)}a.cu(2): error: no\n  x\n`;
    expect(readableLog({ verdict: 'build-failed', log })).toMatch(/^a\.cu\(2\): error: no\n {2}x/);
  });

  it('keeps a sanitizer report up to its shadow map, with every frame', () => {
    const log = `noise\n==1==ERROR: AddressSanitizer: SEGV\nREAD of size 4\n    #0 a\n    #1 b\nSUMMARY: AddressSanitizer: SEGV\nShadow bytes around the buggy address:\n  fa\n==1==ABORTING\n`;
    expect(readableLog({ verdict: 'crashed', log })).toBe(
      '==1==ERROR: AddressSanitizer: SEGV\nREAD of size 4\n    #0 a\n    #1 b\nSUMMARY: AddressSanitizer: SEGV',
    );
  });

  it('keeps the end of anything else', () => {
    const log = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
    expect(readableLog({ verdict: 'crashed', log }).split('\n')).toHaveLength(40);
    expect(readableLog({ verdict: 'crashed', log })).toMatch(/line 99$/);
  });
});
