// Why a block cannot go on, in one line: a divergent barrier, or a lane that waits for one that never comes.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

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

/** AddressSanitizer's last words: its report names the line, this names the thread. */
inline void report_running_thread() {
  if (block.current == nullptr) return;
  Line line;
  line.add("kernelwright emulator ran ");
  add_thread(line, *block.current);
  line.add(" of block (%u,%u,%u) of kernel %s", blockIdx.x, blockIdx.y, blockIdx.z, block.kernel);
  write_line(line);
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

}  // namespace kernelwright
