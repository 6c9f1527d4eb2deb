"""What reaches the emulator's compiler from a job, and what a report of a fault tells of this machine."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent / "emulator"))
from emulator_device import call_and_die  # noqa: E402

import kernelwright_harness  # noqa: E402
from kernelwright_harness.build import emulated  # noqa: E402
from kernelwright_harness.build.compile import Build, Job, build  # noqa: E402
from kernelwright_harness.build.emulated import architecture_number, library_command  # noqa: E402
from kernelwright_harness.emulator.fault import find_fault  # noqa: E402

ARCHITECTURE = """#include <cuda_runtime.h>
#if __CUDA_ARCH__ != EXPECTED
#error __CUDA_ARCH__ is another
#endif
extern "C" void launch() {}
"""
FAULTS = """#include <cuda_runtime.h>
__global__ void over(float* y, int n) {
  if (threadIdx.x == 0) {
    y[n] = 1.0f;
  }
}
__global__ void atomic(float* y, int n) {
  atomicAdd(&y[n], 1.0f);
}
extern "C" void write_past(const float* x, float* y, int n) { over<<<1, 1>>>(y, n); cudaDeviceSynchronize(); }
extern "C" void add_past(const float* x, float* y, int n) { atomic<<<1, 1>>>(y, n); cudaDeviceSynchronize(); }
"""


@pytest.fixture(autouse=True)
def without_nvcc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulated, "cuda_home", lambda: None)


def built(folder: Path, source: str, arch: str = "sm_90") -> Build:
    (folder / "kernels").mkdir(exist_ok=True)
    (folder / "kernels" / "fill.cu").write_text(source)
    return build(Job(folder, "kernels/fill.cu", arch, True), "emulated")


@pytest.mark.parametrize(("arch", "value"), [("sm_80", 800), ("sm_90a", 900), ("sm_120", 1200)])
def test_the_architecture_is_the_jobs(tmp_path: Path, arch: str, value: int) -> None:
    result = built(tmp_path, ARCHITECTURE.replace("EXPECTED", str(value)), arch)
    assert result.outcome == "built", result.log
    assert f"-D__CUDA_ARCH__={value}" in library_command(Job(tmp_path, "a.cu", arch, True))


@pytest.mark.parametrize("arch", ["native", "sm_", "sm_90 -x", "90"])
def test_what_is_no_architecture_is_an_error(arch: str) -> None:
    with pytest.raises(ValueError, match="not an architecture"):
        architecture_number(arch)


@pytest.mark.parametrize(("function", "line"), [("write_past", 4), ("add_past", 8)])
def test_a_fault_is_found_and_its_report_names_no_folder_of_this_machine(tmp_path: Path, function: str, line: int) -> None:
    result = built(tmp_path, FAULTS)
    assert result.library is not None, result.log
    _, said = call_and_die(result.library, function, np.ones(16, "f4"), np.zeros(16, "f4"), 16)
    fault = find_fault(said, "kernels/fill.cu")
    assert fault is not None and fault.line == line, said
    sources = [word for word in said.split() if ":" in word and word.split(":")[0].endswith((".h", ".cu", ".cpp"))]
    assert any("kernelwright-emulator/kernelwright/" in word for word in sources), said
    root = str(Path(kernelwright_harness.__file__).resolve().parents[1])
    assert not [word for word in sources if root in word or str(tmp_path) in word], said


def test_the_library_holds_no_path_of_this_machine(tmp_path: Path) -> None:
    result = built(tmp_path, FAULTS)
    assert result.library is not None, result.log
    content = result.library.read_bytes()
    assert str(tmp_path).encode() not in content
    assert str(Path(kernelwright_harness.__file__).resolve().parent).encode() not in content
