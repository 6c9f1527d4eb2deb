"""Builds of a source with headers of its own: where compilers find them, and that the emulated device runs what is in them."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent / "emulator"))
from emulator_device import Library, start_worker  # noqa: E402

from kernelwright_harness.build import emulated, nvcc  # noqa: E402
from kernelwright_harness.build.compile import Build, Job, build  # noqa: E402
from kernelwright_harness.build.include_folders import folders_to_search, include_folders  # noqa: E402
from kernelwright_harness.sandbox import cuda_home  # noqa: E402

SOURCE = "kernels/fill.cu"
FILES = {
    SOURCE: """/* fills */
#include "scale.cuh"
#include <launch/launch.cuh>
extern "C" void launch(const float* x, float* y, int n) { start(x, y, n); cudaDeviceSynchronize(); }
""",
    "kernels/scale.cuh": '#pragma once\n#include "../constants.h"\n__device__ inline float scale(float x) { return x * FACTOR; }\n',
    "constants.h": "#define FACTOR 3.0f\n",
    "include/launch/launch.cuh": """#pragma once
#include "body.inc"
inline void start(const float* x, float* y, int n) { fill<<<1, 32>>>(x, y, n); }
""",
    "include/launch/body.inc": """__global__ void fill(const float* x, float* y, int n) {
  __shared__ float row[32];
  row[threadIdx.x] = threadIdx.x < n ? scale(x[threadIdx.x]) : 0.0f;
  __syncthreads();
  if (threadIdx.x < n) y[threadIdx.x] = row[n - 1 - threadIdx.x];
}
""",
}
needs_nvcc = pytest.mark.skipif(cuda_home() is None, reason="there is no nvcc on this machine")


def job(folder: Path, files: dict[str, str]) -> Job:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return Job(folder, SOURCE, "sm_90", True, others=tuple(path for path in files if path != SOURCE))


def emulate(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setattr(emulated, "cuda_home", lambda: None)
    return build(job(folder, files), "emulated")


def test_headers_are_searched_from_the_nearest_folder_to_the_root(tmp_path: Path) -> None:
    assert include_folders(["a/b/k.cu"]) == ["a/b/include", "a/include", "include", "csrc/include", "."]
    assert include_folders(["csrc/k.cu"]) == ["csrc/include", "include", "."]
    assert folders_to_search(job(tmp_path, FILES)) == [Path("include"), Path(".")]
    assert folders_to_search(job(tmp_path, {"place/csrc/include/a.h": ""}), "place") == [Path("place/csrc/include"), Path("place")]


def test_the_emulated_device_runs_kernels_and_launches_in_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = emulate(tmp_path, FILES, monkeypatch)
    assert result.library is not None, result.log
    worker = start_worker()
    _, (_, y) = Library(result.library, worker).call("launch", np.arange(5, dtype="f4"), np.zeros(5, "f4"), 5)
    worker.communicate(timeout=30)
    assert y.tolist() == [12.0, 9.0, 6.0, 3.0, 0.0]


@needs_nvcc
def test_nvcc_finds_headers_in_other_folders_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = job(tmp_path, FILES)
    side_by_side = build(one, "cuda")
    assert side_by_side.outcome == "built", side_by_side.log
    monkeypatch.setattr(nvcc, "side_by_side", lambda _command, _job: None)
    plain = build(one, "cuda")
    assert plain.outcome == "built", plain.log


@needs_nvcc
def test_on_the_emulated_device_nvcc_reads_the_headers_as_they_are(tmp_path: Path) -> None:
    wrong = {**FILES, "kernels/scale.cuh": "__device__ inline float scale(float x) { return undeclared_name; }\n"}
    result = build(job(tmp_path, wrong), "emulated")
    assert result.outcome == "failed"
    assert 'kernels/scale.cuh(1): error: identifier "undeclared_name" is undefined' in result.log


def test_a_mistake_is_told_with_the_header_and_its_own_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**FILES, "kernels/scale.cuh": FILES["kernels/scale.cuh"].replace("FACTOR", "undeclared_name")}
    result = emulate(tmp_path, wrong, monkeypatch)
    assert "kernels/scale.cuh:3:" in result.log and "undeclared_name" in result.log


def test_what_the_emulated_device_cannot_run_is_told_with_the_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {**FILES, "constants.h": '#define FACTOR 3.0f\n__device__ inline void f() { asm volatile("bar.sync 0;"); }\n'}
    result = emulate(tmp_path, refused, monkeypatch)
    assert result.outcome == "failed"
    assert result.log.startswith("constants.h:2: error: the emulated device cannot run this: ")
