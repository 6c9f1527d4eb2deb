"""What limits a candidate's kernels, by the GPU's own counters: for the model, after a screening, and never in a timed part.

Which counters is the orchestrator's to say (`src/measure/profile-metrics.ts`). ncu runs each kernel several times for them, in a process of its
own, so the times in here are not those of a measurement. As with every profile a candidate can forge it: nothing may rest on it. What
goes wrong here costs the candidate nothing.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.kernel_names import base_name
from kernelwright_harness.judge.profile import TIME_METRIC, Unusable, read_launches, require_end, shape_to_profile
from kernelwright_harness.judge.sanitizer_report import plain
from kernelwright_harness.judge.watched import Calls, Tool, Watched, find_tool, run_watched
from kernelwright_harness.options import Options
from kernelwright_harness.specification import Target

_LIMIT_S = 10.0
_MAX_LAUNCHES = 8
"""Each is run once for every group of counters."""
_MAX_KERNELS = 3
_MAX_METRICS = 40
_NAME = re.compile(r"[a-z][a-z0-9_]{2,99}(\.[a-z0-9_]{1,60}){0,3}")
_UNKNOWN = re.compile(r"Failed to find metric[^\n]*?([a-z][a-z0-9_]{2,99}(?:\.[a-z0-9_]{1,60}){1,3})")


@dataclass(frozen=True)
class KernelCounters:
    name: str
    us: float
    """Of its longest launch, in microseconds, under ncu: with cold caches, and perhaps other clocks."""
    metrics: dict[str, float]
    """Of that launch, by ncu's names; those that this GPU does not have are left out."""


@dataclass(frozen=True)
class Counters:
    kernels: list[KernelCounters] = field(default_factory=lambda: list[KernelCounters]())
    """The longest first."""
    reason: str = ""
    """Why there are none."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def count(device: Device, target: Target, candidate: Path, options: Options, metrics: Sequence[str], limit_s: float = _LIMIT_S) -> Counters:
    """Counts during one call of the candidate at one workload. Ends within about `limit_s`, and never raises."""
    try:
        return Counters(_counted(device, target, candidate, options, metrics, limit_s))
    except Unusable as unusable:
        return Counters(reason=str(unusable))
    except Exception as error:  # a candidate must not lose its result to the profiler
        return Counters(reason=plain(f"{type(error).__name__}: {error}"))


def _counted(device: Device, target: Target, candidate: Path, options: Options, metrics: Sequence[str], limit_s: float) -> list[KernelCounters]:
    wanted = [metric for metric in metrics if _NAME.fullmatch(metric)][:_MAX_METRICS]
    shape = shape_to_profile(target)
    if device.kind != "cuda":
        raise Unusable("there is no NVIDIA GPU here")
    if target.is_python:
        raise Unusable("ncu would take too long in the process of a module or function")
    if shape is None:
        raise Unusable("the tensors of every workload are too large")
    if (tool := find_tool("ncu")) is None:
        raise Unusable("ncu is not installed; it comes with Nsight Compute")
    calls = Calls(target, candidate, (shape,))
    watched = _run(tool, calls, wanted, options, limit_s)
    if unknown := set(_UNKNOWN.findall(_log(watched))):
        # Counters differ between architectures, and ncu refuses all where it does not know one.
        watched = _run(tool, calls, [metric for metric in wanted if metric not in unknown], options, limit_s)
    require_end(watched, "ncu", watched.files.get("ncu.csv", b""))
    return longest(watched, wanted)


def _run(tool: Tool, calls: Calls, metrics: Sequence[str], options: Options, limit_s: float) -> Watched:
    def arguments(folder: Path) -> list[str]:
        wanted = ["--metrics", ",".join(dict.fromkeys((TIME_METRIC, *metrics))), "--launch-count", str(_MAX_LAUNCHES), "--clock-control", "none"]
        return [*wanted, "--csv", "--page", "raw", "--print-units", "base", "--log-file", str(folder / "ncu.csv")]

    return run_watched(tool, arguments, calls, ("ncu.csv",), options.sandbox, limit_s)


def _log(watched: Watched) -> str:
    return watched.files.get("ncu.csv", b"").decode("utf-8", "replace")


def longest(watched: Watched, metrics: Sequence[str]) -> list[KernelCounters]:
    """The counters of each kernel's longest launch, the longest kernels first. Raises Unusable."""
    launches = sorted(read_launches(watched), key=lambda launch: -launch[1])
    found: dict[str, KernelCounters] = {}
    for name, us, cells in launches:
        values = {metric: value for metric in metrics if (value := _number(cells.get(metric))) is not None}
        found.setdefault(name, KernelCounters(plain(base_name(name), 120), us, values))
    return list(found.values())[:_MAX_KERNELS]


def _number(cell: str | None) -> float | None:
    """None for `n/a`, and for what is no finite number that is at least zero."""
    try:
        value = float((cell or "").replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
