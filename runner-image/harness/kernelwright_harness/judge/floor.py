"""Physics: the time below which no kernel can do a workload, from the bytes it must move and the operations it must do.

Every input must be read once and every output written once. Two kinds of tensors need not be touched as a whole and are not counted: what is
changed in place (a cache may get one row), and beside an index tensor, which is an integer input with a declared range, what it may
choose from. What fits into the L2 cache can still be there, unwritten, when the clock
stops, so that much of the outputs is not counted; the inputs are, since the cache is flushed before each call. A module's parameters are
not: a lookup reads few of them, and what can be computed from them alone may be computed ahead. Operations are counted where the
reference says what they are, in the matrix products of torch.
"""

from dataclasses import asdict, dataclass
from typing import Any

from torch.utils.flop_counter import FlopCounterMode

from kernelwright_harness.judge.ceilings import Ceilings
from kernelwright_harness.judge.oracle import BadReference, Reference
from kernelwright_harness.specification import Target, Tensor, Values


@dataclass(frozen=True)
class Floor:
    us: float
    bytes: int
    flops: int
    detail: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def floor_of(target: Target, values: Values, reference: Reference | None, ceilings: Ceilings, l2_bytes: int) -> Floor:
    """The floor of one workload.

    `max(bytes / bandwidth, operations / rate)`; each rate is the best that this GPU was seen to reach.
    """
    read = sum(t.element_bytes(values) for t in _read_as_a_whole(target))
    written = sum(t.element_bytes(values) for t in target.outputs)
    moved = read + max(0, written - l2_bytes)
    flops = _flops(target, values, reference)
    flops_per_us = ceilings.flops_per_us * (_NARROW_RATE if any(t.dtype.size == 1 for t in (*target.inputs, *target.parameters)) else 1)
    memory_us = moved / ceilings.bytes_per_us
    arithmetic_us = flops / flops_per_us
    limit = "memory" if memory_us >= arithmetic_us else "arithmetic"
    return Floor(max(memory_us, arithmetic_us), moved, flops, f"{limit}: {moved / 1e6:.4g} MB at {ceilings.bytes_per_us / 1e6:.3g} TB/s" + (f", {flops / 1e9:.4g} GFLOP at {flops_per_us / 1e6:.4g} TFLOP/s" if flops else ""))


_NARROW_RATE = 2
"""Tensor cores multiply 8-bit numbers at twice the rate of 16-bit ones: an H100 SXM has 1,979 dense TFLOP/s in FP8, and 989 in bf16 (datasheet)."""


def _read_as_a_whole(target: Target) -> list[Tensor]:
    inputs = [t for t in target.inputs if t.role == "input"]
    integers = [t for t in inputs if t.dtype.kind == "integer"]
    return integers if any(t.range is not None for t in integers) else inputs


def _flops(target: Target, values: Values, reference: Reference | None) -> int:
    """Operations of the matrix products and convolutions in the reference; 0 where there is none or it cannot be traced without data."""
    if reference is None:
        return 0
    try:
        with FlopCounterMode(display=False) as counter:
            reference.trace(values)
        return int(counter.get_total_flops())
    except (BadReference, RuntimeError, NotImplementedError):
        return 0
