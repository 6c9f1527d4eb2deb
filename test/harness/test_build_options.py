"""Targets of several sources, with include folders, flags and architectures of their own: real compilers in the real sandbox."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent / "emulator"))
from emulator_device import Library, start_worker  # noqa: E402

from kernelwright_harness.build import compile as compiling  # noqa: E402
from kernelwright_harness.build import emulated, nvcc, service  # noqa: E402
from kernelwright_harness.build.build_options import BuildOptions, parse_build_options  # noqa: E402
from kernelwright_harness.build.compile import Build, Job, build, compiled_for  # noqa: E402
from kernelwright_harness.build.flags import Flags, parse_flags  # noqa: E402
from kernelwright_harness.options import DeviceKind  # noqa: E402
from kernelwright_harness.sandbox import cuda_home  # noqa: E402

SOURCE = "kernels/scale.cu"
# Two sources share a header of an include folder, with a variable of the device in it; each has an `offset` of its own.
FILES = {
    SOURCE: """#include <shared/math.cuh>
#include "host.h"
__device__ float offset = 1.0f;
__global__ void scale(const float* x, float* y, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = scaled(x[i] + offset); }
extern "C" void launch(const float* x, float* y, int n, cudaStream_t stream) {
  scale<<<blocks(n), THREADS, 0, stream>>>(x, y, n);
  negate(y, n, stream);
}
""",
    "kernels/negate.cu": """#include <shared/math.cuh>
