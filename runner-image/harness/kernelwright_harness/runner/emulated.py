"""The runner's side of the emulated device: memory files and, for launchers, AddressSanitizer."""

import ctypes
import mmap
import os
import time
from collections.abc import Callable, Mapping, Sequence

from kernelwright_harness.runner.program import Copy


class EmulatedRuntime:
    def __init__(self) -> None:
        self._maps: list[mmap.mmap] = []
        self._bases: list[int] = []
        self._guarded = False

    def map(self, fds: Sequence[int], sizes: Sequence[int], guards: Sequence[tuple[int, int, int]]) -> list[int]:
        # The sanitizer knows nothing of mapped files: the bands around each tensor are declared to it by hand, and taken back
        # before an address can be mapped again.
        if self._guarded:
            for base, mapped in zip(self._bases, self._maps, strict=True):
                _asan("__asan_unpoison_memory_region", base, len(mapped))
        self._guarded = bool(guards)
        self._maps = [mmap.mmap(fd, size) for fd, size in zip(fds, sizes, strict=True)]
        for fd in fds:
            os.close(fd)
        self._bases = [ctypes.addressof(ctypes.c_char.from_buffer(m)) for m in self._maps]
        for arena, offset, size in guards:
            _asan("__asan_poison_memory_region", self._bases[arena] + offset, size)
        return self._bases

    def stream(self) -> int:
        return 0

    def timed(self, calls: Sequence[Callable[[], None]], flush: bool, copies: Mapping[int, Sequence[Copy]], after: Sequence[Callable[[], None]] = ()) -> list[float]:
        times: list[float] = []
        for position, call in enumerate(calls):
            began = time.perf_counter()
            call()
            times.append((time.perf_counter() - began) * 1e6)
            if after:
                after[position]()
            for to, source, size in copies.get(position, ()):
                ctypes.memmove(to, source, size)
        return times


def _asan(function: str, address: int, size: int) -> None:
    """Calls AddressSanitizer's runtime, which is preloaded into every emulated runner of a launcher; others are given no guards."""
    getattr(ctypes.CDLL(None), function)(ctypes.c_void_p(address), ctypes.c_size_t(size))
