"""Where the tensors of a workload lie: one arena of shared memory, a slot for each call of a block, guard bands around every tensor."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kernelwright_harness.judge.devices import Arena, Device
from kernelwright_harness.specification import ALIGNMENT, Tensor, Values

GUARD_BYTES = 4096
"""On each side of a tensor: wider than any vector access and than most strides of an index that runs over."""
OUTPUT_GUARD = 0xA7
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


class Buffers:
    """Tensors of one role for every slot. Create it for a workload, `close` it before the next."""

    def __init__(self, device: Device, tensors: Sequence[Tensor], values: Values, slots: int, guard_byte: int = OUTPUT_GUARD) -> None:
        self.tensors = tuple(tensors)
        self.slots = slots
        self.values = values
        self._guard_byte = guard_byte
        self._regions: list[dict[str, Region]] = []
        self.guards: list[Region] = []
        cursor = 0
        for _ in range(slots):
            row: dict[str, Region] = {}
            for tensor in self.tensors:
                # Exactly as aligned as was declared: `cursor` is aligned to ALIGNMENT, twice the largest alignment below it.
                start = cursor + GUARD_BYTES + tensor.alignment % ALIGNMENT
                region = Region(start, tensor.nbytes(values))
                after = _aligned(region.end + GUARD_BYTES)
                self.guards += [Region(cursor, start - cursor), Region(region.end, after - region.end)]
                row[tensor.name] = region
                cursor = after
            self._regions.append(row)
        self.arena: Arena = device.arena(max(cursor, ALIGNMENT))
        self.fill_guards()
        for tensor in self.tensors:
            if tensor.strides is not None:  # what lies between its elements is nobody's, as a guard band is
                self.every(tensor.name).fill_(guard_byte)

    def offsets(self, name: str) -> list[int]:
        """Byte offset of a tensor in the arena, for each slot."""
        return [row[name].offset for row in self._regions]

    def raw(self, slot: int, name: str) -> torch.Tensor:
        """A tensor's bytes."""
        region = self._regions[slot][name]
        return self.arena.bytes[region.offset : region.end]

    def view(self, slot: int, tensor: Tensor) -> torch.Tensor:
        """A tensor as what it is: its dtype and shape, sharing memory with every process that maps the arena."""
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
        return self.arena.bytes.as_strided((self.slots, first.size), (stride, 1), first.offset)

    def fill(self, slot: int, byte: int) -> None:
        for tensor in self.tensors:
            self.raw(slot, tensor.name).fill_(byte)

    def fill_all(self, byte: int) -> None:
        for tensor in self.tensors:
            self.every(tensor.name).fill_(byte)

    def fill_guards(self) -> None:
        for guard in self.guards:
            self.arena.bytes[guard.offset : guard.end].fill_(self._guard_byte)

    def damaged(self) -> list[str]:
        """One sentence for every guard band that no longer holds its pattern; the pattern is restored."""
        if not self.guards or bool((torch.cat([self.arena.bytes[g.offset : g.end] for g in self.guards]) == self._guard_byte).all()):
            return []  # the usual case, in one look
        found: list[str] = []
        names = [(tensor.name, side) for _ in range(self.slots) for tensor in self.tensors for side in ("before", "after")]
        for guard, (name, side) in zip(self.guards, names, strict=True):
            band = self.arena.bytes[guard.offset : guard.end]
            wrong = (band != self._guard_byte).nonzero()
            if wrong.numel():
                first, last = int(wrong[0].item()), int(wrong[-1].item())
                distance = first if side == "after" else guard.size - 1 - last
                found.append(f"{wrong.numel()} bytes were written {side} {name}, the nearest {distance} bytes {'past its end' if side == 'after' else 'ahead of its start'}")
                band.fill_(self._guard_byte)
        return found

    def close(self) -> None:
        self.arena.close()


def slots_that_fit(device: Device, bytes_per_slot: int, wanted: int) -> int:
    """As many slots as are wanted, but at most a quarter of the device's free memory; at least one."""
    return max(1, min(wanted, device.free_bytes() // 4 // max(bytes_per_slot, 1)))


def _aligned(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
