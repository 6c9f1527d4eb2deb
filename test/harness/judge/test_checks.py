import math
from itertools import cycle
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from targets import parsed_tensor

from kernelwright_harness.judge.checks import CheckFailed, Record, check_outputs
from kernelwright_harness.judge.float64_baseline import Float64


def record(**changes: object) -> Record:
    made = Record(has_reference=True, shapes={"n=1", "n=1000"}, calls=6, worst_error=1.234e-7, worst_ratio=1.5)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def details(made: Record) -> dict[str, str]:
    assert all(check["status"] == "passed" for check in made.as_json())
    return {check["name"]: check["detail"] for check in made.as_json()}


def test_one_check_for_each_property_with_what_was_seen() -> None:
    assert details(record()) == {
        "oracle": "6 calls at 2 shapes on normal, large, tiny, constant, one-hot, sorted inputs agree with the float64 reference; the largest error is 1.2e-07, 1.5 times the baseline's own",
        "determinism": "two runs on the same inputs gave the same bits at 2 shapes",
        "inputs-unchanged": "every input had the same bytes after the calls at 2 shapes",
        "stream-order": "every result was complete when the caller's stream had passed the call at 2 shapes",
        "guard-bands": "nothing was written outside the outputs at 2 shapes",
    }


@pytest.mark.parametrize(("alone", "status", "ends"), [(True, "failed", "so a right candidate may look wrong"), (False, "passed", "as the baseline does")])
def test_results_that_two_runs_do_not_share_are_held_against_the_baseline_alone(alone: bool, status: str, ends: str) -> None:
    (check,) = [c for c in record(unlike="n=1", identical=False, alone=alone).as_json() if c["name"] == "determinism"]
    assert check == {
        "name": "determinism",
        "status": status,
        "detail": f"two runs on the same inputs gave results that differ beyond the tolerance at n=1: the code draws random numbers or keeps state, {ends}",
    }


def test_without_a_reference_no_ratio_to_the_baseline_is_claimed() -> None:
    assert details(record(has_reference=False))["oracle"] == "6 calls at 2 shapes on normal, large, tiny, constant, one-hot, sorted inputs agree with the baseline's results; the largest error is 1.2e-07"


def test_an_infinite_ratio_is_left_out() -> None:
    assert "times the baseline" not in details(record(worst_ratio=math.inf))["oracle"]


def test_runs_that_differ_within_the_tolerance_are_said_to() -> None:
    assert details(record(identical=False))["determinism"] == "two runs on the same inputs gave different bits within the tolerance at 2 shapes"


def test_timed_calls_are_a_check_only_where_calls_were_timed() -> None:
    assert "timed-calls" not in details(record())
    assert details(record(timed_samples=16))["timed-calls"] == "the results of 16 randomly chosen calls among the timed ones are right"


def test_a_shape_counts_once_however_often_it_was_checked() -> None:
    made = record()
    made.shapes.add("n=1")
    assert "at 2 shapes" in details(made)["oracle"]


def test_nothing_is_claimed_before_a_whole_shape_has_passed() -> None:
    assert record(shapes=set[str](), calls=2).as_json() == []


def test_a_baseline_in_float64_is_named_as_the_oracle_with_the_ratio_to_the_baselines_own_error() -> None:
    assert details(record(has_reference=False, float64=Float64()))["oracle"].endswith(
        "agree with the baseline run in float64; the largest error is 1.2e-07, 1.5 times the baseline's own"
    )


def test_why_it_is_not_is_said_too() -> None:
    oracle = details(record(has_reference=False, float64=Float64("in float64 it fails at n=1: no")))["oracle"]
    assert oracle.endswith("agree with the baseline's results (in float64 it fails at n=1: no); the largest error is 1.2e-07")


def test_one_shape_is_not_called_one_shapes() -> None:
    said = details(record(shapes={"n=1"}, beyond_baseline={"large": 1}))
    assert said["oracle"].startswith("6 calls at 1 shape on normal, tiny, ")
    assert said["oracle"].endswith("; the baseline itself is wrong on large inputs there")
    assert said["guard-bands"] == "nothing was written outside the outputs at 1 shape"
    assert details(record(beyond_baseline={"large": 1}))["oracle"].endswith("; the baseline itself is wrong on large inputs at 1 of them")


def check_results(got: list[float], right: list[float], otherwise: list[float], has_oracle: bool = True, own: list[float] | None = None, then: list[float] | None = None) -> None:
    """Checks results where the baseline's are `own` (else exact), and the right answers for other inputs would be `otherwise`, or for one
    drawing in two `then`."""
    expected = torch.tensor(right, dtype=torch.float64)
    y = parsed_tensor("f32", (len(right),))
    other_answers = cycle([torch.tensor(answer, dtype=torch.float64) for answer in (otherwise, then or otherwise)])
    bench = SimpleNamespace(
        results=[y],
        workload=SimpleNamespace(name="n=1"),
        distribution="normal",
        seeds=[1],
        baseline=None,
        by_float64=False,
        has_oracle=has_oracle,
        expected=lambda _: [expected],
        expected_otherwise=lambda _: [next(other_answers)],
        results_of=lambda *_: [(y, expected.float() if own is None else torch.tensor(own))],
    )
    check_outputs(cast(Any, bench), 0, [torch.tensor(got)], Record(has_reference=True), None)


def test_a_sum_that_is_near_zero_by_chance_may_be_off_by_what_is_little_for_such_sums() -> None:
    check_results([1.01e-3], [1e-3], otherwise=[30.0])
    with pytest.raises(CheckFailed):
        check_results([1.01e-3], [1e-3], otherwise=[2e-3])
    with pytest.raises(CheckFailed):
        check_results([1.01e-3], [1e-3], otherwise=[30.0], has_oracle=False)


def test_a_gradient_that_lies_decades_apart_from_one_drawing_to_the_next_is_measured_by_the_large_ones() -> None:
    for first, second in ((30.0, 1e-12), (1e-12, 30.0)):
        check_results([0.0], [1e-6], otherwise=[first], then=[second])
        check_results([0.0], [1e-6], otherwise=[first], then=[second], own=[0.0])
    with pytest.raises(CheckFailed):
        check_results([0.0], [1e-6], otherwise=[1e-9], then=[1e-12])


def test_many_elements_have_their_own_scale() -> None:
    with pytest.raises(CheckFailed):
        check_results([1.01e-3] * 65, [1e-3] * 65, otherwise=[30.0] * 65)
