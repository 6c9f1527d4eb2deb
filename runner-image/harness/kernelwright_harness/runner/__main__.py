"""`python -m kernelwright_harness.runner FD cuda|emulated`: serves the judge over the socket FD until it is closed.

A conversation is: a message `setup` (one workload: library, buffers, arguments), answered READY; any number of messages `run` (the
slots to call, in order), each answered DONE; another `setup` for the next workload; the end. Failures are answered with their own
kind of frame and end the process: after a device error nothing in it can be trusted to work.
"""

import socket
import sys

from kernelwright_harness.runner.program import DeviceError, LaunchError, LoadError, Runtime, load_program
from kernelwright_harness.wire import Frame, Kind, receive_message, send_frame


def main(fd: int, device: str) -> int:
    sock = socket.socket(fileno=fd)
    runtime = _runtime(device)
    program = None
    token = 0
    try:
        while received := receive_message(sock):
            message, fds = received
            token = int(message["token"])
            if message["kind"] == "setup":
                program = load_program(runtime, message, fds)
                send_frame(sock, Frame(Kind.READY, token))
            elif program is not None:
                times = program.run(message["slots"], message["flush"], dict(message["witness"]))
                send_frame(sock, Frame(Kind.DONE, token, 0, len(times), _median(times), sum(times) / max(len(times), 1)))
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


def _runtime(device: str) -> Runtime:
    if device == "cuda":
        from kernelwright_harness.runner.cuda import CudaRuntime

        return CudaRuntime()
    from kernelwright_harness.runner.emulated import EmulatedRuntime

    return EmulatedRuntime()


def _median(times: list[float]) -> float:
    ordered, middle = sorted(times), len(times) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
