"""What one process has to keep its tensors in: a piece of shared memory for all of its buffers, from shape to shape.

The driver takes 3 ms each to create, to export and to map such a piece, however small (H200), and as long again where another process is
entering or leaving the device meanwhile. So there is one for all roles, and it stays when the next shape fits into it.
"""

from collections.abc import Sequence

import torch

from kernelwright_harness.judge.buffers import GUARD_BYTES, INPUT_GUARD, Buffers, Layout
from kernelwright_harness.judge.devices import Arena, Device
from kernelwright_harness.specification import ALIGNMENT

MOST_SPARE = 1 << 30
"""Bytes. What lies behind the tensors is looked at as the guard bands are, which takes a third of a millisecond for so much."""
_EIGHT_GUARDS = int.from_bytes(bytes([INPUT_GUARD] * 8), "little", signed=True)


class Memory:
    """`close` it when its process has no more use for it."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._arena: Arena | None = None
        self._is_known = False
        self._used = 0

    @property
    def size(self) -> int:
        """In bytes, all of it."""
        return self._arena.size if self._arena else 0

    def reserve(self, size: int) -> None:
        """Makes room for so many bytes, so that no layout of fewer needs other memory, but for those much smaller."""
        if self._arena is None or not 0 <= self._arena.size - size <= MOST_SPARE:
            self.close()
            self._arena = self._device.arena(max(size, ALIGNMENT))
            self._is_known = False

    def lay_out(self, layouts: Sequence[Layout]) -> list[Buffers]:
        """One after the other, in memory that holds nothing of what was there. All buffers from before are gone."""
        self._used = sum(layout.size for layout in layouts)
        self.reserve(self._used)
        assert self._arena is not None
        self._arena.bytes.fill_(INPUT_GUARD)
        found: list[Buffers] = []
        offset = 0
        for layout in layouts:
            found.append(Buffers(layout, self._arena.bytes[offset : offset + layout.size], offset))
            offset += layout.size
        return found

    @property
    def rest(self) -> tuple[int, int]:
        """Offset and bytes of what lies behind all buffers."""
        return self._used, self.size - self._used

    def damaged(self) -> list[str]:
        """A sentence when something was written behind all buffers; the pattern is restored."""
        if self._arena is None or bool((behind := self._arena.bytes[self._used :]).view(torch.int64).eq(_EIGHT_GUARDS).all()):
            return []
        wrong = behind != INPUT_GUARD
        count, first = int(wrong.sum()), int(wrong.view(torch.uint8).argmax())
        behind.fill_(INPUT_GUARD)
        return [f"{count} bytes were written behind all tensors, the nearest {GUARD_BYTES + first} bytes or more past the last one's end"]

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
