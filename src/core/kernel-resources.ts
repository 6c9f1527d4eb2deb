/** What the compiler gave a kernel. Printed as JSON with the evidence, so the fields are named as there. */
export interface KernelResources {
  /** As its author wrote it, as far as it can be read: `ns::scale`, with `<…>` behind a template. Untrusted text. */
  readonly name: string;
  /** 32-bit registers of each thread. */
  readonly registers: number;
  /** Static shared memory of a block, in bytes. */
  readonly shared_bytes: number;
  /** Registers that did not fit, written to and read from local memory: bytes in the code of one thread. */
  readonly spill_store_bytes: number;
  readonly spill_load_bytes: number;
  /** Of each thread, in local memory: arrays that are indexed by what is not known when it is compiled, and what is spilled. */
  readonly stack_bytes: number;
  /** One entry for each block size that is known; absent where none is. */
  readonly occupancy?: readonly Occupancy[];
}

/** How many warps of a kernel one multiprocessor can hold at a time. */
export interface Occupancy {
  readonly block_threads: number;
  /** Static and dynamic, in bytes. */
  readonly block_shared_bytes: number;
  readonly warps: number;
  readonly most_warps: number;
  /** What there is too little of for one block more. */
  readonly limited_by: 'registers' | 'shared memory' | 'warps' | 'blocks';
}
