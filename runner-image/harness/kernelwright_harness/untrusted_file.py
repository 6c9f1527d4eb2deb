"""Reading a file from a folder that candidate code could write to."""

import os
import stat
from pathlib import Path


def read_untrusted(path: Path, limit_bytes: int) -> bytes | None:
    """None unless it is a regular file of at most `limit_bytes`: a link would lead elsewhere, a pipe would block, a sparse file would fill
    the memory."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        return file.read(limit_bytes) if stat.S_ISREG(found.st_mode) and found.st_size <= limit_bytes else None
