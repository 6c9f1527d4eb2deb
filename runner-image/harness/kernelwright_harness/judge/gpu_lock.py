"""One measurement at a time on a GPU, whichever process asks for it, and whether there is anybody else who asks.

Two files below /tmp for each GPU, by its UUID, locked by `flock`: the kernel releases both when a judge ends, however it ends.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kernelwright_harness.judge.device_unavailable import DeviceUnavailable

_FOLDER = "/tmp"
"""Not $TMPDIR, which two judges may have different ones of."""
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""A lock needs no right to write. Anybody may have put something else in its place: a link is refused, and a pipe is not waited for."""


class GpuLock:
    """Of a judge, from before it has anything on the GPU until its process ends."""

    def __init__(self, name: str | None) -> None:
        """`name` is the hardware's; None where measurements may overlap, and nobody is ever waited for."""
        self._turn = None if name is None else f"{_FOLDER}/kernelwright-{name}.lock"
        """Locked by who measures."""
        self._present = None if name is None else f"{_FOLDER}/kernelwright-{name}.judges"
        """Shared by all that are there."""
        self._presence = None if self._present is None else _locked(self._present, fcntl.LOCK_SH, _in_silence)

    def close(self) -> None:
        """For who has nothing on the GPU any more."""
        if self._presence is not None:
            os.close(self._presence)
            self._presence = None

    @contextmanager
    def held(self, when_it_waits: Callable[[], None]) -> Iterator[None]:
        """Waits until nobody else measures, and keeps others waiting."""
        with _closing(None if self._turn is None else _locked(self._turn, fcntl.LOCK_EX, when_it_waits)):
            yield

    @contextmanager
    def held_if_free(self) -> Iterator[bool]:
        """Does not wait; whether it is held."""
        if self._turn is None:
            yield True
            return
        with _closing(_locked(self._turn, fcntl.LOCK_EX)) as descriptor:
            yield descriptor is not None

    def is_shared(self) -> bool:
        """Whether there is another judge for this GPU. To be asked by who holds the lock: for a moment this looks like nobody's presence."""
        if self._present is None or self._presence is None:
            return False
        if not _is_at(self._presence, self._present):
            removed, self._presence = self._presence, _locked(self._present, fcntl.LOCK_SH, _in_silence)
            os.close(removed)
        assert self._presence is not None
        try:
            return not _locks_at_once(self._presence, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._presence, fcntl.LOCK_SH)


def _in_silence() -> None:
    """It is a moment."""


def _locked(path: str, kind: int, when_it_waits: Callable[[], None] | None = None) -> int | None:
    """A descriptor that has the lock of the file at `path`; None where somebody else has it and nobody wants to wait."""
    while True:
        descriptor = _opened(path)
        try:
            if not _locks_at_once(descriptor, kind):
                if when_it_waits is None:
                    os.close(descriptor)
                    return None
                when_it_waits()
                fcntl.flock(descriptor, kind)
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # a file that has been removed, as old ones are from /tmp: the next judge would lock another


def _locks_at_once(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _opened(path: str) -> int:
    try:
        while True:
            try:
                return os.open(path, _FLAGS)
            except FileNotFoundError:
                pass
            # With `fs.protected_regular` nobody may even name O_CREAT for another user's file in /tmp, hence not at once.
            try:
                descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:  # another judge was faster
                continue
            os.fchmod(descriptor, 0o644)  # whatever the umask: other users' judges must be able to open it
            return descriptor
    except OSError as error:
        what = f"{path}, by which judges of one GPU wait for each other, cannot be opened ({error.strerror})"
        raise DeviceUnavailable(f"{what}: let every user read it, or make files in {_FOLDER}.") from None


@contextmanager
def _closing(descriptor: int | None) -> Iterator[int | None]:
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)
