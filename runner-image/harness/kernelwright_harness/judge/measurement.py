"""One measurement of a candidate against its baseline, from two built libraries or Python files to a plain report."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kernelwright_harness.judge.bench import BaselineFailed, Bench, reserve
from kernelwright_harness.judge.buffers import slots_that_fit
from kernelwright_harness.judge.ceilings import Ceilings
from kernelwright_harness.judge.checks import Check, CheckFailed, Record, check_shape, told_number
from kernelwright_harness.judge.counters import count
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.explain import explained
from kernelwright_harness.judge.float64_baseline import Float64
from kernelwright_harness.judge.floor import floor_of
from kernelwright_harness.judge.gpu_watch import GpuWatch
from kernelwright_harness.judge.health import ensure_gone
from kernelwright_harness.judge.oracle import BadReference, Reference
from kernelwright_harness.judge.pair import Pair, started_pair
from kernelwright_harness.judge.phases import Phases
from kernelwright_harness.judge.profile import profile_kernels
from kernelwright_harness.judge.runner_process import RunnerFailed
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.judge.sanitizers import run_sanitizers
from kernelwright_harness.judge.timing import PLANS, Plan, Samples, time_workload
from kernelwright_harness.options import Options
from kernelwright_harness.specification import Mode, Target, Workload

_SLOTS = 24
"""More than a block that the events time has calls: each call gets inputs and outputs of its own, and some slots get no call."""
_CHECKED_SLOTS = 2
"""In one place alone the pointers of an earlier call would do for every call."""
_CLOCKED_SLOTS = 120
"""For the judge's own blocks, which are the more precise the longer they are."""
_CLOCKED_BYTES = 2 << 30
"""But no more inputs than this in a block, since all of them are handed over within its time."""
_EMULATED_BYTES = 8 << 20
"""A workload whose tensors are larger is left out on the emulated device unless the configuration lists it under `emulate`."""


_CHECK_OF = {"rejected": "protocol", "incorrect": "results"}
"""The check that a runner's failure is one of."""


def measure(
    device: Device, runners: Runners, request: dict[str, Any], target: Target, options: Options, progress: Callable[[str], None]
) -> dict[str, Any]:
    """`request` has `baseline` and `candidate` (paths of what was built: libraries, or Python files), `stage` (a key of `PLANS`) and, of a
    module or a function, perhaps `candidate_as`: the mode in which the candidate runs; a screening perhaps `metrics`, the counters that it is to
    tell of a candidate that is right.

    The report's `outcome` is `measured` when every check held, else what went wrong; `workloads` holds the raw samples.
    """
    began = time.perf_counter()
    float64 = Float64() if target.is_python and target.reference is None and not target.compiled else None
    record = Record(target.reference is not None, float64, alone=request["stage"] == "alone")
    report: dict[str, Any] = {"outcome": "measured", "detail": "", "log": "", "workloads": []}
    baseline, candidate = Path(request["baseline"]), Path(request["candidate"])
    failed: Check | None = None
    watched: list[Check] = []
    state: list[dict[str, Any]] = []
    phases = Phases()
    mode: Mode = request.get("candidate_as", "as-is")
    try:
        if not shapes_to_check(device, target):
            raise BaselineFailed("no shape of it is small enough for the emulated device: list some under `emulate`")
        reference = Reference(target) if target.reference is not None else None
        plan = PLANS[request["stage"]]
        timed = list(target.workloads) if device.kind == "cuda" else []
        watch = GpuWatch(device.state())
        if request["stage"] == "confirm" and timed and mode == "as-is":  # another mode is our doing, and nothing of a candidate's
            with phases.of("watch"):
                watched += _watched(device, target, request, options, progress)
        if (ceilings := device.ceilings()) is not None:
            report["ceilings"] = asdict(ceilings)
        samples = {w.name: _described(device, target, w, reference, ceilings) for w in timed}
        for number in range(plan.rounds if timed else 1):
            started = started_pair(device, target, reference, baseline, candidate, runners, options.block_limit_s, float64, mode)
            with phases.around("processes", started) as pair:
                with phases.of("check"):
                    _check_shapes(pair, record, progress, first=number == 0)
                with phases.of("settle"):
                    runners.settle()
                    ensure_gone(device)
                for workload in timed:
                    progress(f"timing {workload.name}" + (f", round {number + 1} of {plan.rounds}" if plan.rounds > 1 else ""))
                    with phases.of("time"):
                        round_samples = _timed(pair, workload, plan, number, record, watch)
                    samples[workload.name]["groups"] += round_samples.groups
                    samples[workload.name]["clock"] += round_samples.clock
        report["workloads"] = list(samples.values())
        state = [asdict(watch.check())] if timed else []
        if timed and request["stage"] == "screen" and request.get("metrics"):
            progress("asking the profiler what limits it")
            with phases.of("counters"):
                report["counters"] = count(device, target, candidate, options, request["metrics"]).as_json()
    except CheckFailed as failure:
        failed = failure.check
        report |= {"outcome": failure.outcome, "detail": failed.detail}
    except RunnerFailed as failure:
        report |= {"outcome": failure.outcome, "detail": failure.detail, "log": failure.log}
        failed = Check(_CHECK_OF[failure.outcome], "failed", failure.detail) if failure.outcome in _CHECK_OF else None
    except BaselineFailed as failure:
        report |= {"outcome": "baseline-failed", "detail": getattr(failure, "detail", str(failure)), "log": getattr(failure, "log", "")}
    except BadReference as failure:
        report |= {"outcome": "bad-reference", "detail": str(failure)}
    held = [c for c in record.as_json() if failed is None or c["name"] != failed.name]
    skipped = [asdict(c) for c in _left_out(device, target)]
    checks = held + [asdict(c) for c in watched] + ([asdict(failed)] if failed else []) + state + skipped
    return report | {"checks": checks, "seconds": time.perf_counter() - began, "phases_s": phases.seconds}


