"""Is it right? What is tried with a candidate at one shape, and the record of it over all shapes."""

import math
import secrets
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

import torch

from kernelwright_harness.judge.bench import BaselineFailed, BaselineWrong, Bench, Block
from kernelwright_harness.judge.compare import Difference, compare, usual_scale
from kernelwright_harness.judge.float64_baseline import Float64
from kernelwright_harness.judge.inputs import BESIDE_NORMAL, STRUCTURED, Distribution
from kernelwright_harness.judge.setup_message import Mapped
from kernelwright_harness.judge.tolerance import DRAWINGS_FOR_SCALE, FEW_ELEMENTS, cap_for, limit_for, limit_near
from kernelwright_harness.specification import Tensor

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Check:
    name: str
    status: Status
    detail: str


@dataclass
class CheckFailed(Exception):
    """The candidate did something wrong, and `check` says what."""

    check: Check
    outcome: Literal["incorrect", "rejected"]


@dataclass
class Record:
    """What has been seen to hold so far; it becomes one check for each property."""

    has_reference: bool
    float64: Float64 | None = None
    """Of a module or a function without a reference: whether its baseline in float64 is the oracle."""
    shapes: set[str] = field(default_factory=lambda: set[str]())
    """Names of the shapes at which every check has passed."""
    calls: int = 0
    worst_error: float = 0.0
    worst_ratio: float = 0.0
    """The candidate's largest error over the baseline's at the same inputs."""
    identical: bool = True
    """Whether every pair of runs on the same inputs gave the same bits."""
    unlike: str = ""
    """The first shape at which two runs on the same inputs were further apart than roundings can be; empty where none was."""
    alone: bool = False
    """Whether the candidate is the baseline itself."""
    timed_samples: int = 0
    baseline_errors: dict[tuple[str, str], float] = field(default_factory=lambda: dict[tuple[str, str], float]())
    """The baseline's largest on normal inputs, by shape and output."""
    beyond_baseline: dict[str, int] = field(default_factory=lambda: dict[str, int]())
    """Distributions for which the baseline itself is wrong, with the number of shapes; nothing is asked of a candidate there."""

    def passed(self) -> list[Check]:
        exact = self.has_reference or (self.float64 is not None and self.float64.usable)
        ratio = f", {self.worst_ratio:.2g} times the baseline's own" if exact and 0 < self.worst_ratio < math.inf else ""
        shapes = told_number(len(self.shapes))
        kinds = [kind for kind in ("normal", *BESIDE_NORMAL) if self.beyond_baseline.get(kind, 0) < len(self.shapes)]
        beyond = "".join(f"; the baseline itself is wrong on {kind} inputs {self._where(count)}" for kind, count in self.beyond_baseline.items())
        checks = [
            Check("oracle", "passed", f"{self.calls} calls at {shapes} on {', '.join(kinds)} inputs agree with {self._oracle()}; the largest error is {self.worst_error:.2g}{ratio}{beyond}"),
            self._determinism(shapes),
            Check("inputs-unchanged", "passed", f"every input had the same bytes after the calls at {shapes}"),
            Check("stream-order", "passed", f"every result was complete when the caller's stream had passed the call at {shapes}"),
            Check("guard-bands", "passed", f"nothing was written outside the outputs at {shapes}"),
        ]
        if self.timed_samples:
            checks.append(Check("timed-calls", "passed", f"the results of {self.timed_samples} randomly chosen calls among the timed ones are right"))
        return checks

    def _determinism(self, shapes: str) -> Check:
        if self.unlike:
            why = f"two runs on the same inputs gave results that differ beyond the tolerance at {self.unlike}: the code draws random numbers or keeps state"
            # Whoever agrees with such a baseline does the same, call for call.
            return Check("determinism", "failed", f"{why}, so a right candidate may look wrong") if self.alone else Check("determinism", "passed", f"{why}, as the baseline does")
        return Check("determinism", "passed", f"two runs on the same inputs gave {'the same bits' if self.identical else 'different bits within the tolerance'} at {shapes}")

    def _oracle(self) -> str:
        if self.has_reference:
            return "the float64 reference"
        if self.float64 is None:
            return "the baseline's results"
        return "the baseline run in float64" if self.float64.usable else f"the baseline's results ({self.float64.why_not})"

    def _where(self, count: int) -> str:
        return "there" if len(self.shapes) == 1 else f"at {count} of them"

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(c) for c in self.passed()] if self.shapes else []


def told_number(shapes: int) -> str:
    """`1 shape`, `2 shapes`."""
    return f"{shapes} shape" + ("" if shapes == 1 else "s")


