"""A sandboxed command with its supervisor, as the harness holds it: to wait for it, to stop it, and to learn why it ended."""

import select
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from kernelwright_harness.limits import Limits
from kernelwright_harness.sandbox import Access, sandboxed

_PATIENCE_S = 10.0
"""How long a killed process may take to go: one that waits for a device cannot be hurried."""


@dataclass(frozen=True)
class Ended:
    status: int
    """Exit status; 128 and the signal's number where one ended it."""
    struck: str | None
    """The limit that it went beyond, as the rest of a sentence: `it used more than 16 GiB of memory`."""
    log: str
    """The end of what it printed: for people and models to read, never for the judge."""


class Supervised:
    """Starts `command` with nothing but its standard streams and `pass_fds`. Whatever happens, call `stop`."""

    def __init__(self, command: list[str], access: Access, enabled: bool, limits: Limits = Limits(), pass_fds: Sequence[int] = ()) -> None:
        self._process = subprocess.Popen(
            sandboxed(command, access, enabled, limits, pass_fds=pass_fds, supervised=True),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # not ours: it may outlive us, and whoever reads our standard error waits for its end
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self._report = bytearray()
        self._ended: Ended | None = None

    @property
    def pid(self) -> int:
        """The supervisor's: it lives as long as anything of the command does."""
        return self._process.pid

    def wait(self, limit_s: float) -> Ended | None:
        """How it ended; None when it has not within the limit. It has ended when nothing that it started is left."""
        deadline = time.monotonic() + limit_s
        stream = self._process.stdout
        assert stream is not None
        poll = select.poll()
        while self._ended is None:
            if not stream.closed:
                poll.register(stream, select.POLLIN)
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return None
            part = stream.read1(1 << 16)  # pyright: ignore[reportAttributeAccessIssue]
            self._report += part
            if not part:
                self._process.wait()
                self._ended = _parsed(bytes(self._report))
                stream.close()
                self._close_control()
        return self._ended

    def order_to_stop(self) -> None:
        """Has all of it killed without waiting; `stop` waits."""
        self._close_control()

    def stop(self, patience_s: float = _PATIENCE_S) -> Ended:
        """Kills all of it and waits until it is gone; what is not gone by then is among the `unfinished`."""
        if self._ended is None:
            self._close_control()
            if self.wait(patience_s) is None:
                with _lock:
                    _unfinished.append(self)
                return Ended(128 + 9, "it could not be killed", "")
        assert self._ended is not None
        return self._ended

    def _close_control(self) -> None:
        """Its end is the supervisor's order to stop."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass


class Failed(Exception):
    """A sandboxed command came to nothing; the message is the end of what it printed, or why it ended."""


def run_to_end(command: list[str], access: Access, enabled: bool, limit_s: float, late: str) -> None:
    """Runs a command that leaves its answer in a file. Raises Failed when it has another status than 0, or is not over after `limit_s`, of which
    `late` tells."""
    process = Supervised(command, access, enabled)
    try:
        in_time = process.wait(limit_s) is not None
    finally:
        ended = process.stop()
    if not in_time:
        raise Failed(f"{ended.log}\n{late}".lstrip())
    if ended.status != 0:
        raise Failed("\n".join(part for part in (ended.log.strip(), ended.struck) if part) or f"the process ended with status {ended.status}")


# For the whole process, like the operating system's own table: whoever asks whether a device can be used needs all of them.
_unfinished: list[Supervised] = []
_lock = threading.Lock()


def unfinished() -> list[int]:
    """Supervisors of commands that were stopped and that still have not gone."""
    with _lock:
        _unfinished[:] = [one for one in _unfinished if one.wait(0) is None]
        return [one.pid for one in _unfinished]


def _parsed(report: bytes) -> Ended:
    """The supervisor's report: it is our own program, but it may have been killed before it wrote one."""
    status, _, rest = report.partition(b"\n")
    struck, _, log = rest.partition(b"\n")
    if not status.isdigit():
        return Ended(128 + 9, None, "")
    return Ended(int(status), struck.decode("utf-8", "replace") or None, log.decode("utf-8", "replace"))
