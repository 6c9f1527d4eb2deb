"""8-bit floats of the emulator against PyTorch's, whose conversions to e5m2 do not saturate."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from emulator_device import Library

TYPES = {"e4m3": (torch.float8_e4m3fn, 448.0), "e5m2": (torch.float8_e5m2, 57344.0)}
rng = np.random.default_rng(0)


def numbers(largest: float) -> np.ndarray:
    """All scales within the type's range, ties between its numbers among them."""
    spread = rng.standard_normal(4000) * 2.0 ** rng.integers(-20, 16, 4000)
    every = torch.arange(256, dtype=torch.uint8)
    known = np.concatenate([every.view(dtype).double().numpy() for dtype, _ in TYPES.values()])
    known = np.sort(known[np.isfinite(known)])
    ties = (known[1:] + known[:-1]) / 2
    return np.clip(np.concatenate([spread, known, ties]), -largest, largest).astype("f4")


@pytest.mark.parametrize("name", TYPES)
def test_floats_are_rounded_to_nearest_with_ties_to_even(float8: Library, name: str) -> None:
    dtype, largest = TYPES[name]
    x = numbers(largest)
    status, [_, y] = float8.call(f"{name}_from_float", x, np.zeros(len(x), "u1"), len(x))
    assert status == 0
    assert np.array_equal(y, torch.from_numpy(x).to(dtype).view(torch.uint8).numpy())


@pytest.mark.parametrize("name", TYPES)
def test_every_8_bit_float_has_its_value(float8: Library, name: str) -> None:
    codes = np.arange(256, dtype="u1")
    _, [_, y] = float8.call(f"{name}_to_float", codes, np.zeros(256, "f4"), 256)
    expected = torch.from_numpy(codes).view(TYPES[name][0]).float().numpy()
    assert np.array_equal(y, expected, equal_nan=True)


@pytest.mark.parametrize("name", TYPES)
def test_constructors_saturate_and_conversions_do_so_on_demand(float8: Library, name: str) -> None:
    dtype, largest = TYPES[name]
    x = np.array([largest * 2, -largest * 2, np.inf, -np.inf, np.nan, 1e38], "f4")
    _, [_, codes] = float8.call(f"{name}_from_float", x, np.zeros(6, "u1"), 6)
    values = torch.from_numpy(codes).view(dtype).float().numpy()
    assert np.array_equal(values, np.array([largest, -largest, largest, -largest, np.nan, largest], "f4"), equal_nan=True)
    _, [_, codes] = float8.call(f"{name}_without_saturation", x, np.zeros(6, "u1"), 6)
    values = torch.from_numpy(codes).view(dtype).float().numpy()
    beyond = [np.nan] * 6 if name == "e4m3" else [np.inf, -np.inf, np.inf, -np.inf, np.nan, np.inf]
    assert np.array_equal(values, np.array(beyond, "f4"), equal_nan=True)


@pytest.mark.parametrize("name", TYPES)
def test_four_at_once_keep_their_order(float8: Library, name: str) -> None:
    x = np.arange(32, dtype="f4") / 8
    _, [y] = float8.call(f"{name}_by_fours", x.copy(), 8)
    assert np.array_equal(y, torch.from_numpy(x).to(TYPES[name][0]).float().numpy())
