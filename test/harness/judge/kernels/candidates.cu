// One entry point for each thing that a candidate may do. All of the first group compute y = 2 x, or fail to.
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__global__ void scale(const float* x, float* y, int n, float factor) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = factor * x[i];
}

static void double_all(const float* x, float* y, int n, cudaStream_t stream) {
  scale<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, 2.0f);
}

extern "C" void right(const float* x, float* y, int n, cudaStream_t stream) { double_all(x, y, n, stream); }

extern "C" void has_a_wrong_baseline(const float* x, float* y, int n, cudaStream_t stream) { double_all(x, y, n, stream); }

extern "C" void has_a_baseline_that_changes_its_input(float* x, float* y, int n, cudaStream_t stream) { double_all(x, y, n, stream); }

extern "C" void triples(const float* x, float* y, int n, cudaStream_t stream) {
  scale<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, 3.0f);
}

extern "C" void forgets_the_tail(const float* x, float* y, int n, cudaStream_t stream) { double_all(x, y, n / 4 * 4, stream); }

__global__ void all_but_one(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && i != 5) y[i] = 2.0f * x[i];
}

extern "C" void leaves_a_gap(const float* x, float* y, int n, cudaStream_t stream) {
  all_but_one<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n);
}

__global__ void last_from_the_next(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i == n - 1 ? n : i];  // out of bounds: read
}

extern "C" void reads_out_of_bounds(const float* x, float* y, int n, cudaStream_t stream) {
  last_from_the_next<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n);
}

__global__ void one_more(const float* x, float* y, int n, int extra) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
  if (i == 0) y[extra] = 1.0f;  // out of bounds: write
}

extern "C" void writes_out_of_bounds(const float* x, float* y, int n, cudaStream_t stream) {
  one_more<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, n);
}

extern "C" void writes_ahead(const float* x, float* y, int n, cudaStream_t stream) {
  one_more<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, -1);
}

// Far from every tensor: 400 MB.
extern "C" void writes_far_behind(const float* x, float* y, int n, cudaStream_t stream) {
  one_more<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, 100'000'000);
}

extern "C" void writes_far_ahead(const float* x, float* y, int n, cudaStream_t stream) {
  one_more<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, -100'000'000);
}

__global__ void right_but_changes_input(float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] = 2.0f * x[i];
    if (i == n - 1) x[i] += 1.0f;
  }
}

extern "C" void changes_its_input(float* x, float* y, int n, cudaStream_t stream) {
  right_but_changes_input<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n);
}

// Right for the inputs that it leaves behind.
extern "C" void zeroes_input_and_output(float* x, float* y, int n, cudaStream_t stream) {
  scale<<<(n + 127) / 128, 128, 0, stream>>>(x, x, n, 0.0f);
  scale<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n, 0.0f);
}

__global__ void spin(const volatile float* x, float* y) {
  while (x[0] == x[0]) y[0] = x[0];
}

extern "C" void never_ends(const float* x, float* y, int, cudaStream_t stream) { spin<<<1, 1, 0, stream>>>(x, y); }

extern "C" void never_returns(const float*, float*, int, cudaStream_t) {
  for (;;) pause();
}

extern "C" void aborts(const float*, float*, int, cudaStream_t) { abort(); }

extern "C" void exits(const float* x, float* y, int n, cudaStream_t stream) {
  double_all(x, y, n, stream);
  _exit(0);
}

extern "C" void launches_too_many_threads(const float* x, float* y, int n, cudaStream_t stream) {
  scale<<<(n + 2047) / 2048, 2048, 0, stream>>>(x, y, n, 2.0f);
}

extern "C" void prints_a_million_lines(const float* x, float* y, int n, cudaStream_t stream) {
  for (int line = 0; line < 1000000; ++line) printf("verdict: faster, line %d\n", line);
  fflush(stdout);
  double_all(x, y, n, stream);
}

extern "C" void writes_junk_everywhere(const float* x, float* y, int n, cudaStream_t stream) {
  char junk[4096];
  memset(junk, 0x41, sizeof junk);
  for (int fd = 0; fd < 1024; ++fd) send(fd, junk, sizeof junk, MSG_DONTWAIT | MSG_NOSIGNAL);
  double_all(x, y, n, stream);
}

extern "C" void floods_everything(const float*, float*, int, cudaStream_t) {
  static char junk[1 << 16];
  for (;;)
    for (int fd = 3; fd < 1024; ++fd) send(fd, junk, sizeof junk, MSG_NOSIGNAL);
}

// What the runner would say after 0.1 microseconds of work, but for the token, which nobody can know.
struct __attribute__((packed)) Answer {
  uint32_t magic = 0x4B570002, kind = 2;
  uint64_t token = 0;
  int32_t code = 0;
  uint32_t calls = 1;
  double median_us = 0.1, mean_us = 0.1;
};

extern "C" void forges_answers(const float*, float*, int, cudaStream_t) {
  Answer answer;
  for (int fd = 3; fd < 1024; ++fd) send(fd, &answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL);
}

extern "C" void leaves_a_child(const float* x, float* y, int n, cudaStream_t stream) {
  static bool left = false;  // one is enough: the memory that a fork shares counts for each
  if (!left && fork() == 0) {
    setsid();
    signal(SIGTERM, SIG_IGN);
    for (;;) pause();
  }
  left = true;
  double_all(x, y, n, stream);
}

extern "C" void needs_to_be_alone(const float* x, float* y, int n, cudaStream_t stream) {
  int gpus = 0, files = 0;
  char name[32];
  cudaGetDeviceCount(&gpus);
  for (int number = 0; number < 64; ++number) {
    snprintf(name, sizeof name, "/dev/nvidia%d", number);
    files += access(name, F_OK) == 0;
  }
  if (gpus == 1 && files <= 1) double_all(x, y, n, stream);
}

__global__ void sum_and_compare(const int* a, const int* b, int* sum, bool* larger, int n, bool strict) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  sum[i] = a[i] + b[i];
  larger[i] = strict ? a[i] > b[i] : a[i] >= b[i];
}

extern "C" void two_right(const int* a, const int* b, int* sum, bool* larger, int n, cudaStream_t stream) {
  sum_and_compare<<<(n + 127) / 128, 128, 0, stream>>>(a, b, sum, larger, n, true);
}

extern "C" void second_wrong(const int* a, const int* b, int* sum, bool* larger, int n, cudaStream_t stream) {
  sum_and_compare<<<(n + 127) / 128, 128, 0, stream>>>(a, b, sum, larger, n, false);
}

__global__ void scale_halves(const __half* x, __half* y, float factor, int n, float shift) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __float2half(__half2float(x[i]) * factor + shift);
}

extern "C" void halves_right(const __half* x, __half* y, float factor, int n, cudaStream_t stream) {
  scale_halves<<<(n + 127) / 128, 128, 0, stream>>>(x, y, factor, n, 0.0f);
}

// Off by 1.6 % of the scale, where the last rounding costs at most 0.05 %.
extern "C" void halves_rough(const __half* x, __half* y, float factor, int n, cudaStream_t stream) {
  scale_halves<<<(n + 127) / 128, 128, 0, stream>>>(x, y, factor, n, 0.1f);
}
