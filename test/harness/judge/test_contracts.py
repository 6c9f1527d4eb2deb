"""What a target declares beyond shapes: ranges of inputs, arguments that are changed in place, strides and alignment."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cases import KERNELS
from judge_client import JudgeClient, build, packed
from targets import raw_target, tensor, workload


@dataclass(frozen=True)
class Court:
    judge: JudgeClient
    folder: Path
    libraries: tuple[str, str]

    def launcher(self, **target: Any) -> dict[str, Any]:
        return self.judge.measure(raw_target(**target), *self.libraries)

    def function(self, baseline: str, candidate: str, **target: Any) -> dict[str, Any]:
        described = {"kind": "function", "source": "functions.py", "entry": "function", "reference": None, **target}
        paths = [str(packed(self.folder, {"functions.py": f"import torch\n\ndef function{text}\n"})) for text in (baseline, candidate)]
        return self.judge.measure(raw_target(**described), *paths)


@pytest.fixture(scope="module", params=["emulated", pytest.param("cuda", marks=pytest.mark.gpu)])
def court(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    folder = tmp_path_factory.mktemp(f"contracts-{request.param}")
    judge = JudgeClient("--device", request.param)
    hello, _ = judge.ask("hello")
    built = [build(folder / name, KERNELS / f"contracts_{name}.cu", request.param, hello["result"]["device"]["arch"]) for name in ("baseline", "candidates")]
    assert all(each["outcome"] == "built" for each in built), [each["log"] for each in built]
    yield Court(judge, folder, (built[0]["library"], built[1]["library"]))
    judge.close()


def says(report: dict[str, Any], outcome: str, detail: str = "") -> None:
    assert report["outcome"] == outcome, f"{report['detail']}\n{report['log']}"
    assert re.search(detail, report["detail"]), report["detail"]


STREAM = {"kind": "stream", "name": "stream"}


def number(name: str) -> dict[str, Any]:
    return {"kind": "scalar", "name": name, "type": "i32"}


# A table of 20 rows that is looked up by 999 indices: whoever drew them from elsewhere would read out of bounds.
GATHER: dict[str, Any] = {
    "arguments": [tensor("table", "input", shape=("rows",)), tensor("indices", "input", "i32", range={"low": 0, "high": "rows"}), tensor("y", "output"), number("n"), STREAM],
    "workloads": [workload(n=999, rows=20)],
    "reference": "table[indices]",
}


def test_indices_lie_in_their_range_in_every_distribution(court: Court) -> None:
    report = court.launcher(entry="gathers", **GATHER)
    says(report, "measured")
    assert "on normal, large, tiny, constant, one-hot, sorted inputs" in report["checks"][0]["detail"]


def test_the_whole_range_is_drawn_from(court: Court) -> None:
    says(court.launcher(entry="gathers_from_the_first_half", **GATHER), "incorrect", "elements of y are wrong")


IN_PLACE: dict[str, Any] = {
    "arguments": [tensor("x", "inout"), tensor("d", "input"), number("n"), STREAM],
    "workloads": [workload(n=999)],
    "vary": [workload(n=1)],
}


@pytest.mark.parametrize("reference", ["x + d", None])
@pytest.mark.parametrize(
    ("entry", "outcome", "detail"),
    [
        ("adds", "measured", ""),
        ("adds_twice", "incorrect", "elements of x are wrong"),
        ("adds_nothing", "incorrect", "elements of x are wrong"),
        ("adds_to_the_other", "rejected", "changed its input d"),
        ("adds_past_the_end", "(?:incorrect|crashed)", "x|buffer-overflow|use-after-poison"),
    ],
)
def test_what_is_changed_in_place_is_a_result(court: Court, entry: str, outcome: str, detail: str, reference: str | None) -> None:
    report = court.launcher(entry=entry, reference=reference, **IN_PLACE)
    assert re.fullmatch(outcome, report["outcome"]), f"{report['detail']}\n{report['log']}"
    assert re.search(detail, report["detail"]), report["detail"]


PITCHED: dict[str, Any] = {
    "arguments": [
        tensor("x", "input", shape=("rows", "cols"), strides=["pitch", 1]),
        tensor("y", "output", shape=("rows", "cols"), strides=["pitch", 1]),
        number("rows"),
        number("cols"),
        number("pitch"),
        STREAM,
    ],
    "workloads": [workload(rows=9, cols=33, pitch=40)],
    "vary": [workload(rows=9, cols=33, pitch=33)],
}


@pytest.mark.parametrize("reference", ["2 * x", None])
@pytest.mark.parametrize(
    ("entry", "outcome", "detail"),
    [
        ("doubles_rows", "measured", ""),
        ("writes_between_rows", "incorrect", "56 places between the elements of y were written"),
        ("reads_between_rows", "incorrect", "elements of y are wrong.* = nan instead of"),
        # It copies NaNs from between the rows of x to between those of y: a CPU keeps their bits, which are those of the poison, a GPU does not.
        ("takes_rows_for_contiguous", "incorrect", "elements of y (are wrong|were written)"),
    ],
)
def test_nothing_lies_between_the_rows_of_a_strided_tensor(court: Court, entry: str, outcome: str, detail: str, reference: str | None) -> None:
    says(court.launcher(entry=entry, reference=reference, **PITCHED), outcome, detail)


ALIGNED = [tensor("y", "output"), number("n"), STREAM]


def test_who_counts_on_more_alignment_than_was_declared_is_found_out(court: Court) -> None:
    wide = {"entry": "loads_four_at_once", "workloads": [workload(n=1000)]}
    says(court.launcher(arguments=[tensor("x", "input"), *ALIGNED], **wide), "measured")
    says(court.launcher(arguments=[tensor("x", "input", alignment=16), *ALIGNED], **wide), "measured")
    says(court.launcher(arguments=[tensor("x", "input", alignment=4), *ALIGNED], **wide), "crashed", "misaligned")


ADD_INTO = {"arguments": [tensor("x", "inout", "f32", ("n", "n"), strides=[1, "n"]), tensor("d", "input", shape=("n",))], "workloads": [workload(n=33)]}


@pytest.mark.parametrize(
    ("candidate", "outcome", "detail"),
    [
        ("(x, d): x.add_(d)", "measured", ""),
        ("(x, d):\n    assert x.t().is_contiguous()\n    x.copy_(d + x)\n    return x", "measured", ""),
        ("(x, d): return x + d", "incorrect", "elements of x are wrong"),
        ("(x, d): x.add_(d, alpha=2)", "incorrect", "elements of x are wrong"),
        ("(x, d): x.add_(d); d.zero_()", "rejected", "changed its input d"),
    ],
)
def test_a_function_works_in_place_and_on_strides_as_well(court: Court, candidate: str, outcome: str, detail: str) -> None:
    report = court.function("(x, d): x += d", candidate, **ADD_INTO)
    says(report, outcome, detail)
    if outcome == "measured":
        assert "the baseline run in float64" in report["checks"][0]["detail"]


def test_a_reference_gives_results_in_their_declared_order(court: Court) -> None:
    arguments = [tensor("state", "inout"), tensor("x", "input"), tensor("y", "output")]
    target = {"arguments": arguments, "resultOrder": ["y", "state"], "workloads": [workload(n=50)], "reference": "(2 * x, state + x)"}
    right = "(state, x):\n    state += x\n    return x * 2"
    says(court.function(right, right, **target), "measured")
    swapped = {**target, "reference": "(state + x, 2 * x)"}
    says(court.function(right, right, **swapped), "baseline-failed", "its results are not those of the reference")


SCALED: dict[str, Any] = {"workloads": [workload(n=500)], "reference": "2 * x"}


@pytest.mark.parametrize(("dtype", "torch_name"), [("f8e4m3", "float8_e4m3fn"), ("f8e5m2", "float8_e5m2")])
def test_8_bit_floats_are_drawn_and_compared(court: Court, dtype: str, torch_name: str) -> None:
    target = {**SCALED, "arguments": [tensor("x", "input", dtype), tensor("y", "output", dtype)]}
    right = f"(x): return (x.float() * 2).to(torch.{torch_name})"
    says(court.function(right, right, **target), "measured")
    says(court.function(right, right.replace("* 2", "* 2.5"), **target), "incorrect", "elements of y are wrong")
    says(court.function(right, right, **{**target, "reference": None}), "measured")


def test_tf32_is_enough_where_it_was_asked_for(court: Court) -> None:
    cut = "(a, b):\n    a, b = ((x.view(torch.int32) & ~0x1FFF).view(torch.float32) for x in (a, b))\n    return a @ b"
    shapes = {"a": ("n", 64), "b": (64, "n"), "c": ("n", "n")}

    def target(dtype: str) -> dict[str, Any]:
        arguments = [tensor(name, "output" if name == "c" else "input", dtype, shape) for name, shape in shapes.items()]
        return {"arguments": arguments, "workloads": [workload(n=96)], "reference": "a @ b"}

    says(court.function("(a, b): return a @ b", cut, **target("tf32")), "measured")
    says(court.function("(a, b): return a @ b", cut, **target("f32")), "incorrect", "elements of c are wrong")
    says(court.function("(a, b): return a @ b", "(a, b): return (a.bfloat16() @ b.bfloat16()).float()", **target("tf32")), "incorrect")


def test_a_launcher_has_8_bit_floats_and_may_not_round_them_further(court: Court) -> None:
    target = {**SCALED, "arguments": [tensor("x", "input", "f8e4m3"), tensor("y", "output", "f8e4m3"), number("n"), STREAM]}
    says(court.launcher(entry="doubles_8_bits", **target), "measured")
    says(court.launcher(entry="doubles_8_bits_of_another_kind", **target), "incorrect", "elements of y are wrong")
