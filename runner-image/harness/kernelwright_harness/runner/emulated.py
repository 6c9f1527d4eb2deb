"""The runner's side of the emulated device: memory files and, for launchers, AddressSanitizer."""

import ctypes
import mmap
import os
import time
from collections.abc import Callable, Mapping, Sequence

from kernelwright_harness.runner.program import Copy, Region


class EmulatedRuntime:
    def __init__(self) -> None:
        self._mapped: mmap.mmap | None = None
        self._base = 0
        self._guards: Sequence[Region] = ()

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        # The sanitizer knows nothing of mapped files: the bands around each tensor are declared to it by hand, and taken back
        # before an address can be another's.
        for offset, length in self._guards:
            _asan("__asan_unpoison_memory_region", self._base + offset, length)
        if fd is not None:
            self._mapped = mmap.mmap(fd, size)
            self._base = ctypes.addressof(ctypes.c_char.from_buffer(self._mapped))
            os.close(fd)
        for offset, length in guards:
            _asan("__asan_poison_memory_region", self._base + offset, length)
        self._guards = guards
        return [self._base + offset for offset, _ in parts]

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
