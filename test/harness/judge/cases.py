"""What candidates do, and what the judge must say of it on each device. The kernels lie in `kernels/`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from targets import raw_target, tensor, workload

KERNELS = Path(__file__).parent / "kernels"
_LINES = (KERNELS / "candidates.cu").read_text().splitlines()


@dataclass(frozen=True)
class Expected:
    outcome: str
    detail: str = ""
    """Pattern that the report's detail must hold."""
    log: str = ""
    """Pattern that the log must hold."""


@dataclass(frozen=True)
class Case:
    entry: str
    emulated: Expected
    cuda: Expected
    changes: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    name: str = ""

    @property
    def id(self) -> str:
        return self.name or self.entry

    def target(self) -> dict[str, Any]:
        return raw_target(**{"entry": self.entry, **self.changes})

    def expected(self, device: str) -> Expected:
        return self.emulated if device == "emulated" else self.cuda


def line_of(mark: str) -> int:
    (number,) = [i for i, line in enumerate(_LINES, start=1) if mark in line]
    return number


def _alike(entry: str, outcome: str, detail: str = "", log: str = "", name: str = "", **changes: Any) -> Case:
    return Case(entry, Expected(outcome, detail, log), Expected(outcome, detail, log), changes, name)


_TWO_OUTPUTS: dict[str, Any] = {
    "arguments": [
        tensor("a", "input", "i32"),
        tensor("b", "input", "i32"),
        tensor("sum", "output", "i32"),
        tensor("larger", "output", "bool"),
        {"kind": "scalar", "name": "n", "type": "i32"},
        {"kind": "stream", "name": "stream"},
    ],
    "reference": "(a + b, a > b)",
}
_HALVES: dict[str, Any] = {
    "arguments": [
        tensor("x", "input", "f16"),
        tensor("y", "output", "f16"),
        {"kind": "scalar", "name": "factor", "type": "f32"},
        {"kind": "scalar", "name": "n", "type": "i32"},
        {"kind": "stream", "name": "stream"},
    ],
    "workloads": [workload(n=1001, factor=1.25)],
    "reference": "x * factor",
}

_WRITE_STOPPED = Expected("crashed", "AddressSanitizer", rf"candidates\.cu:{line_of('out of bounds: write')}\b")

CASES = [
    _alike("right", "measured", vary=[workload(n=1), workload(n=7)]),
    _alike("right", "measured", reference=None, name="right without a reference"),
    _alike("triples", "incorrect", r"at n=1000: \d+ of 1000 elements of y are wrong; .*seed \d+"),
    _alike("triples", "incorrect", r"at n=1000: \d+ of 1000 elements of y are wrong", reference=None, name="triples without a reference"),
    _alike("forgets_the_tail", "incorrect", r"at n=7: 3 of 7 .* y\[4\] = nan .* y\[6\] .*; 3 elements were never written", vary=[workload(n=8), workload(n=7)]),
    _alike("leaves_a_gap", "incorrect", r"1 of 1000 .* y\[5\] .*; 1 elements were never written"),
    Case(
        "reads_out_of_bounds",
        Expected("crashed", "AddressSanitizer", rf"candidates\.cu:{line_of('out of bounds: read')}\b"),
        Expected("incorrect", r"1 of 1000 elements .* y\[999\]"),
    ),
    Case(
        "writes_out_of_bounds",
        _WRITE_STOPPED,
        Expected("incorrect", "at n=1000: 4 bytes were written after y, the nearest 0 bytes past its end"),
    ),
    Case(
        "writes_ahead",
        _WRITE_STOPPED,
        Expected("incorrect", "at n=1000: 4 bytes were written before y, the nearest 0 bytes ahead of its start"),
    ),
    *(Case(entry, _WRITE_STOPPED, Expected("crashed", r"error 700 \(illegal memory access\)")) for entry in ("writes_far_behind", "writes_far_ahead")),
    _alike("changes_its_input", "rejected", "at n=1000: the call changed its input x"),
    _alike("zeroes_input_and_output", "rejected", "at n=1000: the call changed its input x"),
    _alike("zeroes_input_and_output", "rejected", "the call changed its input x", reference=None, name="zeroes input and output without a reference"),
    _alike("never_ends", "timed-out", "at n=1000: no answer within"),
    _alike("never_returns", "timed-out", "at n=1000: no answer within"),
    Case("aborts", Expected("crashed", "AddressSanitizer", "SIGABRT|ABRT"), Expected("crashed", "SIGABRT")),
    _alike("exits", "crashed", "at n=1000: the process ended early with status 0"),
    _alike("is_missing", "load-failed", "lacks the entry point", "is_missing"),
    # 9 by the runtime's documentation, 1 by CUDA 13 on an H200
    _alike("launches_too_many_threads", "crashed", r"a launch was refused with cudaError [19] \(invalid .*too many threads"),
    _alike("prints_a_million_lines", "measured"),
    _alike("writes_junk_everywhere", "rejected", "the runner sent a frame that is none"),
    _alike("floods_everything", "rejected", "the runner sent a frame that is none"),
    _alike("forges_answers", "rejected", "the runner sent an answer to another question"),
    _alike("leaves_a_child", "measured"),
    _alike("needs_to_be_alone", "measured", name="sees one GPU"),
    _alike("has_a_wrong_baseline", "baseline-failed", r"its results are not those of the reference at n=1000: \d+ of 1000"),
    _alike("right", "baseline-failed", "no right answer of y is a finite number at n=1000", reference="x * math.nan", name="right where nothing is a number"),
    _alike("has_a_baseline_that_changes_its_input", "baseline-failed", "it changes its input x at n=1000"),
    _alike("two_right", "measured", **_TWO_OUTPUTS),
    _alike("second_wrong", "incorrect", r"at n=1000: \d+ of 1000 elements of larger are wrong; .* = 1 instead of 0", **_TWO_OUTPUTS),
    _alike("halves_right", "measured", **_HALVES),
    _alike("halves_rough", "incorrect", "of 1001 elements of y are wrong", **_HALVES),
]
