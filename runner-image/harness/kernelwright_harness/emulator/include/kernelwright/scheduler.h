// Runs the threads of one block as fibers on one OS thread, in a fixed order, so that every run is the same.
// A fiber runs thread after thread without a switch until one has to wait; only then does another fiber take over.
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

// ---- diagnoses ----

inline void add_place(Line& line) {
  line.add(" in block (%u,%u,%u) of kernel %s: ", blockIdx.x, blockIdx.y, blockIdx.z, block.kernel);
}

inline void add_thread(Line& line, const Thread& thread) {
  line.add("thread (%u,%u,%u)", thread.index.x, thread.index.y, thread.index.z);
}

/** The current thread, or a stop with a sentence when host code calls what only a kernel may call. */
inline Thread& current_thread(const char* what, Site site) {
  if (block.current == nullptr) {
    Line line = diagnosis_at(site);
    line.add("%s was called outside a kernel", what);
    stop(line);
  }
  return *block.current;
}

[[noreturn]] inline void report_divergence() {
  struct Group { Site site; unsigned count; const Thread* first; } groups[8];
  int group_count = 0;
  unsigned elsewhere = 0;
  for (unsigned i = 0; i < block.size; ++i) {
    const Thread& thread = block.threads[i];
    if (thread.state == State::exited) continue;
    if (thread.state != State::at_barrier) { ++elsewhere; continue; }
    int g = 0;
    while (g < group_count && !same_site(groups[g].site, thread.site)) ++g;
    if (g == 8) { ++elsewhere; continue; }
    if (g == group_count) groups[group_count++] = {thread.site, 0, &thread};
    ++groups[g].count;
  }
  Line line = diagnosis_at(groups[0].site);
  line.add("divergent barrier");
  add_place(line);
  for (int g = 0; g < group_count; ++g) {
    line.add("%s%u thread%s at __syncthreads on %s:%d (first ", g ? ", " : "", groups[g].count,
             groups[g].count == 1 ? " waits" : "s wait", groups[g].site.file, groups[g].site.line);
    add_thread(line, *groups[g].first);
    line.add(")");
  }
  if (elsewhere) line.add(", %u did not arrive at any", elsewhere);
  stop(line);
}

/** Says why `waiting` waits for ever: the first lane of its mask that cannot come. */
[[noreturn]] inline void report_deadlock(const Thread& waiting) {
  const unsigned warp = linear(waiting) / kLanes;
  Line line = diagnosis_at(waiting.site);
  line.add("deadlock");
  add_place(line);
  add_thread(line, waiting);
  line.add(" (lane %u of warp %u) waits in %s with mask 0x%08x, but ", lane_of(waiting), warp,
           collective_name(waiting.collective), waiting.mask);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    if (!(waiting.mask & block.warps[warp].exists & (1u << lane))) continue;
    const Thread& other = block.threads[warp * kLanes + lane];
    if (other.state == State::in_collective && other.collective == waiting.collective && other.mask == waiting.mask) continue;
    line.add("lane %u, ", lane);
    add_thread(line, other);
    line.add(", ");
    if (other.state == State::exited) {
      line.add("has exited");
    } else if (other.state == State::at_barrier) {
      line.add("waits at __syncthreads on %s:%d", other.site.file, other.site.line);
    } else if (other.state == State::in_collective) {
      line.add("waits in %s with mask 0x%08x on %s:%d", collective_name(other.collective), other.mask, other.site.file,
               other.site.line);
    } else {
      line.add("never comes");
    }
    break;
  }
  stop(line);
}

[[noreturn]] inline void report_stuck() {
  if (block.barrier_diverged) report_divergence();
  for (unsigned i = 0; i < block.size; ++i) {
    if (block.threads[i].state == State::in_collective) report_deadlock(block.threads[i]);
  }
  report_divergence();
}

/** A thread that spins must not hide a divergence that is already certain, so a watcher reports it after two seconds. */
inline void watch_divergence() {
  pthread_t watcher;
  const auto watch = [](void*) -> void* {
    sleep(2);
    report_divergence();
  };
  if (pthread_create(&watcher, nullptr, watch, nullptr) == 0) pthread_detach(watcher);
}

// ---- waiting and going on ----

inline void release_barrier() {
  if (block.barrier_diverged) report_divergence();
  block.barrier_result_count = block.barrier_count;
  block.barrier_result_size = block.barrier_waiting;
  block.barrier_waiting = 0;
  block.barrier_count = 0;
  for (unsigned i = 0; i < block.size; ++i) {
    if (block.threads[i].state == State::at_barrier) make_ready(block.threads[i]);
  }
}

/** When nothing else can run, the lanes of a warp that stand at one `__activemask` are the active ones. */
inline bool release_converging() {
  for (unsigned i = 0; i < block.size; ++i) {
    Thread& first = block.threads[i];
    if (first.state != State::converging) continue;
    const unsigned base = i / kLanes * kLanes;
    unsigned mask = 0;
    for (unsigned lane = 0; lane < kLanes && base + lane < block.size; ++lane) {
      const Thread& other = block.threads[base + lane];
      if (other.state == State::converging && same_site(other.site, first.site)) mask |= 1u << lane;
    }
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      if (!(mask & (1u << lane))) continue;
      block.threads[base + lane].result = mask;
      make_ready(block.threads[base + lane]);
    }
    return true;
  }
  return false;
}

void run_threads();

inline Fiber* next_fiber() {
  for (;;) {
    if (block.queue_length > 0) {
      const unsigned next = block.queue[block.queue_head];
      block.queue_head = (block.queue_head + 1) % kMaxThreads;
      --block.queue_length;
      return block.threads[next].fiber;
    }
    if (block.next_unstarted < block.size) return take_fiber(run_threads);
    if (!release_converging()) report_stuck();
  }
}

/** Suspends the current thread, whose state the caller has set, until somebody makes it ready. */
inline void wait(Thread& thread) {
  Fiber* next = next_fiber();
  if (next != thread.fiber) switch_to(next);
  resume(thread);
}

/** Lets others run; for threads that spin on an atomic. */
inline void pass_turn() {
  Thread* thread = block.current;
  if (thread == nullptr) return;
  block.turn_atomics = 0;
  if (block.queue_length == 0 && block.next_unstarted >= block.size) return;
  // The thread that waits may be one that nobody has started yet, and the queue alone would never get to it.
  if (block.next_unstarted < block.size) {
    make_ready(*thread);
    switch_to(take_fiber(run_threads));
    resume(*thread);
    return;
  }
  make_ready(*thread);
  wait(*thread);
}

inline void exit_thread(Thread& thread) {
  thread.state = State::exited;
  --block.live;
  Warp& warp = warp_of(thread);
  const unsigned bit = 1u << lane_of(thread);
  warp.exited |= bit;
  for (int p = 0; p < warp.pending_count; ++p) {
    if (!(warp.pending[p].mask & bit)) continue;
    for (unsigned i = linear(thread) / kLanes * kLanes;; ++i) {
      const Thread& waiting = block.threads[i];
      if (waiting.state == State::in_collective && waiting.mask == warp.pending[p].mask) report_deadlock(waiting);
    }
  }
  // Threads that have exited do not count at barriers, as on Volta and later.
  if (block.barrier_waiting > 0 && block.barrier_waiting == block.live) release_barrier();
}

}  // namespace kernelwright
