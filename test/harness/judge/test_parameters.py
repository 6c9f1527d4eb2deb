from collections.abc import Iterator

import pytest
import torch
from memories import buffers_of

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.parameters import changed_parameters, draw_parameters
from kernelwright_harness.specification import Tensor


def parameter(name: str, shape: tuple[int, ...], dtype: str = "f32") -> Tensor:
    return Tensor(name, "parameter", DTYPES[dtype], shape)


STATE = (
    parameter("conv.weight", (64, 16, 5, 5)),
    parameter("fc.weight", (200, 100), "f16"),
    parameter("fc.bias", (2000,)),
    parameter("norm.weight", (2000,)),
    parameter("norm.running_mean", (2000,)),
    parameter("norm.running_var", (2000,)),
    parameter("norm.num_batches_tracked", (), "i64"),
    parameter("mask", (30, 30), "bool"),
    parameter("position", (40,), "i32"),
    parameter("quantized", (40, 50), "i8"),
    parameter("packed", (40, 50), "i32"),
    parameter("zero_point", (), "u8"),
)


@pytest.fixture
def buffers() -> Iterator[Buffers]:
    with buffers_of(STATE, {}, slots=1) as made:
        draw_parameters(made, 1)
        yield made


@pytest.mark.parametrize(
    ("name", "mean", "deviation"),
    [
        ("conv.weight", 0.0, 1 / 20),
        ("fc.weight", 0.0, 1 / 10),
        ("fc.bias", 0.0, 0.1),
        ("norm.weight", 1.0, 0.1),
        ("norm.running_mean", 0.0, 0.1),
        ("norm.running_var", 1.0, 0.1),
    ],
)
def test_every_tensor_is_spread_as_its_part_in_a_layer_asks(buffers: Buffers, name: str, mean: float, deviation: float) -> None:
    drawn = buffers.view(0, next(t for t in STATE if t.name == name)).double()
    assert drawn.mean().item() == pytest.approx(mean, abs=deviation / 10)
    assert drawn.std().item() == pytest.approx(deviation, rel=0.1)


def test_variances_are_positive_and_what_counts_is_zero(buffers: Buffers) -> None:
    views = {t.name: buffers.view(0, t) for t in STATE}
    assert views["norm.running_var"].min() > 0
    assert not views["norm.num_batches_tracked"].any() and not views["position"].any()


def test_booleans_are_fair_coins(buffers: Buffers) -> None:
    """A mask that hides everything leaves results of nothing but NaNs, and then nothing can be told."""
    mask = next(buffers.view(0, t) for t in STATE if t.name == "mask")
    assert 300 < int(mask.sum()) < 600


def test_quantized_weights_take_all_values(buffers: Buffers) -> None:
    """With weights of 0, who leaves the product out is right."""
    views = {t.name: buffers.view(0, t) for t in STATE}
    assert views["quantized"].unique().numel() > 250
    assert views["packed"].view(torch.uint8).unique().numel() == 256


def test_the_same_seed_gives_the_same_bytes_and_another_others(buffers: Buffers) -> None:
    with buffers_of(STATE, {}, slots=1) as again:
        draw_parameters(again, 1)
        assert changed_parameters(buffers, again) == []
        draw_parameters(again, 2)
        assert changed_parameters(buffers, again) == [t.name for t in STATE[:6]] + ["mask", "quantized", "packed", "zero_point"]


def test_one_changed_byte_is_seen(buffers: Buffers) -> None:
    with buffers_of(STATE, {}, slots=1) as given:
        given.bytes.copy_(buffers.bytes)
        given.raw(0, "fc.bias")[7] ^= 1
        assert changed_parameters(buffers, given) == ["fc.bias"]


def test_tensors_of_like_shape_differ(buffers: Buffers) -> None:
    views = {t.name: buffers.view(0, t) for t in STATE}
    assert not torch.equal(views["fc.bias"], views["norm.running_mean"])
