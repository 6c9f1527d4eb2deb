from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import torch
from targets import parsed_tensor

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.inputs import BESIDE_NORMAL, Distribution, changed, draw, fresh_seed

TENSORS = tuple(parsed_tensor(name, ("n",), f"in_{name}") for name in DTYPES)


@pytest.fixture
def buffers() -> Iterator[Buffers]:
    with closing(Buffers(EmulatedDevice(), TENSORS, {"n": 10_001}, slots=2)) as made:
        yield made


def contents(buffers: Buffers, slot: int) -> list[torch.Tensor]:
    return [buffers.raw(slot, tensor.name).clone() for tensor in TENSORS]


def test_the_same_seed_gives_the_same_bytes_in_any_slot(buffers: Buffers) -> None:
    draw(buffers, 0, 42)
    draw(buffers, 1, 42)
    assert all(torch.equal(a, b) for a, b in zip(contents(buffers, 0), contents(buffers, 1), strict=True))


def test_other_seeds_give_other_bytes_for_every_tensor(buffers: Buffers) -> None:
    draw(buffers, 0, 42)
    draw(buffers, 1, 43)
    assert not any(torch.equal(a, b) for a, b in zip(contents(buffers, 0), contents(buffers, 1), strict=True))


def test_two_tensors_of_one_slot_differ() -> None:
    alike = (parsed_tensor("f32", ("n",), "a"), parsed_tensor("f32", ("n",), "b"))
    with closing(Buffers(EmulatedDevice(), alike, {"n": 100}, slots=1)) as buffers:
        draw(buffers, 0, 1)
        assert not torch.equal(buffers.raw(0, "a"), buffers.raw(0, "b"))


def test_floats_are_standard_normal_and_finite(buffers: Buffers) -> None:
    draw(buffers, 0, 7)
    for tensor in TENSORS:
        if tensor.dtype.kind == "float":
            drawn = buffers.view(0, tensor).double()
            assert drawn.isfinite().all()
            assert abs(drawn.mean().item()) < 0.06 and abs(drawn.std().item() - 1) < 0.05, tensor.name


def test_integers_are_small_and_cover_their_range(buffers: Buffers) -> None:
    draw(buffers, 0, 7)
    for tensor in TENSORS:
        if tensor.dtype.kind == "integer":
            drawn = buffers.view(0, tensor).long()
            low = 0 if tensor.dtype.name == "u8" else -100
            assert (int(drawn.min()), int(drawn.max())) == (low, 100), tensor.name


def test_booleans_are_bytes_of_zero_and_one(buffers: Buffers) -> None:
    draw(buffers, 0, 7)
    drawn = buffers.raw(0, "in_bool")
    assert set(drawn.unique().tolist()) == {0, 1}
    assert abs(drawn.double().mean().item() - 0.5) < 0.03


@pytest.fixture
def given() -> Iterator[Buffers]:
    with closing(Buffers(EmulatedDevice(), TENSORS, {"n": 10_001}, slots=2)) as made:
        yield made


def test_what_nobody_touched_is_unchanged(buffers: Buffers, given: Buffers) -> None:
    draw(buffers, 1, 99)
    given.arena.bytes.copy_(buffers.arena.bytes)
    assert changed(buffers, given, 1) == []


@pytest.mark.parametrize("name", DTYPES)
def test_one_flipped_bit_is_found(buffers: Buffers, given: Buffers, name: str) -> None:
    draw(buffers, 0, 99)
    given.arena.bytes.copy_(buffers.arena.bytes)
    given.raw(0, f"in_{name}")[-1] ^= 1
    assert changed(buffers, given, 0) == [f"in_{name}"]


def floats(buffers: Buffers, distribution: Distribution, seed: int) -> dict[str, torch.Tensor]:
    draw(buffers, 0, seed, distribution)
    return {t.name: buffers.view(0, t).double().clone() for t in TENSORS if t.dtype.kind == "float"}


def test_large_inputs_fill_their_range(buffers: Buffers) -> None:
    for name, drawn in floats(buffers, "large", 7).items():
        assert drawn.abs().max().item() <= 100 and drawn.std().item() > 50, name


def test_tiny_inputs_are_tiny_and_not_zero(buffers: Buffers) -> None:
    for name, drawn in floats(buffers, "tiny", 7).items():
        assert 0 < drawn.abs().max().item() < 0.01 and (drawn != 0).double().mean().item() > 0.9, name


STRUCTURES: dict[Distribution, Callable[[torch.Tensor], bool]] = {
    "constant": lambda drawn: bool((drawn == drawn[0]).all()),
    "one-hot": lambda drawn: int((drawn != 0).sum()) == 1 and drawn.max().item() == 1,
    "sorted": lambda drawn: bool((drawn.diff() >= 0).all()) and drawn[0].item() < drawn[-1].item(),
}


@pytest.mark.parametrize("distribution", STRUCTURES)
def test_structured_inputs_have_their_structure(buffers: Buffers, distribution: Distribution) -> None:
    draw(buffers, 0, 3, distribution)
    for tensor in TENSORS:
        if tensor.dtype.kind != "bool":
            assert STRUCTURES[distribution](buffers.view(0, tensor).double()), tensor.name


def test_seeds_are_large_and_do_not_repeat() -> None:
    seeds = {fresh_seed() for _ in range(100)}
    assert len(seeds) == 100 and all(0 <= seed < 1 << 63 for seed in seeds) and max(seeds) > 1 << 50


@pytest.mark.parametrize("distribution", ["normal", *BESIDE_NORMAL])
def test_a_range_holds_in_every_distribution(distribution: Distribution) -> None:
    kinds = [("i64", 3, 12), ("i32", -5, -2), ("u8", 250, 256), ("f32", 0.25, 1.5), ("bf16", 0.0, 1.0)]
    ranged = tuple(replace(parsed_tensor(dtype, ("n", 7), f"{dtype}_{low}"), range=(low, high)) for dtype, low, high in kinds)
    with closing(Buffers(EmulatedDevice(), ranged, {"n": 999}, slots=1)) as buffers:
        draw(buffers, 0, 42, distribution)
        for tensor, (_, low, high) in zip(ranged, kinds, strict=True):
            view = buffers.view(0, tensor)
            assert low <= view.min().item() and view.max().item() <= high
            if tensor.dtype.kind == "integer":
                assert view.unique().numel() == (2 if distribution == "one-hot" else high - low)
