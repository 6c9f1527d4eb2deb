"""Where the tensors of a workload lie: a slot for each call of a block, and guard bands around every tensor."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kernelwright_harness.judge.devices import Device
from kernelwright_harness.specification import ALIGNMENT, Tensor, Values

GUARD_BYTES = 4096
"""On each side of a tensor: wider than any vector access and than most strides of an index that runs over."""
OUTPUT_GUARD = 0xFE
"""Fills the bands around outputs: no value that a kernel is likely to write."""
INPUT_GUARD = 0xFF
"""Fills the bands around inputs: a NaN in every float type, so that a kernel that uses what it reads there gets a wrong result."""


@dataclass(frozen=True)
class Region:
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + self.size


@dataclass(frozen=True)
class Layout:
    """The places of the tensors of one role for every slot, counted from where they begin; needs no memory."""

    tensors: tuple[Tensor, ...]
    values: Values
    guard_byte: int
    rows: tuple[dict[str, Region], ...]
    """For each slot, the region of each tensor."""
    guards: tuple[Region, ...]
    """Before and after each tensor, in the order of the slots and tensors."""
    size: int
    """A multiple of ALIGNMENT."""

    @classmethod
    def of(cls, tensors: Sequence[Tensor], values: Values, slots: int, guard_byte: int = OUTPUT_GUARD) -> "Layout":
        rows: list[dict[str, Region]] = []
        guards: list[Region] = []
        cursor = 0
        for _ in range(slots):
            row: dict[str, Region] = {}
            for tensor in tensors:
                # Exactly as aligned as was declared: `cursor` is aligned to ALIGNMENT, twice the largest alignment below it.
                start = cursor + GUARD_BYTES + tensor.alignment % ALIGNMENT
                region = Region(start, tensor.nbytes(values))
                after = _aligned(region.end + GUARD_BYTES)
                guards += [Region(cursor, start - cursor), Region(region.end, after - region.end)]
                row[tensor.name] = region
                cursor = after
            rows.append(row)
        return cls(tuple(tensors), values, guard_byte, tuple(rows), tuple(guards), cursor)


class Buffers:
    """Tensors of one role for every slot, in memory of `layout.size` bytes that begins as aligned as ALIGNMENT, `offset` bytes into a `Memory`."""

    def __init__(self, layout: Layout, memory: torch.Tensor, offset: int = 0) -> None:
        self.layout = layout
        self.bytes = memory
        self.offset = offset
        self.tensors = layout.tensors
        self.slots = len(layout.rows)
        self.values = layout.values
        self.guards = layout.guards
        self._regions = layout.rows
        self._guard_byte = layout.guard_byte
        self.fill_guards()
        for tensor in self.tensors:
            if tensor.strides is not None:  # what lies between its elements is nobody's, as a guard band is
                self.every(tensor.name).fill_(layout.guard_byte)

    def offsets(self, name: str) -> list[int]:
        """Byte offset of a tensor, for each slot."""
        return [row[name].offset for row in self._regions]

    def raw(self, slot: int, name: str) -> torch.Tensor:
        """A tensor's bytes."""
        region = self._regions[slot][name]
        return self.bytes[region.offset : region.end]

    def view(self, slot: int, tensor: Tensor) -> torch.Tensor:
        """A tensor as what it is: its dtype and shape, sharing memory with every process that has it mapped."""
        dtype: torch.dtype = getattr(torch, tensor.dtype.torch_name)
        shape, strides = tensor.shape(self.values), tensor.steps(self.values)
        elements = self.raw(slot, tensor.name).view(dtype)
        return elements.view(shape) if strides is None else elements.as_strided(shape, strides)

    def between(self, slot: int, tensor: Tensor) -> torch.Tensor | None:
        """A copy of the bytes between a tensor's elements; None for a contiguous one."""
        if (strides := tensor.steps(self.values)) is None:
            return None
        raw = self.raw(slot, tensor.name).view(-1, tensor.dtype.size)
        free = torch.ones(raw.shape[0], dtype=torch.bool, device=raw.device)
        free.as_strided(tensor.shape(self.values), strides).fill_(False)
        return raw[free]

    def every(self, name: str) -> torch.Tensor:
        """A tensor's bytes for all slots at once: one row for each."""
        first = self._regions[0][name]
        stride = self._regions[1][name].offset - first.offset if self.slots > 1 else first.size
        return self.bytes[first.offset :].as_strided((self.slots, first.size), (stride, 1))

    def fill(self, slot: int, byte: int) -> None:
        for tensor in self.tensors:
            self.raw(slot, tensor.name).fill_(byte)

    def fill_all(self, byte: int) -> None:
        for tensor in self.tensors:
            self.every(tensor.name).fill_(byte)

    def fill_guards(self) -> None:
        for guard in self.guards:
            self.bytes[guard.offset : guard.end].fill_(self._guard_byte)

    def damaged(self) -> list[str]:
        """One sentence for every guard band that no longer holds its pattern; the pattern is restored."""
        if not self.guards or bool((torch.cat([self.bytes[g.offset : g.end] for g in self.guards]) == self._guard_byte).all()):
            return []  # the usual case, in one look
        found: list[str] = []
        names = [(tensor.name, side) for _ in range(self.slots) for tensor in self.tensors for side in ("before", "after")]
        for guard, (name, side) in zip(self.guards, names, strict=True):
            band = self.bytes[guard.offset : guard.end]
            wrong = (band != self._guard_byte).nonzero()
            if wrong.numel():
                first, last = int(wrong[0].item()), int(wrong[-1].item())
                distance = first if side == "after" else guard.size - 1 - last
                found.append(f"{wrong.numel()} bytes were written {side} {name}, the nearest {distance} bytes {'past its end' if side == 'after' else 'ahead of its start'}")
                band.fill_(self._guard_byte)
        return found


def slots_that_fit(device: Device, bytes_per_slot: int, wanted: int) -> int:
    """As many slots as are wanted, but at most a quarter of the device's free memory; at least one."""
    return max(1, min(wanted, device.free_bytes() // 4 // max(bytes_per_slot, 1)))


def _aligned(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
