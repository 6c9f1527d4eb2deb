"""What a sandboxed process and everything that it starts may use."""

import os
from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


def _memory() -> int:
    """16 GiB are enough for every compiler and runner; on a small machine three quarters of it, so that the judge goes on."""
    return min(16 * GIB, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 * 3)


@dataclass(frozen=True)
class Limits:
    """Of one sandbox. Time is bounded by whoever waits for it, output by nobody: it is drained, and its end is kept."""

    memory_bytes: int = _memory()
    """Of the host, by all processes together: their own pages, shared memory, and files that are no longer or never were on a disk."""
    processes: int = 1024
    """Processes and threads at a time. PyTorch alone starts two or three for each core."""
    file_bytes: int = 1 * GIB
    """Size of any single file."""
    open_files: int = 1024
    """In each process."""
    scratch_bytes: int = 2 * GIB
    """Of the private /tmp, and of all files together in the folders that it may write to."""
    shared_bytes: int = 1 * GIB
    """Of the private /dev/shm."""
    files: int = 20_000
    """In the folders that it may write to."""
