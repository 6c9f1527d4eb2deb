/** A counter of ncu, and what it tells the author of a kernel. */
export interface ProfileMetric {
  /** As `ncu --metrics` takes it; values are in base units: bytes, percent, cycles. */
  readonly name: string;
  /** What it means, for the model. */
  readonly says: (value: number) => string;
  /** When it is worth a line. */
  readonly when: (value: number, all: Readonly<Record<string, number>>) => boolean;
}

const always = () => true;
const atLeast = (least: number) => (value: number) => value >= least;
const below = (most: number) => (value: number) => value < most;
const percent = (value: number) => `${value.toFixed(0)} %`;
const megabytes = (value: number) => `${(value / 1e6).toFixed(1)} MB`;

/** Cycles that a warp waits for a reason, for each instruction that it issues: "Warp State" in ncu's guide. */
function stall(reason: string, means: string): ProfileMetric {
  return {
    name: `smsp__average_warps_issue_stalled_${reason}_per_issue_active.ratio`,
    says: (value) => `${value.toFixed(1)} cycles of waiting for each instruction ${means}`,
    when: atLeast(1),
  };
}

/** Conflicts are of interest as a share of all passes through shared memory. */
function conflicts(way: 'ld' | 'st', what: string): ProfileMetric[] {
  const passes = `l1tex__data_pipe_lsu_wavefronts_mem_shared_op_${way}.sum`;
  return [
    {
      name: `l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_${way}.sum`,
      says: (value) => `${value.toFixed(0)} bank conflicts of ${what} shared memory`,
      when: (value, all) => value > 0.1 * (all[passes] ?? Number.POSITIVE_INFINITY),
    },
    { name: passes, says: (value) => `${value.toFixed(0)} passes for ${what} shared memory`, when: () => false },
  ];
}

/**
 * All that the profiler is asked for. Names are those of Nsight Compute's profiling guide and of its table of nvprof's metrics; one that
 * a GPU does not know is left out there.
 */
export const PROFILE_METRICS: readonly ProfileMetric[] = [
  {
    name: 'sm__throughput.avg.pct_of_peak_sustained_elapsed',
    says: (value) => `the multiprocessors work at ${percent(value)} of their peak`,
    when: always,
  },
  {
    name: 'gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed',
    says: (value) => `device memory works at ${percent(value)} of its peak`,
    when: always,
  },
  {
    name: 'lts__throughput.avg.pct_of_peak_sustained_elapsed',
    says: (value) => `the L2 cache works at ${percent(value)} of its peak`,
    when: atLeast(40),
  },
  {
    name: 'l1tex__throughput.avg.pct_of_peak_sustained_active',
    says: (value) => `the L1 cache and shared memory work at ${percent(value)} of their peak`,
    when: atLeast(40),
  },
  { name: 'dram__bytes_read.sum', says: (value) => `${megabytes(value)} read from device memory`, when: always },
  { name: 'dram__bytes_write.sum', says: (value) => `${megabytes(value)} written to device memory`, when: always },
  {
    name: 'lts__t_sector_hit_rate.pct',
    says: (value) => `${percent(value)} of the sectors asked of L2 were there`,
    when: atLeast(20),
  },
  {
    name: 'l1tex__t_sector_hit_rate.pct',
    says: (value) => `${percent(value)} of the sectors asked of L1 were there`,
    when: atLeast(20),
  },
  {
    name: 'sm__warps_active.avg.pct_of_peak_sustained_active',
    says: (value) => `achieved occupancy ${percent(value)}`,
    when: always,
  },
  {
    name: 'smsp__issue_active.avg.per_cycle_active',
    says: (value) => `a scheduler issues an instruction in only ${percent(value * 100)} of its cycles`,
    when: below(0.6),
  },
  {
    name: 'smsp__warps_eligible.avg.per_cycle_active',
    says: (value) => `only ${value.toFixed(2)} warps are ready to issue in a cycle`,
    when: below(1),
  },
  {
    name: 'smsp__thread_inst_executed_per_inst_executed.ratio',
    says: (value) =>
      `only ${value.toFixed(1)} of 32 threads take part in an instruction: divergence, or blocks that are no full warps`,
    when: below(28),
  },
  stall('long_scoreboard', 'on device memory, L2 or local memory'),
  stall('short_scoreboard', 'on shared memory or a special function'),
  stall('barrier', 'at __syncthreads'),
  stall('membar', 'at a memory fence'),
  stall('math_pipe_throttle', 'on a unit of arithmetic that is busy'),
  stall('mio_throttle', 'on the queue to shared memory and special functions, which is full'),
  stall('lg_throttle', 'on the queue to global and local memory, which is full: fewer, wider accesses would help'),
  stall('wait', 'of a fixed length, as between instructions that depend on each other'),
  stall('no_instruction', 'on the instruction cache, or at the end of a kernel that is too short'),
  {
    name: 'smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct',
    says: (value) =>
      `only ${percent(value)} of each sector that is read from global memory is used: reads are not coalesced`,
    when: below(80),
  },
  {
    name: 'smsp__sass_average_data_bytes_per_sector_mem_global_op_st.pct',
    says: (value) =>
      `only ${percent(value)} of each sector that is written to global memory is used: writes are not coalesced`,
    when: (value) => value > 0 && value < 80,
  },
  ...conflicts('ld', 'reads of'),
  ...conflicts('st', 'writes to'),
  {
    name: 'sm__pipe_tensor_op_hmma_cycles_active.avg.pct_of_peak_sustained_active',
    says: (value) => `the tensor cores work in ${percent(value)} of the cycles`,
    when: (value) => value > 0,
  },
];

/** The lines that are worth telling of a kernel's counters, in the order of the table. */
export function tellingLines(metrics: Readonly<Record<string, number>>): string[] {
  return PROFILE_METRICS.flatMap(({ name, says, when }) => {
    const value = metrics[name];
    return value !== undefined && when(value, metrics) ? says(value) : [];
  });
}
