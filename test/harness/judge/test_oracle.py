from typing import Any

import pytest
import torch
from memories import buffers_of
from targets import target, tensor, workload

from kernelwright_harness.judge import oracle
from kernelwright_harness.judge.inputs import draw
from kernelwright_harness.judge.oracle import BadReference, Reference, baseline_answers

ROWS_AND_COLS = [tensor("x", "input", shape=("rows", "cols")), tensor("i", "input", "i32", ("cols",)), tensor("y", "output", shape=("rows", "cols")), {"kind": "scalar", "name": "eps", "type": "f32"}]
VALUES = {"rows": 3, "cols": 4, "eps": 0.5}


def evaluate(expression: str, **changes: Any) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor]:
    """The answers, and copies of the inputs x (as float64) and i."""
    asked = target(**{"arguments": ROWS_AND_COLS, "reference": expression, **changes})
    with buffers_of(asked.inputs, VALUES, slots=1) as inputs:
        draw(inputs, 0, 1)
        x, i = (inputs.view(0, t).clone() for t in asked.inputs)
        answers = Reference(asked).evaluate(inputs, 0, VALUES)
        assert all(torch.equal(before, inputs.view(0, t)) for before, t in zip((x, i), asked.inputs, strict=True)), "the inputs were changed"
        return answers, x.double(), i


@pytest.mark.parametrize("expression", ["x * 9**9**9**9", "[i for _ in torch.arange(10**9) for _ in torch.arange(10**9) if i is x]"])
def test_a_reference_that_would_not_end_is_ended(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "_LIMIT_S", 0.2)
    with pytest.raises(BadReference, match=r"^`reference` took longer than 0\.2 s; write it with fewer steps\.$"):
        evaluate(expression)


def test_answers_are_in_float64() -> None:
    (answer,), x, _ = evaluate("torch.softmax(x, dim=-1)")
    assert answer.dtype == torch.float64
    assert torch.equal(answer, torch.softmax(x, dim=-1))


def test_a_result_of_lower_precision_is_widened_not_refused() -> None:
    (answer,), x, _ = evaluate("x.float()")
    assert answer.dtype == torch.float64 and torch.equal(answer, x)


def test_dimensions_are_ints_and_scalars_keep_their_fraction() -> None:
    (answer,), x, _ = evaluate("x.reshape(rows, cols) * eps + torch.arange(cols) + math.pi")
    assert torch.equal(answer, x * 0.5 + torch.arange(4) + 3.141592653589793)


def test_integer_inputs_stay_integers() -> None:
    (answer,), _, i = evaluate("(i // 2).expand(rows, cols)")
    assert torch.equal(answer, (i // 2).expand(3, 4).double())


def test_numbers_that_no_extent_has_are_known_by_name_and_formulas_are_not_in_the_way() -> None:
    asked = target(arguments=[tensor("x", "input", shape=("2 * n",)), tensor("y", "output", shape=("2 * n",))], workloads=[workload(n=2, **{"2 * n": 4})], reference="x * n")
    with buffers_of(asked.inputs, values := asked.workloads[0].values, slots=1) as inputs:
        draw(inputs, 0, 1)
        (answer,) = Reference(asked).evaluate(inputs, 0, values)
        assert torch.equal(answer, inputs.view(0, asked.inputs[0]).double() * 2)


@pytest.mark.parametrize(
    "expression",
    [
        "torch.stack([x[r] + i for r in torch.arange(rows)])",
        "torch.stack([*(x[r] * eps for r in torch.arange(rows))])",
        "(lambda a, *, b: a + b + i)(x, b=x)",
        "(y2 := x + 1) * y2",
    ],
)
def test_names_that_the_expression_binds_are_its_own_and_see_the_arguments(expression: str) -> None:
    (answer,), _, _ = evaluate(expression)
    assert answer.shape == (3, 4)


@pytest.mark.parametrize("expression", ["x.relu_()", "i.zero_().expand(rows, cols)", "torch.add(x, 1, out=x)"])
def test_an_expression_in_place_works_on_a_copy(expression: str) -> None:
    evaluate(expression)  # which looks at the inputs


def test_an_expression_in_place_works_on_a_copy_of_float64_too() -> None:
    doubles = [tensor("x", "input", "f64", ("rows", "cols")), tensor("i", "input", "i32", ("cols",)), tensor("y", "output", "f64", ("rows", "cols"))]
    evaluate("x.add_(1)", arguments=doubles)


def test_several_outputs_come_in_their_order() -> None:
    two = [*ROWS_AND_COLS[:2], tensor("largest", "output", shape=("rows",)), tensor("where", "output", "i64", ("rows",))]
    (largest, where), x, _ = evaluate("torch.max(x, dim=1)", arguments=two)
    assert torch.equal(largest, x.max(dim=1).values) and torch.equal(where, x.max(dim=1).indices)
    assert where.dtype == torch.int64


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("x +", "is not a Python expression"),
        ("y = x", "is not a Python expression"),
        ("__import__('os').system('true')", "uses __import__, which is neither an argument nor torch or math"),
        ("open('/etc/passwd')", "uses open"),
        ("torch.softmax(X, -1)", "uses X"),
        ("x.__class__", "uses __class__, which is not allowed"),
        ("torch._C", "uses _C, which is not allowed"),
        ("(lambda: x)().__init__", "uses __init__, which is not allowed"),
    ],
)
def test_what_an_expression_may_not_name(expression: str, says: str) -> None:
    with pytest.raises(BadReference, match="`reference` ") as refused:
        evaluate(expression)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("x.sum(dim=1)", "gives y the shape (3,), but the configuration says (3, 4)"),
        ("x[:, :-1]", "gives y the shape (3, 3)"),
        ("(x, x)", "gives 2 tensors, but the target has 1 outputs"),
        ("[]", "gives 0 tensors"),
        ("[1.5]", "gives y as float, not as a tensor"),
        ("1.5", "failed: TypeError"),
        ("x @ x", "failed: RuntimeError: mat1 and mat2 shapes cannot be multiplied"),
        ("torch.no_such_function(x)", "uses torch.no_such_function, which does not exist"),
    ],
)
def test_what_an_expression_gives_is_checked(expression: str, says: str) -> None:
    with pytest.raises(BadReference) as refused:
        evaluate(expression)
    assert says in str(refused.value)


def test_without_a_reference_the_baselines_results_are_the_answers() -> None:
    asked = target(arguments=[tensor("f", "output", "f16", (2,)), tensor("b", "output", "bool", (2,))], reference=None)
    with buffers_of(asked.outputs, {}, slots=1) as outputs:
        outputs.view(0, asked.outputs[0]).copy_(torch.tensor([1.5, -2.0]))
        outputs.view(0, asked.outputs[1]).copy_(torch.tensor([True, False]))
        floats, booleans = baseline_answers([(t, outputs.view(0, t)) for t in asked.outputs])
        outputs.fill(0, 0)  # the answers are a copy
    assert (floats.dtype, floats.tolist()) == (torch.float64, [1.5, -2.0])
    assert booleans.tolist() == [True, False]
