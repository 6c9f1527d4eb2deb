from typing import Any

import pytest
from targets import target, tensor, workload

from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.measurement import measure, shapes_to_check
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.options import DeviceKind, Options

SMALL, LARGE = workload(n=1000), workload(n=1_100_000)  # input and output of the large one are 8.8 MB


class CudaLike(EmulatedDevice):
    kind: DeviceKind = "cuda"


def names(device: EmulatedDevice, **changes: Any) -> list[str]:
    return [shape.name for shape in shapes_to_check(device, target(**changes))]


def test_a_gpu_checks_the_odd_shapes_first_and_then_every_workload() -> None:
    assert names(CudaLike(), workloads=[SMALL, LARGE], vary=[workload(n=1)], emulate=[workload(n=3)]) == ["n=1", "n=1000", "n=1100000"]


def test_the_emulated_device_leaves_out_large_workloads() -> None:
    assert names(EmulatedDevice(), workloads=[SMALL, LARGE], vary=[workload(n=1)]) == ["n=1", "n=1000"]


def test_the_emulated_device_takes_the_shapes_that_are_meant_for_it() -> None:
    assert names(EmulatedDevice(), workloads=[SMALL, LARGE], emulate=[workload(n=2_000_000)]) == ["n=2000000"]


def test_outputs_count_towards_what_fits() -> None:
    wide = [tensor("x", "input", "u8", (1,)), tensor("y", "output", "f64", ("n",))]
    assert names(EmulatedDevice(), arguments=wide, workloads=[workload(n=1 << 20)]) == []
    assert names(EmulatedDevice(), arguments=wide, workloads=[workload(n=(1 << 20) - 1)]) == [f"n={(1 << 20) - 1}"]


def measured(**changes: Any) -> dict[str, Any]:
    request = {"baseline": "/nowhere.so", "candidate": "/nowhere.so", "stage": "screen"}
    return measure(EmulatedDevice(), Runners(EmulatedDevice(), sandbox=True), request, target(**changes), Options(sandbox=True, device="emulated"), lambda _: None)


def test_with_nothing_that_it_could_check_it_does_not_call_anything_right() -> None:
    report = measured(workloads=[LARGE])
    assert report["outcome"] == "baseline-failed"
    assert "no shape of it is small enough for the emulated device" in report["detail"]
    assert "`emulate`" in report["detail"]


def test_a_reference_that_cannot_be_used_is_said_before_anything_is_started() -> None:
    report = measured(reference="nonsense(x)")
    assert report["outcome"] == "bad-reference"
    assert "`reference` uses nonsense" in report["detail"]


@pytest.mark.parametrize(("changes", "left_out"), [({}, None), ({"emulate": [SMALL]}, "n=1100000"), ({"emulate": [workload(n=5)]}, "n=1000; n=1100000")])
def test_what_was_not_run_is_listed_as_skipped(changes: dict[str, Any], left_out: str | None) -> None:
    workloads = [SMALL, LARGE] if changes else [SMALL]
    checks = {check["name"]: check for check in measured(workloads=workloads, reference="nonsense(x)", **changes)["checks"]}
    assert checks["timing"]["status"] == "skipped"
    assert (checks["workloads"]["detail"] if "workloads" in checks else None) == (left_out and f"not run on the emulated device: {left_out}")
