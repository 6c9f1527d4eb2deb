"""What is made of ncu's reports, recorded and tampered with, and of the activity records behind it; on a GPU, of both for real."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cases import KERNELS
from fake_tools import REPORTS, Answer, install, recorded
from judge_client import build, packed, remaining_processes
from targets import target, workload

from kernelwright_harness.judge import profile
from kernelwright_harness.judge.checks import Check
from kernelwright_harness.judge.devices import Device, EmulatedDevice
from kernelwright_harness.judge.kernel_names import Ownership, base_name
from kernelwright_harness.judge.profile import Profile, Unusable, profile_kernels, read_ncu, read_trace
from kernelwright_harness.judge.watched import Watched
from kernelwright_harness.options import Options

_DEVICE = cast(Device, SimpleNamespace(kind="cuda"))
_ON = Options(sandbox=True, device="cuda")
_SYMBOLS = b"\x7fELF\0_Z7doubledPKfPfi\0_Z7softmaxPKfPfi\0_Z9templatedIfEvPKT_PS0_i\0plain_name\0_ZN2my5sumupEPf\0"

Judge = Callable[..., Profile]


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Profiles with a fake ncu; the way through CUPTI is closed, as it needs a GPU."""

    def run(answer: Answer, sandbox: bool = True, limit_s: float = 20.0, **changes: Any) -> Profile:
        library = tmp_path / "candidate.so"
        library.write_bytes(_SYMBOLS)
        install("ncu", tmp_path / "tools", {"*": answer}, monkeypatch)
        return profile_kernels(_DEVICE, target(**changes), library, Options(sandbox=sandbox, device="cuda"), limit_s)

    return run


@pytest.mark.parametrize("sandbox", [True, False])
def test_own_kernels_are_named_and_timed(judge: Judge, sandbox: bool) -> None:
    found = judge(recorded("ncu-softmax.csv"), sandbox)
    assert found.checks == [Check("profile", "passed", "its own kernels did all the work: softmax (3 launches) in 2 calls at n=1000")]
    (kernel,) = found.kernels
    assert (kernel.name, kernel.calls, kernel.library) == ("softmax(const float *, float *, int)", 3, "own")
    assert 100 < kernel.us < 150 and found.own_share == 1.0


def test_a_library_is_named_with_its_share(judge: Judge) -> None:
    found = judge(recorded("ncu-gemm.csv"))
    assert [(k.library, k.calls) for k in found.kernels] == [("cuBLAS", 2), ("own", 2)]
    assert found.own_share == pytest.approx((2144 + 2048) / (2144 + 2048 + 5344 + 4992))
    assert found.checks[0].status == "passed"
    assert found.checks[0].detail.startswith("its own kernels took 29% of the time: doubled (2 launches); kernels of cuBLAS took 71% of the time: sm80_xmma_gemm_")
    assert json.loads(json.dumps(found.as_json()))["kernels"][1]["us"] == pytest.approx(4.192)


def test_a_candidate_that_runs_no_kernel_fails(judge: Judge) -> None:
    found = judge(recorded("ncu-copies.csv"))
    assert (found.checks[0].status, found.kernels, found.own_share) == ("failed", [], None)
    assert "no kernel ran in 2 calls at n=1000" in found.checks[0].detail


_SOFTMAX = (REPORTS / "ncu-softmax.csv").read_text()
_CONNECTED = "==PROF== Connected to process 7 (/usr/bin/python3)\n"
_UNUSABLE = {
    "no permission": (
        Answer(_CONNECTED + "==ERROR== ERR_NVGPUCTRPERM - The user does not have permission to access NVIDIA GPU Performance Counters on the target device 0.\n", 1, ""),
        "NVreg_RestrictProfilingToAdminUsers=0",
    ),
    "no counters": (Answer("==ERROR== Failed to initialize the profiler: LibraryNotLoaded\n", 1, ""), "ncu said: Failed to initialize the profiler: LibraryNotLoaded"),
    "no report": (Answer(None), "ncu did not reach the process"),
    "no table": (Answer(_CONNECTED), "no table"),
    "half a table": (Answer(_SOFTMAX[: _SOFTMAX.index('"ID"') + 40]), "cannot be read"),
    "another table": (Answer(_CONNECTED + '"a","b"\n"c","d"\n'), "cannot be read"),
    "a time that is none": (Answer(_SOFTMAX.replace('"42752"', '"nan"')), "cannot be read"),
    "a time of words": (Answer(_SOFTMAX.replace('"42752"', '"fast"')), "cannot be read"),
    "an unknown unit": (Answer(_SOFTMAX.replace('"ns"', '"parsec"')), "cannot be read"),
    "an early end": (recorded("ncu-quits.csv", 0, finished=""), "ended before its calls were done"),
    "a forged end": (recorded("ncu-softmax.csv", 0, finished="forged"), "ended before its calls were done"),
    "a crash": (recorded("ncu-softmax.csv", 139, finished=""), "ended with status 139"),
    "a link": (Answer(link_to=str(REPORTS / "ncu-softmax.csv")), "did not reach"),
}


