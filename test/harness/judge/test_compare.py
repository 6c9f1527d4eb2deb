import math

import pytest
import torch
from targets import parsed_tensor

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.judge import compare as module
from kernelwright_harness.judge.compare import Difference, compare, usual_scale

LIMIT = 1e-4


def compared(got: list[float] | torch.Tensor, expected: list[float] | torch.Tensor, dtype: str = "f32", limit: float = LIMIT, poison: int | None = None) -> Difference:
    kind: torch.dtype = getattr(torch, DTYPES[dtype].torch_name)
    a = got if isinstance(got, torch.Tensor) else torch.tensor(got, dtype=kind)
    b = expected if isinstance(expected, torch.Tensor) else torch.tensor(expected, dtype=torch.float64 if DTYPES[dtype].kind == "float" else kind)
    return compare(parsed_tensor(dtype, tuple(a.shape)), a, b, limit, poison)


def test_equal_values_have_no_error() -> None:
    assert compared([1.0, -2.0, 0.0], [1.0, -2.0, 0.0]) == Difference(0.0, 0, "")


def test_the_error_is_relative_to_the_element_and_the_tensors_scale() -> None:
    # rms of (3, 4) is sqrt(12.5); the second element is 0.01 off
    found = compared([3.0, 4.01], [3.0, 4.0], "f64", limit=1.0)
    assert found.error == pytest.approx(0.01 / (4 + math.sqrt(12.5)), rel=1e-9)


def test_an_error_at_the_limit_is_right_and_one_above_it_is_wrong() -> None:
    error = compared([3.0, 4.01], [3.0, 4.0], "f64", limit=1.0).error
    assert compared([3.0, 4.01], [3.0, 4.0], "f64", limit=error).wrong == 0
    assert compared([3.0, 4.01], [3.0, 4.0], "f64", limit=math.nextafter(error, 0)).wrong == 1


def test_a_value_near_zero_is_measured_by_the_tensors_scale() -> None:
    assert compared([1.0, 1e-9], [1.0, 0.0]).wrong == 0
    assert compared([1.0, 1e-3], [1.0, 0.0]).wrong == 1


def test_few_values_that_are_all_near_zero_are_measured_by_the_scale_they_usually_have() -> None:
    got, expected = torch.tensor([1.01e-3]), torch.tensor([1e-3], dtype=torch.float64)
    assert compared(got, expected).wrong == 1
    found = compare(parsed_tensor("f32", (1,)), got, expected, LIMIT, least_scale=1.0)
    assert found.wrong == 0
    assert found.error == pytest.approx(1e-5, rel=0.01)
    assert compare(parsed_tensor("f32", (1,)), got, expected, LIMIT, least_scale=0.01).wrong == 1


def test_the_scale_that_they_usually_have_is_that_of_all_drawings_together() -> None:
    drawn = [torch.tensor(values, dtype=torch.float64) for values in ([3.0, math.inf], [4.0, 0.0], [1e-9, -5.0])]
    assert usual_scale(drawn) == pytest.approx(math.sqrt((9 + 16 + 25) / 5))


def test_where_zero_is_right_everywhere_only_zero_is_right() -> None:
    assert compared([0.0, -0.0], [0.0, 0.0]).wrong == 0
    assert compared([0.0, 1e-30], [0.0, 0.0]).wrong == 1


@pytest.mark.parametrize(
    ("got", "expected", "wrong"),
    [
        (math.nan, math.nan, 0),
        (math.nan, 1.0, 1),
        (1.0, math.nan, 1),
        (math.inf, math.inf, 0),
        (-math.inf, -math.inf, 0),
        (-math.inf, math.inf, 1),
        (math.inf, 1.0, 1),
        (3e38, math.inf, 1),
        (math.nan, math.inf, 1),
        (math.inf, math.nan, 1),
    ],
)
def test_only_the_same_nan_or_infinity_is_right(got: float, expected: float, wrong: int) -> None:
    found = compared([1.0, got, 2.0], [1.0, expected, 2.0])
    assert found.wrong == wrong
    assert found.error == (math.inf if wrong else 0.0)


def test_infinities_in_the_oracle_do_not_blur_the_other_elements() -> None:
    assert compared([math.inf, 1.01], [math.inf, 1.0]).wrong == 1


def test_what_is_too_large_for_the_type_is_an_infinity_in_it() -> None:
    assert compared([math.inf, -math.inf, 1.0], [1e39, -1e300, 1.0]).wrong == 0
    assert compared([65504.0, 1.0], [1e5, 1.0], "f16").wrong == 1
    assert compared([math.inf, 1.0], [6e4, 1.0], "f16").wrong == 1


def test_huge_float64_numbers_do_not_overflow_the_scale() -> None:
    assert compared([1e200, 2e200], [1e200, 2e200], "f64").wrong == 0
    assert compared([1e200, 1e200], [1e200, 2e200], "f64").wrong == 1


@pytest.mark.parametrize("dtype", ["i8", "i16", "i32", "i64", "u8"])
def test_integers_are_exact(dtype: str) -> None:
    assert compared([1, 2, 3], [1, 2, 3], dtype, limit=0.0).wrong == 0
    found = compared([1, 2, 4], [1, 2, 3], dtype, limit=0.0)
    assert (found.wrong, found.error) == (1, math.inf)


def test_large_integers_are_not_rounded() -> None:
    assert compared([2**62 + 1], [2**62], "i64", limit=0.0).wrong == 1


