"""Measurements of several judges on one GPU, as far as files tell: one at a time, and each knows of the others."""

import os
import stat
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from kernelwright_harness.judge import gpu_lock
from kernelwright_harness.judge.device_unavailable import DeviceUnavailable
from kernelwright_harness.judge.gpu_lock import GpuLock


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(gpu_lock, "_FOLDER", str(tmp_path))
    return tmp_path


def nothing() -> None:
    pass


def test_nobody_else_gets_it_while_it_is_held() -> None:
    one, other = GpuLock("GPU-1"), GpuLock("GPU-1")
    began, told = threading.Event(), threading.Event()

    def wait_for_it() -> None:
        with other.held(told.set):
            began.set()

    with one.held(nothing):
        with other.held_if_free() as free:
            assert not free
        waiting = threading.Thread(target=wait_for_it)
        waiting.start()
        assert not began.wait(0.2)
    assert began.wait(10) and told.is_set()
    waiting.join()
    with one.held(lambda: pytest.fail("nobody else has it")):
        pass
    with other.held_if_free() as free:
        assert free
        with one.held_if_free() as also:
            assert not also


def test_another_gpu_is_another_lock() -> None:
    with GpuLock("GPU-1").held(nothing), GpuLock("GPU-2").held_if_free() as free:
        assert free


def test_each_knows_whether_there_are_others() -> None:
    one = GpuLock("GPU-1")
    assert not one.is_shared() and not one.is_shared()
    GpuLock("GPU-2")
    assert not one.is_shared()
    second, third = GpuLock("GPU-1"), GpuLock("GPU-1")
    assert [each.is_shared() for each in (one, second, third, one)] == [True] * 4
    second.close()
    assert one.is_shared()
    third.close()
    assert not one.is_shared()


def test_one_that_was_killed_is_gone(folder: Path) -> None:
    one = GpuLock("GPU-1")
    code = f"""
from kernelwright_harness.judge import gpu_lock
gpu_lock._FOLDER = {str(folder)!r}
lock = gpu_lock.GpuLock("GPU-1")
with lock.held(lambda: None):
    print("held", flush=True)
    input()
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    assert one.is_shared()
    with one.held_if_free() as free:
        assert not free
    process.kill()
    process.wait()
    assert not one.is_shared()
    with one.held_if_free() as free:
        assert free


def test_other_users_can_open_the_files_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        with GpuLock("GPU-1").held(nothing):
            pass
    finally:
        os.umask(before)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "kernelwright-GPU-1.lock": 0o644,
        "kernelwright-GPU-1.judges": 0o644,
    }


def test_who_cannot_open_them_is_told_what_to_do(folder: Path) -> None:
    (folder / "kernelwright-GPU-1.judges").symlink_to("kernelwright-GPU-1.judges")
    with pytest.raises(DeviceUnavailable, match=r"kernelwright-GPU-1\.judges, by which judges of one GPU wait for each other, cannot be opened \(Too many levels"):
        GpuLock("GPU-1")


def test_without_a_name_there_is_nobody_else(folder: Path) -> None:
    one, other = GpuLock(None), GpuLock(None)
    with one.held(nothing), other.held(nothing), other.held_if_free() as free:
        assert free and not one.is_shared()
    one.close()
    assert list(folder.iterdir()) == []


def test_a_file_that_was_removed_does_not_part_them(folder: Path) -> None:
    """As those of /tmp are when they are old."""
    one, other = GpuLock("GPU-1"), GpuLock("GPU-1")
    with one.held(nothing):
        pass
    for path in folder.iterdir():
        path.unlink()
    assert not one.is_shared()  # the other has not looked yet
    assert other.is_shared() and one.is_shared()
    with one.held_if_free() as free, other.held_if_free() as also:
        assert (free, also) == (True, False)


def test_who_waited_for_a_file_that_was_removed_waits_for_the_new_one(folder: Path) -> None:
    one, other, third = (GpuLock("GPU-1") for _ in range(3))
    waits, has_it = threading.Event(), threading.Event()

    def wait_for_it() -> None:
        with other.held(waits.set):
            has_it.set()

    old, new = ExitStack(), ExitStack()
    old.enter_context(third.held(nothing))
    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    assert waits.wait(10)
    (folder / "kernelwright-GPU-1.lock").unlink()
    new.enter_context(one.held(lambda: pytest.fail("it is a new file")))
    waits.clear()
    old.close()
    assert waits.wait(10) and not has_it.is_set()
    new.close()
    assert has_it.wait(10)
    waiting.join()


def test_nothing_else_that_lies_there_is_followed_or_waited_for(folder: Path) -> None:
    (folder / "kernelwright-GPU-1.judges").symlink_to(folder / "elsewhere")
    with pytest.raises(DeviceUnavailable, match="cannot be opened"):
        GpuLock("GPU-1")
    assert not (folder / "elsewhere").exists()
    os.mkfifo(folder / "kernelwright-GPU-2.judges")
    GpuLock("GPU-2").close()


def test_the_place_is_the_same_whatever_the_temporary_folder(tmp_path: Path) -> None:
    code = "from kernelwright_harness.judge import gpu_lock; print(gpu_lock._FOLDER)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True).stdout == "/tmp\n"
