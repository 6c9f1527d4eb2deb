"""One measurement at a time on a GPU, whichever process asks for it, and whether there is anybody else who asks.

Two files below /tmp for each GPU, by its UUID, locked by `flock`: the kernel releases both when a judge ends, however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from kernelwright_harness.judge.device_unavailable import DeviceUnavailable

_FOLDER = "/tmp"
"""Not $TMPDIR, which two judges may have different ones of."""


class GpuLock:
    """Of a judge, for its life."""

    def __init__(self, name: str | None) -> None:
        """`name` is the hardware's; None where measurements may overlap, and nobody is ever waited for."""
        self._name = name
        self._presence: int | None = None
        if name is not None:
            self._presence = _opened(f"{_FOLDER}/kernelwright-{name}.judges")
            fcntl.flock(self._presence, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._presence is not None:
            os.close(self._presence)
            self._presence = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Waits until nobody else measures, and keeps others waiting."""
        with self._opened() as descriptor:
            if descriptor is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield

    @contextmanager
    def held_if_free(self) -> Iterator[bool]:
        """Does not wait; whether it is held."""
        with self._opened() as descriptor:
            yield descriptor is None or _locks_at_once(descriptor)

    def is_shared(self) -> bool:
        """Whether there is another judge for this GPU. To be asked by who holds the lock: for a moment this looks like nobody's presence."""
        if self._presence is None:
            return False
        try:
            return not _locks_at_once(self._presence)
        finally:
            fcntl.flock(self._presence, fcntl.LOCK_SH)

    @contextmanager
    def _opened(self) -> Iterator[int | None]:
        if self._name is None:
            yield None
            return
        descriptor = _opened(f"{_FOLDER}/kernelwright-{self._name}.lock")
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _locks_at_once(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _opened(path: str) -> int:
    """A lock needs no right to write, and with `fs.protected_regular` nobody may even name O_CREAT for another user's file in /tmp."""
    try:
        try:
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            os.fchmod(descriptor, 0o644)  # whatever the umask: other users' judges must be able to open it
            return descriptor
    except OSError as error:
        raise DeviceUnavailable(f"{path}, by which measurements on one GPU wait for each other, cannot be opened ({error.strerror}): allow every user to read it, or to make files in {_FOLDER}.") from None