@pytest.mark.parametrize("case", sorted(_UNUSABLE))
def test_what_cannot_be_used_could_not_be_checked(judge: Judge, case: str) -> None:
    answer, reason = _UNUSABLE[case]
    (check,) = judge(answer).checks
    assert check.status == "skipped"
    assert check.detail.startswith("could not be checked: ") and reason in check.detail


def test_a_profiler_that_hangs_is_ended_with_all_that_it_started(judge: Judge, tmp_path: Path) -> None:
    (check,) = judge(Answer(slow_above=0), limit_s=2).checks
    assert check.status == "skipped" and "ncu did not end in time" in check.detail
    assert remaining_processes(str(tmp_path)) == []


def test_a_module_is_seen_by_activity_records_and_its_kernels_known_by_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = packed(tmp_path, {"candidate.py": "@triton.jit\ndef _rms_norm(x): ...\n"})
    trace = json.dumps([{"name": name, "us": 1.0} for name in ("_rms_norm", "_norm", "triton_poi_fused_gelu_0", "void at::native::elementwise_kernel<4>(int)")])
    tools: list[object] = []

    def watched(tool: object, *_: object, **__: object) -> Watched:
        tools.append(tool)
        return Watched(0, True, {"trace.json": trace.encode()})

    monkeypatch.setattr(profile, "run_watched", watched)
    found = profile_kernels(_DEVICE, target(kind="module", source="candidate.py"), source, _ON)
    assert {k.name: k.library for k in found.kernels}["_rms_norm"] == "own"
    assert sorted(k.library for k in found.kernels) == ["ATen", "TorchInductor", "another library", "own"]
    assert tools == [None]
    assert found.checks[0].detail.endswith("in 2 calls at n=1000 (by CUPTI's activity records)")


def test_where_ncu_is_not_there_the_activity_records_name_the_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "candidate.so").write_bytes(_SYMBOLS)
    trace = json.dumps([{"name": "Memcpy HtoD (Pageable -> Device)", "us": 9.0}, {"name": "doubled(float const*, float*, int)", "us": 1.5}, {"name": "Memset (Device)", "us": 1.0}])
    monkeypatch.setattr(profile, "find_tool", lambda name: None)  # pyright: ignore[reportUnknownLambdaType]

    def watched(*_: object, **__: object) -> Watched:
        return Watched(0, True, {"trace.json": trace.encode()})

    monkeypatch.setattr(profile, "run_watched", watched)
    found = profile_kernels(_DEVICE, target(), tmp_path / "candidate.so", _ON)
    assert [(k.name, k.us, k.library) for k in found.kernels] == [("doubled(float const*, float*, int)", 1.5, "own")]
    assert found.checks[0].status == "passed" and "(by CUPTI's activity records: ncu is not installed" in found.checks[0].detail


@pytest.mark.parametrize("trace", [b"", b"no json", b"{}", b'["a"]', b'[{"name": "k"}]', b'[{"name": "k", "us": -1}]', b'[{"name": "k", "us": null}]', b"[" * 100_000])
def test_activity_records_that_are_none(trace: bytes) -> None:
    with pytest.raises(Unusable):
        assert read_trace(Watched(0, True, {"trace.json": trace}))


def test_other_units_and_quoted_names_are_read() -> None:
    table = '"Kernel Name","gpu__time_duration.sum"\n"","usecond"\n"k(""a"", b)","1,234.5"\n'
    assert read_ncu(Watched(0, True, {"ncu.csv": (_CONNECTED + table).encode()})) == [('k("a", b)', 1234.5)]


def test_the_emulated_device_and_huge_workloads_are_not_profiled(tmp_path: Path) -> None:
    for device, asked, reason in (
        (cast(Device, EmulatedDevice()), target(), "there is no NVIDIA GPU"),
        (_DEVICE, target(workloads=[workload(n=1 << 31)]), "more than 4 GiB"),
    ):
        (check,) = profile_kernels(device, asked, tmp_path / "none.so", _ON).checks
        assert check.status == "skipped" and reason in check.detail


