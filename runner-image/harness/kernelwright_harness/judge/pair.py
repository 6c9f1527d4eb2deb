"""Baseline and candidate in their processes, started for one round of a measurement."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.float64_baseline import Float64
from kernelwright_harness.judge.memory import Memory
from kernelwright_harness.judge.oracle import Reference
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.judge.side import Side
from kernelwright_harness.specification import Mode, Target

# Emulated threads are slow, a GPU is not.
_LIMITS_S = {"cuda": 20.0, "emulated": 90.0}
_SETUP_LIMIT_S = 120.0
"""For what a Python file compiles: Triton takes seconds, nvcc with torch's headers up to a minute."""


@dataclass(frozen=True)
class Pair:
    """Baseline and candidate."""

    device: Device
    target: Target
    reference: Reference | None
    baseline: Side
    candidate: Side
    drawn: Memory
    """What the judge keeps to itself: the inputs, before anybody may see them."""
    limit_s: float
    """How long one block of calls may take."""
    setup_limit_s: float = 0.0
    """How long a Python file may take to be imported, built and called for the first time together, beyond a block: it may compile."""
    float64: Float64 | None = None
    """Of a module or a function without a reference."""
    oracle: Side | None = None
    """The baseline once more, in a process for float64."""


@contextmanager
def started_pair(
    device: Device,
    target: Target,
    reference: Reference | None,
    baseline: Path,
    candidate: Path,
    runners: Runners,
    block_limit_s: float | None,
    float64: Float64 | None = None,
    candidate_as: Mode = "as-is",
) -> Iterator[Pair]:
    """Two fresh processes, and where the baseline in float64 is the oracle, a third. They end with the context, in which an error waits for that."""
    limit_s = block_limit_s or _LIMITS_S[device.kind]
    setup_limit_s = (6 * block_limit_s if block_limit_s else _SETUP_LIMIT_S) if target.is_python else 0.0
    flavour = "torch" if target.is_python else "launcher"
    with ExitStack() as opened, ExitStack() as started:

        def memory() -> Memory:
            return opened.enter_context(closing(Memory(device)))

        # Whatever goes wrong, none is left; leaving the context waits for one after the other.
        first = started.enter_context(runners.take(flavour, baseline))
        second = started.enter_context(runners.take(flavour, candidate))
        third = started.enter_context(runners.take(flavour)) if float64 is not None and float64.usable else None
        all_of_them = [each for each in (first, second, third) if each is not None]
        for each in all_of_them:  # all at once
            started.callback(each.order_to_stop)
        runners.refill()
        runners.wake()
        yield Pair(
            device,
            target,
            reference,
            Side(first, memory(), baseline),
            Side(second, memory(), candidate, candidate_as),
            memory(),
            limit_s,
            setup_limit_s,
            float64,
            Side(third, memory(), baseline) if third is not None else None,
        )
        started.pop_all()
        for each in all_of_them:
            runners.retire(each)
