"""A runner's failure in words that help to mend it. They come from what it printed, so they are for people and models, not for the verdict."""

from kernelwright_harness.emulator.fault import find_fault
from kernelwright_harness.judge.python_fault import find_exception
from kernelwright_harness.judge.runner_process import RunnerFailed
from kernelwright_harness.specification import Target


def explained(failure: RunnerFailed, target: Target) -> str:
    """Its detail with the sanitizer's, the emulator's or Python's own words, where there are any."""
    if not target.is_python:
        return _with_fault(failure, target)
    said = find_exception(failure.log, target.source) if failure.outcome in ("crashed", "load-failed", "incorrect") else None
    if said is None:
        return failure.detail
    # Of the others Python's own words are the whole story.
    return f"{failure.detail}: {said}" if failure.outcome == "crashed" else said


def _with_fault(failure: RunnerFailed, target: Target) -> str:
    fault = find_fault(failure.log, *target.sources) if failure.outcome == "crashed" else None
    if fault is None:
        return failure.detail
    return f"{failure.detail}: {fault.message}" + (f" ({fault.path}:{fault.line})" if fault.line is not None else "")
