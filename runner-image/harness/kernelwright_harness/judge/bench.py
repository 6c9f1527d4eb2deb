"""One workload on the bench: buffers in the memory of the judge and of the two runners."""

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from kernelwright_harness.judge.buffers import INPUT_GUARD, OUTPUT_GUARD, Layout
from kernelwright_harness.judge.explain import explained
from kernelwright_harness.judge.float64_baseline import Float64Baseline
from kernelwright_harness.judge.inputs import Distribution, changed, draw, fresh_seed, within
from kernelwright_harness.judge.library import sealed_copy
from kernelwright_harness.judge.memory import Memory, random_lead
from kernelwright_harness.judge.oracle import baseline_answers
from kernelwright_harness.judge.pair import Pair
from kernelwright_harness.judge.parameters import changed_parameters, draw_parameters
from kernelwright_harness.judge.runner_process import RunnerFailed, RunnerProcess
from kernelwright_harness.judge.setup_message import Mapped, library_setup, python_setup
from kernelwright_harness.judge.side import Side
from kernelwright_harness.judge.tolerance import NEARBY_ROUNDINGS, rounding_of
from kernelwright_harness.specification import Target, Tensor, Workload
from kernelwright_harness.target_files import unpack
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
    """The same for those of them that the runner was told of, copied by it when its stream had passed the call: work beside the stream is not in
    them."""


@dataclass(frozen=True)
class _Layouts:
    """What a bench keeps where, one behind the other."""

    drawn: tuple[Layout, ...]
    """The judge's own: inputs, and parameters of a module or a function."""
    of_runner: tuple[Layout, ...]

    @classmethod
    def of(cls, target: Target, workload: Workload, slots: int) -> "_Layouts":
        values = workload.values
        inputs = Layout.of(target.inputs, values, slots, INPUT_GUARD)
        outputs = Layout.of(target.outputs, values, slots, OUTPUT_GUARD)
        witness = Layout.of(target.results, values, min(WITNESS_SLOTS, slots), OUTPUT_GUARD)
        parameters = (Layout.of(target.parameters, values, 1, INPUT_GUARD),) if target.is_python else ()
        # Whoever runs over the end of an output must not come to where the runner will write.
        return cls((inputs, *parameters), (witness, inputs, outputs, *parameters))

    def mapped(self, memory: Memory, lead: int) -> Mapped:
        witness, inputs, outputs, *parameters = memory.lay_out(self.of_runner, lead)
        return Mapped(memory, inputs, outputs, witness, *parameters)


def reserve(pair: Pair, benches: Iterable[tuple[Workload, int]]) -> None:
    """Memory for the largest of the benches that are to come, each a workload and its slots, so that none of them needs other memory."""
    layouts = [_Layouts.of(pair.target, workload, slots) for workload, slots in benches]
    pair.drawn.reserve(max(sum(each.size for each in one.drawn) for one in layouts))
    for side in (pair.baseline, pair.candidate):
        side.memory.reserve(max(sum(each.size for each in one.of_runner) for one in layouts))


