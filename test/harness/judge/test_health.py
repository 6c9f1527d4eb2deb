"""Whether a device has recovered, asked with answers that are made up; and that the judge lets nothing out until it has."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch

from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.health import Checks, DeviceUnhealthy, HealthWatch, ensure_healthy, free_to_others, known_good
from kernelwright_harness.limits import GIB, MIB


@dataclass
class Gpu:
    name: str = "NVIDIA H200"
    torch_device: torch.device = torch.device("cuda", 0)
    free: int = 100 * GIB

    def free_bytes(self) -> int:
        return self.free


@dataclass
class Waiting:
    """Runners that wait, with a CUDA context of 600 MiB each on `gpu`."""

    on_device: int = 0
    gpu: Gpu | None = None

    def drop(self) -> None:
        if self.gpu is not None:
            self.gpu.free += self.on_device * 600 * MIB
        self.on_device = 0


WELL = Checks(left=lambda: [], works=lambda where: True, free=lambda device: device.free_bytes(), patience_s=0.2)


def after(polls: int, first: Any, then: Any) -> Callable[..., Any]:
    """Answers `first` for a number of questions, and `then` from there on."""
    asked = [0]

    def answer(*_: Any) -> Any:
        asked[0] += 1
        return first if asked[0] <= polls else then

    return answer


def test_a_device_that_is_well_passes() -> None:
    ensure_healthy(Gpu(), 100 * GIB, WELL)


def test_time_is_given_to_recover() -> None:
    checks = replace(WELL, left=after(2, [4711], []), free=after(2, 90 * GIB, 100 * GIB), patience_s=5)
    ensure_healthy(Gpu(), 100 * GIB, checks)


def test_a_process_that_stays_is_named() -> None:
    with pytest.raises(DeviceUnhealthy, match=r"the GPU NVIDIA H200 did not recover after a candidate was stopped: process 4711 could not be ended; restart"):
        ensure_healthy(Gpu(), None, replace(WELL, left=lambda: [4711]))


def test_memory_that_stays_away_is_counted() -> None:
    with pytest.raises(DeviceUnhealthy, match=r"1024 MiB of its memory did not come back"):
        ensure_healthy(Gpu(free=99 * GIB), 100 * GIB, WELL)


def test_some_memory_may_stay_with_the_judges_own_libraries() -> None:
    ensure_healthy(Gpu(free=100 * GIB - 300 * MIB), 100 * GIB, WELL)
    ensure_healthy(Gpu(free=1 * GIB), None, WELL)


def _raises(where: torch.device) -> bool:
    raise RuntimeError("CUDA error: an illegal memory access was encountered")


def _hangs(where: torch.device) -> bool:
    time.sleep(1)
    return True


@pytest.mark.parametrize("works", [lambda where: False, _raises, _hangs], ids=["wrong result", "error", "no end"])
def test_a_computation_that_goes_wrong_is_no_recovery(works: Callable[[torch.device], bool]) -> None:
    with pytest.raises(DeviceUnhealthy, match="a computation with a known result failed or did not end"):
        ensure_healthy(Gpu(), None, replace(WELL, works=works))


def test_the_known_computation_is_right_here() -> None:
    assert known_good(torch.device("cpu"))
    ensure_healthy(EmulatedDevice())
    assert free_to_others(EmulatedDevice()) is None


def report(outcome: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"outcome": outcome}


def test_only_failures_of_runners_raise_the_question() -> None:
    broken = HealthWatch(Gpu(), Waiting(), replace(WELL, works=lambda where: False))
    for outcome in ("measured", "incorrect"):
        assert broken.guard(report(outcome)) == {"outcome": outcome}
    for outcome in ("crashed", "timed-out", "rejected", "load-failed", "baseline-failed"):
        with pytest.raises(DeviceUnhealthy):
            HealthWatch(Gpu(), Waiting(), replace(WELL, works=lambda where: False)).guard(report(outcome))


def test_a_device_that_is_not_well_refuses_until_it_is() -> None:
    gpu = Gpu()
    watch = HealthWatch(gpu, Waiting(), WELL)
    measured: list[int] = []

    def leaks() -> dict[str, Any]:
        gpu.free = 50 * GIB
        return {"outcome": "crashed"}

    def measures() -> dict[str, Any]:
        measured.append(1)
        return {"outcome": "measured"}

    for measurement in (leaks, measures, measures):
        with pytest.raises(DeviceUnhealthy, match="51200 MiB"):
            watch.guard(measurement)
    assert measured == []
    gpu.free = 100 * GIB
    assert watch.guard(measures) == {"outcome": "measured"}
    gpu.free = 80 * GIB  # somebody else's: no candidate has failed
    assert watch.guard(measures) == {"outcome": "measured"}


def test_what_was_free_before_another_judges_turn_is_not_asked_for() -> None:
    gpu = Gpu()
    left: list[int] = []
    watch = HealthWatch(gpu, Waiting(), replace(WELL, left=lambda: left))
    assert watch.guard(report("measured"), shared=True) == {"outcome": "measured"}
    left.append(4711)
    with pytest.raises(DeviceUnhealthy, match="process 4711"):
        watch.guard(report("crashed"), shared=True)
    left.clear()
    gpu.free -= 1 * GIB  # the other judge's, meanwhile
    assert watch.guard(report("crashed"), shared=True) == {"outcome": "crashed"}

    def leaks() -> dict[str, Any]:
        gpu.free -= 1 * GIB
        return {"outcome": "crashed"}

    with pytest.raises(DeviceUnhealthy, match="1024 MiB"):
        watch.guard(leaks, shared=True)


def test_what_waiting_runners_hold_is_not_missed_and_hides_nothing() -> None:
    """Two contexts wait when the measurement begins; they are ended before the memory is counted, and a third one that stayed is found."""
    gpu = Gpu()
    waiting = Waiting(gpu=gpu)
    watch = HealthWatch(gpu, waiting, WELL)
    assert watch.guard(report("measured")) == {"outcome": "measured"}
    gpu.free -= 2 * 600 * MIB
    waiting.on_device = 2
    assert watch.guard(report("crashed")) == {"outcome": "crashed"}
    gpu.free -= 2 * 600 * MIB
    waiting.on_device = 2

    def leaks() -> dict[str, Any]:
        gpu.free -= 600 * MIB
        return {"outcome": "crashed"}

    with pytest.raises(DeviceUnhealthy, match="600 MiB"):
        watch.guard(leaks)


def test_a_process_that_could_not_be_ended_stops_the_next_measurement() -> None:
    with pytest.raises(DeviceUnhealthy, match="process 7"):
        HealthWatch(Gpu(), Waiting(), replace(WELL, left=lambda: [7])).guard(report("measured"))


@pytest.mark.gpu
def test_a_gpu_is_well_and_its_memory_comes_back() -> None:
    from kernelwright_harness.judge.devices import open_device

    device = open_device("cuda")
    before = free_to_others(device)
    assert before is not None and before > 0
    held = torch.ones(1 << 28, device="cuda")  # 1 GiB of PyTorch's own is no leak
    began = time.monotonic()
    ensure_healthy(device, before)
    assert time.monotonic() - began < 5 and os.getpid() and held.numel()
