"""The judge's ears: whatever a hostile process puts into the socket, a frame comes out or an error, and in time."""

import math
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from kernelwright_harness.wire import MAX_FDS, Frame, Kind, ProtocolError, RunnerGone, receive_frame, receive_message, send_frame, send_message

TOKEN = 0xFEED_FACE_CAFE_BEEF
MAGIC = 0x4B57_0002
LIMIT_S = 5.0


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The judge's end and the runner's."""
    judge, runner = socket.socketpair()
    with judge, runner:
        yield judge, runner


def packed(magic: int = MAGIC, kind: int = Kind.DONE, token: int = TOKEN, code: int = 0, calls: int = 1, median: float = 1.0, mean: float = 1.0) -> bytes:
    return struct.pack("<IIQiIdd", magic, kind, token, code, calls, median, mean)


@pytest.mark.parametrize("frame", [Frame(Kind.READY, TOKEN), Frame(Kind.DONE, TOKEN, 0, 20, 57.25, 58.5), Frame(Kind.DEVICE_FAILED, TOKEN, 700), Frame(Kind.LAUNCH_FAILED, TOKEN, -1)])
def test_a_frame_arrives_as_it_was_sent(ends: tuple[socket.socket, socket.socket], frame: Frame) -> None:
    judge, runner = ends
    send_frame(runner, frame)
    assert receive_frame(judge, TOKEN, LIMIT_S) == frame


@pytest.mark.parametrize(
    ("junk", "says"),
    [
        (packed(magic=0x4B57_0001), "a frame that is none"),
        (b"\xff" * 40, "a frame that is none"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n", "a frame that is none"),
        (packed(kind=0), "a frame that is none"),
        (packed(kind=7), "a frame that is none"),
        (packed(token=0), "an answer to another question"),
        (packed(token=TOKEN + 1), "an answer to another question"),
        (packed(median=math.nan), "a time that is none"),
        (packed(mean=math.inf), "a time that is none"),
        (packed(median=-1.0), "a time that is none"),
        (packed(mean=-1e-300), "a time that is none"),
    ],
)
def test_what_no_honest_runner_sends_is_refused(ends: tuple[socket.socket, socket.socket], junk: bytes, says: str) -> None:
    judge, runner = ends
    runner.sendall(junk)
    with pytest.raises(ProtocolError, match=says):
        receive_frame(judge, TOKEN, LIMIT_S)


def test_a_frame_cut_short_by_the_end_is_no_frame(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    runner.sendall(packed()[:-1])
    runner.close()
    with pytest.raises(RunnerGone):
        receive_frame(judge, TOKEN, LIMIT_S)


def test_a_closed_socket_is_noticed_at_once(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    runner.close()
    with pytest.raises(RunnerGone):
        receive_frame(judge, TOKEN, LIMIT_S)


def test_silence_ends_with_the_time_limit(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, _ = ends
    with pytest.raises(TimeoutError):
        receive_frame(judge, TOKEN, 0.05)


def test_a_trickle_of_bytes_does_not_extend_the_time_limit(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    stop = threading.Event()

    def trickle() -> None:
        for byte in packed():
            if stop.wait(0.1):
                return
            runner.send(bytes([byte]))

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    try:
        with pytest.raises(TimeoutError):
            receive_frame(judge, TOKEN, 0.4)
    finally:
        stop.set()
        thread.join()
    assert time.monotonic() - began < 2.0  # 4 s would be all of the trickle


def test_a_message_brings_its_file_descriptors(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    read, write = os.pipe()
    send_message(judge, {"kind": "setup", "sizes": [1]}, [write])
    os.close(write)
    received = receive_message(runner)
    assert received is not None
    message, (descriptor,) = received
    assert message == {"kind": "setup", "sizes": [1]}
    os.write(descriptor, b"through")
    assert os.read(read, 100) == b"through"
    os.close(descriptor)
    os.close(read)


def test_as_many_file_descriptors_as_the_receiver_has_room_for(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    with open(os.devnull) as null:
        send_message(judge, {}, [null.fileno()] * MAX_FDS)
        received = receive_message(runner)
        assert received is not None and len(received[1]) == MAX_FDS
        for descriptor in received[1]:
            os.close(descriptor)
        with pytest.raises(ValueError, match=f"room for {MAX_FDS}"):
            send_message(judge, {}, [null.fileno()] * (MAX_FDS + 1))


def test_messages_keep_their_borders(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    for number in range(3):
        send_message(judge, {"number": number, "text": "x" * 10_000})
    received = [receive_message(runner) for _ in range(3)]
    assert [r[0]["number"] for r in received if r is not None] == [0, 1, 2]


def test_the_end_of_a_conversation_is_no_error_but_half_a_message_is(ends: tuple[socket.socket, socket.socket]) -> None:
    judge, runner = ends
    judge.sendall(struct.pack("<I", 100) + b"{}")
    judge.close()
    with pytest.raises(RunnerGone):
        receive_message(runner)
    assert receive_message(runner) is None
