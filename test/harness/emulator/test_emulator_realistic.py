"""Whole kernels against torch and numpy, at even and ragged shapes."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from emulator_device import Library


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype("f4")


@pytest.mark.parametrize(("rows", "cols"), [(3, 1024), (2, 1), (5, 31), (1, 4097)])
def test_online_softmax(realistic: Library, rows: int, cols: int) -> None:
    x = random(rows, cols) * 10
    _, [_, y] = realistic.call("softmax_forward", x, np.full_like(x, np.nan), rows, cols, None)
    np.testing.assert_allclose(y, torch.softmax(torch.from_numpy(x).double(), -1), rtol=2e-5, atol=1e-8)


@pytest.mark.parametrize(("rows", "cols"), [(4, 512), (2, 77)])
def test_rms_norm(realistic: Library, rows: int, cols: int) -> None:
    x, w = random(rows, cols), random(cols)
    _, [_, _, y] = realistic.call("rms_norm", x, w, np.full_like(x, np.nan), rows, cols, 1e-5, None)
    expected = torch.rms_norm(torch.from_numpy(x), [cols], torch.from_numpy(w), 1e-5)
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("rows", "cols"), [(64, 96), (33, 1), (40, 70)])
def test_transpose(realistic: Library, rows: int, cols: int) -> None:
    x = random(rows, cols)
    _, [_, y] = realistic.call("transpose", x, np.full((cols, rows), np.nan, "f4"), rows, cols, None)
    np.testing.assert_array_equal(y, x.T)


def test_column_sum(realistic: Library) -> None:
    x = random(100, 150)
    _, [_, y] = realistic.call("column_sum", x, np.full(150, np.nan, "f4"), 100, 150, None)
    np.testing.assert_allclose(y, x.sum(0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("m", "n", "k"), [(32, 48, 16), (17, 5, 33)])
def test_matmul(realistic: Library, m: int, n: int, k: int) -> None:
    a, b = random(m, k), random(k, n)
    _, [_, _, c] = realistic.call("matmul", a, b, np.full((m, n), np.nan, "f4"), m, n, k, None)
    np.testing.assert_allclose(c, a @ b, rtol=1e-4, atol=1e-4)


def test_a_large_softmax_takes_seconds_not_minutes(realistic: Library) -> None:
    x = random(1024, 1024)
    began = time.perf_counter()
    _, [_, y] = realistic.call("softmax_forward", x, np.empty_like(x), 1024, 1024, None)
    print(f"softmax 1024x1024: {time.perf_counter() - began:.2f} s")
    np.testing.assert_allclose(y, torch.softmax(torch.from_numpy(x), -1), rtol=1e-5, atol=1e-8)
    assert time.perf_counter() - began < 30
