"""The language and the runtime API, by the numbers that small kernels compute."""

from __future__ import annotations

import math

import numpy as np
import pytest
from emulator_device import Library

INVALID_VALUE, INVALID_CONFIGURATION = 1, 9


def zeros(*shape: int, dtype: str = "f4") -> np.ndarray:
    return np.zeros(shape, dtype)


def test_launches_with_templates_namespaces_macros_and_comments(language: Library) -> None:
    status, [y] = language.call("fill_templates", zeros(20))
    assert status == 0
    assert y.tolist() == [1.5] * 8 + [2.5] * 4 + [-1] * 4 + [7] * 4


def test_three_dimensional_grid_and_block(language: Library) -> None:
    _, [y] = language.call("grid_3d", zeros(144, dtype="i4"))
    expected = [
        tx + 10 * ty + 100 * tz + 1000 * bx + 10000 * by + 100000 * bz
        for bz in range(2) for by in range(3) for bx in range(2) for tz in range(2) for ty in range(2) for tx in range(3)
    ]  # fmt: skip
    assert y.tolist() == expected


def test_null_and_zero_become_pointers(language: Library) -> None:
    assert language.call("null_arguments", zeros(8))[1][0].tolist() == [5] * 8


def test_constant_device_and_managed_variables(language: Library) -> None:
    status, [y, count] = language.call("use_symbols", zeros(4), zeros(1, dtype="i4"))
    assert status == 0
    assert y.tolist() == [1 + 1 + 3, 2 + 2 + 3, 10 + 3 + 3, 20 + 4 + 3]
    assert count[0] == 4


def test_copy_beyond_a_symbol_is_refused(language: Library) -> None:
    assert language.call("symbol_too_large")[0] == INVALID_VALUE


def test_lambdas_and_kernel_pointers(language: Library) -> None:
    _, [y] = language.call("lambdas", np.arange(6, dtype="f4"), 6, 3.0)
    assert y.tolist() == [2 * (2 * v + 3 - 3) + 3 for v in range(6)]


def test_every_kind_of_shared_declaration(language: Library) -> None:
    _, [y] = language.call("shared_memory", zeros(8))
    assert y.tolist() == [(7 - i) + 100 + i % 4 + 1000 * (7 - i) + 7 for i in range(8)]


def test_shared_memory_is_nan_at_the_start_of_each_block(language: Library) -> None:
    _, [y, z] = language.call("uninitialised_shared", zeros(4), zeros(1, dtype="i4"))
    assert np.isnan(y).all()
    assert z[0] == -1


@pytest.mark.parametrize(
    ("size", "allow", "expected"),
    [
        (49152, 0, 0),
        (49153, 0, INVALID_VALUE),
        (65536, 65536, 0),
        (65537, 65536, INVALID_VALUE),
        (227 * 1024, 227 * 1024, 0),
        (1024, 227 * 1024 + 1, INVALID_VALUE),
    ],
)
def test_dynamic_shared_memory_needs_permission(language: Library, size: int, allow: int, expected: int) -> None:
    status, [y] = language.call("dynamic_shared", zeros(1, dtype="i1"), size, allow)
    assert status == expected
    assert y[0] == (1 if expected == 0 else 0)


def test_permission_belongs_to_one_instance_of_a_template(language: Library) -> None:
    status, [y] = language.call("dynamic_shared_of_other_instance", zeros(1, dtype="i1"))
    assert (status, y[0]) == (INVALID_VALUE, 2)


@pytest.mark.parametrize(
    "extents",
    [(1, 1, 1, 1025, 1, 1), (1, 1, 1, 32, 33, 1), (1, 1, 1, 1, 1, 65), (0, 1, 1, 1, 1, 1), (1, 1, 1, 0, 1, 1), (1, 65536, 1, 1, 1, 1), (1, 1, 65536, 1, 1, 1), (2**31, 1, 1, 1, 1, 1)],
)  # fmt: skip
def test_launches_beyond_the_limits_do_not_run(language: Library, extents: tuple[int, ...]) -> None:
    status, [y] = language.call("launch_limits", zeros(1, dtype="i4"), *extents)
    assert (status, y[0]) == (INVALID_CONFIGURATION, 0)


def test_largest_block_runs(language: Library) -> None:
    status, [y] = language.call("launch_limits", zeros(1, dtype="i4"), 3, 1, 1, 32, 32, 1)
    assert (status, y[0]) == (0, 3 * 1024)


def test_runtime_api(language: Library) -> None:
    status, [y, numbers] = language.call("runtime_api", zeros(4), zeros(6, dtype="i4"))
    assert status == 0
    assert y.tolist() == [9, 9, 9, 0]
    assert numbers.tolist() == [132, 2, 9, 1, 101, ord("i")]


def test_vector_types(language: Library) -> None:
    _, [_, y, z] = language.call("vector_types", np.arange(8, dtype="f4"), zeros(8), zeros(4, dtype="f8"))
    assert y.tolist() == [3, 2, 1, 0 + 3 + 255, 7, 6, 5, 4 + 3 + 255]
    assert z.tolist() == [0, math.pi, 4, math.pi]


def test_math(language: Library) -> None:
    v = 2.25
    _, [_, y] = language.call("math_functions", np.array([v], "f4"), zeros(22))
    expected = [
        math.exp(v), math.log(v), v / 4, 1 / 1.5, 1 / v, v * v + v, 1, 3, 2, math.inf,
        5, v + 1, v * v, 1, v, 2, 1, 0, 2**v, v, 1, 1,
    ]  # fmt: skip
    np.testing.assert_allclose(y, expected, rtol=1e-6)


def test_integer_intrinsics(language: Library) -> None:
    _, [y] = language.call("integer_functions", zeros(14, dtype="u4"))
    assert y.tolist() == [8, 31, 32, 4, 2**31, 3, 2**31, 5, 2, 0x07050301, 15, 64, 2**32 - 1, 63]


def test_cuda_arch_is_defined_for_usual_guards(language: Library) -> None:
    assert language.call("architecture")[0] == 900


def test_shared_declarations_in_macros_unions_and_templates(language: Library) -> None:
    status, [y] = language.call("odd_shared_declarations", zeros(8), None)
    assert status == 0
    assert y.tolist() == [2 * (7 - i) + 1 + 2 + 4 + 8 for i in range(8)]


def test_variables_named_like_library_functions(language: Library) -> None:
    assert language.call("library_names", zeros(4, dtype="i4"))[1][0].tolist() == [5, 6, 7, 8]


def test_permission_for_a_template(language: Library) -> None:
    status, [y] = language.call("permission_for_a_template", zeros(1, dtype="i1"))
    assert (status, y[0]) == (0, 2)
