"""Runners that are started ahead, on the CPU: each serves once, waits with its imports done, and is gone when it is dropped."""

import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from kernelwright_harness.judge import runners as runners_module
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.runner_process import RunnerFailed, RunnerProcess
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.supervised import unfinished


class Closing(Runners):
    def close(self) -> None:
        self.drop()


@pytest.fixture
def runners() -> Iterator[Runners]:
    with closing(Closing(EmulatedDevice(), sandbox=True)) as opened:
        yield opened
    assert unfinished() == []


def wait_until_imported(runner: RunnerProcess, limit_s: float = 60) -> None:
    deadline = time.monotonic() + limit_s
    while not runner.has_imported():
        assert time.monotonic() < deadline, "it never said that it had imported all"
        time.sleep(0.05)


def test_as_many_wait_as_were_taken_and_none_is_handed_out_twice(runners: Runners) -> None:
    with runners.take("torch") as first, runners.take("torch") as second:
        assert runners.on_device == 0
        runners.refill()
        with runners.take("torch") as third, runners.take("torch") as fourth:
            assert len({id(runner) for runner in (first, second, third, fourth)}) == 4
            wait_until_imported(third)
            assert not third.was_woken


def test_only_what_has_imported_is_woken_and_then_it_counts_as_on_the_device(runners: Runners) -> None:
    runners.take("torch").stop()
    runners.refill()
    runners.wake()  # it has hardly begun
    assert runners.on_device == 0
    deadline = time.monotonic() + 60
    while runners.on_device == 0:
        assert time.monotonic() < deadline
        runners.wake()
        time.sleep(0.05)
    runners.settle()
    with runners.take("torch") as awake:
        assert awake.was_woken and not awake.is_waking
    assert runners.on_device == 0


def test_when_nobody_asks_all_that_wait_are_woken(runners: Runners, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(runners_module._SETS_AHEAD, "torch", 2)  # pyright: ignore[reportPrivateUsage]
    assert runners.are_awake
    runners.take("torch").stop()
    runners.refill()
    first, second = runners._all()  # pyright: ignore[reportPrivateUsage]
    for runner in (first, second):
        wait_until_imported(runner)
    runners.wake()
    assert (first.was_woken, second.was_woken) == (True, False)
    runners.wake_all()
    assert second.was_woken and not runners.are_awake
    runners.finish_waking()
    assert runners.are_awake and runners.on_device == 2


def test_beside_another_judge_none_that_waits_opens_the_device_or_stays_there(runners: Runners, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(runners_module._SETS_AHEAD, "torch", 2)  # pyright: ignore[reportPrivateUsage]
    retired = runners.take("torch")
    runners.refill()
    first, second = runners._all()  # pyright: ignore[reportPrivateUsage]
    for runner in (first, second):
        wait_until_imported(runner)
    runners.wake()
    stop = retired.stop
    monkeypatch.setattr(retired, "stop", lambda: (time.sleep(0.3), stop()))  # a slow end
    runners.retire(retired)
    runners.stay_off_device(True)
    assert runners.on_device == 0
    assert runners._all() == [second]  # pyright: ignore[reportPrivateUsage]
    runners.wake()
    runners.wake_all()
    assert not second.was_woken and runners.are_awake  # there is nothing to do ahead
    runners.stay_off_device(False)
    assert not runners.are_awake
    runners.wake()
    assert second.was_woken


def test_what_is_retired_is_gone_when_all_has_settled(runners: Runners) -> None:
    with runners.take("torch") as retired:
        runners.retire(retired)
        runners.settle()
        assert runners.on_device == 0
        with pytest.raises(RunnerFailed, match="ended by SIGKILL"):
            retired.run([0], flush=False, limit_s=5)


def test_what_is_retired_is_gone_when_all_is_dropped(runners: Runners) -> None:
    retired = runners.take("torch")
    runners.retire(retired)
    runners.drop()
    assert runners.on_device == 0


def test_one_that_died_while_it_waited_is_dropped(runners: Runners) -> None:
    runners.take("torch").stop()
    runners.refill()
    waiting = runners._all()  # pyright: ignore[reportPrivateUsage]
    wait_until_imported(waiting[0])
    waiting[0].stop()
    with pytest.raises(RunnerFailed):
        waiting[0].wake()
        waiting[0].finish_waking(1)
    runners.drop()
    assert runners._all() == []  # pyright: ignore[reportPrivateUsage]


def test_one_that_died_while_it_waited_is_held_against_nobody(runners: Runners) -> None:
    """As when the machine ran out of memory: the next candidate has no part in it."""
    runners.take("torch").stop()
    runners.refill()
    (dead,) = runners._all()  # pyright: ignore[reportPrivateUsage]
    os.kill(dead._process.pid, signal.SIGKILL)  # pyright: ignore[reportPrivateUsage]
    assert select.select([dead._socket], [], [], 10)[0]  # pyright: ignore[reportPrivateUsage]
    runners.wake()
    assert runners._all() == []  # pyright: ignore[reportPrivateUsage]


def test_one_that_died_is_not_handed_out(runners: Runners) -> None:
    runners.take("torch").stop()
    runners.refill()
    (dead,) = runners._all()  # pyright: ignore[reportPrivateUsage]
    wait_until_imported(dead)
    assert dead.is_fit()
    os.kill(dead._process.pid, signal.SIGKILL)  # pyright: ignore[reportPrivateUsage]
    assert select.select([dead._socket], [], [], 10)[0]  # pyright: ignore[reportPrivateUsage]
    assert not dead.is_fit()
    with runners.take("torch") as fresh:
        assert fresh is not dead and fresh.is_fit()
        wait_until_imported(fresh)


def test_a_runner_on_the_emulated_device_that_will_load_a_library_is_never_started_ahead(runners: Runners) -> None:
    """AddressSanitizer needs to know its library by its path, which the sandbox has to let in."""
    with runners.take("launcher"):
        runners.refill()
        assert runners._all() == []  # pyright: ignore[reportPrivateUsage]
