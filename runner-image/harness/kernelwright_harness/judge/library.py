"""A built library as a file descriptor, for a runner that was started before the library was there."""

import fcntl
import os
import shutil
from pathlib import Path


def sealed_copy(path: Path) -> int:
    """A copy in memory that nobody can change any more, as a new descriptor for the caller to close.

    Not the file itself: whoever holds a descriptor of it may open it again for writing where the file's owner is who the sandbox was
    started by, and a candidate must not replace the library that the next process will be given.
    """
    descriptor = os.memfd_create("kernelwright-library", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with open(path, "rb") as source, open(descriptor, "wb", closefd=False) as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
