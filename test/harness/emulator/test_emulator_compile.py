"""The compiler's messages, and libraries side by side."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from emulator_device import Library, build
from kernelwright_harness.emulator.compile import compile_command
from kernelwright_harness.emulator.rewrite import translate


def compile_errors(source: str, folder: Path) -> str:
    translated = folder / "k.cpp"
    translated.write_text(translate(source, "kernels/k.cu"))
    done = subprocess.run(compile_command(translated, folder / "k.so"), capture_output=True, text=True)
    assert done.returncode != 0
    return done.stderr


def test_errors_name_the_source_and_its_line(tmp_path: Path) -> None:
    source = "__global__ void k(float* x) {\n  __shared__ float\n    a[4];\n  x[0] = undeclared;\n}\n"
    assert "kernels/k.cu:4:10: error: \u2018undeclared\u2019" in compile_errors(source, tmp_path)


def test_an_error_in_a_launch_names_its_line(tmp_path: Path) -> None:
    source = "__global__ void k(float* x) {}\nvoid f(int* x) {\n  k<<<1,\n      1>>>(x);\n}\n"
    assert "kernels/k.cu:3:" in compile_errors(source, tmp_path)


def test_too_much_static_shared_memory_does_not_compile(tmp_path: Path) -> None:
    source = "__global__ void k() { __shared__ float a[12289]; a[0] = 1; }\n"
    assert "more than 48 KiB of static shared memory" in compile_errors(source, tmp_path)


def test_a_kernel_in_an_untranslated_header_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.cuh").write_text("__global__ void k() {}\n")
    (tmp_path / "k.cpp").write_text(translate('#include "other.cuh"\n', "k.cu"))
    command = compile_command(tmp_path / "k.cpp", tmp_path / "k.so", search=[tmp_path])
    done = subprocess.run(command, capture_output=True, text=True)
    assert "kernelwright_cannot_emulate_a_kernel_outside_the_translated_source_file" in done.stderr


def test_the_standard_library_and_every_forwarding_header_fit(tmp_path: Path) -> None:
    headers = [
        "cuda.h", "cuda_runtime.h", "cuda_runtime_api.h", "cuda_fp16.h", "cuda_bf16.h", "device_launch_parameters.h",
        "math_constants.h", "vector_types.h", "algorithm", "cmath", "complex", "limits", "string", "memory", "type_traits",
    ]  # fmt: skip
    source = "".join(f"#include <{header}>\n" for header in headers)
    source += "using namespace std;\n__noinline__ __device__ float f(float a) { return max(a, min(2.0f, __expf(a))) + std::max(1, 2); }\n"
    build(source, "headers.cu", tmp_path)


def test_two_versions_of_a_kernel_live_side_by_side(tmp_path: Path, realistic: Library) -> None:
    source = """
    __device__ float offset = OFFSET;
    __global__ void add(float* y) { __shared__ float s; s = y[0] + offset; __syncthreads(); y[0] = s; }
    extern "C" void run(float* y) { add<<<1, 1>>>(y); }
    """
    one = Library(build(source.replace("OFFSET", "1"), "one.cu", tmp_path), realistic.worker)
    two = Library(build(source.replace("OFFSET", "2"), "two.cu", tmp_path), realistic.worker)
    for library, expected in ((one, 1), (two, 2), (one, 1)):
        assert library.call("run", np.zeros(1, "f4"))[1][0][0] == expected