def test_a_boolean_is_a_byte_of_zero_or_one() -> None:
    right = torch.tensor([True, False, True])
    assert compared(right.clone(), right, "bool", limit=0.0).wrong == 0
    assert compared(torch.tensor([True, True, True]), right, "bool", limit=0.0).wrong == 1
    seven = torch.tensor([7, 0, 1], dtype=torch.uint8).view(torch.bool)
    assert compared(seven, right, "bool", limit=0.0).wrong == 1
    unwritten = torch.full((3,), 0xFF, dtype=torch.uint8).view(torch.bool)
    assert compared(unwritten, right, "bool", limit=0.0, poison=0xFF).detail.endswith("; 3 elements were never written")


def test_the_words_say_how_many_and_where() -> None:
    expected = torch.zeros(2, 3, 4, dtype=torch.float64) + 1
    got = expected.float()
    got[0, 1, 2], got[0, 2, 0], got[1, 2, 3] = 1.5, 9.0, 2.0
    assert compared(got, expected).detail == (
        "3 of 24 elements of y are wrong; the first is y[0, 1, 2] = 1.5 instead of 1, the last is y[1, 2, 3] = 2 instead of 1, the worst is y[0, 2, 0] = 9 instead of 1"
    )


def test_a_tensor_without_dimensions_is_named_too() -> None:
    assert "the worst is y[] = 2 instead of 1" in compared(torch.tensor(2.0), torch.tensor(1.0, dtype=torch.float64)).detail


def test_integers_are_shown_as_such() -> None:
    assert "y[1] = 16777217 instead of 16777216" in compared([0, 2**24 + 1], [0, 2**24], "i32", limit=0.0).detail


def test_nothing_is_right_in_a_tensor_of_nothing() -> None:
    assert compared(torch.empty(0), torch.empty(0, dtype=torch.float64)) == Difference(0.0, 0, "")


@pytest.mark.parametrize("poison", [0xFF, 0xA5])
def test_elements_that_were_never_written_are_counted(poison: int) -> None:
    got = torch.ones(10)
    got[7:] = torch.full((12,), poison, dtype=torch.uint8).view(torch.float32)
    found = compared(got, [1.0] * 10, poison=poison)
    assert found.wrong == 3
    assert found.detail.endswith("; 3 elements were never written")


def test_a_right_value_that_looks_like_poison_is_not_called_unwritten() -> None:
    assert compared([-1, -1, 5], [-1, -1, 4], "i8", limit=0.0, poison=0xFF).detail.endswith("instead of 4")


@pytest.mark.parametrize(("dtype", "largest"), [("f8e4m3", 448.0), ("f8e5m2", 57344.0)])
def test_beyond_an_8_bit_float_saturation_nan_and_infinity_are_alike(dtype: str, largest: float) -> None:
    tensor = parsed_tensor(dtype, (3,))
    right = torch.tensor([largest * 3, -largest * 3, 1.0], dtype=torch.float64)
    narrow: torch.dtype = getattr(torch, tensor.dtype.torch_name)
    for got in ([largest, -largest, 1.0], [math.nan, math.nan, 1.0]):
        assert compare(tensor, torch.tensor(got).to(narrow), right, 0.1).wrong == 0, got
    for got in ([-largest, largest, 1.0], [largest / 2, -largest / 2, 1.0], [largest, -largest, math.nan]):
        assert compare(tensor, torch.tensor(got).to(narrow), right, 0.1).wrong > 0, got


def test_half_a_step_near_zero_is_no_error() -> None:
    right = torch.tensor([2.0**-11, 2.0**-12, 0.0], dtype=torch.float64)
    zeros = torch.zeros(3, dtype=torch.float8_e4m3fn)
    assert compare(parsed_tensor("f8e4m3", (3,)), zeros, right, 0.0).error == 0.0
    assert compare(parsed_tensor("f32", (3,)), torch.zeros(3), right, 0.1).wrong == 2


@pytest.mark.parametrize("dtype", ["f64", "f32", "f16", "bf16", "f8e4m3", "f8e5m2"])
@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e-30, 1e-3, 1.0, 300.0, 1e30, 1e200])
@pytest.mark.parametrize("spoilt", [None, math.nan, math.inf, -math.inf, 7.0])
def test_the_short_way_finds_what_the_long_one_does(dtype: str, scale: float, spoilt: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    kind: torch.dtype = getattr(torch, DTYPES[dtype].torch_name)
    expected = scale * torch.randn(1000, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    got = (expected * (1 + 1e-3 * torch.randn(1000, dtype=torch.float64, generator=torch.Generator().manual_seed(2)))).to(kind)
    if spoilt is not None:
        got[100] = spoilt
    tensor = parsed_tensor(dtype, (1000,))
    for limit in (1e-9, 0.05, math.inf):
        for least_scale in (0.0, 3.0):
            short = compare(tensor, got, expected, limit, 0xFF, least_scale)
            with monkeypatch.context() as patched:
                patched.setattr(module, "_largest_where_all_is_finite", lambda *_: math.nan)
                assert compare(tensor, got, expected, limit, 0xFF, least_scale) == short


def test_the_short_way_is_taken_where_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_errors", None)
    assert compared([1.0, 2.000001], [1.0, 2.0]).error == pytest.approx(1e-6 / (2 + math.sqrt(2.5)), rel=0.1)
