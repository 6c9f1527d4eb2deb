"""The judge's end of a runner: starts it in the sandbox, talks to it within limits of time and size, and kills it."""

import os
import secrets
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.emulator.compile import DIAGNOSIS_EXIT_STATUS, SANITIZER_EXIT_STATUS, runtime_environment
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.limits import Limits
from kernelwright_harness.supervised import Supervised
from kernelwright_harness.wire import Frame, Kind, ProtocolError, RunnerGone, receive_frame, send_message

Failure = Literal["crashed", "timed-out", "load-failed", "incorrect", "rejected"]
"""`rejected`: it sent what no honest runner sends."""


@dataclass
class RunnerFailed(Exception):
    """The runner could not do what it was asked."""

    outcome: Failure
    detail: str
    log: str
    """The end of what it printed: for people and models to read, never for the judge."""


@dataclass(frozen=True)
class Timing:
    """One block of calls."""

    calls: int
    events_us: float
    """Median time of a call by the runner's CUDA events: precise, but from a process that candidate code can touch."""


_ARRIVED_S = 1.0
"""For the rest of a frame that has begun to arrive."""

Flavour = Literal["launcher", "torch"]
"""What a process must have imported to serve an implementation: nothing, or PyTorch, which takes seconds."""


class RunnerProcess:
    """A single-use process for one implementation, which it gets with the first `setup`: until then it can wait, warmed.

    Use it as a context manager: leaving kills the process and all that it started. `library` is needed here on the emulated device
    alone, where AddressSanitizer names places in it by its path; on a GPU libraries go to a runner that is running already.
    """

    def __init__(self, device: Device, flavour: Flavour, sandbox: bool, limits: Limits = Limits(), library: Path | None = None) -> None:
        ours, theirs = socket.socketpair()
        self._socket = ours
        access = module_access(
            library,
            gpu=device.kind == "cuda",
            compiles=flavour == "torch",
            environment=runtime_environment() if (device.kind, flavour) == ("emulated", "launcher") else None,
            packages=("cuda",) if flavour == "launcher" else None,
        )
        command = module_command("runner", str(theirs.fileno()), device.kind, flavour)
        try:
            self._process = Supervised(command, access, sandbox, limits, pass_fds=[theirs.fileno()])
        finally:
            theirs.close()
        self._importing: int | None = self._ask({"kind": "hello"})
        self._waking: int | None = None
        self.was_set_up = False
        self.was_woken = False
        """Whether it has opened the device, or been asked to."""

    def has_imported(self) -> bool:
        """Whether it has nothing left to import. Does not wait."""
        if self._importing is not None and select.select([self._socket], [], [], 0)[0]:
            self._finish_importing(_ARRIVED_S)
        return self._importing is None

    def is_fit(self) -> bool:
        """Whether it can still serve, as far as can be known without waiting. One that ended while it waited, as when the machine ran out of
        memory, would be held against whoever it was given to."""
        try:
            while select.select([self._socket], [], [], 0)[0]:
                if self._importing is not None:
                    self._finish_importing(_ARRIVED_S)
                elif self._waking is not None:
                    self.finish_waking(_ARRIVED_S)
                else:  # nothing was asked: this is its end
                    return False
        except RunnerFailed:
            return False
        return True

    def wake(self) -> None:
        """Asks it to open the device, which disturbs whatever is timed there; does not wait. Not before it has imported."""
        if not self.was_woken:
            self.was_woken = True
            self._waking = self._ask({"kind": "wake"})

    @property
    def is_waking(self) -> bool:
        return self._waking is not None

    def finish_waking(self, limit_s: float) -> None:
        """Waits until it has opened the device. Raises RunnerFailed when it could not."""
        if self._waking is not None:
            token, self._waking = self._waking, None
            self._receive(token, limit_s, Kind.READY)

    def _finish_importing(self, limit_s: float) -> None:
        if self._importing is not None:
            token, self._importing = self._importing, None
            self._receive(token, limit_s, Kind.READY)

    def _ask(self, message: dict[str, Any]) -> int:
        """Sends a question without waiting for the answer; returns the token that it will have. Short enough to fit into an empty socket."""
        token = secrets.randbits(64)
        try:
            send_message(self._socket, {**message, "token": token})
        except OSError:  # it has gone: whoever waits for the answer will hear
            pass
        return token

    def setup(self, message: dict[str, Any], fds: Sequence[int], limit_s: float) -> None:
        """Maps buffers and binds arguments for one workload. The descriptors are closed here."""
        try:
            self._finish_importing(limit_s)
            self.finish_waking(limit_s)
            self._exchange({"kind": "setup", **message}, list(fds), limit_s, Kind.READY)
            self.was_set_up = True
        finally:
            for fd in fds:
                os.close(fd)

    def run(self, slots: Sequence[int], flush: bool, limit_s: float, witness: Mapping[int, int] | None = None) -> Timing:
        """Calls the slots in order. `witness` maps positions in that order to witness slots: the runner copies the call's outputs there, in the
        stream's own order."""
        frame = self._exchange({"kind": "run", "slots": list(slots), "flush": flush, "witness": list((witness or {}).items())}, [], limit_s, Kind.DONE)
        if frame.calls != len(slots):
            raise self._failed("rejected", f"the runner says that it made {frame.calls} calls where {len(slots)} were asked for")
        return Timing(frame.calls, frame.median_us)

    def __enter__(self) -> "RunnerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def order_to_stop(self) -> None:
        """Has it killed without waiting, so that several can go at the same time."""
        self._process.order_to_stop()

    def stop(self) -> None:
        self._process.stop()
        self._socket.close()

    def _exchange(self, message: dict[str, Any], fds: list[int], limit_s: float, answer: Kind) -> Frame:
        token = secrets.randbits(64)
        try:
            self._socket.settimeout(limit_s)
            send_message(self._socket, {**message, "token": token}, fds)
        except TimeoutError:
            raise self._failed("timed-out", f"no answer within {limit_s:g} s") from None
        except OSError as error:
            raise self._failed("crashed", self._last_words(str(error))) from None
        return self._receive(token, limit_s, answer)

    def _receive(self, token: int, limit_s: float, answer: Kind) -> Frame:
        try:
            frame = receive_frame(self._socket, token, limit_s)
        except TimeoutError:
            raise self._failed("timed-out", f"no answer within {limit_s:g} s") from None
        except ProtocolError as error:
            raise self._failed("rejected", str(error)) from None
        except (RunnerGone, OSError) as error:
            raise self._failed("crashed", self._last_words(str(error))) from None
        match frame.kind:
            case Kind.READY | Kind.DONE:
                if frame.kind is answer:
                    return frame
                raise self._failed("rejected", "the runner sent an answer to another question")
            case Kind.LOAD_FAILED:
                raise self._failed("load-failed", "the library could not be loaded, or lacks the entry point")
            case Kind.RESULT_FAILED:
                raise self._failed("incorrect", "what it returned is not what was asked for")
            case Kind.LAUNCH_FAILED:
                raise self._failed("crashed", f"a launch was refused with cudaError {frame.code}{_LAUNCH_ERRORS.get(frame.code, '')}")
            case Kind.DEVICE_FAILED:
                raise self._failed("crashed", f"the driver reported error {frame.code}{_DEVICE_ERRORS.get(frame.code, '')}")

    def _last_words(self, otherwise: str) -> str:
        """How the process ended, by its exit status or the limit that it hit: from the kernel and the supervisor, not from the runner."""
        ended = self._process.wait(5)
        if ended is None:
            return otherwise
        if ended.struck is not None:
            return ended.struck
        number = ended.status - 128
        if number == signal.SIGKILL:
            return "the process was ended by SIGKILL, as when the machine runs out of memory"
        if 0 < number < signal.NSIG:
            return f"the process was ended by {signal.Signals(number).name}"
        return _EXIT_REASONS.get(ended.status, f"the process ended early with status {ended.status}")

    def _failed(self, outcome: Failure, detail: str) -> RunnerFailed:
        return RunnerFailed(outcome, detail, self._process.stop().log)


# Named because their numbers tell nobody anything. Exit statuses are the emulator's and the sanitizer's.
_EXIT_REASONS = {
    DIAGNOSIS_EXIT_STATUS: "the emulated device stopped the kernel",
    SANITIZER_EXIT_STATUS: "AddressSanitizer or UndefinedBehaviorSanitizer stopped the kernel",
}
_LAUNCH_ERRORS = {1: " (invalid value, such as a block of too many threads)", 9: " (invalid configuration: too many threads or blocks)", 98: " (invalid device function)", 209: " (no kernel image for this GPU)", 701: " (too many resources requested for launch)"}
_DEVICE_ERRORS = {2: " (out of memory)", 700: " (illegal memory access)", 702: " (launch timed out)", 715: " (illegal instruction)", 716: " (misaligned address)", 717: " (invalid address space)", 718: " (invalid program counter)", 719: " (launch failed)"}
