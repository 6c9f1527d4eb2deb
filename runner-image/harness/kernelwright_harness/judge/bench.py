"""One workload on the bench: shared buffers, and the two runners that have them mapped."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kernelwright_harness.judge.buffers import INPUT_GUARD, Buffers
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.inputs import draw, fresh_seed
from kernelwright_harness.judge.oracle import Reference, baseline_answers
from kernelwright_harness.judge.runner_process import RunnerFailed, RunnerProcess, Timing
from kernelwright_harness.options import Options
from kernelwright_harness.specification import Scalar, Target, Tensor, Workload


@dataclass
class BaselineFailed(Exception):
    """The code that is to be improved does not do its own job; nothing can be measured against it."""

    detail: str
    log: str = ""


@dataclass(frozen=True)
class Pair:
    """Baseline and candidate, each in its own process."""

    device: Device
    target: Target
    reference: Reference | None
    baseline: RunnerProcess
    candidate: RunnerProcess
    limit_s: float
    """How long one block of calls may take."""


class Bench:
    """Create it for a workload; `close` it before the next."""

    def __init__(self, pair: Pair, workload: Workload, slots: int) -> None:
        self._pair = pair
        self.workload = workload
        self.slots = slots
        self.seeds = [0] * slots
        with ExitStack() as opened:  # a runner that fails here must not leave the buffers behind
            self.inputs = opened.enter_context(closing(Buffers(pair.device, pair.target.inputs, workload.values, slots, INPUT_GUARD)))
            self.baseline_outputs = opened.enter_context(closing(Buffers(pair.device, pair.target.outputs, workload.values, slots)))
            self.candidate_outputs = opened.enter_context(closing(Buffers(pair.device, pair.target.outputs, workload.values, slots)))
            pair.device.synchronize()
            self._guarded(lambda: self._setup(pair.baseline, self.baseline_outputs))
            self._setup(pair.candidate, self.candidate_outputs)
            self._buffers = opened.pop_all()

    def redraw(self) -> None:
        """New contents for every slot, and all outputs poisoned."""
        for slot in range(self.slots):
            self.seeds[slot] = fresh_seed()
            draw(self.inputs, slot, self.seeds[slot])
        self.poison(0xFF)

    def poison(self, byte: int) -> None:
        for slot in range(self.slots):
            self.baseline_outputs.fill(slot, byte)
            self.candidate_outputs.fill(slot, byte)

    def run_baseline(self, slots: Sequence[int], flush: bool = False) -> Timing:
        self._pair.device.synchronize()
        return self._guarded(lambda: self._pair.baseline.run(slots, flush, self._pair.limit_s))

    def run_candidate(self, slots: Sequence[int], flush: bool = False) -> Timing:
        self._pair.device.synchronize()
        return self._pair.candidate.run(slots, flush, self._pair.limit_s)

    def shuffled(self, calls: int) -> list[int]:
        """Slots for a block of calls, in an order that nobody can foresee; each slot once as long as there are enough."""
        order = list(range(self.slots)) * (calls // self.slots + 1)
        secrets.SystemRandom().shuffle(order)
        return order[:calls]

    def expected(self, slot: int) -> list[torch.Tensor]:
        """The right answers for what the slot's inputs are now; without a reference the baseline must have run on the slot."""
        if self._pair.reference is not None:
            return self._pair.reference.evaluate(self.inputs, slot, self.workload.values)
        return baseline_answers(self._pair.target, self.baseline_outputs, slot)

    def outputs_of(self, buffers: Buffers, slot: int) -> list[tuple[Tensor, torch.Tensor]]:
        return [(t, buffers.view(slot, t)) for t in self._pair.target.outputs]

    def close(self) -> None:
        self._buffers.close()

    def _guarded(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except RunnerFailed as failure:
            raise BaselineFailed(f"it {_PAST[failure.outcome]} at {self.workload.name}: {failure.detail}", failure.log) from None

    def _setup(self, runner: RunnerProcess, outputs: Buffers) -> None:
        arenas = (self.inputs, outputs)
        emulated = self._pair.device.kind == "emulated"
        message = {
            "entry": self._pair.target.entry,
            "slots": self.slots,
            "sizes": [b.arena.size for b in arenas],
            "guards": [(i, g.offset, g.size) for i, b in enumerate(arenas) for g in b.guards] if emulated else [],
            "arguments": [self._argument(a, outputs) for a in self._pair.target.arguments],
        }
        runner.setup(message, [b.arena.export() for b in arenas], self._pair.limit_s)

    def _argument(self, argument: object, outputs: Buffers) -> dict[str, Any]:
        match argument:
            case Tensor(name=name, role="input"):
                return {"kind": "pointer", "arena": 0, "offsets": self.inputs.offsets(name)}
            case Tensor(name=name):
                return {"kind": "pointer", "arena": 1, "offsets": outputs.offsets(name)}
            case Scalar(name=name, type=type_name):
                return {"kind": "scalar", "type": type_name, "value": self.workload.values[name]}
            case _:
                return {"kind": "stream"}


_PAST = {"crashed": "crashed", "timed-out": "did not answer", "load-failed": "could not be loaded", "rejected": "broke the protocol"}

# Emulated threads are slow, a GPU is not.
_LIMITS_S = {"cuda": 20.0, "emulated": 90.0}


@contextmanager
def started_pair(device: Device, target: Target, reference: Reference | None, baseline: Path, candidate: Path, options: Options) -> Iterator[Pair]:
    """Two fresh processes, which end with the context."""
    limit_s = options.block_limit_s or _LIMITS_S[device.kind]
    with RunnerProcess(device, baseline, options.sandbox) as first, RunnerProcess(device, candidate, options.sandbox) as second:
        yield Pair(device, target, reference, first, second, limit_s)
