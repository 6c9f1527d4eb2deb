"""Evaluates one kernel in the way of KernelBench: `load_inline`, correctness trials against PyTorch, timed calls; all in this process.

    python load_inline.py SOURCE.cu ENTRY ELEMENTS BUILD_FOLDER [--cpu]

ENTRY is an `extern "C"` launcher (const float* x, float* y, int n, cudaStream_t stream) of gelu. With --cpu the launcher is replaced by
PyTorch's own gelu, so that everything but the kernel can be tried without a GPU. Prints one line of JSON.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.utils.cpp_extension import load_inline

CORRECTNESS_TRIALS = 5
WARM_UP_CALLS = 3
TIMED_CALLS = 100
TOLERANCE = 1e-4

CUDA_WRAPPER = """
#include <torch/extension.h>
#include <c10/cuda/CUDAStream.h>
{source}
torch::Tensor forward(torch::Tensor x) {{
  auto y = torch::empty_like(x);
  {entry}(x.data_ptr<float>(), y.data_ptr<float>(), static_cast<int>(x.numel()), c10::cuda::getCurrentCUDAStream());
  return y;
}}
"""
CPU_WRAPPER = "#include <torch/extension.h>\ntorch::Tensor forward(torch::Tensor x) { return at::gelu(x); }\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("entry")
    parser.add_argument("elements", type=int)
    parser.add_argument("build_folder")
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    device = "cpu" if options.cpu else "cuda"

    began = time.perf_counter()
    if options.cpu:
        module = load_inline("bench_candidate", CPU_WRAPPER, functions=["forward"], build_directory=options.build_folder)
    else:
        source = CUDA_WRAPPER.format(source=options.source.read_text(), entry=options.entry)
        declaration = "torch::Tensor forward(torch::Tensor x);"
        module = load_inline("bench_candidate", declaration, source, functions=["forward"], build_directory=options.build_folder)
    built = time.perf_counter()

    correct = True
    for seed in range(CORRECTNESS_TRIALS):
        torch.manual_seed(seed)
        x = torch.randn(options.elements, device=device)
        correct = correct and torch.allclose(module.forward(x), torch.nn.functional.gelu(x), atol=TOLERANCE, rtol=TOLERANCE)
    x = torch.randn(options.elements, device=device)
    times_us = timed_on_gpu(module.forward, x) if device == "cuda" else timed_on_cpu(module.forward, x)
    print(json.dumps({"correct": correct, "us": statistics.median(times_us), "build_s": built - began, "rest_s": time.perf_counter() - built}))


def timed_on_gpu(call: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> list[float]:
    for _ in range(WARM_UP_CALLS):
        call(x)
    torch.cuda.synchronize()
    times: list[float] = []
    for _ in range(TIMED_CALLS):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        call(x)
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end) * 1000)
    return times


def timed_on_cpu(call: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> list[float]:
    times: list[float] = []
    for _ in range(TIMED_CALLS):
        start = time.perf_counter()
        call(x)
        times.append((time.perf_counter() - start) * 1e6)
    return times


if __name__ == "__main__":
    main()