class Bench:
    """For one workload: another bench of the same pair puts its tensors where this one has its own."""

    def __init__(self, pair: Pair, workload: Workload, slots: int) -> None:
        self._pair = pair
        self.workload = workload
        self.slots = slots
        self.seeds = [0] * slots
        self._poison = 0xFF
        self.distribution: Distribution = "normal"
        self._first_call_limits: dict[int, float] = {}
        self.results = pair.target.results
        layouts = _Layouts.of(pair.target, workload, slots)
        self.drawn, *parameters = pair.drawn.lay_out(layouts.drawn)  # never exported
        self._drawn_parameters = parameters[0] if parameters else None
        lead = random_lead()  # the same for both, since both are timed
        self.baseline, self.candidate = (layouts.mapped(side.memory, lead) for side in (pair.baseline, pair.candidate))
        self._float64 = self._float64_baseline()
        self._draw_parameters()
        pair.device.synchronize()
        self._guarded(lambda: self._setup(pair.baseline, self.baseline))
        self._setup(pair.candidate, self.candidate)
        if self._float64 and self._drawn_parameters:
            self._float64.setup(self._drawn_parameters)

    def redraw(self, slots: Sequence[int], distribution: Distribution = "normal") -> None:
        """New contents for some slots, which the runners do not see yet."""
        self.distribution = distribution
        for slot in slots:
            self.seeds[slot] = fresh_seed()
            draw(self.drawn, slot, self.seeds[slot], distribution)

    def poison(self, byte: int, both: bool = True) -> None:
        """The candidate's outputs, and the baseline's as well if `both`. What is changed in place is handed over with the inputs instead."""
        self._poison = byte
        for mapped in (self.baseline, self.candidate) if both else (self.candidate,):
            mapped.witness.fill_all(0xFF)
            mapped.outputs.fill_all(byte)

    def run_baseline(self, slots: Sequence[int], flush: bool = False, witness: Sequence[int] = (), unannounced: int = 0) -> Block:
        return self._guarded(lambda: self._run(self._pair.baseline.runner, self.baseline, slots, flush, witness, unannounced))

    def run_candidate(self, slots: Sequence[int], flush: bool = False, witness: Sequence[int] = (), unannounced: int = 0) -> Block:
        """`witness` names slots whose results the runner copies in the stream's order. Candidate code can read what its runner is told; so
        the judge keeps the results of `unannounced` other slots too, which it draws when the calls are over."""
        return self._run(self._pair.candidate.runner, self.candidate, slots, flush, witness, unannounced)

    @property
    def copies_results(self) -> bool:
        """Whether the runner copies what a function returned to where the judge looks for it; a launcher writes it there itself."""
        return self._pair.target.is_python

    def run_nothing(self, calls: int = 0) -> Block:
        """A block without calls, in the baseline's process: what handing over, asking and keeping take by themselves. Where a runner copies
        results it copies as much as after so many calls (but at least IDLE_CALLS)."""
        slots = [NO_CALL] * max(IDLE_CALLS, calls if self.copies_results else 0)
        return self._guarded(lambda: self._run(self._pair.baseline.runner, self.baseline, slots, False, range(self.baseline.witness.slots), 1))

    def _run(self, runner: RunnerProcess, mapped: Mapped, slots: Sequence[int], flush: bool, witness: Sequence[int], unannounced: int) -> Block:
        # What the judge has drawn and filled must not be written to memory at the block's expense.
        self._pair.device.settle_cache()
        began = time.perf_counter()
        # Within the judge's time: what a candidate does as soon as it sees its inputs is work of this block.
        mapped.inputs.bytes.copy_(self.drawn.bytes)
        self._pair.device.synchronize()
        nothing = NO_CALL in slots
        positions = {place if nothing else list(slots).index(slot): place for place, slot in enumerate(witness)}
        timing = runner.run(slots, flush, self._first_call_limits.pop(id(runner), self._pair.limit_s), positions)
        others = [slot for slot in (range(self.slots) if nothing else slots) if slot not in witness]
        drawn = secrets.SystemRandom().sample(others, min(unannounced, len(others)))
        kept = {slot: [_copied(view) for _, view in self.results_of(mapped, slot)] for slot in (*witness, *drawn)}
        witnessed = {slot: [_copied(mapped.witness.view(place, t)) for t in self.results] for place, slot in enumerate(witness)}
        self._pair.device.synchronize()
        return Block(timing.events_us, (time.perf_counter() - began) * 1e6, kept, witnessed)

    def shuffled(self, calls: int) -> list[int]:
        """Different slots for a block of calls, in an order that nobody can foresee."""
        return secrets.SystemRandom().sample(range(self.slots), calls)

    def expected(self, slot: int) -> list[torch.Tensor]:
        """The right answers for what the slot's inputs are now; without a reference the baseline must have run on the slot."""
        if self._pair.reference is not None:
            return self._pair.reference.evaluate(self.drawn, slot, self.workload.values)
        answers = self._float64.answers(self.drawn, slot) if self._float64 else None
        return answers if answers is not None else baseline_answers(self.results_of(self.baseline, slot))

    @property
    def has_oracle(self) -> bool:
        """Whether the right answers come from elsewhere than the baseline's outputs."""
        return self._pair.reference is not None or self.by_float64

    def expected_nearby(self, slot: int) -> list[torch.Tensor]:
        """The right answers for inputs that are not quite the slot's: every float is moved by some roundings. Only with an oracle."""
        return self._expected_instead(slot, lambda: self._move_by_roundings(slot))

    def expected_otherwise(self, slot: int) -> list[torch.Tensor]:
        """The right answers for other inputs of the same distribution. Only with an oracle."""
        return self._expected_instead(slot, lambda: draw(self.drawn, slot, fresh_seed(), self.distribution))

    def _expected_instead(self, slot: int, change: Callable[[], None]) -> list[torch.Tensor]:
        """The right answers for the slot's inputs after a change, which is taken back."""
        assert self.has_oracle
        kept = [self.drawn.raw(slot, t.name).clone() for t in self._pair.target.inputs]
        try:
            change()
            return self.expected(slot)
        finally:
            for tensor, content in zip(self._pair.target.inputs, kept, strict=True):
                self.drawn.raw(slot, tensor.name).copy_(content)

    def _move_by_roundings(self, slot: int) -> None:
        for tensor in self._pair.target.inputs:
            if tensor.dtype.kind == "float" and tensor.dtype.size > 1:  # an 8-bit float has nothing near it
                view = self.drawn.view(slot, tensor)
                reach = NEARBY_ROUNDINGS * rounding_of(tensor.dtype.name)
                moved = (view.double() * (1 + reach * torch.randn(view.shape, dtype=torch.float64, device=view.device))).to(view.dtype)
                bounds = tensor.bounds(self.workload.values)
                view.copy_(moved if bounds is None else torch.where(within(moved, bounds), moved, view))

    @property
    def by_float64(self) -> bool:
        """Whether the oracle is the baseline in float64: what the baseline is off by is then its own rounding."""
        return self._float64 is not None and self._pair.float64 is not None and self._pair.float64.usable

    def distrust_float64(self, why: str) -> None:
        """From now on the baseline's own results are the oracle."""
        assert self._pair.float64 is not None
        self._pair.float64.why_not = why

    def results_of(self, mapped: Mapped, slot: int) -> list[tuple[Tensor, torch.Tensor]]:
        """What a runner has made: its outputs, and what it has changed in place."""
        return [(t, mapped.holding(t).view(slot, t)) for t in self.results]

    def written_between(self, mapped: Mapped, slot: int) -> list[str]:
        """One sentence for each result between whose elements, where its strides leave room, something was written."""
        found: list[str] = []
        for tensor in self.results:
            now = mapped.holding(tensor).between(slot, tensor)
            before = self.drawn.between(slot, tensor) if tensor.role == "inout" else self._poison
            if now is not None and (wrong := int((now != before).any(dim=1).sum())):
                found.append(f"{wrong} places between the elements of {tensor.name} were written")
        return found

    def changed_inputs(self, given: Mapped, slot: int) -> list[str]:
        """What a runner has changed of what it was given: `input x`, `parameter fc.weight`."""
        names = [f"input {name}" for name in changed(self.drawn, given.inputs, slot)]
        if self._drawn_parameters and given.parameters:
            names += [f"parameter {name}" for name in changed_parameters(self._drawn_parameters, given.parameters)]
        return names

    def _guarded(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except RunnerFailed as failure:
            raise BaselineFailed(f"it {_PAST[failure.outcome]} at {self.workload.name}: {explained(failure, self._pair.target)}", failure.log) from None

    def _setup(self, side: Side, mapped: Mapped) -> None:
        device, target, values = self._pair.device, self._pair.target, self.workload.values
        descriptors = side.memory.descriptors()
        if target.is_python:
            began = time.perf_counter()
            message = python_setup(target, unpack(side.built), values, mapped, device.torch_device.type, mode=side.mode)
            side.runner.setup(message, descriptors, self._pair.setup_limit_s + self._pair.limit_s)
            left = max(0.0, self._pair.setup_limit_s - (time.perf_counter() - began))
            self._first_call_limits[id(side.runner)] = self._pair.limit_s + left
            return
        emulated = device.kind == "emulated"
        library = str(side.built) if emulated else "kept" if side.runner.was_set_up else "given"
        if library == "given":
            descriptors.append(sealed_copy(side.built))
        message = {**library_setup(target, values, mapped, guarded=emulated), "library": library}
        side.runner.setup(message, descriptors, self._pair.limit_s)

    def _float64_baseline(self) -> Float64Baseline | None:
        pair = self._pair
        if pair.oracle is None or pair.float64 is None or not pair.float64.usable:
            return None
        return Float64Baseline(pair.device, pair.target, self.workload, pair.float64, pair.oracle, pair.setup_limit_s + pair.limit_s)

    def _draw_parameters(self) -> None:
        """Once for a bench, since a module is given them once; the runners have them before they are set up."""
        if self._drawn_parameters is None:
            return
        draw_parameters(self._drawn_parameters, fresh_seed())
        for mapped in (self.baseline, self.candidate):
            assert mapped.parameters is not None
            mapped.parameters.bytes.copy_(self._drawn_parameters.bytes)


def _copied(view: torch.Tensor) -> torch.Tensor:
    # As bytes: of a boolean's byte that is neither 0 nor 1, such as one that was never written, torch's copies make a 1.
    content = view.view(torch.uint8) if view.dtype == torch.bool else view
    return content.clone(memory_format=torch.contiguous_format).view(view.dtype)


WITNESS_SLOTS = 2
"""Calls of a block that the runner may be asked to witness."""
IDLE_CALLS = WITNESS_SLOTS
"""Of how many calls a block without calls copies the results, as every block does."""

_PAST = {"crashed": "crashed", "timed-out": "did not answer", "load-failed": "could not be used", "incorrect": "returned something else", "rejected": "broke the protocol"}
