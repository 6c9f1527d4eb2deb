"""One measurement of a candidate against its baseline, from two built libraries to a plain report."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kernelwright_harness.emulator.fault import find_fault
from kernelwright_harness.judge.bench import BaselineFailed, Bench, Pair, started_pair
from kernelwright_harness.judge.buffers import slots_that_fit
from kernelwright_harness.judge.ceilings import Ceilings
from kernelwright_harness.judge.checks import Check, CheckFailed, Record, check_shape
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.floor import floor_of
from kernelwright_harness.judge.gpu_watch import GpuWatch
from kernelwright_harness.judge.oracle import BadReference, Reference
from kernelwright_harness.judge.profile import profile_kernels
from kernelwright_harness.judge.runner_process import RunnerFailed
from kernelwright_harness.judge.sanitizers import run_sanitizers
from kernelwright_harness.judge.timing import PLANS, Plan, Samples, time_workload
from kernelwright_harness.options import Options
from kernelwright_harness.specification import Target, Workload

_SLOTS = 24
"""More than a timed block has calls: each call gets inputs and outputs of its own, and some slots get no call."""
_EMULATED_BYTES = 8 << 20
"""A workload whose tensors are larger is left out on the emulated device unless the configuration lists it under `emulate`."""


def measure(device: Device, request: dict[str, Any], target: Target, options: Options, progress: Callable[[str], None]) -> dict[str, Any]:
    """`request` has `baseline` and `candidate` (paths of built libraries) and `stage` (`screen` or `confirm`).

    The report's `outcome` is `measured` when every check held, else what went wrong; `workloads` holds the raw samples.
    """
    began = time.perf_counter()
    record = Record(has_reference=target.reference is not None)
    report: dict[str, Any] = {"outcome": "measured", "detail": "", "log": "", "workloads": []}
    failed: Check | None = None
    watched: list[Check] = []
    state: list[dict[str, Any]] = []
    try:
        if not shapes_to_check(device, target):
            raise BaselineFailed("no shape of it is small enough for the emulated device: list some under `emulate`")
        reference = Reference(target) if target.reference is not None else None
        plan = PLANS[request["stage"]]
        timed = list(target.workloads) if device.kind == "cuda" else []
        watch = GpuWatch(device.state())
        if request["stage"] == "confirm" and timed:
            watched += _watched(device, target, request, options, progress)
        ceilings = device.ceilings()
        samples = {w.name: _described(device, target, w, reference, ceilings) for w in timed}
        for number in range(plan.rounds if timed else 1):
            with started_pair(device, target, reference, Path(request["baseline"]), Path(request["candidate"]), options) as pair:
                _check_shapes(pair, record, progress, first=number == 0)
                for workload in timed:
                    progress(f"timing {workload.name}" + (f", round {number + 1} of {plan.rounds}" if plan.rounds > 1 else ""))
                    round_samples = _timed(pair, workload, plan, number, record, watch)
                    samples[workload.name]["groups"] += round_samples.groups
                    samples[workload.name]["clock"] += round_samples.clock
        report["workloads"] = list(samples.values())
        state = [asdict(watch.check())] if timed else []
    except CheckFailed as failure:
        failed = failure.check
        report |= {"outcome": failure.outcome, "detail": failed.detail}
    except RunnerFailed as failure:
        report |= {"outcome": failure.outcome, "detail": _explained(failure, target), "log": failure.log}
        failed = Check("protocol", "failed", failure.detail) if failure.outcome == "rejected" else None
    except (BaselineFailed, BadReference) as failure:
        report |= {"outcome": "baseline-failed", "detail": getattr(failure, "detail", str(failure)), "log": getattr(failure, "log", "")}
    held = [c for c in record.as_json() if failed is None or c["name"] != failed.name]
    skipped = [asdict(c) for c in _left_out(device, target)]
    return report | {"checks": held + [asdict(c) for c in watched] + ([asdict(failed)] if failed else []) + state + skipped, "seconds": time.perf_counter() - began}


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


def _explained(failure: RunnerFailed, target: Target) -> str:
    """With the sanitizer's or the emulator's own words, where there are any. They are the runner's output: for people, not for the verdict."""
    fault = find_fault(failure.log, target.source) if failure.outcome == "crashed" else None
    if fault is None:
        return failure.detail
    return f"{failure.detail}: {fault.message}" + (f" ({target.source}:{fault.line})" if fault.line is not None else "")


def _check_shapes(pair: Pair, record: Record, progress: Callable[[str], None], first: bool) -> None:
    """Every shape in the first round; later rounds, in fresh processes, begin with the workloads alone."""
    shapes = shapes_to_check(pair.device, pair.target) if first else list(pair.target.workloads)
    if first:
        progress(f"checking the results at {len(shapes)} shapes")
    for shape in shapes:
        bench = Bench(pair, shape, slots=1)
        try:
            check_shape(bench, record)
        except RunnerFailed as failure:
            failure.detail = f"at {shape.name}: {failure.detail}"
            raise
        finally:
            bench.close()


def _described(device: Device, target: Target, workload: Workload, reference: Reference | None, ceilings: Ceilings | None) -> dict[str, Any]:
    """A workload's entry in the report, still without samples."""
    floor = {"floor": floor_of(target, workload.values, reference, ceilings, device.l2_bytes).as_json()} if ceilings else {}
    return {"name": workload.name, "groups": [], "clock": [], **floor}


def _timed(pair: Pair, workload: Workload, plan: Plan, number: int, record: Record, watch: GpuWatch) -> Samples:
    size = 3 * sum(t.nbytes(workload.values) for t in pair.target.inputs) + 2 * sum(t.nbytes(workload.values) for t in pair.target.outputs)
    bench = Bench(pair, workload, slots_that_fit(pair.device, size, _SLOTS))
    try:
        return time_workload(bench, plan, number, record, watch)
    finally:
        bench.close()


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
