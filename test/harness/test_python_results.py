"""What a call of a module or a function may return."""

import pytest
import torch

from kernelwright_harness.runner.program import ResultError
from kernelwright_harness.runner.python_results import Result, checked_results


def result(dtype: torch.dtype) -> Result:
    place = torch.zeros(3, dtype=dtype)
    return Result("y", dtype, (3,), (place,), (place, place.clone()))


@pytest.mark.parametrize("double", [False, True])
def test_what_is_of_its_type_and_shape_is_passed_on(double: bool) -> None:
    y = torch.ones(3, dtype=torch.float64)
    assert checked_results("f", [result(torch.float64)], y, double) == (y,)
    indices = torch.ones(3, dtype=torch.int64)
    assert checked_results("f", [result(torch.float64), result(torch.int64)], [y, indices], double) == (y, indices)


@pytest.mark.parametrize("narrow", [torch.float32, torch.float16, torch.bfloat16])
def test_a_narrower_result_in_float64_is_refused_as_a_cast_by_name(narrow: torch.dtype) -> None:
    with pytest.raises(ResultError, match=r"^f returned y as \w+ of shape \(3,\) where the target has f64 of shape \(3,\): it casts to a type by name$"):
        checked_results("f", [result(torch.float64)], torch.ones(3, dtype=narrow), double=True)


def test_another_type_outside_of_float64_is_said_without_a_guess_at_its_cause() -> None:
    with pytest.raises(ResultError, match=r"where the target has f32 of shape \(3,\)$"):
        checked_results("f", [result(torch.float32)], torch.ones(3, dtype=torch.float16), double=False)


def test_another_shape_in_float64_is_no_cast() -> None:
    with pytest.raises(ResultError, match=r"where the target has f64 of shape \(3,\)$"):
        checked_results("f", [result(torch.float64)], torch.ones(4, dtype=torch.float64), double=True)