def check_shape(bench: Bench, record: Record) -> None:
    """Two runs on the same inputs with different poison, one on others, and one for each further distribution.

    Raises CheckFailed or BaselineFailed.
    """
    slot = secrets.randbelow(bench.slots)
    outputs = [_check_once(bench, record, slot, 0xFF), _check_once(bench, record, slot, 0xA5, redraw=False)]
    # In another place, where somebody who goes on with the pointers of an earlier call does not look.
    _check_once(bench, record, (slot + 1) % bench.slots, 0xFF)
    identical = all(torch.equal(_bytes(a), _bytes(b)) for a, b in zip(outputs[0], outputs[1], strict=True))
    record.identical &= identical
    if not identical and not record.unlike and any(_differ(*runs, bench.by_float64) for runs in zip(bench.results, outputs[0], outputs[1], strict=True)):
        record.unlike = bench.workload.name
    for distribution in BESIDE_NORMAL:
        try:
            _check_once(bench, record, secrets.randbelow(bench.slots), 0xFF, distribution=distribution)
        except BaselineWrong:  # a naive kernel overflows on large inputs, say: the candidate may do so too
            record.beyond_baseline[distribution] = record.beyond_baseline.get(distribution, 0) + 1
    record.shapes.add(bench.workload.name)


def _check_once(bench: Bench, record: Record, slot: int, poison: int, redraw: bool = True, distribution: Distribution = "normal") -> list[torch.Tensor]:
    """One run of each on a slot. Returns the candidate's outputs."""
    if redraw:
        bench.redraw([slot], distribution)
    bench.poison(poison)
    bench.run_baseline([slot])
    _check_baseline_memory(bench, slot)
    block = bench.run_candidate([slot], witness=[slot])
    outputs = block.kept[slot]
    check_memory(bench, slot)
    check_order(bench, block, slot)
    check_outputs(bench, slot, outputs, record, poison)
    if name := _written_uncalled(bench, {slot}, poison):
        detail = f"at {bench.workload.name}: the call for one {name} wrote to another"
        raise CheckFailed(Check("guard-bands", "failed", detail), "incorrect")
    return outputs


def _bytes(output: torch.Tensor) -> torch.Tensor:
    return output.flatten().view(torch.uint8)


def _differ(tensor: Tensor, first: torch.Tensor, second: torch.Tensor, by_itself: bool) -> bool:
    """Whether one run's result would be wrong where the other's is right."""
    right = first.double() if tensor.dtype.kind == "float" else first
    return compare(tensor, second, right, cap_for(tensor.dtype.name, by_itself=by_itself)).wrong > 0


def needs_baseline(bench: Bench, record: Record) -> bool:
    """Whether timed calls can only be checked where the baseline has run too: not when the oracle is another, and the baseline's error known."""
    known = all((bench.workload.name, t.name) in record.baseline_errors for t in bench.results)
    return not (known and bench.has_oracle)


def check_outputs(bench: Bench, slot: int, outputs: list[torch.Tensor], record: Record, poison: int | None, with_baseline: bool = True) -> None:
    """The candidate's outputs for a slot's inputs against the oracle. The baseline must have run on the slot too, or be known not to be needed."""
    expected = bench.expected(slot)
    if not with_baseline and not bench.has_oracle:  # it has just failed, and the baseline is the oracle from now on
        bench.run_baseline([slot])
        expected, with_baseline = bench.expected(slot), True
    structured = bench.distribution in STRUCTURED
    for got, (tensor, own), right in zip(outputs, bench.results_of(bench.baseline, slot), expected, strict=True):
        by_itself = bench.by_float64
        answer = _Answer(bench, slot, tensor, right, poison)
        error = _baseline_error(answer, own, record) if with_baseline else record.baseline_errors[bench.workload.name, tensor.name]
        if error is None:
            return check_outputs(bench, slot, outputs, record, poison)
        difference = answer.compared(got, limit := limit_for(tensor.dtype.name, error, structured, by_itself))
        if difference.wrong and structured and (near := _limit_near(bench, slot, tensor, expected)) > limit:
            difference = answer.compared(got, limit := near)
        if difference.wrong:
            detail = f"at {bench.workload.name}: {difference.detail} (largest error {difference.error:.2g}, allowed {limit:.2g}; {bench.distribution} inputs drawn with seed {bench.seeds[slot]})"
            raise CheckFailed(Check("oracle", "failed", detail), "incorrect")
        record.worst_error = max(record.worst_error, difference.error)
        if error > 0:
            record.worst_ratio = max(record.worst_ratio, difference.error / error)
    record.calls += 1


@dataclass
class _Answer:
    """The right answer for one result at a slot's inputs. What the baseline and the candidate made of them is measured on one scale: of few
    elements it is drawn, and one that were drawn anew for each could lie decades off the other's."""

    bench: Bench
    slot: int
    tensor: Tensor
    right: torch.Tensor
    poison: int | None

    def compared(self, result: torch.Tensor, limit: float) -> Difference:
        """A result against it; where it has few elements, with the scale that it has on other inputs too."""
        filled = None if self.tensor.role == "inout" else self.poison
        difference = compare(self.tensor, result, self.right, limit, filled)
        if not difference.wrong or self.right.numel() > FEW_ELEMENTS or self.tensor.dtype.kind != "float" or not self.bench.has_oracle:
            return difference
        return compare(self.tensor, result, self.right, limit, filled, least_scale=self._usual_scale)

    @cached_property
    def _usual_scale(self) -> float:
        place = self.bench.results.index(self.tensor)
        return usual_scale([self.bench.expected_otherwise(self.slot)[place] for _ in range(DRAWINGS_FOR_SCALE)])


