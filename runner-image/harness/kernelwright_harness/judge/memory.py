"""What one process has to keep its tensors in: a piece of shared memory for all of its buffers, from shape to shape.

The driver takes 3 ms each to create, to export and to map such a piece, however small (H200), and as long again where another process is
entering or leaving the device meanwhile. So there is one for all roles, and it stays when the next shape fits into it.
"""

import secrets
from collections.abc import Sequence

import torch

from kernelwright_harness.judge.buffers import GUARD_BYTES, INPUT_GUARD, Buffers, Layout
from kernelwright_harness.judge.devices import Arena, Device
from kernelwright_harness.specification import ALIGNMENT

MOST_SPARE = 1 << 30
"""Bytes. What lies behind the tensors is looked at as the guard bands are, which takes a third of a millisecond for so much."""
_EIGHT_GUARDS = int.from_bytes(bytes([INPUT_GUARD] * 8), "little", signed=True)
MOST_LEAD = 64 * ALIGNMENT
"""Bytes. Without something ahead of them tensors would lie at the same addresses at every shape, where those of an earlier shape would do."""


def random_lead() -> int:
    """How far into the memory the tensors of a shape shall begin."""
    return secrets.randbelow(MOST_LEAD // ALIGNMENT) * ALIGNMENT


class Memory:
    """`close` it when its process has no more use for it."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._arena: Arena | None = None
        self._is_known = False
        self._used = (0, 0)
        """Offset and bytes of all buffers."""

    @property
    def size(self) -> int:
        """In bytes, all of it."""
        return self._arena.size if self._arena else 0

    def reserve(self, size: int) -> None:
        """Makes room for so many bytes, so that no layout of fewer needs other memory, but for those much smaller."""
        size += MOST_LEAD
        if self._arena is None or not 0 <= self._arena.size - size <= MOST_SPARE:
            self.close()
            self._arena = self._device.arena(size)
            self._is_known = False

    def lay_out(self, layouts: Sequence[Layout], lead: int = 0) -> list[Buffers]:
        """One after the other, behind `lead` bytes, in memory that holds nothing of what was there. All buffers from before are gone."""
        used = sum(layout.size for layout in layouts)
        self.reserve(used)
        assert self._arena is not None and lead <= MOST_LEAD
        self._arena.bytes.fill_(INPUT_GUARD)
        self._used = (lead, used)
        found: list[Buffers] = []
        offset = lead
        for layout in layouts:
            found.append(Buffers(layout, self._arena.bytes[offset : offset + layout.size], offset))
            offset += layout.size
        return found

    @property
    def rest(self) -> list[tuple[int, int]]:
        """Offset and bytes of what lies ahead of all buffers and behind them."""
        lead, used = self._used
        return [(0, lead), (lead + used, self.size - lead - used)]

    def damaged(self) -> list[str]:
        """A sentence when something was written ahead of all buffers or behind them; the pattern is restored."""
        if self._arena is None:
            return []
        found: list[str] = []
        for (offset, size), where in zip(self.rest, ("ahead of", "behind"), strict=True):
            memory = self._arena.bytes[offset : offset + size]
            if not bool(memory.view(torch.int64).eq(_EIGHT_GUARDS).all()):
                found.append(f"{int((memory != INPUT_GUARD).sum().item())} bytes were written {where} all tensors, more than {GUARD_BYTES} bytes from any")
                memory.fill_(INPUT_GUARD)
        return found

    def descriptors(self) -> list[int]:
        """For the process: a new file descriptor, which the caller closes, unless it was given one for this memory before."""
        if self._arena is None or self._is_known:
            return []
        self._is_known = True
        return [self._arena.export()]

    def close(self) -> None:
        if self._arena is not None:
            self._arena.close()
            self._arena = None
