"""Of several GPUs a sandbox gets the one that is measured on. The files are made up."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernelwright_harness import gpu_device_files as module
from kernelwright_harness.gpu_device_files import gpu_device_files, show_only

FIRST, SECOND = "GPU-0c3bd3c4-8ab2-43e6-a95a-0f1cd1bd2c5e", "GPU-7a4e0f3e-62bb-4a9e-8a2e-6a9dd10d58f1"
SHARED = ["nvidia-modeset", "nvidia-uvm", "nvidia-uvm-tools", "nvidiactl"]


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With two GPUs, the second of which has the file of number 0, as where the order is that of their places."""
    devices, gpus = tmp_path / "dev", tmp_path / "gpus"
    devices.mkdir()
    for name in [*SHARED, "nvidia0", "nvidia1", "null"]:
        (devices / name).touch()
    (devices / "nvidia-caps").mkdir()
    for place, uuid, minor in (("0000:18:00.0", FIRST, 1), ("0000:2a:00.0", SECOND, 0)):
        (gpus / place).mkdir(parents=True)
        (gpus / place / "information").write_text(f"Model: \t\t NVIDIA H200\nGPU UUID: \t {uuid}\nBus Location: \t {place}\nDevice Minor: \t {minor}\n")
    module._minor_of.cache_clear()  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(module, "_DEVICES", str(devices))
    monkeypatch.setattr(module, "_GPUS", str(gpus))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # so that it is afterwards as it was
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    yield
    module._minor_of.cache_clear()  # pyright: ignore[reportPrivateUsage]


def names() -> list[str]:
    return [os.path.basename(path) for path in gpu_device_files()]


@pytest.mark.parametrize(("uuid", "own"), [(FIRST, "nvidia1"), (SECOND, "nvidia0")])
def test_of_the_gpu_that_is_named_and_those_that_all_share(uuid: str, own: str) -> None:
    show_only(uuid.removeprefix("GPU-"))
    assert os.environ["CUDA_VISIBLE_DEVICES"] == uuid
    assert sorted(names()) == sorted([*SHARED, own])


@pytest.mark.parametrize("visible", [None, "", "1", "0,1", "GPU-0c3bd3c4", "MIG-f6a6dd0e-1e3a-5f0f-9f3e-3d3a3b3c3d3e"])
def test_of_all_where_it_is_not_known_which(visible: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert sorted(names()) == sorted([*SHARED, "nvidia0", "nvidia1"])


def test_a_part_of_a_gpu_stays_as_it_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "MIG-f6a6dd0e-1e3a-5f0f-9f3e-3d3a3b3c3d3e")
    show_only(FIRST)
    assert os.environ["CUDA_VISIBLE_DEVICES"].startswith("MIG-")


def test_of_all_where_the_file_has_another_name(tmp_path: Path) -> None:
    show_only(FIRST)
    (tmp_path / "dev" / "nvidia1").rename(tmp_path / "dev" / "nvidia7")
    assert sorted(names()) == sorted([*SHARED, "nvidia0", "nvidia7"])
