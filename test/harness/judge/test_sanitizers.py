"""What is made of compute-sanitizer's reports, recorded and tampered with; on a GPU, of the tool itself."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cases import KERNELS
from fake_tools import REPORTS, Answer, install, recorded
from judge_client import build, remaining_processes
from targets import target, workload

from kernelwright_harness.judge.checks import Check
from kernelwright_harness.judge.devices import Device, EmulatedDevice
from kernelwright_harness.judge.sanitizer_report import Malformed, parse_report, plain
from kernelwright_harness.judge.sanitizers import TOOLS, run_sanitizers, shapes_to_sanitize
from kernelwright_harness.options import Options

_SOURCE = "kernels/watched.cu"
_CLEAN = recorded("clean.xml")
_DEVICE = cast(Device, SimpleNamespace(kind="cuda"))
_ON = Options(sandbox=True, device="cuda")

Judge = Callable[..., dict[str, Check]]


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Runs all four tools as fakes that give `answers`; unnamed ones find nothing."""

    def run(answers: dict[str, Answer], sandbox: bool = True, limit_s: float = 20.0, **changes: Any) -> dict[str, Check]:
        libraries = [tmp_path / "candidate.so", tmp_path / "baseline.so"]
        for path in libraries:
            path.write_bytes(b"library")
        install("compute-sanitizer", tmp_path / "tools", {"*": _CLEAN, **answers}, monkeypatch)
        options = Options(sandbox=sandbox, device="cuda")
        asked = target(source=_SOURCE, **{"vary": [workload(n=1), workload(n=7)], **changes})
        return {c.name: c for c in run_sanitizers(_DEVICE, asked, libraries[0], libraries[1], options, limit_s)}

    return run


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_clean_candidate_passes_all_four(judge: Judge, sandbox: bool) -> None:
    checks = judge({}, sandbox)
    assert tuple(checks) == TOOLS
    assert {c.status for c in checks.values()} == {"passed"}
    assert checks["memcheck"].detail == "found nothing at n=1; n=7; n=1000"


def test_a_module_is_not_run_under_it(judge: Judge) -> None:
    checks = judge({}, kind="module")
    assert {c.status for c in checks.values()} == {"skipped"}
    assert checks["memcheck"].detail.startswith("could not be checked: it is run on launchers alone")


@pytest.mark.parametrize(
    ("tool", "report", "detail"),
    [
        ("memcheck", "memcheck-read.xml", "Invalid __global__ read of size 4 bytes is out of bounds in reads_past_the_end (kernels/watched.cu:13), thread (231, 0, 0) of block (3, 0, 0)"),
        ("memcheck", "memcheck-write.xml", "Invalid __global__ write of size 4 bytes is out of bounds in writes_past_the_end (kernels/watched.cu:18), thread (232, 0, 0) of block (3, 0, 0) (the first of 2)"),
        ("memcheck", "memcheck-misaligned.xml", "Invalid __global__ read of size 8 bytes is misaligned in misaligned (kernels/watched.cu:23), thread (0, 0, 0) of block (0, 0, 0) (the first of 2)"),
        ("racecheck", "racecheck.xml", "Race condition between write and read in races (kernels/watched.cu:29) and races (kernels/watched.cu:30), 4000 hazards"),
        ("synccheck", "synccheck.xml", "Barrier error: Divergent thread(s) in warp in waits_in_a_branch (kernels/watched.cu:43), thread (40, 0, 0) of block (1, 0, 0) (the first of 2)"),
    ],
)
def test_a_finding_fails_the_tool_that_made_it_and_is_told_in_words(judge: Judge, tool: str, report: str, detail: str) -> None:
    checks = judge({f"candidate/{tool}": recorded(report, 66, finished="")})
    assert {name: c.status for name, c in checks.items()} == {name: "failed" if name == tool else "passed" for name in TOOLS}
    assert checks[tool].detail == f"at n=1; n=7; n=1000: {detail}"


def test_initcheck_only_warns(judge: Judge) -> None:
    check = judge({"candidate/initcheck": recorded("initcheck.xml", 66)})["initcheck"]
    assert check.status == "passed"
    assert "a warning only: Uninitialized __global__ memory read of size 4 bytes in accumulates (kernels/watched.cu:35)" in check.detail


def test_what_the_tool_calls_a_warning_only_warns(judge: Judge) -> None:
    report = (REPORTS / "racecheck.xml").read_text().replace("<level>Error<", "<level>Warning<")
    check = judge({"candidate/racecheck": Answer(report)})["racecheck"]
    assert check.status == "passed" and "a warning only: Race condition" in check.detail


