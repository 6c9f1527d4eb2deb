"""What judge and runner say to each other over a Unix socket.

The two directions differ on purpose. The runner trusts the judge, so what goes to it is JSON behind a length. The judge trusts nothing
that comes from a process in which candidate code runs, so what comes back is one frame of fixed size, of numbers only, each of them
checked; there is nothing in it to parse. Each frame repeats the random token of the message that it answers, so that an answer cannot
be written ahead of its question: it would take the time of one block for that of the next.
"""

import array
import json
import math
import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

_LENGTH = struct.Struct("<I")
_FRAME = struct.Struct("<IIQiIdd")
_MAGIC = 0x4B57_0002
MAX_FDS = 16
NO_CALL = -1
"""In place of a slot in a `run` message: flush, but call nothing. So the judge learns what the flushes alone take."""


class Kind(IntEnum):
    """What a frame of a runner says."""

    READY = 1
    """Mapped and loaded, waiting."""
    DONE = 2
    """A block of calls has run and the device is idle again."""
    LOAD_FAILED = 3
    """The library or the entry point in it could not be loaded."""
    LAUNCH_FAILED = 4
    """A launch was refused; `code` is a cudaError_t."""
    DEVICE_FAILED = 5
    """The driver reported an error; `code` is a CUresult."""
    RESULT_FAILED = 6
    """A function returned something else than tensors of the declared shapes and dtypes."""


@dataclass(frozen=True)
class Frame:
    kind: Kind
    token: int
    """Of the message that this answers: 64 random bits."""
    code: int = 0
    calls: int = 0
    median_us: float = 0.0
    """Median time of a call by the runner's own clock (CUDA events), in microseconds."""
    mean_us: float = 0.0


class ProtocolError(Exception):
    """The runner sent something that no honest runner sends."""


class RunnerGone(Exception):
    """The other end of the socket is closed."""


def send_message(sock: socket.socket, message: dict[str, Any], fds: list[int] | None = None) -> None:
    if fds and len(fds) > MAX_FDS:
        raise ValueError(f"{len(fds)} file descriptors in one message; the receiver has room for {MAX_FDS}")
    body = json.dumps(message).encode()
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sock.sendmsg([_LENGTH.pack(len(body))], ancillary)
    sock.sendall(body)


def receive_message(sock: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message and the file descriptors that came with it; None at the end of the conversation."""
    head, ancillary, _, _ = sock.recvmsg(_LENGTH.size, socket.CMSG_SPACE(MAX_FDS * 4))
    if not head:
        return None
    fds = array.array("i")
    for level, kind, raw in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(raw[: len(raw) - len(raw) % fds.itemsize])
    (length,) = _LENGTH.unpack(head + _exactly(sock, _LENGTH.size - len(head)))
    return json.loads(_exactly(sock, length)), list(fds)


def send_frame(sock: socket.socket, frame: Frame) -> None:
    sock.sendall(_FRAME.pack(_MAGIC, frame.kind, frame.token, frame.code, frame.calls, frame.median_us, frame.mean_us))


def receive_frame(sock: socket.socket, token: int, limit_s: float) -> Frame:
    """Reads and checks the frame that answers the message with `token`. Raises ProtocolError, RunnerGone, or TimeoutError when the whole
    of it has not come within `limit_s` seconds.
    """
    magic, kind, echo, code, calls, median_us, mean_us = _FRAME.unpack(_exactly(sock, _FRAME.size, time.monotonic() + limit_s))
    if magic != _MAGIC or kind not in tuple(Kind):
        raise ProtocolError("the runner sent a frame that is none")
    if echo != token:
        raise ProtocolError("the runner sent an answer to another question")
    if not all(math.isfinite(t) and t >= 0 for t in (median_us, mean_us)):
        raise ProtocolError("the runner sent a time that is none")
    return Frame(Kind(kind), echo, code, calls, median_us, mean_us)


def _exactly(sock: socket.socket, size: int, deadline: float | None = None) -> bytes:
    """A socket's own time limit starts again with every byte that arrives; `deadline` (of `time.monotonic`) does not."""
    data = bytearray()
    while len(data) < size:
        if deadline is not None:
            # Never 0, which would mean not to wait at all, not even for what has arrived.
            sock.settimeout(max(deadline - time.monotonic(), 1e-3))
        part = sock.recv(size - len(data))
        if not part:
            raise RunnerGone("the runner has gone")
        data += part
    return bytes(data)
