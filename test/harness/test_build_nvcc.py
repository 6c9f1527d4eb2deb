"""The steps of nvcc side by side: the same library, and nvcc's own words."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from kernelwright_harness.build import nvcc
from kernelwright_harness.build.compile import Build, Job, build
from kernelwright_harness.build.nvcc import arranged, library_command, side_by_side
from kernelwright_harness.limits import Limits
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import cuda_home

KERNEL = """#include <cuda_runtime.h>
namespace { __device__ float table[4] = {1, 2, 3, 4}; __global__ void fill(float* y, int n) { int i = threadIdx.x; int unused; if (i < n) y[i] = table[i & 3]; } }
extern "C" void launch(float* y, int n, cudaStream_t stream) { int never; fill<<<1, 32, 0, stream>>>(y, n); }
"""
needs_nvcc = pytest.mark.skipif(cuda_home() is None, reason="there is no nvcc on this machine")


def job(folder: Path, source: str = KERNEL, name: str = "kernels/fill.cu", sandbox: bool = True) -> Job:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(source)
    return Job(folder, name, "sm_90", sandbox)


def plainly(monkeypatch: pytest.MonkeyPatch, one: Job) -> Build:
    with monkeypatch.context() as patch:
        patch.setattr(nvcc, "side_by_side", lambda _command, _job: None)
        return build(one, "cuda")


def device_code(library: Path) -> bytes:
    """The section in which nvcc puts it."""
    out = library.with_suffix(".fatbin")
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.nv_fatbin", "--set-section-flags", ".nv_fatbin=alloc", str(library), str(out)], check=True)
    return out.read_bytes()


@needs_nvcc
@pytest.mark.parametrize("sandbox", [True, False])
def test_the_device_code_and_the_messages_are_those_of_nvcc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: bool) -> None:
    # Names of what is private to a file are nvcc's own choice each time; lines are told with the file's path and time: so in one folder.
    one = job(tmp_path, KERNEL.replace("namespace {", "").replace(" } }", " }"), sandbox=sandbox)
    home = cuda_home()
    assert home and side_by_side(library_command(home, one), one) is not None
    halves = build(one, "cuda")
    assert halves.outcome == "built", halves.log
    code = device_code(one.library)
    plain = plainly(monkeypatch, one)
    assert plain.outcome == "built" and len(code) > 1000 and code == device_code(one.library)

    def without_times(log: str) -> list[str]:
        return [line for line in log.splitlines() if "Compile time" not in line]

    assert without_times(halves.log) == without_times(plain.log)


@needs_nvcc
def test_what_is_private_to_a_file_compiles_and_is_registered(tmp_path: Path) -> None:
    result = build(job(tmp_path), "cuda")
    assert result.outcome == "built", result.log
    assert "declared but never referenced" in result.log and "Used " in result.log
    symbols = subprocess.run(["nm", "-D", str(result.library)], capture_output=True, text=True, check=True).stdout
    assert " T launch" in symbols and "w kernelwright_last_error" in symbols.lower()


@needs_nvcc
@pytest.mark.parametrize("wrong", ["int x = undeclared_name;", "__device__ int f() { return undeclared_name; }", "#error undeclared_name"])
def test_a_failure_has_nvccs_own_words_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    source = f"{KERNEL}{wrong}\n"
    halves, plain = build(job(tmp_path / "first", source), "cuda"), plainly(monkeypatch, job(tmp_path / "second", source))
    assert (halves.outcome, halves.log) == ("failed", plain.log)
    assert halves.log.count("error") and "undeclared_name" in halves.log


@needs_nvcc
def test_an_error_in_the_device_half_alone_is_found(tmp_path: Path) -> None:
    source = KERNEL + "#ifdef __CUDA_ARCH__\n#error only on the device\n#endif\n"
    result = build(job(tmp_path, source), "cuda")
    assert result.outcome == "failed" and result.log.count("error: #error only on the device") == 1


@needs_nvcc
def test_time_is_for_both_attempts_together(tmp_path: Path) -> None:
    doubled = "".join(f"#define D{n + 1} D{n} D{n}\n" for n in range(26))
    one = job(tmp_path, f"#define D0 x += 1;\n{doubled}void launch(int x) {{ D26 }}\n")
    result = build(Job(one.directory, one.source, one.arch, True, Limits(), limit_s=1.0), "cuda")
    assert result.outcome == "failed" and "did not finish in time" in result.log
    assert result.seconds < 10


@needs_nvcc
@pytest.mark.parametrize("name", ["kernels/a b.cu", "kernels/$(touch ran).cu", "kernels/a'b.cu"])
def test_a_path_that_is_not_plain_is_left_to_nvcc(tmp_path: Path, name: str) -> None:
    home = cuda_home()
    one = job(tmp_path, name=name)
    assert home and side_by_side(library_command(home, one), one) is None


@needs_nvcc
def test_nothing_is_left_behind(tmp_path: Path) -> None:
    before = set(Path("/tmp").glob("tmpxft*"))
    assert build(job(tmp_path, sandbox=False), "cuda").outcome == "built"
    assert set(Path("/tmp").glob("tmpxft*")) <= before
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["fill.cu", "kernels", "kernelwright-candidate.so"]


def steps(*programs: str) -> str:
    settings = "".join(f"#$ {name}=x\n" for name in ("TOP", "CICC_PATH", "NVVMIR_LIBRARY_DIR", "LD_LIBRARY_PATH", "PATH"))
    return settings + "".join(f"#$ {program}\n" for program in programs)


CUDAFE = 'cudafe++ --gen_module_id_file --module_id_file_name "/tmp/tmpxft_00000001_00000000-4_a.module_id" "a"'
KNOWN = ("gcc -E a", CUDAFE, "gcc -E b", '"$CICC_PATH/cicc" c', "ptxas d", "fatbinary e", "rm f", "gcc -c g", "g++ h")


def test_the_two_halves_run_beside_each_other_and_the_rest_after_them() -> None:
    script = arranged(steps(*KNOWN), "kernels/a.cu")
    assert script is not None
    lines = script.splitlines()
    order = ["gcc -E a", "host=$!", "gcc -E b", "fatbinary e", "device=$!", "wait $host", "wait $device", "gcc -c g", "g++ h"]
    assert [line for line in lines if line in order] == order
    assert "--gen_module_id_file" not in script and "rm f" not in script
    digest = hashlib.sha256(b"kernels/a.cu").hexdigest()
    assert f"printf %s _{digest[:8]}_4_a_cu_{digest[8:16]} > /tmp/tmpxft_00000001_00000000-4_a.module_id" in lines
    assert shutil.which("sh") and subprocess.run(["sh", "-n", "-c", script]).returncode == 0


@pytest.mark.parametrize(
    "told",
    [
        "",
        steps(*KNOWN[:-1]),
        steps(*KNOWN, "nvlink i"),
        steps(KNOWN[2], KNOWN[3], *KNOWN[:2], *KNOWN[4:]),
        steps(KNOWN[0], "cudafe++ a", *KNOWN[2:]),
        steps(*KNOWN).replace("#$ PATH=x\n", ""),
        steps(*KNOWN).replace("gcc", "clang"),
        steps(*KNOWN).replace("_a.module_id", "_a;b.module_id"),
    ],
)
def test_other_steps_are_left_to_nvcc(told: str) -> None:
    assert arranged(told, "kernels/a.cu") is None


@needs_nvcc
def test_asking_for_the_steps_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """nvcc leaves three files of a name that can be foreseen."""
    own = tmp_path / "tmp"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    one = job(tmp_path)
    home = cuda_home()
    assert home is not None
    before = set(Path("/tmp").glob("tmpxft_*"))
    script = side_by_side(library_command(home, one), one)
    assert script is not None and str(own) not in script and "/tmp/tmpxft_" in script
    assert list(own.iterdir()) == [] and not [path for path in set(Path("/tmp").glob("tmpxft_*")) - before if path.name in script]


@needs_nvcc
@pytest.mark.parametrize("device", ["cuda", "emulated"])
def test_what_ptxas_says_of_each_kernel_is_told_on_both_devices(tmp_path: Path, device: DeviceKind) -> None:
    source = KERNEL.replace("fill(float* y, int n) {", "fill(float* y, int n) { __shared__ float part[32]; part[threadIdx.x] = n; __syncthreads(); y += (int)part[31 - threadIdx.x];")
    made = build(job(tmp_path, source), device)
    assert made.outcome == "built", made.log
    assert re.search(r"ptxas info\s*: Compiling entry function '\w+4fillEPfi' for 'sm_90'", made.log)
    assert re.search(r"0 bytes spill stores, 0 bytes spill loads\nptxas info\s*: Used \d+ registers[^\n]* 128 bytes smem", made.log)