def _watched(device: Device, target: Target, request: dict[str, Any], options: Options, progress: Callable[[str], None]) -> list[Check]:
    """What the sanitizers and the profiler see. They find mistakes that happen to give right results; a candidate that means to deceive can
    deceive them too, so nothing rests on their praise. Raises CheckFailed on a finding.
    """
    candidate = Path(request["candidate"])
    progress("running the sanitizers and the profiler")
    checks = run_sanitizers(device, target, candidate, Path(request["baseline"]), options)
    if found := next((check for check in checks if check.status == "failed"), None):
        raise CheckFailed(found, "incorrect")
    # A call that only copies memory runs no kernel, and may still be right: that is told and not held against it.
    seen = profile_kernels(device, target, candidate, options).checks
    return checks + [Check(c.name, "skipped", c.detail) if c.status == "failed" else c for c in seen]


@contextmanager
def _explaining(target: Target, where: str) -> Iterator[None]:
    """Says of a runner's failure where it was, and why as far as it is known."""
    try:
        yield
    except RunnerFailed as failure:
        failure.detail = f"at {where}: {explained(failure, target)}"
        raise


def _check_shapes(pair: Pair, record: Record, progress: Callable[[str], None], first: bool) -> None:
    """Every shape in the first round; later rounds, in fresh processes, begin with the workloads alone."""
    shapes = shapes_to_check(pair.device, pair.target) if first else list(pair.target.workloads)
    if first:
        progress(f"checking the results at {told_number(len(shapes))}")
    benches = [(shape, _slots(pair, shape, _CHECKED_SLOTS)) for shape in shapes]
    reserve(pair, benches)
    for shape, slots in benches:
        with _explaining(pair.target, shape.name):
            check_shape(Bench(pair, shape, slots), record)


def _described(device: Device, target: Target, workload: Workload, reference: Reference | None, ceilings: Ceilings | None) -> dict[str, Any]:
    """A workload's entry in the report, still without samples."""
    floor = {"floor": floor_of(target, workload.values, reference, ceilings, device.l2_bytes).as_json()} if ceilings else {}
    return {"name": workload.name, "groups": [], "clock": [], "copied": target.is_python, **floor}


def _timed(pair: Pair, workload: Workload, plan: Plan, number: int, record: Record, watch: GpuWatch) -> Samples:
    read = sum(t.nbytes(workload.values) for t in pair.target.inputs)
    wanted = max(_SLOTS, min(_CLOCKED_SLOTS, _CLOCKED_BYTES // max(read, 1))) if plan.clocked else _SLOTS
    with _explaining(pair.target, workload.name):
        return time_workload(Bench(pair, workload, _slots(pair, workload, wanted)), plan, number, record, watch)


def _slots(pair: Pair, workload: Workload, wanted: int) -> int:
    read, written = (sum(t.nbytes(workload.values) for t in tensors) for tensors in (pair.target.inputs, pair.target.outputs))
    return slots_that_fit(pair.device, 3 * read + 2 * written, wanted)


def shapes_to_check(device: Device, target: Target) -> list[Workload]:
    if device.kind == "cuda":
        return [*target.vary, *target.workloads]
    return [*target.vary, *(target.emulate or [w for w in target.workloads if _fits_emulation(target, w)])]


def _left_out(device: Device, target: Target) -> list[Check]:
    if device.kind == "cuda":
        return []
    checked = {tuple(sorted(w.values.items())) for w in shapes_to_check(device, target)}
    names = [w.name for w in target.workloads if tuple(sorted(w.values.items())) not in checked]
    left = [Check("workloads", "skipped", f"not run on the emulated device: {'; '.join(names)}")] if names else []
    return [*left, Check("timing", "skipped", "there is no GPU here, and the emulated device's times say nothing about one")]


def _fits_emulation(target: Target, workload: Workload) -> bool:
    return sum(t.nbytes(workload.values) for t in target.inputs + target.outputs) <= _EMULATED_BYTES