def test_a_finding_that_the_baseline_has_too_is_not_held_against_the_candidate(judge: Judge) -> None:
    larger = Answer((REPORTS / "memcheck-read.xml").read_text().replace("size 4", "size 16").replace("reads_past_the_end", "another_kernel"), 66, "")
    check = judge({"candidate/memcheck": larger, "baseline/memcheck": recorded("memcheck-read.xml", 66, "")})["memcheck"]
    assert check.status == "passed"
    assert "found only what it finds in the baseline too: Invalid __global__ read of size 16 bytes is out of bounds in another_kernel" in check.detail


@pytest.mark.parametrize("baseline", [recorded("memcheck-write.xml", 66, ""), _CLEAN, Answer(None, 1, "")], ids=["another", "none", "unchecked"])
def test_any_other_finding_is(judge: Judge, baseline: Answer) -> None:
    assert judge({"candidate/memcheck": recorded("memcheck-read.xml", 66, ""), "baseline/memcheck": baseline})["memcheck"].status == "failed"


_UNUSABLE = {
    "no report": (Answer(None, 0), "no report"),
    "an empty report": (Answer("", 0), "it is no XML"),
    "half a report": (Answer((REPORTS / "memcheck-read.xml").read_text()[:600], 66), "it is no XML"),
    "another document": (Answer("<html/>", 0), "not a report of compute-sanitizer"),
    "unknown elements": (Answer("<ComputeSanitizerOutput><all-is-well/></ComputeSanitizerOutput>", 0), "not a report of compute-sanitizer"),
    "a record of nothing": (Answer("<ComputeSanitizerOutput><record/></ComputeSanitizerOutput>", 66), "a record without a kind"),
    "entities": (Answer('<!DOCTYPE x [<!ENTITY a "b">]><ComputeSanitizerOutput/>', 0), "declarations"),
    "findings without their status": (recorded("memcheck-read.xml", 0), "status 0, which does not fit"),
    "the status without findings": (recorded("clean.xml", 66), "status 66 and reported nothing"),
    "an early end": (recorded("clean.xml", 0, finished=""), "ended before its calls were done"),
    "a forged end": (recorded("clean.xml", 0, finished="forged"), "ended before its calls were done"),
    "a refused launch": (recorded("memcheck-refused-launch.xml", 32, finished=""), "a launch was refused"),
    "a device that is not supported": (Answer("<ComputeSanitizerOutput/>", 33, "", log="========= COMPUTE-SANITIZER\n========= Error: Device not supported\n"), "(Error: Device not supported)"),
    "a signal": (recorded("clean.xml", 139, finished=""), "status 139"),
    "a link": (Answer(link_to=str(REPORTS / "clean.xml")), "no report"),
    "a pipe": (Answer(fifo=True), "no report"),
}


@pytest.mark.parametrize("case", sorted(_UNUSABLE))
def test_what_does_not_fit_together_could_not_be_checked(judge: Judge, case: str) -> None:
    answer, reason = _UNUSABLE[case]
    check = judge({"candidate/memcheck": answer})["memcheck"]
    assert check.status == "skipped"
    assert check.detail.startswith("could not be checked: ") and reason in check.detail


def test_a_tool_that_is_too_slow_tries_the_smallest_shape(judge: Judge) -> None:
    slow = Answer((REPORTS / "clean.xml").read_text(), slow_above=1)
    assert judge({"racecheck": slow}, limit_s=6)["racecheck"] == Check("racecheck", "passed", "found nothing at n=1")


def test_a_tool_that_hangs_is_ended_with_all_that_it_started(judge: Judge, tmp_path: Path) -> None:
    checks = judge({"synccheck": Answer(slow_above=0)}, limit_s=2)
    assert checks["synccheck"] == Check("synccheck", "skipped", "could not be checked: it did not end within 2 s")
    assert remaining_processes(str(tmp_path)) == []


