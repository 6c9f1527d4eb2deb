"""What is made of the counters that ncu reports, and that nothing of it can cost a candidate its result."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fake_tools import Answer, install
from judge_client import remaining_processes
from targets import target

from kernelwright_harness.judge import counters
from kernelwright_harness.judge.counters import Counters, KernelCounters, count
from kernelwright_harness.judge.devices import Device, EmulatedDevice
from kernelwright_harness.judge.watched import Watched
from kernelwright_harness.options import Options

_DEVICE = cast(Device, SimpleNamespace(kind="cuda"))
_DRAM = "gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed"
_READ = "dram__bytes_read.sum"
_TENSOR = "sm__pipe_tensor_op_hmma_cycles_active.avg.pct_of_peak_sustained_active"
_METRICS = [_DRAM, _READ, _TENSOR]
_REPORT = f"""==PROF== Connected to process 26 (/usr/bin/python3.12)
==PROF== Profiling "softmax" - 0: 0%....50%....100% - 12 passes
==PROF== Disconnected from process 26
"ID","Process ID","Process Name","Host Name","Kernel Name","Context","Stream","Block Size","Grid Size","Device","CC","gpu__time_duration.sum","{_DRAM}","{_READ}","{_TENSOR}"
"","","","","","","","","","","","ns","%","byte",""
"0","26","python3.12","127.0.0.1","void ns::fill<float>(float *, int)","1","13","(256, 1, 1)","(4096, 1, 1)","0","9.0","2500","12.5","1,024","n/a"
"1","26","python3.12","127.0.0.1","softmax(const float *, float *, int)","1","13","(256, 1, 1)","(4096, 1, 1)","0","9.0","42688","91.25","67,108,864","0"
"2","26","python3.12","127.0.0.1","softmax(const float *, float *, int)","1","13","(256, 1, 1)","(4096, 1, 1)","0","9.0","42016","90","67108864","0"
"""
"""In the form that Nsight Compute's documentation gives for `--csv --page raw --print-units base`."""

Counting = Callable[..., Counters]


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Counts with a fake ncu, in the real sandbox."""

    def run(answer: Answer, limit_s: float = 20.0, metrics: list[str] = _METRICS, **changes: Any) -> Counters:
        library = tmp_path / "candidate.so"
        library.write_bytes(b"\x7fELF")
        install("ncu", tmp_path / "tools", {"*": answer}, monkeypatch)
        return count(_DEVICE, target(**changes), library, Options(sandbox=True, device="cuda"), metrics, limit_s)

    return run


def test_each_kernel_has_the_counters_of_its_longest_launch(counting: Counting) -> None:
    assert counting(Answer(_REPORT)) == Counters([
        KernelCounters("softmax", 42.688, {_DRAM: 91.25, _READ: 67108864.0, _TENSOR: 0.0}),
        KernelCounters("ns::fill", 2.5, {_DRAM: 12.5, _READ: 1024.0}),
    ])


def test_only_the_longest_kernels_are_told(counting: Counting) -> None:
    row = _REPORT.splitlines()[-1]
    rows = "\n".join(row.replace("softmax", f"kernel_{n}").replace("42016", str(1000 * (n + 100))) for n in range(9))
    assert [kernel.name for kernel in counting(Answer(f"{_REPORT}{rows}\n")).kernels] == ["kernel_8", "kernel_7", "kernel_6"]


_UNUSABLE = {
    "no permission": (Answer("==ERROR== ERR_NVGPUCTRPERM - no permission\n", 1, ""), "NVreg_RestrictProfilingToAdminUsers=0"),
    "another error": (Answer("==ERROR== Unknown Error on device 0.\n", 1, ""), "ncu said: Unknown Error on device 0."),
    "no table": (Answer("==PROF== Connected to process 7\n"), "no table"),
    "half a table": (Answer(_REPORT[: _REPORT.index('"ID"') + 40]), "cannot be read"),
    "a forged end": (Answer(_REPORT, finished="forged"), "ended before its calls were done"),
    "a crash": (Answer(_REPORT, 139, ""), "ended with status 139"),
    "no report": (Answer(None), "did not reach"),
    "a pipe": (Answer(fifo=True), "did not reach"),
}


@pytest.mark.parametrize("case", sorted(_UNUSABLE))
def test_what_cannot_be_used_is_a_reason_and_no_error(counting: Counting, case: str) -> None:
    answer, reason = _UNUSABLE[case]
    counted = counting(answer)
    assert counted.kernels == [] and reason in counted.reason


def test_numbers_that_are_none_are_left_out(counting: Counting) -> None:
    for forged in ("nan", "inf", "-3", "fast", ""):
        (kernel, _) = counting(Answer(_REPORT.replace("91.25", forged))).kernels
        assert _DRAM not in kernel.metrics and _READ in kernel.metrics


def test_a_profiler_that_hangs_is_ended_with_all_that_it_started(counting: Counting, tmp_path: Path) -> None:
    assert "ncu did not end in time" in counting(Answer(_REPORT, slow_above=0), limit_s=2).reason
    assert remaining_processes(str(tmp_path)) == []


def test_nothing_is_counted_without_a_gpu_nor_of_a_module(tmp_path: Path, counting: Counting) -> None:
    emulated = count(EmulatedDevice(), target(), tmp_path / "x.so", Options(sandbox=True, device="emulated"), _METRICS)
    assert emulated == Counters(reason="there is no NVIDIA GPU here")
    assert "too long" in counting(Answer(_REPORT), kind="module", source="a.py").reason


def _replying(logs: list[str], asked: list[list[str]]) -> Callable[..., Watched]:
    def watched(tool: object, arguments: Callable[[Path], list[str]], *_: object, **__: object) -> Watched:
        asked.append(arguments(Path("/x"))[1].split(","))
        log = logs[min(len(asked), len(logs)) - 1]
        return Watched(1 if "ERROR" in log else 0, True, {"ncu.csv": log.encode()})

    return watched


def test_a_counter_that_the_gpu_does_not_know_is_left_out_and_the_others_asked_for_again(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    unknown = f"==PROF== Connected to process 7\n==ERROR== Failed to find metric {_TENSOR}\n"
    monkeypatch.setattr(counters, "run_watched", _replying([unknown, _REPORT], asked))
    assert [kernel.name for kernel in counting(Answer()).kernels] == ["softmax", "ns::fill"]
    assert asked == [["gpu__time_duration.sum", *_METRICS], ["gpu__time_duration.sum", _DRAM, _READ]]
    asked.clear()
    monkeypatch.setattr(counters, "run_watched", _replying([unknown], asked))
    assert "ncu said: Failed to find metric" in counting(Answer()).reason
    assert len(asked) == 2


def test_names_of_counters_are_names_and_no_options(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(counters, "run_watched", _replying([_REPORT], asked))
    counting(Answer(), metrics=["--export=/etc/x", "a,b", "../x", "", _READ, *(f"x__{n}.sum" for n in range(99))])
    assert asked[0][:2] == ["gpu__time_duration.sum", _READ]
    assert len(asked[0]) == 1 + 40


def test_a_bug_in_it_costs_no_candidate(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Watched:
        raise OSError("no space left on device")

    monkeypatch.setattr(counters, "run_watched", broken)
    assert counting(Answer()).reason == "OSError: no space left on device"
