"""`python -m kernelwright_harness.runner FD cuda|emulated launcher|torch`: serves the judge over the socket FD until it is closed.

A conversation is: `hello`, answered READY once everything is imported; perhaps `wake`, which opens the device; a message `setup` (one
workload: the program, buffers, arguments), answered READY; any number of messages `run` (the slots to call, in order), each answered
DONE; another `setup` for the next workload; the end. Failures are answered with their own kind of frame and end the process: after a
device error nothing in it can be trusted to work.
"""

import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from kernelwright_harness.runner.program import DeviceError, LaunchError, Loaded, LoadError, ResultError, Runtime, load_program
from kernelwright_harness.wire import Frame, Kind, receive_message, send_frame


def main(fd: int, device: str, flavour: str) -> int:
    sock = socket.socket(fileno=fd)
    open_device = _importing(device, flavour)
    runtime: Runtime | None = None
    program: Loaded | None = None
    token = 0
    try:
        while received := receive_message(sock):
            message, fds = received
            token = int(message["token"])
            if message["kind"] == "hello":
                send_frame(sock, Frame(Kind.READY, token))
                continue
            runtime = runtime or open_device()
            if message["kind"] == "wake":
                send_frame(sock, Frame(Kind.READY, token))
            elif message["kind"] == "setup":
                program = _load(runtime, message, fds)
                send_frame(sock, Frame(Kind.READY, token))
            elif program is not None:
                times = program.run(message["slots"], message["flush"], dict(message["witness"]))
                send_frame(sock, Frame(Kind.DONE, token, 0, len(times), _median(times), sum(times) / max(len(times), 1)))
    except ResultError as error:
        print(error, file=sys.stderr)
        send_frame(sock, Frame(Kind.RESULT_FAILED, token))
        return 1
    except LoadError as error:
        print(error, file=sys.stderr)
        send_frame(sock, Frame(Kind.LOAD_FAILED, token))
        return 1
    except LaunchError as error:
        send_frame(sock, Frame(Kind.LAUNCH_FAILED, token, error.code))
        return 1
    except DeviceError as error:
        send_frame(sock, Frame(Kind.DEVICE_FAILED, token, error.code))
        return 1
    return 0


def _importing(device: str, flavour: str) -> Callable[[], Runtime]:
    """Imports all that will be needed; what it returns opens the device."""
    if flavour == "torch":
        import_module("kernelwright_harness.runner.python_program")
    if device == "cuda":
        from kernelwright_harness.runner.cuda import CudaRuntime

        return CudaRuntime
    from kernelwright_harness.runner.emulated import EmulatedRuntime

    return EmulatedRuntime


def _load(runtime: Runtime, message: dict[str, Any], fds: list[int]) -> Loaded:
    if message["program"] == "library":
        return load_program(runtime, message, fds)
    from kernelwright_harness.runner.python_program import load_python_program

    return load_python_program(runtime, message, fds)


def _median(times: list[float]) -> float:
    ordered, middle = sorted(times), len(times) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:4]))
