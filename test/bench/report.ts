import { cpus, totalmem } from 'node:os';
import { markdownTable } from 'markdown-table';
import type { Hello } from '../../src/measure/judge-report.ts';
import type { PartResult } from './part.ts';

/** What a reader must know to repeat it. */
export interface Machine {
  readonly device: Hello['device'];
  readonly sandbox: Hello['sandbox'];
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** ISO 8601. */
  readonly date: string;
}

export function describeMachine({ device, sandbox }: Hello, now: Date): Machine {
  return {
    device,
    sandbox,
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    date: now.toISOString(),
  };
}

export function renderMachine(machine: Machine): string {
  const { device, sandbox, processor, cores, memoryGiB, node, date } = machine;
  const versions = Object.entries(device.versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `${device.name} (${[device.arch, ...versions].join(', ')}); ${processor}, ${cores} cores, ${memoryGiB} GiB; Node ${node}; sandbox ${sandbox}; ${date.slice(0, 10)}.`,
  ];
  if (device.kind === 'emulated')
    lines.push(
      'Without a GPU: this shows that the benchmark works. **The times mean nothing**, and nothing is faster or slower.',
    );
  return lines.join('\n\n');
}

/** One part as Markdown; goals are compared only where times mean something. */
export function renderPart(name: string, { findings, table }: PartResult, kind: Machine['device']['kind']): string {
  const rows = findings.map(({ what, measured, goal, reached }) => {
    const mark = kind === 'emulated' || reached === undefined ? '' : reached ? '✓ ' : '✗ ';
    return [what, measured, goal === undefined ? '–' : `${mark}${goal}`];
  });
  const sections = [`### ${name}`, markdownTable([['what', 'measured', 'goal'], ...rows])];
  if (table !== undefined) sections.push(markdownTable(table.map((row) => [...row])));
  return sections.join('\n\n');
}
