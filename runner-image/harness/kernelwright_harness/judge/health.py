"""Is the device as good as before, after a candidate was stopped on it? If not, nothing that it says from now on can be believed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from kernelwright_harness.judge.device_unavailable import DeviceUnavailable
from kernelwright_harness.limits import MIB
from kernelwright_harness.supervised import unfinished

TOLERANCE_BYTES = 384 * MIB
"""Free memory may be this much less than before, for kernels and workspaces that the judge's own libraries load when first used. A
CUDA context that was left behind takes more."""
PATIENCE_S = 10.0
"""For each of the three questions. The driver takes up to a second to end a process whose kernel is endless."""
_PAUSE_S = 0.05


class DeviceUnhealthy(DeviceUnavailable):
    """The device did not recover; the message says what is wrong and what to do."""


class Recovering(Protocol):
    """As much of a `Device` as is asked about its health."""

    name: str
    torch_device: torch.device

    def free_bytes(self) -> int: ...


def free_to_others(device: Recovering) -> int | None:
    """Free memory as if PyTorch held none in this process; None where a device's memory is not a thing of its own."""
    if device.torch_device.type != "cuda":
        return None
    return device.free_bytes() + torch.cuda.memory_reserved(device.torch_device)


def known_good(where: torch.device) -> bool:
    """The sum of squares below 4096, exact in float64, by a kernel for each of the two operations."""
    numbers = torch.arange(4096, dtype=torch.float64, device=where)
    return float((numbers * numbers).sum()) == 4095 * 4096 * 8191 / 6


@dataclass(frozen=True)
class Checks:
    """How the three questions are answered, and how long each may take; tests answer them otherwise."""

    left: Callable[[], list[int]] = unfinished
    """Processes that were killed and have not gone."""
    works: Callable[[torch.device], bool] = known_good
    """Runs something whose result is known."""
    free: Callable[[Recovering], int | None] = free_to_others
    patience_s: float = PATIENCE_S


def ensure_gone(device: Recovering, checks: Checks = Checks()) -> None:
    """Raises `DeviceUnhealthy` where a process that was killed has not gone: what is timed beside it would be wrong."""
    if left := checks.left():
        raise _unhealthy(device, f"process {left[0]} could not be ended")


def ensure_healthy(device: Recovering, free_before: int | None = None, checks: Checks = Checks()) -> None:
    """Waits until the device has recovered from a runner that failed; raises `DeviceUnhealthy` when it does not.

    `free_before` is what `free_to_others` said before the runner was started; None leaves the memory unasked. A judge that has taken
    memory for itself in between, other than PyTorch's, subtracts it.
    """
    _becomes(lambda: not checks.left(), checks.patience_s)
    ensure_gone(device, checks)
    if not _answers(lambda: checks.works(device.torch_device), checks.patience_s):
        raise _unhealthy(device, "a computation with a known result failed or did not end")
    if free_before is not None and not _becomes(lambda: _missing(device, free_before, checks) <= TOLERANCE_BYTES, checks.patience_s):
        missing = _missing(device, free_before, checks) / MIB
        raise _unhealthy(device, f"{missing:.0f} MiB of its memory did not come back (or another program has taken them)")


def _missing(device: Recovering, before: int, checks: Checks) -> int:
    now = checks.free(device)
    return 0 if now is None else before - now


class Waiting(Protocol):
    """Runners that wait for their turn; those that have opened the device hold some of its memory."""

    @property
    def on_device(self) -> int: ...

    def drop(self) -> None: ...


class HealthWatch:
    """Lets no report out before the device is known to be well, and no measurement begin on one that is not."""

    def __init__(self, device: Recovering, waiting: Waiting, checks: Checks | None = None) -> None:
        self._device = device
        self._waiting = waiting
        self._checks = checks or Checks()
        self._suspect = False
        self._free_before: int | None = None

    def guard(self, measurement: Callable[[], dict[str, Any]], shared: bool = False) -> dict[str, Any]:
        """The measurement's report. Raises `DeviceUnhealthy`, also instead of the measurements to come for as long as the device stays unwell. On a
        `shared` device what was free before belongs to another's turn, and is not asked for."""
        if shared:
            self._free_before = None
        if self._suspect or self._checks.left():
            self._ensure()
        self._note_memory()
        report = measurement()
        if report["outcome"] not in _WITHOUT_FAILURES:
            self._ensure()
        self._note_memory()
        return report

    def _note_memory(self) -> None:
        """What is free when nothing of ours is on the device."""
        if self._waiting.on_device == 0:
            self._free_before = self._checks.free(self._device)

    def _ensure(self) -> None:
        self._suspect = True
        self._waiting.drop()
        ensure_healthy(self._device, self._free_before, self._checks)
        self._suspect = False


_WITHOUT_FAILURES = ("measured", "incorrect")
"""Outcomes where every runner did what it was asked."""


def _unhealthy(device: Recovering, what: str) -> DeviceUnhealthy:
    kind = "the GPU " if device.torch_device.type == "cuda" else "the device "
    return DeviceUnhealthy(
        f"{kind}{device.name} did not recover after a candidate was stopped: {what}; restart the programs that use it, "
        "reset it (nvidia-smi --gpu-reset) or restart the machine, and run again."
    )


def _becomes(condition: Callable[[], bool], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_S)
    return True


def _answers(question: Callable[[], bool], patience_s: float) -> bool:
    """In a thread of its own, since a GPU that hangs would keep the judge waiting for ever."""
    answers: list[bool] = []

    def ask() -> None:
        try:
            answers.append(question())
        except Exception:
            answers.append(False)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience_s)
    return answers == [True]
