import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { execa } from 'execa';

/** What the judge and all below it hold of the machine at one moment; undefined where it cannot be told. */
export interface Usage {
  readonly processesBelowJudge: number;
  /** Below this one, and all on the machine. */
  readonly processesBelowThis: number;
  readonly processes: number;
  /** Open file descriptors and resident memory, in MiB, of the judge's process. */
  readonly judgeFiles: number | undefined;
  readonly judgeMemoryMiB: number | undefined;
  /** Of all GPUs together that this process may use, in MiB. */
  readonly gpuMemoryMiB: number | undefined;
  /** Files below the temporary folder, without and with those of builds, which the product keeps until the end of a run. */
  readonly temporaryFiles: number;
  readonly buildFiles: number;
  readonly sharedMemoryFiles: number;
}

const NVIDIA_SMI = 'nvidia-smi';

/** The names of `Usage` for people, in their order. */
export const USAGE_HEAD = [
  ...['processes below the judge', 'below the benchmark', 'on the machine', 'judge: open files', 'judge: memory, MiB'],
  ...['GPU memory, MiB', 'temporary files', 'files of builds', '/dev/shm'],
];

export function usageRow(usage: Usage): string[] {
  return [
    usage.processesBelowJudge,
    usage.processesBelowThis,
    usage.processes,
    usage.judgeFiles,
    usage.judgeMemoryMiB,
    usage.gpuMemoryMiB,
    usage.temporaryFiles,
    usage.buildFiles,
    usage.sharedMemoryFiles,
  ].map((value) => (value === undefined ? '–' : value.toFixed(0)));
}

/** Looks at the machine now. The judge is the process of that name below this one; without it the first fields are 0 and undefined. */
export async function lookAtUsage(): Promise<Usage> {
  const processes = await listProcesses();
  const own = descendants(processes, process.pid);
  const judge = own.find(({ command }) => command.includes('kernelwright_harness') && command.includes('judge'))?.pid;
  const temporary = await filesBelow(tmpdir());
  const ofBuilds = temporary.filter((path) => path.split('/').some((name) => name.startsWith('build-')));
  return {
    processesBelowJudge: judge === undefined ? 0 : descendants(processes, judge).length,
    processesBelowThis: own.length,
    processes: processes.length,
    judgeFiles: judge === undefined ? undefined : (await entries(`/proc/${judge}/fd`)).length,
    judgeMemoryMiB: judge === undefined ? undefined : await residentMiB(judge),
    gpuMemoryMiB: await gpuMemoryMiB(),
    temporaryFiles: temporary.length - ofBuilds.length,
    buildFiles: ofBuilds.length,
    sharedMemoryFiles: (await entries('/dev/shm')).length,
  };
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Arguments, as they were started with. */
  readonly command: readonly string[];
}

/** All processes on the machine but kernel threads. Those that end meanwhile are left out. */
async function listProcesses(): Promise<readonly Process[]> {
  const pids = (await entries('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all(
        ['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      const status = readStatus(stat ?? '');
      // Neither a kernel's thread nor a zombie has a command line, but a zombie is something that was left behind.
      const isKernelThread = command === '' && status?.state !== 'Z';
      return status === undefined || isKernelThread
        ? []
        : [{ pid, parent: status.parent, command: (command ?? '').split('\0') }];
    }),
  );
  return found.flat();
}

/** State and parent's id from `/proc/PID/stat`: what follows the name, which may itself hold spaces and parentheses. */
export function readStatus(stat: string): { readonly state: string; readonly parent: number } | undefined {
  const [, state, parent] = /^ (\S) (\d+) /.exec(stat.slice(stat.lastIndexOf(')') + 1)) ?? [];
  return state === undefined ? undefined : { state, parent: Number(parent) };
}

/** All processes below one, at any depth. */
export function descendants(processes: readonly Process[], pid: number): readonly Process[] {
  return processes
    .filter(({ parent }) => parent === pid)
    .flatMap((child) => [child, ...descendants(processes, child.pid)]);
}

async function residentMiB(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

async function gpuMemoryMiB(): Promise<number | undefined> {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits', ...(visible ? [`--id=${visible}`] : [])];
  const { exitCode, stdout } = await execa(NVIDIA_SMI, query, { reject: false, timeout: 10_000 });
  if (exitCode !== 0) return undefined;
  return stdout.split('\n').reduce((total, line) => total + Number(line), 0);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => !entry.isDirectory()).map((entry) => `${entry.parentPath}/${entry.name}`);
}

async function entries(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
