"""Plausible inputs without torch or numpy, which take seconds to import: for tools that watch a kernel, not for judging its results."""

import array
import math
import random
import struct
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from kernelwright_harness.dtypes import DType

_POOL = 8191
"""Values that are drawn; a larger tensor repeats them. A prime, so that the rows of a matrix differ."""


def plausible_bytes(dtype: DType, size: int, seed: int, bounds: Sequence[float] | None = None) -> bytes:
    """`size` bytes of elements: floats standard normal, integers within 100 of zero, booleans fair coins; where there are bounds, uniform from
    the first up to, and without, the second. The same seed gives the same bytes."""
    pool = _pool(dtype, random.Random(seed), min(_POOL, -(-size // dtype.size)), bounds)
    return (pool * (size // max(len(pool), 1) + 1))[:size]


def _pool(dtype: DType, generator: random.Random, count: int, bounds: Sequence[float] | None) -> bytes:
    if dtype.kind == "bool":
        return bytes(generator.getrandbits(1) for _ in range(count))
    if dtype.kind == "integer":
        low, high = bounds or (0 if dtype.name == "u8" else -100, 101)
        return array.array(_INTEGERS[dtype.name], (generator.randrange(int(low), int(high)) for _ in range(count))).tobytes()
    drawn = [generator.uniform(*bounds) if bounds else generator.gauss(0.0, 1.0) for _ in range(count)]
    if dtype.name == "bf16":
        # The upper half of a float32 is a bfloat16, rounded towards zero.
        halves = array.array("H", array.array("f", drawn).tobytes())
        return halves[1::2].tobytes()
    if dtype.name in _MINIFLOATS:
        return _packed_in_a_byte(drawn, *_MINIFLOATS[dtype.name])
    return struct.pack(f"<{count}{_FLOATS[dtype.name]}", *drawn)


def _packed_in_a_byte(drawn: Sequence[float], mantissa_bits: int, bias: int, most: int) -> bytes:
    """Each number as the nearest 8-bit float."""

    def value(code: int) -> float:
        exponent, mantissa = code >> mantissa_bits, (code & ((1 << mantissa_bits) - 1)) / (1 << mantissa_bits)
        return math.ldexp(mantissa + (exponent > 0), max(exponent, 1) - bias)

    values = [value(code) for code in range(most + 1)]
    between = [(low + high) / 2 for low, high in pairwise(values)]
    return bytes(bisect_left(between, abs(number)) | (0x80 if number < 0 else 0) for number in drawn)


_INTEGERS = {"i8": "b", "i16": "h", "i32": "i", "i64": "q", "u8": "B"}
_FLOATS = {"f64": "d", "f32": "f", "tf32": "f", "f16": "e"}
_MINIFLOATS = {"f8e4m3": (3, 7, 0x7E), "f8e5m2": (2, 15, 0x7B)}
"""Bits of the mantissa, bias of the exponent, and the code of the largest number. https://arxiv.org/abs/2209.05433"""
