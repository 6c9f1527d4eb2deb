"""The limits against real kinds of arithmetic: what a correct kernel may do passes, lower precision and constants do not."""

import pytest
import torch
from targets import parsed_tensor

from kernelwright_harness.judge.compare import compare
from kernelwright_harness.judge.tolerance import FACTOR, cap_for, limit_for


def error_of(got: torch.Tensor, right: torch.Tensor, dtype: str = "f32") -> float:
    return compare(parsed_tensor(dtype, tuple(got.shape)), got, right, 0.0).error


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def rounded_to_tf32(x: torch.Tensor) -> torch.Tensor:
    """10 explicit bits of mantissa, rounded to nearest."""
    bits = x.view(torch.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(torch.float32)


def product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return a.double() @ b.double()


def test_integers_and_booleans_must_be_exact() -> None:
    assert all(limit_for(name, 1.0) == cap_for(name) == 0.0 for name in ("i8", "i16", "i32", "i64", "u8", "bool"))


@pytest.mark.parametrize("dtype", ["f64", "f32", "f16", "bf16"])
def test_the_limit_follows_the_baseline_between_floor_and_cap(dtype: str) -> None:
    floor, cap = limit_for(dtype, 0.0), limit_for(dtype, 1.0)
    assert 0 < floor < cap == cap_for(dtype)
    between = (floor * cap) ** 0.5 / FACTOR
    assert limit_for(dtype, between) == pytest.approx(FACTOR * between)


def test_a_tf32_product_is_rejected_where_float32_was_asked_for() -> None:
    a, b = normal(256, 512), normal(512, 128, seed=1)
    right = product(a, b)
    own = error_of(a @ b, right)
    tf32 = rounded_to_tf32(a) @ rounded_to_tf32(b)
    assert error_of(tf32, right) > limit_for("f32", own)
    assert error_of(tf32, right) > cap_for("f32"), "whatever the baseline's own error"


@pytest.mark.parametrize("lower", [torch.float16, torch.bfloat16])
def test_a_result_rounded_through_16_bits_is_rejected(lower: torch.dtype) -> None:
    x = normal(10_000)
    assert error_of(x.to(lower).float(), x.double()) > cap_for("f32")


def test_other_orders_of_summation_are_accepted() -> None:
    """Over 32,000 terms: pairwise (the baseline), one after the other, in 32 interleaved parts, and backwards."""
    x = normal(8, 32_000)
    right = x.double().sum(dim=1)
    limit = limit_for("f32", error_of(x.sum(dim=1), right))
    sequential = torch.zeros(8)
    backwards = torch.zeros(8)
    for column in range(x.shape[1]):
        sequential += x[:, column]
        backwards += x[:, -1 - column]
    parts = torch.zeros(8, 32)
    for column in range(0, x.shape[1], 32):
        parts += x[:, column : column + 32]
    for got in (sequential, backwards, parts.sum(dim=1)):
        assert error_of(got, right) <= limit


def test_an_exact_baseline_still_leaves_room_for_another_order() -> None:
    a, b = normal(64, 4096), normal(4096, 16, seed=1)
    right = product(a, b)
    other = torch.zeros(64, 16)
    for k in range(4096):
        other += a[:, k : k + 1] * b[k : k + 1]
    assert error_of(other, right) <= limit_for("f32", 0.0)


@pytest.mark.parametrize("constant", ["zeros", "uniform", "row mean of another input"])
def test_constant_answers_for_a_wide_softmax_are_rejected(constant: str) -> None:
    """Each value is about 1/32,000: an absolute tolerance of 1e-4 would accept anything."""
    x = normal(4, 32_000)
    right = torch.softmax(x.double(), dim=1)
    answers = {
        "zeros": torch.zeros(4, 32_000),
        "uniform": torch.full((4, 32_000), 1 / 32_000),
        "row mean of another input": torch.softmax(normal(4, 32_000, seed=9), dim=1).mean(dim=0).expand(4, -1),
    }
    assert error_of(answers[constant], right) > cap_for("f32")
    assert error_of(torch.softmax(x, dim=1), right) <= limit_for("f32", 0.0)


@pytest.mark.parametrize(("dtype", "kind"), [("f16", torch.float16), ("bf16", torch.bfloat16)])
def test_16_bit_results_of_float32_sums_are_accepted_and_16_bit_sums_are_not(dtype: str, kind: torch.dtype) -> None:
    x = normal(16, 2_048).to(kind)
    right = x.double().sum(dim=1)
    assert error_of(x.float().sum(dim=1).to(kind), right, dtype) <= limit_for(dtype, 0.0)
    running = torch.zeros(16, dtype=kind)
    for column in range(x.shape[1]):
        running = (running + x[:, column]).to(kind)
    assert error_of(running, right, dtype) > limit_for(dtype, 0.0)


@pytest.mark.parametrize("dtype", ["f32", "f16", "bf16"])
@pytest.mark.parametrize("structured", [False, True])
def test_beside_itself_in_float64_a_baseline_may_be_beyond_the_cap_and_a_candidate_twice_as_far(dtype: str, structured: bool) -> None:
    cap, own = cap_for(dtype, structured), cap_for(dtype, structured, by_itself=True)
    assert own > cap
    assert limit_for(dtype, own, structured, by_itself=True) == 2 * own
    assert limit_for(dtype, cap / 100, structured, by_itself=True) == limit_for(dtype, cap / 100, structured)


def test_beside_a_baseline_in_tf32_another_in_tf32_passes_and_bfloat16_does_not() -> None:
    a, b = normal(256, 512), normal(512, 128, seed=1)
    right = product(a, b)
    own = error_of(rounded_to_tf32(a) @ rounded_to_tf32(b), right)
    assert own <= cap_for("f32", by_itself=True)
    limit = limit_for("f32", own, by_itself=True)
    halves = torch.cat([rounded_to_tf32(a[:, k : k + 256]) @ rounded_to_tf32(b[k : k + 256]) for k in (0, 256)]).view(2, 256, 128).sum(dim=0)
    assert error_of(halves, right) <= limit
    assert error_of((a.bfloat16().float() @ b.bfloat16().float()), right) > limit


def test_a_tf32_product_is_right_where_it_was_asked_for_and_one_of_bfloat16_is_not() -> None:
    a, b = normal(512, 256), normal(256, 512, seed=1)
    right = product(a, b)
    cut_off = [(x.view(torch.int32) & ~0x1FFF).view(torch.float32) for x in (a, b)]
    for x, y in ((rounded_to_tf32(a), rounded_to_tf32(b)), cut_off):
        assert error_of(x @ y, right, "tf32") < limit_for("tf32", 0.0)
    assert error_of(a.bfloat16().float() @ b.bfloat16().float(), right, "tf32") > cap_for("tf32")
    assert error_of((a @ b).bfloat16().float(), right, "tf32") > cap_for("tf32")


EIGHT_BITS = {"f8e4m3": torch.float8_e4m3fn, "f8e5m2": torch.float8_e5m2}


@pytest.mark.parametrize("dtype", EIGHT_BITS)
@pytest.mark.parametrize("scale", [100, 1, 1e-3, 1e-6])
def test_the_last_rounding_to_8_bits_is_right_at_every_scale(dtype: str, scale: float) -> None:
    x = normal(100_000) * scale
    assert error_of(x.to(EIGHT_BITS[dtype]), x.double(), dtype) <= limit_for(dtype, 0.0)


def test_fewer_bits_than_an_8_bit_float_has_are_rejected() -> None:
    x = normal(100_000)
    assert error_of(x.to(torch.float8_e5m2).to(torch.float8_e4m3fn), x.double(), "f8e4m3") > cap_for("f8e4m3")
    one_bit = torch.ldexp(torch.frexp(x).mantissa.mul(2).round().div(2), torch.frexp(x).exponent)
    assert error_of(one_bit.to(torch.float8_e5m2), x.double(), "f8e5m2") > cap_for("f8e5m2")


def test_one_thread_may_sum_a_long_row() -> None:
    """A softmax whose sum is one chain of 32,768 float32 additions; all terms are positive, so that errors cancel little."""
    powers = (normal(64, 32_768, seed=7)).exp()
    total = torch.zeros(64)
    for column in powers.unbind(1):
        total += column
    assert error_of(powers / total[:, None], powers.double() / powers.double().sum(1, keepdim=True)) < limit_for("f32", 0.0)