def _baseline_error(answer: _Answer, own: torch.Tensor, record: Record) -> float | None:
    """The baseline's own; None when the oracle has turned out not to be one, and another has taken its place."""
    bench, tensor, right = answer.bench, answer.tensor, answer.right
    by_itself, structured = bench.by_float64, bench.distribution in STRUCTURED
    if bench.distribution == "normal" and right.numel() and right.is_floating_point() and not bool(torch.isfinite(right).any()):
        # Nothing could be told from nothing: all NaNs would be right.
        raise BaselineFailed(f"no right answer of {tensor.name} is a finite number at {bench.workload.name}, so nothing can be checked")
    baseline = answer.compared(own, cap_for(tensor.dtype.name, structured, by_itself))
    if baseline.wrong and by_itself and bench.distribution == "normal":
        bench.distrust_float64(f"in float64 they are others at {bench.workload.name}: {baseline.detail}")
        return None
    if baseline.wrong:
        raise BaselineWrong(f"its results are not those of {'itself in float64' if by_itself else 'the reference'} at {bench.workload.name}: {baseline.detail}")
    if bench.distribution == "normal":
        place = (bench.workload.name, tensor.name)
        record.baseline_errors[place] = max(record.baseline_errors.get(place, 0.0), baseline.error)
    return baseline.error


def _limit_near(bench: Bench, slot: int, tensor: Tensor, expected: list[torch.Tensor]) -> float:
    """What the tolerance becomes for how much the right answers depend on the inputs' last digits; 0 where that is not known."""
    if not bench.has_oracle or tensor.dtype.kind != "float":
        return 0.0
    place = bench.results.index(tensor)
    error = compare(tensor, bench.expected_nearby(slot)[place], expected[place], math.inf).error
    return limit_near(error) if math.isfinite(error) else 0.0


def check_memory(bench: Bench, slot: int) -> None:
    """Nothing but the results may have been written by the candidate."""
    if names := bench.changed_inputs(bench.candidate, slot):
        raise CheckFailed(Check("inputs-unchanged", "failed", f"at {bench.workload.name}: the call changed its {', '.join(names)}"), "rejected")
    if damage := _damaged(bench, bench.candidate, slot):
        raise CheckFailed(Check("guard-bands", "failed", f"at {bench.workload.name}: {'; '.join(damage[:3])}"), "incorrect")


def check_order(bench: Bench, block: Block, slot: int) -> None:
    """What the stream had written when it passed the call must be all that there is in the end."""
    for tensor, then, now in zip(bench.results, block.witnessed[slot], block.kept[slot], strict=True):
        if not torch.equal(then.flatten().view(torch.uint8), now.flatten().view(torch.uint8)):
            detail = f"at {bench.workload.name}: {tensor.name} was still being written when the stream had passed the call: some work runs beside the caller's stream"
            raise CheckFailed(Check("stream-order", "failed", detail), "incorrect")


def check_untouched(bench: Bench, called: set[int]) -> None:
    """Slots that no call was asked for must still hold their poison, or what was handed over: whoever works for them works ahead."""
    if name := _written_uncalled(bench, called, 0xFF):
        detail = f"at {bench.workload.name}: {name} was written for inputs that no call was made for"
        raise CheckFailed(Check("timed-calls", "failed", detail), "rejected")


def _written_uncalled(bench: Bench, called: set[int], poison: int) -> str | None:
    """A result of which something is there for slots without a call."""
    idle = torch.tensor(sorted(set(range(bench.slots)) - called), dtype=torch.int64, device=bench.drawn.bytes.device)
    for tensor in bench.results:
        now = bench.candidate.holding(tensor).every(tensor.name).index_select(0, idle)
        before = bench.drawn.every(tensor.name).index_select(0, idle) if tensor.role == "inout" else poison
        if bool((now != before).any()):
            return tensor.name
    return None


def _check_baseline_memory(bench: Bench, slot: int) -> None:
    if names := bench.changed_inputs(bench.baseline, slot):
        raise BaselineFailed(f"it changes its {', '.join(names)} at {bench.workload.name}")
    if damage := _damaged(bench, bench.baseline, slot):
        raise BaselineFailed(f"it writes out of bounds at {bench.workload.name}: {damage[0]}")


def _damaged(bench: Bench, mapped: Mapped, slot: int) -> list[str]:
    """What the witness slots hold is looked at by `check_order`."""
    bands = [damage for buffers in mapped.all for damage in buffers.damaged()]
    return bands + mapped.memory.damaged() + bench.written_between(mapped, slot)
