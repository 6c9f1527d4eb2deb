"""Plausible inputs without torch or numpy, which take seconds to import: for tools that watch a kernel, not for judging its results."""

import array
import random
import struct

from kernelwright_harness.dtypes import DType

_POOL = 8191
"""Values that are drawn; a larger tensor repeats them. A prime, so that the rows of a matrix differ."""


def plausible_bytes(dtype: DType, size: int, seed: int, bounds: tuple[float, float] | None = None) -> bytes:
    """`size` bytes of elements: floats standard normal, integers within 100 of zero, booleans fair coins; with `bounds`, which are half open,
    all values between them alike likely. The same seed gives the same bytes."""
    pool = _pool(dtype, random.Random(seed), min(_POOL, -(-size // dtype.size)), bounds)
    return (pool * (size // max(len(pool), 1) + 1))[:size]


def _pool(dtype: DType, generator: random.Random, count: int, bounds: tuple[float, float] | None) -> bytes:
    if dtype.kind == "bool":
        return bytes(generator.getrandbits(1) for _ in range(count))
    if dtype.kind == "integer":
        low, beyond = bounds or (0 if dtype.name == "u8" else -100, 101)
        return array.array(_INTEGERS[dtype.name], (generator.randrange(int(low), int(beyond)) for _ in range(count))).tobytes()
    drawn = [generator.gauss(0.0, 1.0) if bounds is None else generator.uniform(*bounds) for _ in range(count)]
    if dtype.name == "bf16":
        # The upper half of a float32 is a bfloat16, rounded towards zero.
        halves = array.array("H", array.array("f", drawn).tobytes())
        return halves[1::2].tobytes()
    return struct.pack(f"<{count}{_FLOATS[dtype.name]}", *drawn)


_INTEGERS = {"i8": "b", "i16": "h", "i32": "i", "i64": "q", "u8": "B"}
_FLOATS = {"f64": "d", "f32": "f", "f16": "e"}
