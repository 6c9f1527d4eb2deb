import { describe, expect, it } from 'vitest';
import { ALLOWED_FLAGS, parseFlag } from '../../src/targets/compile-flags.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { REFUSED_FLAGS } from '../../src/targets/refused-flags.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

const buildOf = (text: string) => parseConfiguration(text, 'kernelwright.yml').targets[0]?.build;

describe('the build options of a target', () => {
  it('are read with their paths normalized and each flag in one spelling', () => {
    const written = `sources: [./kernels/exp.cu, host/plan.cpp, a.cc, b.c]
    include: [vendor/inc/, "."]
    flags: [-O2, --std=c++20, -DTILE=32, -DEMPTY=, -DTYPE=ops::half_t, -UNDEBUG, -use_fast_math, --expt-extended-lambda, --ptxas-options=-v, -Xptxas=-O3]
    architectures: [80, "90a", sm_100f]
    args:`;
    expect(buildOf(softmaxWith('args:', written))).toEqual({
      sources: ['kernels/exp.cu', 'host/plan.cpp', 'a.cc', 'b.c'],
      include: ['vendor/inc', '.'],
      flags: [
        '-O2',
        '-std=c++20',
        '-DTILE=32',
        '-DEMPTY=',
        '-DTYPE=ops::half_t',
        '-UNDEBUG',
        '--use_fast_math',
        '--extended-lambda',
        '-Xptxas=-v',
        '-Xptxas=-O3',
      ],
      architectures: ['sm_80', 'sm_90a', 'sm_100f'],
    });
  });

  it('are absent where nothing is asked for', () => {
    expect(buildOf(SOFTMAX)).toBeUndefined();
    expect(buildOf(softmaxWith('args:', 'flags: []\n    args:'))).toBeUndefined();
  });

  it('go with a bare kernel too', () => {
    const kernel = softmaxWith('entry: softmax_forward', 'kernel: k\n    launch: { grid: rows, block: 32 }')
      .replace('cols, stream]', 'cols]')
      .replace('args:', 'flags: [-lineinfo]\n    args:');
    expect(buildOf(kernel)?.flags).toEqual(['-lineinfo']);
  });
});

describe('the table of flags', () => {
  const examples = ALLOWED_FLAGS.flatMap((flag) => flag.examples);

  it.each(examples)('allows its example %s', (example) => {
    expect(parseFlag(example)).toMatchObject({ ok: true });
    expect(REFUSED_FLAGS.filter(({ form }) => form.test(example))).toEqual([]);
  });

  it.each(ALLOWED_FLAGS.filter(({ value }) => value !== undefined))('lets nothing through behind $name', (flag) => {
    const [example = ''] = flag.examples;
    for (const tail of [
      ' -o x',
      ',-o',
      '\n',
      ';id',
      '$(id)',
      '`id`',
      '"',
      "'",
      '\\',
      '|x',
      '&',
      '>x',
      '\0',
      '@f',
      '/x',
    ])
      expect(parseFlag(`${example}${tail}`), JSON.stringify(tail)).toMatchObject({ ok: false });
  });
});
