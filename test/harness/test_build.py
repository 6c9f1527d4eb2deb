"""Real compilers in the real sandbox."""

import ctypes
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kernelwright_harness
from kernelwright_harness.build import emulated
from kernelwright_harness.build.compile import Build, Job, build
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import cuda_home

KERNEL = """#include <cuda_runtime.h>
__global__ void fill(float* y, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = 1.0f; }
extern "C" void launch(float* y, int n, cudaStream_t stream) { fill<<<(n + 31) / 32, 32, 0, stream>>>(y, n); }
"""
WRONG = KERNEL.replace("= 1.0f", "= undeclared_name")

needs_nvcc = pytest.mark.skipif(cuda_home() is None, reason="there is no nvcc on this machine")


def built(folder: Path, source: str, device: DeviceKind = "emulated", sandbox: bool = True) -> Build:
    (folder / "kernels").mkdir(exist_ok=True)
    (folder / "kernels" / "fill.cu").write_text(source)
    return build(Job(folder, "kernels/fill.cu", "sm_90", sandbox), device)


@pytest.fixture
def without_nvcc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulated, "cuda_home", lambda: None)


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_kernel_becomes_a_library_for_the_emulated_device(tmp_path: Path, sandbox: bool) -> None:
    result = built(tmp_path, KERNEL, sandbox=sandbox)
    assert (result.outcome, result.library) == ("built", tmp_path / "kernelwright-candidate.so"), result.log
    symbols = subprocess.run(["nm", "-D", "--defined-only", str(result.library)], capture_output=True, text=True, check=True).stdout
    assert re.search(r" T launch$", symbols, re.MULTILINE)
    assert "kernelwright_last_error" in symbols
    assert 0 < result.seconds < 120


@needs_nvcc
def test_nvcc_makes_a_library_for_a_gpu_and_says_what_it_costs(tmp_path: Path) -> None:
    result = built(tmp_path, KERNEL, "cuda")
    assert result.outcome == "built", result.log
    assert result.library is not None
    assert ctypes.CDLL(str(result.library)).launch is not None
    assert re.search(r"Used \d+ registers", result.log)


@needs_nvcc
@pytest.mark.parametrize("device", ["cuda", "emulated"])
def test_nvcc_has_the_first_word_on_errors(tmp_path: Path, device: DeviceKind) -> None:
    result = built(tmp_path, WRONG, device)
    assert (result.outcome, result.library) == ("failed", None)
    assert 'kernels/fill.cu(2): error: identifier "undeclared_name" is undefined' in result.log


@pytest.mark.usefixtures("without_nvcc")
def test_without_nvcc_the_other_compiler_names_file_and_line(tmp_path: Path) -> None:
    result = built(tmp_path, WRONG)
    assert result.outcome == "failed"
    assert re.search(r"kernels/fill\.cu:2:\d+: error: .undeclared_name", result.log), result.log


@pytest.mark.usefixtures("without_nvcc")
def test_what_cannot_be_emulated_is_refused_with_its_line(tmp_path: Path) -> None:
    result = built(tmp_path, KERNEL.replace("y[i] = 1.0f;", '\n  asm("exit;");'))
    assert result.outcome == "failed"
    assert "kernels/fill.cu:3: error: " in result.log and "inline PTX" in result.log


@needs_nvcc
def test_an_error_that_is_also_beyond_the_emulator_is_nvccs_to_tell(tmp_path: Path) -> None:
    result = built(tmp_path, WRONG.replace("undeclared_name;", 'undeclared_name; asm("exit;");'))
    assert result.outcome == "failed" and "undeclared_name" in result.log and "inline PTX" not in result.log


@pytest.mark.usefixtures("without_nvcc")
@pytest.mark.parametrize("path", ["/etc/hostname", "{harness}", "{outside}"])
def test_a_source_cannot_include_what_is_outside_of_the_sandbox(tmp_path: Path, path: str) -> None:
    outside = tmp_path / "secret.h"
    outside.write_text("#error THE-SECRET\n")
    place = path.format(harness=Path(kernelwright_harness.__file__).resolve(), outside=outside)
    folder = tmp_path / "build"
    folder.mkdir()
    result = built(folder, f'#include "{place}"\n{KERNEL}')
    assert result.outcome == "failed"
    assert "No such file or directory" in result.log and "THE-SECRET" not in result.log


