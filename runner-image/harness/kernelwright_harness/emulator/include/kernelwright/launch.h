// `kernel<<<grid, block, shared, stream>>>(arguments)`, checked as a driver checks it and run to its end inside the call.
#pragma once

enum cudaError {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInitializationError = 3,
  cudaErrorInvalidConfiguration = 9,
  cudaErrorInvalidSymbol = 13,
  cudaErrorInvalidMemcpyDirection = 21,
  cudaErrorInvalidDeviceFunction = 98,
  cudaErrorInvalidDevice = 101,
  cudaErrorInvalidResourceHandle = 400,
  cudaErrorNotReady = 600,
  cudaErrorIllegalAddress = 700,
  cudaErrorLaunchOutOfResources = 701,
  cudaErrorLaunchFailure = 719,
  cudaErrorNotSupported = 801,
  cudaErrorUnknown = 999,
};
typedef enum cudaError cudaError_t;
typedef struct CUstream_st* cudaStream_t;

namespace kernelwright KERNELWRIGHT_PRIVATE {

inline cudaError_t last_error = cudaSuccess;

inline cudaError_t fail(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

/** `0` or `NULL` as a launch argument: in a real call it may become a null pointer, so it must not be stored as an int. */
struct NullArgument {
  template <class T>
  operator T() const { return T(0); }
};

struct Configuration {
  dim3 grid, threads;
  size_t shared_bytes;
};

// A kernel's own name is known only inside it: the rewriter puts `if (probe(__PRETTY_FUNCTION__)) return;` first in its body.
inline bool probing = false;
inline const char* probed_kernel = nullptr;

KERNELWRIGHT_INLINE bool probe(const char* kernel) {
  if (__builtin_expect(!probing, 1)) return false;
  probed_kernel = kernel;
  return true;
}

/** What cudaFuncSetAttribute allowed a kernel, by the address of its name. */
struct SharedAllowance {
  const char* kernel;
  size_t bytes;
  SharedAllowance* next;
};
inline SharedAllowance* shared_allowances = nullptr;

inline size_t allowed_shared(const char* kernel) {
  for (SharedAllowance* a = shared_allowances; a != nullptr; a = a->next) {
    if (a->kernel == kernel) return a->bytes;
  }
  return kDefaultDynamicShared;
}

inline cudaError_t check(const Configuration& c) {
  const uint64_t threads = uint64_t(c.threads.x) * c.threads.y * c.threads.z;
  const bool empty = threads == 0 || c.grid.x == 0 || c.grid.y == 0 || c.grid.z == 0;
  if (empty || c.threads.x > kMaxThreads || c.threads.y > kMaxThreads || c.threads.z > 64 || threads > kMaxThreads ||
      c.grid.x > 0x7FFFFFFFu || c.grid.y > 65535 || c.grid.z > 65535) {
    return cudaErrorInvalidConfiguration;
  }
  return c.shared_bytes > allowed_shared(probed_kernel) ? cudaErrorInvalidValue : cudaSuccess;
}

struct Launch {
  Configuration configuration;
  void (*body)(const void*);
  const void* arguments;
};
inline Launch running;

inline void begin_block() {
  ++block.serial;
  block.live = block.size;
  block.next_unstarted = 0;
  block.barrier_waiting = block.barrier_count = 0;
  block.barrier_diverged = false;
  for (unsigned i = 0; i < block.size; ++i) block.threads[i].state = State::unstarted;
  for (unsigned base = 0; base < block.size; base += kLanes) {
    Warp& warp = block.warps[base / kLanes];
    const unsigned lanes = block.size - base;
    warp.exists = lanes >= kLanes ? ~0u : (1u << lanes) - 1;
    warp.exited = 0;
    warp.pending_count = 0;
  }
  begin_shared_memory(running.configuration.shared_bytes);
}

/** Moves on to the next block of the grid, x fastest; false after the last one. */
inline bool advance_block() {
  if (++blockIdx.x == gridDim.x) {
    blockIdx.x = 0;
    if (++blockIdx.y == gridDim.y) {
      blockIdx.y = 0;
      if (++blockIdx.z == gridDim.z) return false;
    }
  }
  begin_block();
  return true;
}

/** The body of every fiber: threads that nobody has started yet, then whatever else can run. */
inline void run_threads() {
  finish_switch(current_fiber);
  for (;;) {
    while (block.next_unstarted < block.size) {
      Thread& thread = block.threads[block.next_unstarted++];
      thread.fiber = current_fiber;
      thread.state = State::ready;
      resume(thread);
      running.body(running.arguments);
      exit_thread(thread);
    }
    if (block.live == 0 && advance_block()) continue;
    Fiber* next = block.live == 0 ? &main_fiber : next_fiber();
    give_fiber(current_fiber);
    switch_to(next);
  }
}

inline void launch(const Configuration& configuration, void (*body)(const void*), const void* arguments) {
  probing = true;
  probed_kernel = "";
  body(arguments);
  probing = false;
  if (fail(check(configuration)) != cudaSuccess) return;

  __sanitizer_set_death_callback(report_running_thread);
  running = {configuration, body, arguments};
  gridDim = configuration.grid;
  blockDim = configuration.threads;
  blockIdx = {0, 0, 0};
  block.kernel = probed_kernel;
  block.size = blockDim.x * blockDim.y * blockDim.z;
  unsigned i = 0;
  for (unsigned z = 0; z < blockDim.z; ++z) {
    for (unsigned y = 0; y < blockDim.y; ++y) {
      for (unsigned x = 0; x < blockDim.x; ++x) block.threads[i++].index = {x, y, z};
    }
  }
  size_dynamic_memory(configuration.shared_bytes);
  begin_block();
  switch_to(take_fiber(run_threads));
  block.current = nullptr;
  __asan_unpoison_memory_region(&dynamic_memory, sizeof dynamic_memory);
}

template <class Body>
struct ConfiguredKernel {
  Body body;
  Configuration configuration;

  /** The arguments are evaluated once, here, and every thread gets its own copies. */
  template <class... Arguments>
  void operator()(Arguments... arguments) const {
    const auto thread = [&] { body(arguments...); };
    launch(configuration, [](const void* f) { (*static_cast<decltype(&thread)>(f))(); }, &thread);
  }
};

template <class Body>
struct Kernel {
  Body body;
  ConfiguredKernel<Body> on(dim3 grid, dim3 threads, size_t shared_bytes = 0, cudaStream_t = nullptr) const {
    return {body, {grid, threads, shared_bytes}};
  }
};

template <class Body>
Kernel<Body> kernel(Body body) { return {body}; }

}  // namespace kernelwright
