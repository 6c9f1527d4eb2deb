"""compute-sanitizer's four tools on a candidate: mistakes that happen to give the right results today.

They catch mistakes, not attacks. A candidate runs in the same process as the tool that watches it and can tell that it is watched; it
could do without its mistake here, or silence the tool. So a pass is evidence and nothing more: results, inputs and guard bands are
checked elsewhere, where candidate code cannot reach. What the tool leaves behind is held against its exit status and the probe's own
end, and where they do not fit, the answer is "could not be checked".

memcheck, racecheck and synccheck fail a candidate, since what they call an error is one by the rules of CUDA. initcheck only warns:
loading a whole vector or tile and using a part of it is legitimate, it knows no initialisation by another process or by some
asynchronous copies, and a kernel whose *results* depend on memory that it never wrote is found by the poisoned outputs and by the
comparison of two runs. Nothing that the baseline does as well is held against a candidate.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from kernelwright_harness.judge.checks import Check
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.sanitizer_report import Finding, Malformed, parse_report, plain
from kernelwright_harness.judge.watched import Calls, Tool, Watched, find_tool, run_watched
from kernelwright_harness.options import Options
from kernelwright_harness.runner.probe import DEVICE_FAILED_STATUS, LAUNCH_FAILED_STATUS, LOAD_FAILED_STATUS
from kernelwright_harness.specification import Target, Workload

TOOLS = ("memcheck", "racecheck", "initcheck", "synccheck")
_ONLY_WARNS = ("initcheck",)
_FOUND_STATUS = 66
_PRINT_LIMIT = 20
_OF_ONE_TOOL = {"memcheck": ["--report-api-errors", "no", "--padding", "4096"]}
"""Padding keeps an access a little past the end of one tensor from landing in the next, where it would be in bounds."""
_VARY_SHAPES = 3
_MAX_BYTES = 256 << 20
"""A shape whose tensors are larger is left out: initcheck and racecheck keep a shadow of all memory."""


@dataclass(frozen=True)
class Unchecked(Exception):
    reason: str


def run_sanitizers(device: Device, target: Target, candidate: Path, baseline: Path, options: Options, limit_s: float = 8.0) -> list[Check]:
    """One check for each tool, named after it. `limit_s` bounds all of them together, which run at the same time; the baseline runs only
    under tools that found something in the candidate, in as much time again.
    """
    shapes = shapes_to_sanitize(target)
    if device.kind != "cuda":
        return [_skipped(name, "compute-sanitizer needs an NVIDIA GPU") for name in TOOLS]
    if target.is_python:
        return [_skipped(name, "it is run on launchers alone; under it PyTorch takes minutes to start, and its own kernels are reported too") for name in TOOLS]
    if not shapes:
        return [_skipped(name, f"no shape has tensors of less than {_MAX_BYTES >> 20} MiB") for name in TOOLS]
    tool = find_tool("compute-sanitizer")
    if tool is None:
        return [_skipped(name, "compute-sanitizer is not installed; it comes with the CUDA toolkit") for name in TOOLS]
    with ThreadPoolExecutor(len(TOOLS)) as threads:
        return list(threads.map(lambda name: _check(tool, name, target, candidate, baseline, shapes, options.sandbox, limit_s), TOOLS))


def shapes_to_sanitize(target: Target) -> tuple[Workload, ...]:
    """The smallest shapes of `vary`, where the edges are, and the smallest workload; smallest first."""
    vary = sorted(target.vary, key=lambda shape: _size(target, shape))[:_VARY_SHAPES]
    workloads = sorted(target.workloads, key=lambda shape: _size(target, shape))[:1]
    return tuple(sorted((s for s in [*vary, *workloads] if _size(target, s) <= _MAX_BYTES), key=lambda shape: _size(target, shape)))


def _check(tool: Tool, name: str, target: Target, candidate: Path, baseline: Path, shapes: Sequence[Workload], sandbox: bool, limit_s: float) -> Check:
    try:
        found, seen = _within(tool, name, target, candidate, shapes, sandbox, limit_s)
    except Unchecked as unchecked:
        return _skipped(name, unchecked.reason)
    at = f"at {'; '.join(s.name for s in seen)}"
    if not found:
        return Check(name, "passed", f"found nothing {at}")
    try:
        known = {f.kind for f in _within(tool, name, target, baseline, seen, sandbox, limit_s)[0]}
    except Unchecked:
        known = set[str]()
    fresh = [f for f in found if f.kind not in known]
    if not fresh:
        return Check(name, "passed", f"{at}, found only what it finds in the baseline too: {_told(found)}")
    errors = [f for f in fresh if f.severe]
    if errors and name not in _ONLY_WARNS:
        return Check(name, "failed", f"{at}: {_told(errors)}")
    return Check(name, "passed", f"{at}, a warning only: {_told(fresh)}")


def _within(tool: Tool, name: str, target: Target, library: Path, shapes: Sequence[Workload], sandbox: bool, limit_s: float) -> tuple[list[Finding], Sequence[Workload]]:
    """Findings, and the shapes that were run. A kernel that is too slow under a tool at its workload is tried at its smallest shape alone."""
    deadline = monotonic() + limit_s
    attempts = [(shapes, limit_s * 0.65), (shapes[:1], None)] if len(shapes) > 1 else [(shapes, limit_s)]
    for seen, share in attempts:
        watched = _watch(tool, name, target, library, seen, sandbox, share or deadline - monotonic())
        if watched.status is not None:
            return judge_report(watched, target.source), seen
    raise Unchecked(f"it did not end within {limit_s:g} s")


def _watch(tool: Tool, name: str, target: Target, library: Path, shapes: Sequence[Workload], sandbox: bool, limit_s: float) -> Watched:
    def arguments(folder: Path) -> list[str]:
        # The probe's own exit status is no finding, and neither is an API call that fails: a launcher may handle it.
        quiet = ["--check-exit-code", "no", "--show-backtrace", "no", "--print-limit", str(_PRINT_LIMIT)]
        report = ["--error-exitcode", str(_FOUND_STATUS), "--log-file", str(folder / "log"), "--xml", "--save", str(folder / "report.xml")]
        return ["--tool", name, *_OF_ONE_TOOL.get(name, []), *quiet, *report]

    return run_watched(tool, arguments, Calls(target, library, tuple(shapes)), ("report.xml", "log"), sandbox, limit_s)


def judge_report(watched: Watched, source: str) -> list[Finding]:
    """What the tool found. Raises Unchecked unless exit status, report and the probe's end tell the same story."""
    if watched.struck is not None:
        raise Unchecked(f"under it, {watched.struck}")
    report = watched.files.get("report.xml")
    said = _complaint(watched.files.get("log", b""))
    if report is None:
        raise Unchecked(f"the tool ended with status {watched.status} and no report{said}")
    try:
        findings = parse_report(report, source)
    except Malformed as malformed:
        raise Unchecked(f"the tool's report cannot be used: {malformed}") from None
    if findings and watched.status == _FOUND_STATUS:
        return findings
    if any(f.severe for f in findings):
        raise Unchecked(f"the report lists findings, but the tool ended with status {watched.status}, which does not fit")
    if watched.status == 0 and watched.finished:
        return findings
    if watched.status == 0:
        raise Unchecked("the process ended before its calls were done")
    raise Unchecked(_ENDINGS.get(watched.status or 0, f"the tool ended with status {watched.status} and reported nothing") + said)


_ENDINGS = {
    LOAD_FAILED_STATUS: "the library could not be loaded under it",
    LAUNCH_FAILED_STATUS: "a launch was refused under it",
    DEVICE_FAILED_STATUS: "the device reported an error under it",
}


def _complaint(log: bytes) -> str:
    """The tool's own sentence about what hinders it, for people to read, such as `Device not supported`."""
    lines = [plain(line.lstrip("= ")) for line in log[-65536:].decode("utf-8", "replace").splitlines()]
    complaints = [line for line in lines if line.lower().startswith(("error:", "device not supported", "internal", "unable", "target application"))]
    return f" ({complaints[0]})" if complaints else ""


def _told(findings: Sequence[Finding]) -> str:
    return str(findings[0]) + (f" (the first of {len(findings)}{' or more' if len(findings) >= _PRINT_LIMIT else ''})" if len(findings) > 1 else "")


def _skipped(name: str, reason: str) -> Check:
    return Check(name, "skipped", f"could not be checked: {reason}")


def _size(target: Target, shape: Workload) -> int:
    return sum(t.nbytes(shape.values) for t in target.inputs + target.outputs)