@pytest.mark.usefixtures("without_nvcc")
def test_a_link_in_place_of_the_library_is_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that hostile source has taken over may leave anything in its folder."""
    target = tmp_path / "elsewhere"
    target.write_text("not a library")

    def leaves_a_link(job: Job) -> list[str]:
        return ["ln", "-s", str(target), str(job.library)]

    monkeypatch.setattr(emulated, "library_command", leaves_a_link)
    folder = tmp_path / "build"
    folder.mkdir()
    result = built(folder, KERNEL)
    assert (result.outcome, result.library) == ("failed", None)
    assert result.log.endswith("the compiler made no library")


def asked(request: dict[str, object], **variables: str) -> "subprocess.CompletedProcess[str]":
    root = str(Path(kernelwright_harness.__file__).resolve().parents[1])
    command = [sys.executable, "-s", "-B", "-m", "kernelwright_harness", "build"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, **variables}
    return subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=120, cwd=root, env=environment)


def test_the_service_writes_the_files_and_builds_the_source(tmp_path: Path) -> None:
    files = [{"path": "kernels/fill.cu", "content": KERNEL.replace("1.0f", "VALUE").replace("<cuda_runtime.h>", "<cuda_runtime.h>\n#include \"value.h\"")}, {"path": "kernels/value.h", "content": "#define VALUE 1.0f\n"}]
    answer = asked({"device": "emulated", "arch": "sm_90", "directory": str(tmp_path), "source": "kernels/fill.cu", "files": files})
    result = json.loads(answer.stdout)
    assert result["outcome"] == "built", result["log"]
    assert Path(result["library"]).is_relative_to(tmp_path)
    assert result["cached"] is False


def test_the_service_builds_the_same_things_once(tmp_path: Path) -> None:
    def ask(name: str, files: list[dict[str, str]]) -> dict[str, Any]:
        folder = tmp_path / name
        folder.mkdir()
        request: dict[str, object] = {"device": "emulated", "arch": "sm_90", "directory": str(folder), "source": "kernels/fill.cu", "files": files}
        return json.loads(asked(request, KERNELWRIGHT_CACHE=str(tmp_path / "cache")).stdout)

    files = [{"path": "kernels/fill.cu", "content": KERNEL}]
    first, second = ask("first", files), ask("second", files)
    assert (first["outcome"], first["cached"]) == ("built", False), first["log"]
    assert (second["outcome"], second["cached"], second["log"]) == ("built", True, first["log"])
    assert second["library"] == str(tmp_path / "second" / "kernelwright-candidate.so")
    assert Path(second["library"]).read_bytes() == Path(first["library"]).read_bytes()
    assert Path(second["library"]).stat().st_nlink == 1
    wrong = [{"path": "kernels/fill.cu", "content": WRONG}]
    assert [ask(name, wrong)["cached"] for name in ("third", "fourth")] == [False, False]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_nothing_is_kept_when_the_cache_is_off(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    files = [{"path": "fill.py", "content": "x = 1\n"}, {"path": "fill.cu", "content": KERNEL}]
    request: dict[str, object] = {"device": "emulated", "arch": "sm_90", "directory": str(tmp_path / "job"), "source": "fill.cu", "files": files}
    answer = json.loads(asked(request, KERNELWRIGHT_CACHE="off", HOME=str(tmp_path)).stdout)
    assert (answer["outcome"], answer["cached"]) == ("built", False), answer["log"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["job"]


@pytest.mark.parametrize("path", ["../outside.cu", "/tmp/outside.cu", "a/../../outside.cu"])
def test_the_service_writes_nothing_outside_of_its_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    answer = asked({"device": "emulated", "arch": "sm_90", "directory": str(folder), "source": path, "files": [{"path": path, "content": KERNEL}]})
    assert answer.returncode != 0 and "not a path inside the target" in answer.stderr
    assert [p.name for p in tmp_path.rglob("*")] == ["folder"]


@pytest.mark.parametrize("path", ["kernelwright-emulator/cuda_runtime.h", "./kernelwright-candidate.so", "kernelwright-emulated.cpp"])
def test_a_source_cannot_stand_in_for_the_builds_own_files(tmp_path: Path, path: str) -> None:
    files = [{"path": "fill.cu", "content": KERNEL}, {"path": path, "content": ""}]
    answer = asked({"device": "emulated", "arch": "sm_90", "directory": str(tmp_path), "source": "fill.cu", "files": files})
    assert answer.returncode != 0 and "cannot be named so" in answer.stderr
