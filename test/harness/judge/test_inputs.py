from collections.abc import Callable, Iterator

import pytest
import torch
from memories import buffers_of
from targets import parsed_tensor

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.inputs import BESIDE_NORMAL, Distribution, changed, draw, fresh_seed

TENSORS = tuple(parsed_tensor(name, ("n",), f"in_{name}") for name in DTYPES)


@pytest.fixture
def buffers() -> Iterator[Buffers]:
    with buffers_of(TENSORS, {"n": 10_001}, slots=2) as made:
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
    with buffers_of(alike, {"n": 100}, slots=1) as buffers:
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
    with buffers_of(TENSORS, {"n": 10_001}, slots=2) as made:
        yield made


def test_what_nobody_touched_is_unchanged(buffers: Buffers, given: Buffers) -> None:
    draw(buffers, 1, 99)
    given.bytes.copy_(buffers.bytes)
    assert changed(buffers, given, 1) == []


@pytest.mark.parametrize("name", DTYPES)
def test_one_flipped_bit_is_found(buffers: Buffers, given: Buffers, name: str) -> None:
    draw(buffers, 0, 99)
    given.bytes.copy_(buffers.bytes)
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
        most = 0.05 if name == "in_f8e4m3" else 0.01  # which has nothing between 0 and 0.002
        assert 0 < drawn.abs().max().item() < most and (drawn != 0).double().mean().item() > 0.9, name


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


RANGES: dict[str, tuple[float, float]] = {"f64": (0.1, 1), "f32": (-3, -2.5), "f16": (0.1, 1), "bf16": (0.1, 0.2), "tf32": (0, 1e-3), "f8e4m3": (0, 1), "f8e5m2": (-2, 2), "i8": (-128, 128), "i16": (5, 6), "i32": (0, 77), "i64": (0, 1 << 53), "u8": (0, 256)}


@pytest.fixture
def ranged() -> Iterator[Buffers]:
    tensors = tuple(parsed_tensor(name, ("n", 50), f"in_{name}", range=bounds) for name, bounds in RANGES.items())
    with buffers_of(tensors, {"n": 200}, slots=1) as made:
        yield made


@pytest.mark.parametrize("distribution", ["normal", *BESIDE_NORMAL])
def test_values_stay_in_their_range_whatever_the_distribution(ranged: Buffers, distribution: Distribution) -> None:
    draw(ranged, 0, 5, distribution)
    for tensor, (low, high) in zip(ranged.tensors, RANGES.values(), strict=True):
        drawn = ranged.view(0, tensor).double()
        assert drawn.min().item() >= low and drawn.max().item() < high, tensor.name


def test_a_range_is_filled_evenly(ranged: Buffers) -> None:
    draw(ranged, 0, 5)
    for tensor, (low, high) in zip(ranged.tensors, RANGES.values(), strict=True):
        drawn = (ranged.view(0, tensor).double() - low) / (high - low)
        assert abs(drawn.mean().item() - 0.5) < 0.03 or tensor.dtype.name == "i16", tensor.name


def test_structures_are_kept_within_a_range(ranged: Buffers) -> None:
    cases: tuple[tuple[Distribution, int], ...] = (("constant", 1), ("one-hot", 2))
    for distribution, rows in cases:
        draw(ranged, 0, 5, distribution)
        for tensor in ranged.tensors:
            drawn = ranged.view(0, tensor).double()
            assert all(len(row.unique()) <= rows for row in drawn), (distribution, tensor.name)
    hot = ranged.view(0, ranged.tensors[1])
    assert all(int((row != row.min()).sum()) == 1 for row in hot)


def test_bounds_may_be_dimensions_and_formulas() -> None:
    tensor = parsed_tensor("i64", ("n",), range=("0 - rows", "rows"))
    with buffers_of((tensor,), {"n": 5000, "rows": 3, "0 - rows": -3}, slots=1) as buffers:
        draw(buffers, 0, 1)
        assert buffers.view(0, tensor).unique().tolist() == [-3, -2, -1, 0, 1, 2]
