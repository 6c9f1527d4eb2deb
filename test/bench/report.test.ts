import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../measure/fake-harness.ts';
import { HELLO } from '../measure/samples.ts';
import { openJournal } from './journal.ts';
import { describeMachine, renderMachine, renderPart } from './report.ts';

describe('the report', () => {
  const machine = describeMachine(HELLO, new Date('2026-11-22T10:00:00Z'));
  const result = {
    findings: [
      { what: 'time', measured: '1.31 s', goal: '≤ 1.5 s', reached: true },
      { what: 'ratio', measured: '12×', goal: '≥ 20×', reached: false },
      { what: 'build', measured: '0.9 s' },
    ],
    table: [
      ['after', 'processes'],
      ['0', '3'],
    ],
    samples: {},
  };

  it('names the machine and the versions', () => {
    expect(renderMachine(machine)).toMatch(
      /^NVIDIA H200 \(sm_90, driver 580\.95\); .*sandbox bubblewrap; 2026-11-22\.$/,
    );
  });

  it('shows what was reached', () => {
    expect(renderPart('latency', result, 'cuda')).toMatchInlineSnapshot(`
      "### latency

      | what  | measured | goal      |
      | ----- | -------- | --------- |
      | time  | 1.31 s   | ✓ ≤ 1.5 s |
      | ratio | 12×      | ✗ ≥ 20×   |
      | build | 0.9 s    | –         |

      | after | processes |
      | ----- | --------- |
      | 0     | 3         |"
    `);
  });

  it('compares nothing with goals on the emulated device', () => {
    expect(renderPart('latency', result, 'emulated')).not.toMatch(/[✓✗]/);
    const emulated = { ...machine, device: { ...machine.device, kind: 'emulated' as const } };
    expect(renderMachine(emulated)).toContain('times mean nothing');
  });

  it('is whole in its file after every part', async () => {
    const path = join(temporaryFolder(), 'bench.json');
    const journal = openJournal(path);
    journal.record('latency', machine, { findings: [], samples: { a: 1 } });
    journal.record('soak', machine, { findings: [], samples: { b: 2 } });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      machine: { device: { name: 'NVIDIA H200' } },
      results: { latency: { samples: { a: 1 } }, soak: { samples: { b: 2 } } },
    });
  });
});
