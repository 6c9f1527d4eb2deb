"""The floor counts nothing that a kernel can do without."""

from typing import Any

import pytest
from targets import target, tensor, workload

from kernelwright_harness.judge.ceilings import Ceilings
from kernelwright_harness.judge.floor import floor_of
from kernelwright_harness.judge.oracle import Reference

CEILINGS = Ceilings(bytes_per_us=1000, flops_per_us=1e5)
INDICES = tensor("i", "input", "i64", range={"low": 0, "high": "n"})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([tensor("x", "input"), tensor("y", "output")], 4000 + 4000 - 500),
        ([tensor("x", "input", "f16"), tensor("y", "output", shape=(100,))], 2000),
        ([tensor("x", "input", strides=["2 * n"]), tensor("y", "output", strides=[3])], 4000 + 4000 - 500),
        ([tensor("x", "input"), tensor("state", "inout")], 4000),
        ([tensor("table", "input"), INDICES, tensor("y", "output")], 8000 + 4000 - 500),
        ([tensor("x", "input", range={"low": 0, "high": 1}), tensor("y", "output", shape=(1,))], 4000),
    ],
    ids=["all of it", "what the cache keeps", "elements of strided tensors", "changed in place", "looked up", "floats with a range"],
)
def test_bytes_that_must_be_moved(arguments: list[Any], expected: int) -> None:
    floor = floor_of(target(arguments=arguments), {"n": 1000, "2 * n": 2000}, None, CEILINGS, l2_bytes=500)
    assert (floor.bytes, floor.flops, floor.us) == (expected, 0, expected / 1000)


@pytest.mark.parametrize(("dtype", "rate"), [("f16", 1e5), ("f8e4m3", 2e5)])
def test_products_of_8_bit_numbers_are_twice_as_fast(dtype: str, rate: float) -> None:
    arguments = [tensor("a", "input", dtype, ("n", "n")), tensor("b", "input", dtype, ("n", "n")), tensor("c", "output", shape=("n", "n"))]
    product = target(arguments=arguments, workloads=[workload(n=512)], reference="a @ b")
    floor = floor_of(product, {"n": 512}, Reference(product), CEILINGS, l2_bytes=1 << 30)
    assert floor.flops == 2 * 512**3
    assert floor.us == pytest.approx(floor.flops / rate)
