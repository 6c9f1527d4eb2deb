"""One workload on the bench: shared buffers, and the two runners that have them mapped."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kernelwright_harness.judge.buffers import INPUT_GUARD, OUTPUT_GUARD, Buffers
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.inputs import Distribution, changed, draw, fresh_seed
from kernelwright_harness.judge.oracle import Reference, baseline_answers
from kernelwright_harness.judge.runner_process import RunnerFailed, RunnerProcess
from kernelwright_harness.options import Options
from kernelwright_harness.specification import Scalar, Target, Tensor, Workload
from kernelwright_harness.wire import NO_CALL


@dataclass
class BaselineFailed(Exception):
    """The code that is to be improved does not do its own job; nothing can be measured against it."""

    detail: str
    log: str = ""


class BaselineWrong(BaselineFailed):
    """Its results are not the reference's; its process is well."""


@dataclass(frozen=True)
class Block:
    """A number of calls in a row."""

    events_us: float
    """Median time of a call by the runner's CUDA events: precise, but from a process that candidate code can touch."""
    wall_us: float
    """Time of the whole block by the judge's own clock: inputs handed over, calls made, kept results copied."""
    kept: dict[int, list[torch.Tensor]]
    """Copies of the outputs of some slots, taken as soon as the runner said that it was done: work put off until later is not in them."""
    witnessed: dict[int, list[torch.Tensor]]
    """The same, copied by the runner when its stream had passed the call: work beside the stream is not in them."""


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
        self.distribution: Distribution = "normal"
        with ExitStack() as opened:  # a runner that fails here must not leave the buffers behind

            def buffers(tensors: Sequence[Tensor], guard_byte: int = OUTPUT_GUARD) -> Buffers:
                return opened.enter_context(closing(Buffers(pair.device, tensors, workload.values, slots, guard_byte)))

            self.drawn = buffers(pair.target.inputs, INPUT_GUARD)  # never exported: the judge's own
            self.baseline_inputs = buffers(pair.target.inputs, INPUT_GUARD)
            self.candidate_inputs = buffers(pair.target.inputs, INPUT_GUARD)
            self.baseline_outputs = buffers(pair.target.outputs)
            self.candidate_outputs = buffers(pair.target.outputs)
            self._witness = opened.enter_context(closing(Buffers(pair.device, pair.target.outputs, workload.values, WITNESS_SLOTS)))
            pair.device.synchronize()
            self._guarded(lambda: self._setup(pair.baseline, self.baseline_inputs, self.baseline_outputs))
            self._setup(pair.candidate, self.candidate_inputs, self.candidate_outputs)
            self._buffers = opened.pop_all()

    @property
    def bytes_read(self) -> int:
        """Of the inputs of all slots."""
        return self.slots * sum(t.nbytes(self.workload.values) for t in self._pair.target.inputs)

    @property
    def l2_bytes(self) -> int:
        return self._pair.device.l2_bytes

    def redraw(self, distribution: Distribution = "normal", poison: int = 0xFF) -> None:
        """New contents for every slot, which the runners do not see yet, and all outputs filled with the byte `poison`."""
        self.distribution = distribution
        for slot in range(self.slots):
            self.seeds[slot] = fresh_seed()
            draw(self.drawn, slot, self.seeds[slot], distribution)
        self.poison(poison)

    def poison(self, byte: int) -> None:
        for place in range(WITNESS_SLOTS):
            self._witness.fill(place, 0xFF)
        for slot in range(self.slots):
            self.baseline_outputs.fill(slot, byte)
            self.candidate_outputs.fill(slot, byte)

    def run_baseline(self, slots: Sequence[int], flush: bool = False, keep: Sequence[int] = ()) -> Block:
        return self._guarded(lambda: self._run(self._pair.baseline, self.baseline_inputs, self.baseline_outputs, slots, flush, keep))

    def run_candidate(self, slots: Sequence[int], flush: bool = False, keep: Sequence[int] = ()) -> Block:
        return self._run(self._pair.candidate, self.candidate_inputs, self.candidate_outputs, slots, flush, keep)

    def run_nothing(self, count: int, flush: bool) -> Block:
        """A block of `count` calls without the calls, in the baseline's process: what flushes and the loop take by themselves."""
        return self.run_baseline([NO_CALL] * count, flush)

    def _run(self, runner: RunnerProcess, inputs: Buffers, outputs: Buffers, slots: Sequence[int], flush: bool, keep: Sequence[int]) -> Block:
        self._pair.device.synchronize()
        began = time.perf_counter()
        # Within the judge's time: what a candidate does as soon as it sees its inputs is work of this block.
        inputs.arena.bytes.copy_(self.drawn.arena.bytes)
        self._pair.device.synchronize()
        witness = {_last(slots, slot): place for place, slot in enumerate(keep)}
        timing = runner.run(slots, flush, self._pair.limit_s, witness)
        kept = {slot: [view.clone() for _, view in self.outputs_of(outputs, slot)] for slot in keep}
        witnessed = {slot: [view.clone() for _, view in self.outputs_of(self._witness, place)] for place, slot in enumerate(keep)}
        self._pair.device.synchronize()
        return Block(timing.events_us, (time.perf_counter() - began) * 1e6, kept, witnessed)

    def shuffled(self, calls: int) -> list[int]:
        """Slots for a block of calls, in an order that nobody can foresee: each slot once as long as there are enough, then all over again."""
        slots = list(range(self.slots))
        secrets.SystemRandom().shuffle(slots)
        return (slots * (calls // self.slots + 1))[:calls]

    def expected(self, slot: int) -> list[torch.Tensor]:
        """The right answers for what the slot's inputs are now; without a reference the baseline must have run on the slot."""
        if self._pair.reference is not None:
            return self._pair.reference.evaluate(self.drawn, slot, self.workload.values)
        return baseline_answers(self._pair.target, self.baseline_outputs, slot)

    def outputs_of(self, buffers: Buffers, slot: int) -> list[tuple[Tensor, torch.Tensor]]:
        return [(t, buffers.view(slot, t)) for t in self._pair.target.outputs]

    def changed_inputs(self, given: Buffers, slot: int) -> list[str]:
        """Names of inputs that a runner has changed in its copy."""
        return changed(self.drawn, given, slot)

    def close(self) -> None:
        self._buffers.close()

    def _guarded(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except RunnerFailed as failure:
            raise BaselineFailed(f"it {_PAST[failure.outcome]} at {self.workload.name}: {failure.detail}", failure.log) from None

    def _setup(self, runner: RunnerProcess, inputs: Buffers, outputs: Buffers) -> None:
        arenas = (inputs, outputs, self._witness)
        emulated = self._pair.device.kind == "emulated"
        message = {
            "entry": self._pair.target.entry,
            "slots": self.slots,
            "sizes": [b.arena.size for b in arenas],
            "guards": [(i, g.offset, g.size) for i, b in enumerate(arenas) for g in b.guards] if emulated else [],
            "witness": {
                "slots": WITNESS_SLOTS,
                "tensors": [
                    {"from": (1, outputs.offsets(t.name)), "to": (2, self._witness.offsets(t.name)), "bytes": t.nbytes(self.workload.values)}
                    for t in self._pair.target.outputs
                ],
            },
            "arguments": [self._argument(a, inputs, outputs) for a in self._pair.target.arguments],
        }
        runner.setup(message, [b.arena.export() for b in arenas], self._pair.limit_s)

    def _argument(self, argument: object, inputs: Buffers, outputs: Buffers) -> dict[str, Any]:
        match argument:
            case Tensor(name=name, role="input"):
                return {"kind": "pointer", "arena": 0, "offsets": inputs.offsets(name)}
            case Tensor(name=name):
                return {"kind": "pointer", "arena": 1, "offsets": outputs.offsets(name)}
            case Scalar(name=name, type=type_name):
                return {"kind": "scalar", "type": type_name, "value": self.workload.values[name]}
            case _:
                return {"kind": "stream"}


WITNESS_SLOTS = 2
"""Calls of a block that the runner may be asked to witness."""


def _last(slots: Sequence[int], slot: int) -> int:
    """Position of a slot's last call in a block."""
    return len(slots) - 1 - list(slots)[::-1].index(slot)


_PAST = {"crashed": "crashed", "timed-out": "did not answer", "load-failed": "could not be loaded", "rejected": "broke the protocol"}

# Emulated threads are slow, a GPU is not.
_LIMITS_S = {"cuda": 20.0, "emulated": 90.0}


@contextmanager
def started_pair(device: Device, target: Target, reference: Reference | None, baseline: Path, candidate: Path, options: Options) -> Iterator[Pair]:
    """Two fresh processes, which end with the context."""
    limit_s = options.block_limit_s or _LIMITS_S[device.kind]
    with RunnerProcess(device, baseline, options.sandbox) as first, RunnerProcess(device, candidate, options.sandbox) as second:
        yield Pair(device, target, reference, first, second, limit_s)