#include "host.h"
__device__ float offset = -1000.0f;
__global__ void negate_kernel(float* y, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = -(y[i] + offset + 1000.0f) * factor / SCALE; }
void negate(float* y, int n, cudaStream_t stream) { negate_kernel<<<blocks(n), THREADS, 0, stream>>>(y, n); }
""",
    "kernels/blocks.c": '#include "threads.h"\nint blocks_of(int n) { int class = THREADS; return (n + class - 1) / class; }\n',
    "kernels/blocks.cpp": '#include "host.h"\nint blocks(int n) { return blocks_of(n); }\n',
    "vendor/inc/shared/math.cuh": "#pragma once\n__device__ float factor = SCALE;\n__device__ inline float scaled(float x) { return x * factor; }\n",
    "kernels/host.h": '#pragma once\n#include <cuda_runtime.h>\n#include "threads.h"\nint blocks(int n);\nextern "C" int blocks_of(int n);\nvoid negate(float* y, int n, cudaStream_t stream);\n',
    "kernels/threads.h": "#define THREADS 32\n",
}
EXTRA = ("kernels/negate.cu", "kernels/blocks.c", "kernels/blocks.cpp")

needs_nvcc = pytest.mark.skipif(cuda_home() is None, reason="there is no nvcc on this machine")


def options(*flags: str, sources: tuple[str, ...] = EXTRA, architectures: tuple[str, ...] = ()) -> BuildOptions:
    return BuildOptions(sources, ("vendor/inc",), parse_flags(flags or ("-DSCALE=2",)), architectures)


def built(folder: Path, device: DeviceKind, asked: BuildOptions, files: dict[str, str] = FILES, arch: str = "sm_90") -> Build:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return build(Job(folder, SOURCE, arch, True, others=tuple(path for path in files if path != SOURCE), options=asked), device)


@pytest.fixture
def without_nvcc(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (emulated, compiling):
        monkeypatch.setattr(module, "cuda_home", lambda: None)


def called(library: Path | None) -> list[float]:
    assert library is not None
    worker = start_worker()
    _, (_, y) = Library(library, worker).call("launch", np.arange(3, dtype="f4"), np.zeros(3, "f4"), 3, None)
    worker.communicate(timeout=30)
    return y.tolist()


@pytest.mark.usefixtures("without_nvcc")
def test_the_emulated_device_runs_several_sources_with_variables_of_the_same_name(tmp_path: Path) -> None:
    result = built(tmp_path, "emulated", options())
    assert result.outcome == "built", result.log
    assert called(result.library) == [-2.0, -4.0, -6.0]


@pytest.mark.usefixtures("without_nvcc")
@pytest.mark.parametrize(("flags", "y"), [(("-DSCALE=3", "--use_fast_math", "-O1", "-Xptxas=-O2"), -3.0), (("-DSCALE=4", "-std=c++14"), -4.0), (("-DSCALE=5", "-std=c++20"), -5.0)])
def test_macros_and_the_standard_count_on_the_emulated_device_and_other_flags_do_not(tmp_path: Path, flags: tuple[str, ...], y: float) -> None:
    result = built(tmp_path, "emulated", options(*flags))
    assert result.outcome == "built", result.log
    assert called(result.library)[0] == y


@pytest.mark.usefixtures("without_nvcc")
def test_the_emulated_device_runs_several_sources_that_share_no_variable(tmp_path: Path) -> None:
    files = {path: text.replace("__device__ float", "static __device__ float") for path, text in FILES.items()}
    result = built(tmp_path, "emulated", options(), files)
    assert result.outcome == "built", result.log
    assert called(result.library) == [-2.0, -4.0, -6.0]


def declared(table: str, *, header: str = "") -> dict[str, str]:
    """A source that defines `table`, and one with the `table` declaration that is given and a kernel that reads it."""
    return {
        SOURCE: f'{header}__constant__ float table[4] = {{5, 6, 7, 8}};\n__global__ void own(float* y) {{ y[2] = table[2]; }}\nvoid others(float* y, cudaStream_t s);\n'
        'extern "C" void launch(const float*, float* y, int, cudaStream_t s) { own<<<1, 1, 0, s>>>(y); others(y, s); }\n',
        "kernels/others.cu": f"{table}\n__global__ void read(float* y) {{ y[threadIdx.x] = table[threadIdx.x] + 1; }}\nvoid others(float* y, cudaStream_t s) {{ read<<<1, 2, 0, s>>>(y); }}\n",
        "kernels/table.cuh": "extern __constant__ float table[4];\n",
    }


@pytest.mark.usefixtures("without_nvcc")
def test_a_variable_that_is_declared_for_another_source_is_one_of_its_own_full_of_zeros(tmp_path: Path) -> None:
    result = built(tmp_path, "emulated", options(sources=("kernels/others.cu",)), declared("extern __constant__ float table[4];"))
    assert result.outcome == "built", result.log
    assert called(result.library) == [1.0, 1.0, 7.0]


EXTERN = "extern __constant__ float table[4];"


@pytest.mark.parametrize("device", ["cuda", "emulated"])
@pytest.mark.parametrize(
    ("files", "outcome", "said"),
    [
        (declared(EXTERN), "built", None),
        (declared(f"{EXTERN}\nvoid set(const float* x) {{ cudaMemcpyToSymbol(table, x, 16); }}"), "built", None),
        (declared(EXTERN, header='#include "table.cuh"\n'), "failed", "table"),
        (declared(f"{EXTERN}\n{EXTERN}"), "failed", "table"),
        (declared("extern const __constant__ float table[4];"), "failed", "uninitialized"),
        (declared("extern __constant__ float table[];"), "failed", "table"),
    ],
    ids=["declared", "set by the host", "declared where it is defined", "declared twice", "constant", "without a size"],
)
def test_variables_of_another_source_are_taken_and_refused_alike(
    tmp_path: Path, device: DeviceKind, files: dict[str, str], outcome: str, said: str | None, request: pytest.FixtureRequest
) -> None:
    if device == "cuda" and cuda_home() is None:
        pytest.skip("there is no nvcc on this machine")
    if device == "emulated":
        request.getfixturevalue("without_nvcc")
    result = built(tmp_path, device, options(sources=("kernels/others.cu",)), files)
    assert result.outcome == outcome, result.log
    assert said is None or said in result.log


@pytest.mark.parametrize("device", ["cuda", "emulated"])
def test_a_function_that_two_sources_define_is_an_error_on_both_devices(tmp_path: Path, device: DeviceKind, request: pytest.FixtureRequest) -> None:
    if device == "cuda" and cuda_home() is None:
        pytest.skip("there is no nvcc on this machine")
    if device == "emulated":
        request.getfixturevalue("without_nvcc")
    header = "vendor/inc/shared/math.cuh"
    result = built(tmp_path, device, options(), {**FILES, header: FILES[header].replace("inline ", "")})
    assert result.outcome == "failed" and "multiple definition of `scaled(float)" in result.log


@pytest.mark.usefixtures("without_nvcc")
def test_an_only_source_gets_flags_too(tmp_path: Path) -> None:
    text = '#include <shared/math.cuh>\n#ifdef GONE\n#error defined\n#endif\n__global__ void f(float* y) { *y = scaled(1.0f); }\nextern "C" void launch(const float*, float* y, int, cudaStream_t s) { f<<<1, 1, 0, s>>>(y); }\n'
    result = built(tmp_path, "emulated", options("-DSCALE=7", "-UGONE", sources=()), {SOURCE: text, "vendor/inc/shared/math.cuh": FILES["vendor/inc/shared/math.cuh"]})
    assert result.outcome == "built", result.log
    assert called(result.library)[0] == 7.0


@needs_nvcc
@pytest.mark.parametrize("flags", [("-DSCALE=2",), ("-DSCALE=2.5f", "-O2", "-std=c++20", "--use_fast_math", "--maxrregcount=64", "--extended-lambda", "--restrict", "-lineinfo", "-Xptxas=-O2", "-Xptxas=-v")])
def test_nvcc_builds_several_sources_side_by_side(tmp_path: Path, flags: tuple[str, ...]) -> None:
    result = built(tmp_path, "cuda", options(*flags))
    assert result.outcome == "built", result.log
    assert "warning" not in result.log
    symbols = subprocess.run(["nm", "-DC", "--defined-only", str(result.library)], capture_output=True, text=True, check=True).stdout
    for name in ("launch", "negate(float*, int, CUstream_st*)", "blocks_of", "kernelwright_last_error"):
        assert re.search(rf" [TW] {re.escape(name)}$", symbols, re.MULTILINE), symbols
    assert len(re.findall(r"Compiling entry function", result.log)) == 2


@needs_nvcc
def test_flags_reach_nvcc_also_with_one_source_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '#if SCALE != 2 || __cplusplus < 202002L\n#error no flags\n#endif\nextern "C" void launch() {}\n'
    files = {SOURCE: text, "vendor/inc/a.h": ""}
    assert built(tmp_path, "cuda", options("-DSCALE=2", sources=()), files).outcome == "failed"
    result = built(tmp_path, "cuda", options("-DSCALE=2", "--use_fast_math", "-std=c++20", sources=()), files)
    assert result.outcome == "built", result.log
    monkeypatch.setattr(nvcc, "side_by_side", lambda _command, _job: None)
    assert built(tmp_path, "cuda", options("-DSCALE=2", "-std=c++20", sources=()), files).outcome == "built"


@needs_nvcc
@pytest.mark.parametrize("device", ["cuda", "emulated"])
@pytest.mark.parametrize("path", [SOURCE, "kernels/negate.cu"])
def test_an_architecture_that_it_does_not_compile_for_is_named(tmp_path: Path, device: DeviceKind, path: str) -> None:
    files = {**FILES, path: FILES[path] + "#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 900\n#error needs a Hopper\n#endif\n"}
    good = built(tmp_path, device, options(architectures=("sm_90", "sm_100")), files)
    assert good.outcome == "built", good.log
    result = built(tmp_path, device, options(architectures=("sm_80", "sm_90")), files)
    assert (result.outcome, result.failed_arch) == ("failed", "sm_80")
    assert result.log.startswith(f'error: {path} does not compile for sm_80, which is among the "architectures" of the target:\n')
    assert "needs a Hopper" in result.log


@needs_nvcc
@pytest.mark.parametrize("device", ["cuda", "emulated"])
def test_an_architecture_that_nvcc_does_not_know_is_the_machines_to_mend(tmp_path: Path, device: DeviceKind) -> None:
    result = built(tmp_path, device, options(architectures=("sm_90a", "sm_91")))
    assert (result.outcome, result.library) == ("unavailable", None)
    assert re.match(r'The nvcc here does not know sm_91, for which "architectures" in the configuration asks \(it knows sm_\d+, .*\): install ', result.log)


@needs_nvcc
def test_what_is_measured_has_the_features_of_its_architecture_where_they_are_asked_for(tmp_path: Path) -> None:
    asked = options(architectures=("sm_80", "sm_90a"))
    assert [asked.measured("sm_90"), asked.measured("sm_80"), asked.measured("sm_100")] == ["sm_90a", "sm_80", "sm_100"]
    job = Job(tmp_path, SOURCE, asked.measured("sm_90"), True, options=asked)
    assert compiled_for(job) == ["sm_90a", "sm_80"]
    text = FILES[SOURCE].replace("y[i] = ", 'asm volatile("setmaxnreg.inc.sync.aligned.u32 64;"); y[i] = ')
    assert built(tmp_path, "cuda", options(), {**FILES, SOURCE: text}).outcome == "failed"
    result = built(tmp_path, "cuda", options(architectures=("sm_90a",)), {**FILES, SOURCE: text}, arch="sm_90a")
    assert result.outcome == "built", result.log


@pytest.mark.usefixtures("without_nvcc")
def test_cuda_libraries_are_refused_by_the_emulated_device(tmp_path: Path) -> None:
    result = built(tmp_path, "emulated", options("-DSCALE=2", "-lcublas"))
    assert result.outcome == "failed"
    assert result.log == "error: the emulated device cannot run this: the CUDA libraries cannot be emulated on a CPU (-lcublas is among the flags)"


def test_cuda_libraries_are_linked_by_nvcc_with_the_place_where_they_are_found(tmp_path: Path) -> None:
    home = Path("/opt/cuda")
    for sources in ((), EXTRA):
        job = Job(tmp_path, SOURCE, "sm_90", True, options=options("-lcublas", "-lcublasLt", sources=sources))
        command = nvcc.link_command(home, job) if sources else nvcc.library_command(home, job)
        assert command[-4:] == ["-lcublas", "-lcublasLt", "-Xlinker", "-rpath=/opt/cuda/lib64"]
        assert "-lcublas" not in nvcc.object_command(home, job, 0, SOURCE)


@pytest.mark.parametrize("device", ["cuda", "emulated"])
def test_a_source_that_is_missing_is_named(tmp_path: Path, device: DeviceKind) -> None:
    if device == "cuda" and cuda_home() is None:
        pytest.skip("there is no nvcc on this machine")
    result = built(tmp_path, device, options(), {path: text for path, text in FILES.items() if path != "kernels/negate.cu"})
    assert result.outcome == "failed"
    assert result.log == 'error: there is no kernels/negate.cu that could be compiled; correct "sources" in the configuration'


@pytest.mark.usefixtures("without_nvcc")
@pytest.mark.parametrize("path", [SOURCE, "kernels/negate.cu", "kernels/blocks.c", "kernels/blocks.cpp"])
def test_a_mistake_is_told_with_its_own_file_and_line(tmp_path: Path, path: str) -> None:
    result = built(tmp_path, "emulated", options(), {**FILES, path: FILES[path] + "int f(void) { return undeclared_name; }\n"})
    assert result.outcome == "failed"
    line = FILES[path].count("\n") + 1
    assert re.search(rf"^{re.escape(path)}:{line}:\d+: error: .*undeclared_name", result.log, re.MULTILINE), result.log


def test_flags_are_sorted_by_what_becomes_of_them() -> None:
    assert parse_flags(["-O1", "-DA=1", "-lcufft", "--fmad=false", "-UB", "-std=c++20"]) == Flags("-std=c++20", "-O1", ("-DA=1", "-UB"), ("--fmad=false",), ("-lcufft",))
    assert parse_flags([]) == Flags()


@pytest.mark.parametrize(
    "flag",
    ["-Iinclude", "-include", "-o", "@flags", "--options-file=x", "-Xcompiler=-fplugin=x.so", "--compiler-bindir=x", "-DA=$(id)", "-DA=`id`", "-DA=1;id", "-DA=a,b", '-DA="x"', "-DA=1\n", "-D__CUDA_ARCH__=1", "-Dkernelwright_last_error=x", "-lfoo", "-lcublas -o", "-Xptxas=-o", "-Xptxas=-O3,-o", "-O3 -o", "", "x.cu", "-DÄ=1", "--maxrregcount=٣٣"],
)
def test_whatever_else_is_no_flag_here(flag: str) -> None:
    with pytest.raises(ValueError, match="not a compiler flag"):
        parse_flags([flag])


@pytest.mark.parametrize(
    "wrong",
    [{"sources": ["/a.cu"]}, {"sources": ["../a.cu"]}, {"sources": ["-a.cu"]}, {"sources": ["@a.cu"]}, {"sources": ["a.so"]}, {"include": ["/usr"]}, {"include": ["a,b"]}, {"include": [""]}, {"architectures": ["sm_90 -o x"]}, {"architectures": ["compute_90"]}],
)
def test_other_paths_and_architectures_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_build_options({"sources": [], "include": [], "flags": [], "architectures": [], **wrong})


def test_a_build_of_other_flags_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Flags] = []

    def makes(job: Job, device: DeviceKind) -> Build:
        made.append(job.options.flags)
        job.library.write_bytes(b"library")
        return Build("built", job.library, "", 0.1)

    monkeypatch.setattr(service, "build", makes)
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    cache = service.BuildCache(folder)
    cached = [
        service.build_or_recall(Job(tmp_path, SOURCE, "sm_90", True, options=options(flag)), "emulated", [], cache).cached
        for flag in ("-DSCALE=2", "-DSCALE=3", "-DSCALE=2")
    ]
    assert cached == [False, False, True] and len(made) == 2