def test_without_the_tool_a_gpu_or_a_small_shape_nothing_is_claimed(judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = judge({}, vary=[], workloads=[workload(n=1 << 27)])
    assert {c.status for c in huge.values()} == {"skipped"} and "less than 256 MiB" in huge["memcheck"].detail
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("kernelwright_harness.judge.watched.cuda_home", lambda: None)
    library = tmp_path / "candidate.so"
    for device, reason in ((_DEVICE, "compute-sanitizer is not installed"), (cast(Device, EmulatedDevice()), "needs an NVIDIA GPU")):
        checks = run_sanitizers(device, target(), library, library, _ON)
        assert [c.name for c in checks] == list(TOOLS)
        assert all(c.status == "skipped" and f"could not be checked: {reason}" in c.detail or reason in c.detail for c in checks)


def test_the_smallest_shapes_are_taken() -> None:
    shapes = shapes_to_sanitize(target(vary=[workload(n=n) for n in (4097, 31, 1, 7)], workloads=[workload(n=1 << 28), workload(n=20)]))
    assert [s.name for s in shapes] == ["n=1", "n=7", "n=20", "n=31"]


def test_a_report_says_no_more_than_plain_text() -> None:
    hostile = (REPORTS / "memcheck-read.xml").read_text().replace("reads_past_the_end", "`](javascript:x)&#10;" + "a" * 500)
    (finding,) = parse_report(hostile.encode(), _SOURCE)
    assert not set("`[]|\n") & set(str(finding)) and len(str(finding)) < 400
    assert plain("a\x00b\u202ec\n\td") == "a b c d"
    with pytest.raises(Malformed):
        parse_report(b"\xff\xfe<", _SOURCE)


@pytest.mark.gpu
@pytest.mark.parametrize(
    ("entry", "tool", "mark"),
    [
        ("clean", None, ""),
        ("copies", None, ""),
        ("read_oob", "memcheck", "out of bounds: read"),
        ("write_oob", "memcheck", "out of bounds: write"),
        ("misalign", "memcheck", "misaligned"),
        ("race", "racecheck", "race: no barrier"),
        ("sync", "synccheck", "not by all threads"),
        ("uninit", "initcheck", "never written before"),
    ],
)
def test_a_gpu_with_the_real_tool(entry: str, tool: str | None, mark: str, watched: Path, faultless: Path, gpu: Device) -> None:
    asked = target(source="watched.cu", entry=entry, vary=[workload(n=7)])
    checks = {c.name: c for c in run_sanitizers(gpu, asked, watched, faultless, _ON, limit_s=20)}
    if "not supported" in checks["memcheck"].detail:
        pytest.skip(checks["memcheck"].detail)
    others = {c.status for name, c in checks.items() if name != tool}
    assert others == {"passed"} if entry != "misalign" else others <= {"passed", "skipped"}, checks
    if tool is not None:
        lines = [i for i, text in enumerate((KERNELS / "watched.cu").read_text().splitlines(), start=1) if f"// {mark}" in text]
        assert checks[tool].status == ("passed" if tool == "initcheck" else "failed"), checks
        assert any(f"watched.cu:{line})" in checks[tool].detail for line in lines), checks


@pytest.mark.gpu
def test_a_gpu_with_a_candidate_that_quits_or_is_refused(watched: Path, gpu: Device) -> None:
    for entry, reason in (("quits", "ended before its calls were done"), ("too_many", "a launch was refused"), ("missing", "could not be loaded")):
        checks = run_sanitizers(gpu, target(entry=entry), watched, watched, _ON, limit_s=20)
        assert all(c.status == "skipped" and reason in c.detail for c in checks), checks


@pytest.mark.gpu
def test_a_gpu_holds_nothing_against_a_candidate_that_its_baseline_does_too(watched: Path, gpu: Device) -> None:
    checks = run_sanitizers(gpu, target(source="watched.cu", entry="read_oob"), watched, watched, _ON, limit_s=20)
    assert checks[0].status == "passed" and "only what it finds in the baseline too: Invalid __global__ read" in checks[0].detail, checks


@pytest.fixture(scope="module")
def gpu() -> Device:
    from kernelwright_harness.judge.devices import open_device

    return open_device("cuda")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, gpu: Device) -> Path:
    return built(tmp_path_factory.mktemp("watched"), (KERNELS / "watched.cu").read_text(), gpu.arch)


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory, gpu: Device) -> Path:
    """The same entry points, each with a kernel that has no fault."""
    text = re.sub(r"^ENTRY\((\w+), \w+", r"ENTRY(\1, doubled", (KERNELS / "watched.cu").read_text().replace("templated<float>", "templated"), flags=re.MULTILINE)
    return built(tmp_path_factory.mktemp("faultless"), text, gpu.arch)


def built(folder: Path, text: str, arch: str) -> Path:
    source = folder / "watched.cu"
    source.write_text(text)
    report = build(folder / "build", source, "cuda", arch)
    assert report["outcome"] == "built", report["log"]
    return Path(report["library"])
