// `__syncthreads` and its voting variants, the fences, and what lets a thread wait in another way.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

inline void barrier(bool predicate, const char* name, Site site) {
  Thread& thread = current_thread(name, site);
  thread.state = State::at_barrier;
  thread.site = site;
  if (block.barrier_waiting == 0) {
    block.barrier_site = site;
  } else if (!block.barrier_diverged && !same_site(block.barrier_site, site)) {
    block.barrier_diverged = true;
    watch_divergence();
  }
  block.barrier_count += predicate;
  if (++block.barrier_waiting == block.live) release_barrier();
  wait(thread);
}

}  // namespace kernelwright

#define KERNELWRIGHT_SITE_PARAMETERS const char* file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(KERNELWRIGHT_SITE_PARAMETERS) { kernelwright::barrier(false, "__syncthreads", {file, line}); }
inline int __syncthreads_count(int predicate, KERNELWRIGHT_SITE_PARAMETERS) {
  kernelwright::barrier(predicate != 0, "__syncthreads_count", {file, line});
  return static_cast<int>(kernelwright::block.barrier_result_count);
}
inline int __syncthreads_and(int predicate, KERNELWRIGHT_SITE_PARAMETERS) {
  kernelwright::barrier(predicate != 0, "__syncthreads_and", {file, line});
  return kernelwright::block.barrier_result_count == kernelwright::block.barrier_result_size;
}
inline int __syncthreads_or(int predicate, KERNELWRIGHT_SITE_PARAMETERS) {
  kernelwright::barrier(predicate != 0, "__syncthreads_or", {file, line});
  return kernelwright::block.barrier_result_count != 0;
}

// One OS thread runs everything, so memory is always in order.
KERNELWRIGHT_INLINE void __threadfence() {}
KERNELWRIGHT_INLINE void __threadfence_block() {}
KERNELWRIGHT_INLINE void __threadfence_system() {}
inline void __nanosleep(unsigned int) { kernelwright::pass_turn(); }

[[noreturn]] inline void __trap(KERNELWRIGHT_SITE_PARAMETERS) {
  kernelwright::Thread& thread = kernelwright::current_thread("__trap", {file, line});
  kernelwright::Line text = kernelwright::diagnosis_at({file, line});
  text.add("__trap");
  kernelwright::add_place(text);
  kernelwright::add_thread(text, thread);
  kernelwright::stop(text);
}
