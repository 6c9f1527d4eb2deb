"""Which kernels really ran: the candidate's own, or those of a library that it calls.

Nsight Compute names and times them. Where it may not read the hardware counters, and for modules and functions, whose process it would
slow down for long, CUPTI's activity interface, which needs no such permission, does the same through torch's profiler inside the probe.

A candidate can tell that it is profiled, by variables of the environment and by libraries in its process, and can then behave in
another way or forge the report. So this is evidence for readers and no measurement: nothing in a verdict may rest on it alone. What
cannot be used is "could not be checked".
"""

import csv
import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kernelwright_harness.judge.checks import Check
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.kernel_names import Ownership, base_name
from kernelwright_harness.judge.sanitizer_report import plain
from kernelwright_harness.judge.watched import Calls, Watched, find_tool, run_watched
from kernelwright_harness.options import Options
from kernelwright_harness.specification import Target, Workload

_CALLS = 2
_MAX_BYTES = 4 << 30
_MAX_LAUNCHES = 200
"""A candidate may launch without end; ncu does not look at what comes after these."""
TIME_METRIC = "gpu__time_duration.sum"
_UNITS_US = {"ns": 1e-3, "nsecond": 1e-3, "us": 1.0, "usecond": 1.0, "ms": 1e3, "msecond": 1e3, "s": 1e6, "second": 1e6}
_NAMED = 3
_PYTHON_LIMIT_S = 60.0
"""Importing PyTorch, and perhaps compiling kernels, come first there."""


@dataclass(frozen=True)
class Kernel:
    name: str
    """Demangled, with its parameters."""
    calls: int
    us: float
    """Time of all its launches together, in microseconds, with cold caches and without the gaps between launches."""
    library: str
    """`own`, or the library that it belongs to."""


@dataclass(frozen=True)
class Profile:
    checks: list[Check]
    kernels: list[Kernel] = field(default_factory=lambda: list[Kernel]())
    """The longest first; empty where nothing could be checked."""

    @property
    def own_share(self) -> float | None:
        """The share of the kernels' time that the candidate's own took, from 0 to 1; None where none ran."""
        total = sum(k.us for k in self.kernels)
        return sum(k.us for k in self.kernels if k.library == "own") / total if total > 0 else None

    def as_json(self) -> dict[str, Any]:
        return {"kernels": [asdict(k) for k in self.kernels], "own_share": self.own_share}


class Unusable(Exception):
    """There is no profile; the message says why."""


def profile_kernels(device: Device, target: Target, candidate: Path, options: Options, limit_s: float = 12.0) -> Profile:
    """Profiles two calls of the candidate at one workload. Ends within `limit_s`, or twice that where the first way is closed."""
    shape = shape_to_profile(target)
    if device.kind != "cuda":
        return _unchecked("there is no NVIDIA GPU here")
    if shape is None:
        return _unchecked(f"every workload has tensors of more than {_MAX_BYTES >> 30} GiB")
    calls = Calls(target, candidate, (shape,), _CALLS)
    try:
        launches, how = _launches_of_python(calls, options) if target.is_python else _launches(calls, options, limit_s)
    except Unusable as unusable:
        return _unchecked(str(unusable))
    if len(launches) >= _MAX_LAUNCHES:
        how = f", the first {len(launches)} launches looked at{how}"
    kernels = summarized(launches, Ownership(candidate))
    return Profile([described(kernels, shape.name, how)], kernels)


def _launches(calls: Calls, options: Options, limit_s: float) -> tuple[list[tuple[str, float]], str]:
    """And how they were seen, as the end of a sentence. Raises Unusable."""
    try:
        return _by_ncu(calls, options.sandbox, limit_s), ""
    except Unusable as unusable:
        why = str(unusable)
    try:
        return _by_activity(calls, options.sandbox, limit_s), f" (by CUPTI's activity records: {why})"
    except Unusable as other:
        raise Unusable(f"{why}; and CUPTI's activity records: {other}") from None


def _launches_of_python(calls: Calls, options: Options) -> tuple[list[tuple[str, float]], str]:
    return _by_activity(calls, options.sandbox, _PYTHON_LIMIT_S), " (by CUPTI's activity records)"


def summarized(launches: Sequence[tuple[str, float]], ownership: Ownership) -> list[Kernel]:
    """`launches` are names and microseconds, one entry a launch."""
    times: dict[str, list[float]] = {}
    for name, us in launches:
        times.setdefault(name, []).append(us)
    kernels = [Kernel(name, len(us), sum(us), ownership.library_of(name)) for name, us in times.items()]
    return sorted(kernels, key=lambda k: -k.us)


def described(kernels: Sequence[Kernel], shape: str, how: str) -> Check:
    """The `profile` check: which kernels ran in `_CALLS` calls at the shape."""
    if not kernels:
        return Check("profile", "failed", f"no kernel ran in {_CALLS} calls at {shape}, so something else than a kernel made the outputs{how}")
    total = sum(k.us for k in kernels)
    by_library: dict[str, list[Kernel]] = {}
    for kernel in kernels:
        by_library.setdefault(kernel.library, []).append(kernel)
    parts: list[str] = []
    for library in sorted(by_library, key=lambda name: (name != "own", name)):
        members = by_library[library]
        who = "its own kernels" if library == "own" else f"kernels of {library}"
        share = sum(k.us for k in members) / total if total > 0 else 1.0
        amount = "did all the work" if len(by_library) == 1 else f"took {share:.0%} of the time"
        parts.append(f"{who} {amount}: {_named(members)}")
    return Check("profile", "passed", f"{'; '.join(parts)} in {_CALLS} calls at {shape}{how}")


