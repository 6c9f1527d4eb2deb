import type { Benchmark, BenchmarkedWorkload, BenchmarkRun, Comparison } from '../core/benchmark.ts';
import type { ModeColumns } from '../core/mode-column.ts';
import { benchmarkColumns } from './benchmark-columns.ts';
import { columns } from './columns.ts';
import { modeRemarks } from './mode-columns.ts';
import { painter, plain, type TerminalOptions, warnings } from './terminal-text.ts';

/** What `kernelwright bench` prints for people. Ends without a line end. */
export function renderBenchmarks(run: BenchmarkRun, { color }: TerminalOptions): string {
  const paint = painter(color);
  const versions = Object.entries(run.device.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...run.targets.map((benchmark) => section(benchmark, run.base)),
    ...warnings(run.device.kind === 'emulated', run.sandbox === 'off', paint),
    plain([run.device.name, run.device.arch, ...versions].join(', ')),
  ].join('\n\n');
}

function section(benchmark: Benchmark, base: string | undefined): string {
  if (benchmark.outcome === 'failed')
    return `${plain(benchmark.target)}: ${benchmark.reason.split('\n').map(plain).join('\n')}`;
  const { target, workloads, checks, comparison, modes } = benchmark;
  const failed = checks.filter(({ status }) => status === 'failed');
  return [
    `${plain(target)}${comparison === undefined ? '' : `: ${told(comparison, base ?? '')}`}`,
    workloads.length === 0 ? `${count(checks)} checks passed; nothing was timed` : table(workloads, modes),
    ...modeRemarks(modes).map(plain),
    ...failed.map(({ name, detail }) => `${plain(name)} failed: ${plain(detail)}`),
  ].join('\n');
}

function count(checks: readonly { readonly status: string }[]): number {
  return checks.filter(({ status }) => status === 'passed').length;
}

function told(comparison: Comparison, base: string): string {
  switch (comparison.kind) {
    case 'measured':
      return `${comparison.verdict} against ${plain(base)}. ${plain(comparison.reason)}`;
    case 'same':
      return `the same code as at ${plain(base)}`;
    case 'absent':
      return `not there at ${plain(base)}`;
    case 'failed':
      return `its code at ${plain(base)} could not be measured: ${plain(comparison.reason)}`;
  }
}

function table(workloads: readonly BenchmarkedWorkload[], modes: ModeColumns | undefined): string {
  const shown = benchmarkColumns(workloads, modes);
  const rows = workloads.map(({ name }, row) => [plain(name), ...shown.map(({ cells }) => cells[row] ?? '')]);
  return columns([['workload', ...shown.map(({ heading }) => heading)], ...rows]);
}