@pytest.mark.parametrize(
    ("name", "library"),
    [
        # As torch 2.11 and CUDA 13.0 name them on an H200.
        ("nvjet_sm90_hsh_64x48_64x15_2x4_h_bz_NNT", "cuBLAS"),
        ("sm80_xmma_gemm_f32f32_f32f32_f32_tn_n_tilesize64x64x8_stage3_warpsize1x4x1_ffma_aligna4_alignc4_execute_kernel__5x_cublas", "cuBLAS"),
        ("std::enable_if<!(false), void>::type internal::gemvx::kernel<int, int, float, float, float, float, false, true>(int)", "cuBLAS"),
        ("void cutlass::Kernel2<cutlass_80_wmma_tensorop_bf16_s161616gemm_bf16_16x16_128x2_tn_align8>(int)", "cuBLAS"),
        ("sm80_xmma_fprop_implicit_gemm_f32f32_f32f32_f32_nchwkcrs_nchw_tilesize32x32x8_stage3_warpsize1x2x1_g1_ffma", "cuDNN"),
        ("cudnn_generated_fort_native_sdpa_sm90_flash_fprop_wgmma_f16_knob_7_64x128x64_4x1x1_cga1x1x1_kernel0_0", "cuDNN"),
        ("void cudnn::engines_precompiled::nchwToNhwcKernel<__half, __half, float, false, true>(int)", "cuDNN"),
        ("void cusparse::csrmm_alg2_kernel<false, false, false, long>(long)", "cuSPARSE"),
        ("void regular_fft_r2c<512u, EPT<8u>, 2u, 12u, (padding_t)6>(kernel_arguments_t<unsigned int>)", "cuFFT"),
        ("void at::native::vectorized_elementwise_kernel<4, at::native::FillFunctor<float>, std::array<char*, 1ul> >(int)", "ATen"),
        ("void at_cuda_detail::cub::detail::scan::DeviceCompactInitKernel<int>(int, int*)", "ATen"),
        ("ncclDevKernel_AllReduce_Sum_f32_RING_LL(ncclDevKernelArgsStorage<4096ul>)", "NCCL"),
        ("void (anonymous namespace)::softmax_warp_forward<float, float, float, 9, false, false>(float*)", "another library"),
        ("doubled(const float *, float *, int)", "own"),
        ("void templated<float>(const T1 *, T1 *, int)", "own"),
        ("my::sumup(float *)", "own"),
        ("plain_name", "own"),
        ("plain", "another library"),
        ("", "another library"),
    ],
)
def test_kernels_belong_to(name: str, library: str, tmp_path: Path) -> None:
    (tmp_path / "candidate.so").write_bytes(_SYMBOLS)
    assert Ownership(tmp_path / "candidate.so").library_of(name) == library


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("softmax(const float *, float *, int)", "softmax"),
        ("void reduce::rows<float, (int)4, a<b> >(float const*)", "reduce::rows"),
        ("void (anonymous namespace)::k<float>(float*)", "k"),
        ("nvjet_sm90", "nvjet_sm90"),
    ],
)
def test_names_without_types(name: str, base: str) -> None:
    assert base_name(name) == base


@pytest.mark.gpu
@pytest.mark.parametrize("with_ncu", [True, False], ids=["ncu", "activity"])
def test_a_gpu_for_real(with_ncu: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kernelwright_harness.judge.devices import open_device

    device = open_device("cuda")
    built = build(tmp_path / "build", KERNELS / "watched.cu", "cuda", device.arch)
    if not with_ncu:
        monkeypatch.setattr(profile, "find_tool", lambda name: None)  # pyright: ignore[reportUnknownLambdaType]
    for entry, kernel in (("clean", "doubled"), ("tmpl", "templated")):
        found = profile_kernels(device, target(entry=entry, workloads=[workload(n=1 << 20)]), Path(built["library"]), _ON, limit_s=30)
        assert found.checks[0].status == "passed", found
        assert f"its own kernels did all the work: {kernel} (2 launches) in 2 calls at n=1048576" in found.checks[0].detail
        assert [(base_name(k.name), k.calls, k.library) for k in found.kernels] == [(kernel, 2, "own")] and 1 < found.kernels[0].us < 1000
        assert ("activity records" in found.checks[0].detail) == (not with_ncu), found.checks
    assert profile_kernels(device, target(entry="copies"), Path(built["library"]), _ON, limit_s=30).checks[0].status == "failed"
    assert profile_kernels(device, target(entry="quits"), Path(built["library"]), _ON, limit_s=30).checks[0].status == "skipped"
