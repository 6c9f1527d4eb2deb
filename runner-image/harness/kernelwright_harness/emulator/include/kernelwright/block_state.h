// The state of the block that runs: its threads, its warps, its barrier.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

constexpr unsigned kMaxThreads = 1024;
constexpr unsigned kLanes = 32;

/** What the lanes of a warp do together; PTX matches them by kind and mask, not by the line they stand on. */
enum class Collective : unsigned char {
  syncwarp, shfl, shfl_up, shfl_down, shfl_xor, ballot, any, all, match_any, match_all,
  reduce_add, reduce_min, reduce_max, reduce_min_unsigned, reduce_max_unsigned, reduce_and, reduce_or, reduce_xor,
};

inline const char* collective_name(Collective kind) {
  static const char* const names[] = {
      "__syncwarp", "__shfl_sync", "__shfl_up_sync", "__shfl_down_sync", "__shfl_xor_sync", "__ballot_sync", "__any_sync",
      "__all_sync", "__match_any_sync", "__match_all_sync", "__reduce_add_sync", "__reduce_min_sync", "__reduce_max_sync",
      "__reduce_min_sync", "__reduce_max_sync", "__reduce_and_sync", "__reduce_or_sync", "__reduce_xor_sync"};
  return names[static_cast<int>(kind)];
}

enum class State : unsigned char { unstarted, ready, at_barrier, in_collective, converging, exited };

struct Thread {
  uint3 index;
  Fiber* fiber;
  State state;
  Collective collective;
  unsigned mask;
  int source;     // the lane a shuffle reads
  uint64_t word;  // what the lane brings to a collective
  uint64_t result;
  Site site;
};

struct Pending {
  Collective kind;
  unsigned mask;
  unsigned arrived;
};

struct Warp {
  unsigned exists;  // the lanes that the block's size leaves in this warp
  unsigned exited;
  int pending_count;
  Pending pending[kLanes];
};

/** The state of the running block; one a process, because blocks run one after another. */
struct Block {
  Thread threads[kMaxThreads];
  Warp warps[kMaxThreads / kLanes];
  unsigned size = 0, live = 0, next_unstarted = 0;
  uint64_t serial = 0;  // counts blocks of all launches; shared variables compare it to know that a new block began

  unsigned short queue[kMaxThreads];  // ready threads, first in first out
  unsigned queue_head = 0, queue_length = 0;

  unsigned barrier_waiting = 0;
  unsigned barrier_count = 0;  // predicates that held, of the barrier that is filling up
  unsigned barrier_result_count = 0, barrier_result_size = 0;
  Site barrier_site;
  bool barrier_diverged = false;

  unsigned turn_atomics = 0;
  Thread* current = nullptr;  // null outside kernels
  const char* kernel = "";
};

inline Block block;

inline unsigned linear(const Thread& thread) { return static_cast<unsigned>(&thread - block.threads); }
inline Warp& warp_of(const Thread& thread) { return block.warps[linear(thread) / kLanes]; }
inline unsigned lane_of(const Thread& thread) { return linear(thread) % kLanes; }

inline void resume(Thread& thread) {
  block.current = &thread;
  block.turn_atomics = 0;
  threadIdx = thread.index;
}

inline void make_ready(Thread& thread) {
  thread.state = State::ready;
  block.queue[(block.queue_head + block.queue_length++) % kMaxThreads] = static_cast<unsigned short>(linear(thread));
}

}  // namespace kernelwright