def _named(kernels: Sequence[Kernel]) -> str:
    names = [f"{base_name(k.name)} ({k.calls} launch{'es' if k.calls != 1 else ''})" for k in kernels[:_NAMED]]
    return ", ".join(names) + (f" and {len(kernels) - _NAMED} more" if len(kernels) > _NAMED else "")


def _by_ncu(calls: Calls, sandbox: bool, limit_s: float) -> list[tuple[str, float]]:
    tool = find_tool("ncu")
    if tool is None:
        raise Unusable("ncu is not installed; it comes with Nsight Compute")

    def arguments(folder: Path) -> list[str]:
        # One metric: it takes a single pass, so that nothing is saved, restored and run again. The clocks are not ours to set.
        wanted = ["--metrics", TIME_METRIC, "--launch-count", str(_MAX_LAUNCHES), "--clock-control", "none"]
        return [*wanted, "--csv", "--page", "raw", "--print-units", "base", "--log-file", str(folder / "ncu.csv")]

    return read_ncu(run_watched(tool, arguments, calls, ("ncu.csv",), sandbox, limit_s))


def read_ncu(watched: Watched) -> list[tuple[str, float]]:
    """Names and microseconds of the launches in ncu's CSV. Raises Unusable."""
    return [(name, us) for name, us, _ in read_launches(watched)]


def read_launches(watched: Watched) -> list[tuple[str, float, dict[str, str]]]:
    """Name, microseconds and all cells by the column's name of the launches in ncu's CSV. Raises Unusable."""
    require_end(watched, "ncu", watched.files.get("ncu.csv", b""))
    text = watched.files.get("ncu.csv", b"").decode("utf-8", "replace")
    lines = text.splitlines()
    if not any(line.startswith("==PROF== Connected") for line in lines):
        raise Unusable("ncu did not reach the process")
    table = [line for line in lines if line.startswith('"')]
    if not table:
        if any("No kernels were profiled" in line for line in lines):
            return []
        raise Unusable("ncu's report has no table")
    try:
        header, units, *rows = csv.reader(table, strict=True)
        name, metric = header.index("Kernel Name"), header.index(TIME_METRIC)
        factor = _UNITS_US[units[metric]]
        return [(plain(row[name], 1000), _microseconds(row[metric], factor), dict(zip(header, row, strict=False))) for row in rows]
    except (csv.Error, ValueError, LookupError):
        raise Unusable("ncu's table cannot be read") from None


def _by_activity(calls: Calls, sandbox: bool, limit_s: float) -> list[tuple[str, float]]:
    return read_trace(run_watched(None, lambda folder: [], calls, ("trace.json",), sandbox, limit_s, trace="trace.json"))


def read_trace(watched: Watched) -> list[tuple[str, float]]:
    """Names and microseconds of the launches in what `runner/trace.py` wrote; copies and fills are left out. Raises Unusable."""
    require_end(watched, "the probe", b"")
    try:
        events = json.loads(watched.files.get("trace.json", b""))
        if not isinstance(events, list):
            raise TypeError
        launches = [(plain(str(e["name"]), 1000), _microseconds(e["us"], 1.0)) for e in events]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Unusable("they cannot be read") from None
    return [launch for launch in launches if not launch[0].startswith(("Memcpy ", "Memset "))]


def require_end(watched: Watched, who: str, log: bytes) -> None:
    if b"ERR_NVGPUCTRPERM" in log:
        raise Unusable(
            "ncu may not read the GPU's counters (ERR_NVGPUCTRPERM): as root, load the driver with NVreg_RestrictProfilingToAdminUsers=0, "
            "which shows as RmProfilingAdminOnly: 0 in /proc/driver/nvidia/params"
        )
    if watched.struck is not None:
        raise Unusable(f"under {who}, {watched.struck}")
    if watched.status is None:
        raise Unusable(f"{who} did not end in time")
    if complaint := re.search(rb"^==ERROR== (.*)$", log, re.MULTILINE):
        raise Unusable(f"{who} said: {plain(complaint[1].decode('utf-8', 'replace'))}")
    if watched.status != 0 or not watched.finished:
        raise Unusable(f"under {who} the process ended {f'with status {watched.status}' if watched.status else 'before its calls were done'}")


def _microseconds(value: Any, factor: float) -> float:
    us = float(value.replace(",", "") if isinstance(value, str) else value) * factor
    if not (math.isfinite(us) and us >= 0):
        raise ValueError("a time that is none")
    return us


def shape_to_profile(target: Target) -> Workload | None:
    """The first workload, or the first of those that fit."""
    fitting = [w for w in target.workloads if sum(t.nbytes(w.values) for t in target.inputs + target.outputs) <= _MAX_BYTES]
    return fitting[0] if fitting else None


def _unchecked(reason: str) -> Profile:
    return Profile([Check("profile", "skipped", f"could not be checked: {reason}")])
