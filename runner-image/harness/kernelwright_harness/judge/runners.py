"""Warmed, single-use runners: processes that have imported what they need and wait for the implementation that they will serve.

Starting Python in the sandbox and opening a CUDA device takes half a second, and importing PyTorch some more. None of it depends on
what a runner will run, so it is done ahead, while a candidate is being built or checked. Opening the device disturbs whoever is timing
there: a runner waits with its imports done until `wake`, and `settle` comes before any timing.
"""

from collections import Counter, deque
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from threading import Thread
from time import monotonic

from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.runner_process import Flavour, RunnerFailed, RunnerProcess

_SETTLE_LIMIT_S = 10.0
_SETS_AHEAD: dict[Flavour, int] = {"launcher": 2, "torch": 1}
"""With two, the next set has imported all by the time that one measurement's checks begin, and opens the device while they run. PyTorch
takes hundreds of MB in each process, and a Python target's measurement leaves it time."""


class Runners:
    """Every runner of a judge comes from here."""

    def __init__(self, device: Device, sandbox: bool) -> None:
        self._device = device
        self._sandbox = sandbox
        self._waiting: dict[Flavour, deque[RunnerProcess]] = {"launcher": deque(), "torch": deque()}
        self._ending: list[Thread] = []
        """Each waits for the end of a retired runner."""
        self._taken: Counter[Flavour] = Counter()
        self._set: Counter[Flavour] = Counter()
        """How many were taken together the last time."""
        self._off_device = False

    def take(self, flavour: Flavour, library: Path | None = None) -> RunnerProcess:
        """A fresh runner, for the caller to stop. `library` is what it will load, where that is a library."""
        if flavour == "launcher" and self._device.kind == "emulated":
            return RunnerProcess(self._device, flavour, self._sandbox, library=library)
        self._taken[flavour] += 1
        waiting = self._waiting[flavour]
        while waiting:
            if (runner := waiting.popleft()).is_fit():
                return runner
            runner.stop()
        return RunnerProcess(self._device, flavour, self._sandbox)

    def refill(self) -> None:
        """Starts as many as were taken since the last time, and some more: the next measurement will want the same."""
        for flavour, count in self._taken.items():
            self._set[flavour] = count
            while len(self._waiting[flavour]) < count * _SETS_AHEAD[flavour]:
                self._waiting[flavour].append(RunnerProcess(self._device, flavour, self._sandbox))
        self._taken.clear()

    def stay_off_device(self, off: bool) -> None:
        """Whether those that wait may not open the device before they are needed. Ends those that have, and waits for that and for those retired."""
        self._off_device = off
        if off:
            self._bury()
            self._end([runner for runner in self._all() if runner.was_woken])

    def wake(self) -> None:
        """Lets those that are next open the device, if their imports are done, and drops those that have ended. Only for when nothing is timed there."""
        self._wake(runner for flavour, waiting in self._waiting.items() for runner in islice(waiting, self._set[flavour]))

    def wake_all(self) -> None:
        """Lets those after them open it too: nobody will have to wait for that in the next measurement."""
        self._wake(self._all())

    def _wake(self, runners: Iterable[RunnerProcess]) -> None:
        if self._off_device:
            return
        for runner in list(runners):
            try:
                if runner.has_imported():
                    runner.wake()
            except RunnerFailed:
                self._discard(runner)

    def retire(self, runner: RunnerProcess) -> None:
        """Has a runner that did all that it was asked killed, without waiting: leaving the device takes a process a tenth of a second, in which the next
        candidate can be checked. What it was given to write to is not given to anybody else, and `settle` waits until it is gone."""
        ending = Thread(target=runner.stop)
        ending.start()
        self._ending.append(ending)

    def settle(self) -> None:
        """Before anything is timed: waits until nobody opens the device or leaves it."""
        self._bury()
        self.finish_waking()

    @property
    def are_awake(self) -> bool:
        """Whether all that wait and may open the device have done so."""
        return self._off_device or all(runner.was_woken and not runner.is_waking for runner in self._all())

    def finish_waking(self) -> None:
        """Waits until those that were woken have opened the device, and drops those that could not."""
        deadline = monotonic() + _SETTLE_LIMIT_S
        for runner in [each for each in self._all() if each.is_waking]:
            try:
                runner.finish_waking(max(0.01, deadline - monotonic()))
            except RunnerFailed:
                self._discard(runner)

    def _discard(self, runner: RunnerProcess) -> None:
        for waiting in self._waiting.values():
            if runner in waiting:
                waiting.remove(runner)
        runner.stop()

    @property
    def on_device(self) -> int:
        """How many have opened the device, or are about to, or have not left it."""
        return sum(runner.was_woken for runner in self._all()) + sum(ending.is_alive() for ending in self._ending)

    def drop(self) -> None:
        """Ends all: at the end, or when the device must be seen without them."""
        self._bury()
        self._end(self._all())

    def _end(self, runners: list[RunnerProcess]) -> None:
        for runner in runners:  # all at once; then it waits for one after the other
            runner.order_to_stop()
        for runner in runners:
            self._discard(runner)

    def _bury(self) -> None:
        while self._ending:
            self._ending.pop().join()

    def _all(self) -> list[RunnerProcess]:
        return [runner for waiting in self._waiting.values() for runner in waiting]
