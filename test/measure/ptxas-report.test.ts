import { describe, expect, it } from 'vitest';
import { ptxasReport, readableName } from '../../src/measure/ptxas-report.ts';

/** Of nvcc 13.0.88, `-Xptxas=-v -arch=sm_90`. */
const LOG = `kernels/a.cu(3): warning #177-D: variable "unused" was declared but never referenced
ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function '_ZN2ns4tmplILi256EfEEvPKT0_PS1_i' for 'sm_90'
ptxas info    : Function properties for _ZN2ns4tmplILi256EfEEvPKT0_PS1_i
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 10 registers, used 1 barriers, 1024 bytes smem
ptxas info    : Compile time = 21.634 ms
ptxas info    : Compiling entry function 'plain' for 'sm_90'
ptxas info    : Function properties for plain
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 8 registers, used 0 barriers
ptxas info    : Compile time = 1.113 ms
ptxas info    : Compiling entry function '_Z6spillyPfi' for 'sm_90'
ptxas info    : Function properties for _Z6spillyPfi
    3184 bytes stack frame, 5208 bytes spill stores, 6820 bytes spill loads
ptxas info    : Used 32 registers, used 0 barriers, 3184 bytes cumulative stack size
ptxas info    : Compile time = 965.777 ms
`;
const NOTHING = { shared_bytes: 0, spill_store_bytes: 0, spill_load_bytes: 0, stack_bytes: 0 };

describe('what ptxas says', () => {
  it('is read for each kernel', () => {
    expect(ptxasReport(LOG, 'sm_90')).toEqual([
      { ...NOTHING, name: 'ns::tmpl<…>', registers: 10, shared_bytes: 1024 },
      { ...NOTHING, name: 'plain', registers: 8 },
      {
        name: 'spilly',
        registers: 32,
        shared_bytes: 0,
        spill_store_bytes: 5208,
        spill_load_bytes: 6820,
        stack_bytes: 3184,
      },
    ]);
  });

  it('is read for the architecture that is measured, and not for others that were compiled beside it', () => {
    const other = LOG.replaceAll('sm_90', 'sm_80').replaceAll('Used 8', 'Used 9');
    expect(ptxasReport(other + LOG, 'sm_90').map(({ registers }) => registers)).toEqual([10, 8, 32]);
    expect(ptxasReport(LOG, 'sm_90a')).toEqual([]);
  });

  it('is nothing where ptxas said nothing', () => {
    expect(ptxasReport('', 'sm_90')).toEqual([]);
    expect(ptxasReport('ptxas info    : 0 bytes gmem\n', 'sm_90')).toEqual([]);
  });

  it('is bounded, whatever a source has printed', () => {
    const name = 'x'.repeat(10_000);
    const forged = `ptxas info : Compiling entry function '${name}' for 'sm_90'\nptxas info : Used 1 registers\n`;
    const kernels = ptxasReport(forged.repeat(500), 'sm_90');
    expect(kernels).toHaveLength(32);
    expect(JSON.stringify(kernels).length).toBeLessThan(10_000);
  });
});

it.each([
  ['_Z5scalePf', 'scale'],
  ['_ZL5quietPf', 'quiet'],
  ['_ZN12_GLOBAL__N_16hiddenEPf', 'hidden'],
  ['_ZN32_GLOBAL__N__a90efa8a_7_anon_cu_f5tfillIfEEvPT_', 'tfill<…>'],
  ['_ZN1a32_GLOBAL__N__a90efa8a_7_anon_cu_f4deepEPf', 'a::deep'],
  ['_ZN2ns4tmplILi256EfEEvPKT0_PS1_i', 'ns::tmpl<…>'],
  ['_Z4tmplIfEvPT_', 'tmpl<…>'],
  ['plain', 'plain'],
  ['_Zgarbage', '_Zgarbage'],
])('%s reads as %s', (symbol, name) => {
  expect(readableName(symbol)).toBe(name);
});
