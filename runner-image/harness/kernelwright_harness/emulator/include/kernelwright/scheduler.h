// Runs the threads of one block as fibers on one OS thread, in a fixed order, so that every run is the same.
// A fiber runs thread after thread without a switch until one has to wait; only then does another fiber take over.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

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
