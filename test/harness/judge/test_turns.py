"""How a judge shares a GPU with another, with a device that is none but has a lock."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from targets import raw_target

from kernelwright_harness.judge import gpu_lock, service
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.gpu_lock import GpuLock
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.options import parse_options

REQUEST: dict[str, Any] = {"method": "measure", "target": raw_target()}


class Court:
    """A judge, and what it did."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[str] = []
        self.outcome = "measured"
        device = EmulatedDevice()
        device.lock = GpuLock("GPU-1")
        monkeypatch.setattr(service, "open_device", lambda *_: device)
        monkeypatch.setattr(service, "measure", self._measure)
        monkeypatch.setattr(Runners, "stay_off_device", lambda _, off: self.events.append("off" if off else "on"))
        monkeypatch.setattr(Runners, "wake_all", lambda _: self.events.append("wake" if self._is_held() else "wake without the lock"))
        self.judge = service._Judge(parse_options("judge", ["--device", "emulated"]), self.events.append)  # pyright: ignore[reportPrivateUsage]

    def _measure(self, *_: object) -> dict[str, Any]:
        self.events.append("measure" if self._is_held() else "measure without the lock")
        if self.outcome == "error":
            raise RuntimeError
        return {"outcome": self.outcome}

    def _is_held(self) -> bool:
        with closing(GpuLock("GPU-1")) as visitor, visitor.held_if_free() as free:
            return not free

    def measure(self) -> list[str]:
        self.events.clear()
        self.judge.answer(REQUEST, self.events.append)
        return self.events


@pytest.fixture
def court(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Court]:
    monkeypatch.setattr(gpu_lock, "_FOLDER", str(tmp_path))
    opened = Court(monkeypatch)
    yield opened
    opened.judge.close()


def test_alone_its_runners_may_wait_on_the_device(court: Court) -> None:
    assert court.measure() == ["on", "measure", "on"]


def test_beside_another_nothing_of_it_is_there_before_or_after(court: Court) -> None:
    other = GpuLock("GPU-1")
    assert court.measure() == ["off", "measure", "off"]
    court.outcome = "error"
    with pytest.raises(RuntimeError):
        court.measure()
    assert court.events == ["off", "measure", "off"]
    other.close()
    court.outcome = "measured"
    assert court.measure() == ["on", "measure", "on"]


def test_it_looks_ahead_only_while_nobody_measures(court: Court) -> None:
    other = GpuLock("GPU-1")
    with other.held(lambda: None):
        court.judge.look_ahead()
    assert court.events == []
    court.judge.look_ahead()
    assert court.events == ["off", "wake"]
    other.close()
    court.judge.look_ahead()
    assert court.events[2:] == ["on", "wake"]


def test_that_it_cannot_look_ahead_is_no_end(court: Court, tmp_path: Path) -> None:
    (tmp_path / "kernelwright-GPU-1.lock").symlink_to("nowhere")
    court.judge.look_ahead()
    assert court.events == []
