"""The runner's side of the emulated device: memory files and, for launchers, AddressSanitizer."""

import ctypes
import mmap
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from kernelwright_harness.runner.program import MARGIN, Copy, Region

_NO_ACCESS, _FIXED, _NO_RESERVE = 0, 0x10, 0x4000
"""PROT_NONE, MAP_FIXED and MAP_NORESERVE of Linux, which Python's mmap does not have."""


class EmulatedRuntime:
    def __init__(self) -> None:
        self._base = 0
        self._size = 0
        self._guards: Sequence[Region] = ()

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        # The sanitizer knows nothing of mapped files: the bands around each tensor are declared to it by hand, and taken back
        # before an address can be another's.
        for offset, length in self._guards:
            _asan("__asan_unpoison_memory_region", self._base + offset, length)
        if fd is not None:
            if self._size:
                _loaded().munmap(self._base - MARGIN, self._size + 2 * MARGIN)
            self._base, self._size = _mapped(fd, size), size
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


def _mapped(fd: int, size: int) -> int:
    """The address of a memory file between two margins."""
    around = _mmap(0, size + 2 * MARGIN, _NO_ACCESS, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NO_RESERVE, -1)
    return _mmap(around + MARGIN, size, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED | _FIXED, fd)


def _mmap(address: int, size: int, access: int, flags: int, fd: int) -> int:
    found: int | None = _loaded().mmap(address, size, access, flags, fd, 0)
    if found is None or found == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), f"mapping {size} bytes failed")
    return found


@cache
def _loaded() -> ctypes.CDLL:
    """All that this process has loaded: the C library, and the sanitizer's runtime where there is one."""
    loaded = ctypes.CDLL(None, use_errno=True)
    loaded.mmap.restype = ctypes.c_void_p
    loaded.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    loaded.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    return loaded


def _asan(function: str, address: int, size: int) -> None:
    """Calls AddressSanitizer's runtime, which is preloaded into every emulated runner of a launcher; others are given no guards."""
    getattr(_loaded(), function)(ctypes.c_void_p(address), ctypes.c_size_t(size))
