"""Barriers, warp intrinsics, atomics and 16-bit floats, by their numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from emulator_device import Library

LANES = np.arange(32)


def zeros(count: int, dtype: str = "i4") -> np.ndarray:
    return np.zeros(count, dtype)


def test_votes_of_a_block(cooperation: Library) -> None:
    x = np.arange(100, dtype="i4") - 1
    assert cooperation.call("votes_of_block", x, zeros(3), 100)[1][1].tolist() == [98, 0, 1]
    assert cooperation.call("votes_of_block", np.zeros(70, "i4"), zeros(3), 70)[1][1].tolist() == [0, 1, 0]


@pytest.mark.parametrize("n", [1, 33, 100, 128])
def test_exited_threads_do_not_count_at_barriers(cooperation: Library, n: int) -> None:
    assert cooperation.call("exited_threads", zeros(n), n)[1][0].tolist() == [n] * n


def test_many_barriers_of_the_largest_block(cooperation: Library) -> None:
    _, [y] = cooperation.call("rotate", zeros(3 * 1024), 3, 100)
    assert y.reshape(3, 1024).tolist() == [[(i + 100) % 1024 for i in range(1024)]] * 3


def shuffled(x: np.ndarray) -> np.ndarray:
    def pick(lane: np.ndarray) -> np.ndarray:
        return x[lane]

    up = np.where(LANES - 2 >= 0, LANES - 2, LANES)
    down = np.where(LANES + 5 < 32, LANES + 5, LANES)
    up8 = np.where(LANES % 8 >= 1, LANES - 1, LANES)
    down16 = np.where(LANES % 16 + 3 < 16, LANES + 3, LANES)
    # With a width of 8, XOR by 16 leads above the own segment from below (own value) or below it (that lane's value).
    xor8 = np.where((LANES ^ 16) < LANES // 8 * 8 + 8, LANES ^ 16, LANES)
    sources = [np.full(32, 3), up, down, LANES ^ 9, LANES // 8 * 8 + 1, up8, down16, xor8]
    return np.concatenate([pick(s) for s in sources])


@pytest.mark.parametrize(("name", "dtype"), [("float", "f4"), ("int64", "i8"), ("double", "f8"), ("half", "f2")])
def test_shuffles_with_widths(cooperation: Library, name: str, dtype: str) -> None:
    x = (np.arange(32) * 3 - 40).astype(dtype)
    _, [_, y] = cooperation.call(f"shuffle_{name}", x, np.zeros(256, dtype))
    np.testing.assert_array_equal(y, shuffled(x))


def test_partial_masks_in_divergent_branches(cooperation: Library) -> None:
    _, [y] = cooperation.call("masks", zeros(64))
    assert y[:16].tolist() == [lane ^ 1 for lane in range(16)]
    assert y[16:32].tolist() == [sum(range(16, 32))] * 16
    assert y[32:].tolist() == [*range(1, 32), 31]


def test_lanes_that_never_existed_give_nan(cooperation: Library) -> None:
    status, [y] = cooperation.call("ragged", np.zeros(40, "f4"), 40)
    assert status == 0
    assert y[:30].tolist() == list(range(2, 32))
    assert y[32:38].tolist() == list(range(34, 40))
    assert np.isnan(y[38:]).all()


def test_warp_votes_matches_and_reductions(cooperation: Library) -> None:
    x = (np.arange(32) % 5).astype("i4")
    _, [_, y] = cooperation.call("votes_of_warp", x, zeros(256, "u4"))
    rows = y.reshape(8, 32)
    ballot = sum(1 << lane for lane in range(32) if x[lane] > 2)
    assert (rows[0] == ballot).all()
    assert (rows[1] == 1).all() and (rows[2] == 1).all()
    assert rows[3].tolist() == [sum(1 << other for other in range(32) if x[other] == x[lane]) for lane in range(32)]
    assert (rows[4] == 0).all()
    assert (rows[5] == 4).all() and (rows[6] == 2**32 - 4).all()
    assert (rows[7] == np.bitwise_xor.reduce(x)).all()


def test_activemask_names_the_lanes_that_came(cooperation: Library) -> None:
    mask = sum(1 << lane for lane in range(0, 32, 3))
    _, [y] = cooperation.call("active_lanes", zeros(32, "u4"))
    assert y.tolist() == [mask if lane % 3 == 0 else 0 for lane in range(32)]


def test_atomics(cooperation: Library) -> None:
    i = np.array([0, 0, 5, 5, 0, 0, -1, 0, 0], "i4")
    _, [i, u, u64, f, d] = cooperation.call(
        "all_atomics", i, np.array([2**32 - 1, 0, 0, 0], "u4"), zeros(2, "u8"), np.zeros(1, "f4"), np.zeros(1, "f8")
    )
    low31 = 2**31 - 1
    assert i.tolist() == [465, -465, -30, 30, 77, 31, -1 - low31, low31, low31]
    assert u.tolist() == [92, 31 % 5, (5 - 31 % 5) % 5, 30]
    assert u64.tolist() == [31 << 33, 30 << 40]
    assert (f[0], d[0]) == (15.5, 7.75)


def test_atomics_on_16_bit_floats(cooperation: Library) -> None:
    bf16 = torch.zeros(1, dtype=torch.bfloat16).view(torch.int16).numpy()
    _, [h, b, h2] = cooperation.call("atomics_16", np.zeros(1, "f2"), bf16, np.zeros(2, "f2"))
    assert h[0] == 32
    assert torch.from_numpy(b.copy()).view(torch.bfloat16).item() == 128
    assert h2.tolist() == [64, 128]


def test_spin_lock_and_flag_between_threads(cooperation: Library) -> None:
    assert cooperation.call("lock", zeros(1))[1][0][0] == 128
    assert cooperation.call("spin_on_flag", zeros(1))[1][0][0] == 1


def test_conversions_round_as_torch_does(cooperation: Library) -> None:
    generator = np.random.default_rng(0)
    bits = generator.integers(0, 2**32, 20000, dtype="u4")
    x = np.concatenate([bits.view("f4"), np.array([65504, 65519.99, 65520, 6e-8, 2.98e-8, 2.99e-8, -0.0, np.inf], "f4")])
    _, [_, h, b] = cooperation.call("to_16", x, np.zeros(x.size, "f2"), zeros(x.size, "i2"), x.size)
    finite = ~np.isnan(x)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(h[finite].view("u2"), x[finite].astype("f2").view("u2"))
    expected = torch.from_numpy(x).to(torch.bfloat16).view(torch.int16).numpy()
    np.testing.assert_array_equal(b[finite], expected[finite])
    assert np.isnan(h[~finite]).all()
    assert torch.from_numpy(b[~finite].copy()).view(torch.bfloat16).isnan().all()


@pytest.mark.parametrize(("name", "dtype"), [("half", torch.float16), ("bfloat16", torch.bfloat16)])
def test_arithmetic_on_16_bit_floats(cooperation: Library, name: str, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    a, b = torch.randn(64).to(dtype), torch.randn(64).to(dtype)
    numpy_a, numpy_b = a.view(torch.int16).numpy(), b.view(torch.int16).numpy()
    _, [_, _, y] = cooperation.call(f"{name}_arithmetic", numpy_a, numpy_b, zeros(8 * 64, "i2"), 64)
    result = torch.from_numpy(y.copy()).view(dtype).view(8, 64)
    fma = (a.double() * b.double() + a.double()).to(dtype)
    updated = (a + b) * b
    last = torch.where(updated > b, updated, b.abs().sqrt())
    expected = torch.stack([a + b, a - b, a * b, a / b, fma, torch.maximum(a, b), -a, last])
    assert torch.equal(result, expected)


def test_half_pairs(cooperation: Library) -> None:
    x = np.arange(16).astype("f2")
    _, [_, y] = cooperation.call("half_pairs", x, np.zeros(16, "f2"))
    assert y.tolist() == [4 * (i // 2) + 1 for i in range(16)]
