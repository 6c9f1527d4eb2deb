"""Control groups, on folders that behave like them: the machines that run these tests seldom allow real ones."""

import os
import shutil
from pathlib import Path

import pytest

from kernelwright_harness.supervisor.cgroup import Cgroup, cgroup_places, make_cgroup
from kernelwright_harness.supervisor.settings import Settings

SETTINGS = Settings(64 << 20, 16, 1, 1, 1, 1)
FILES = ("cgroup.procs", "cgroup.kill", "memory.max", "memory.oom.group", "memory.swap.max", "pids.max", "memory.events", "pids.events")


def place(tmp_path: Path, name: str) -> str:
    (tmp_path / name).mkdir()
    (tmp_path / name / "cgroup.procs").touch()
    return str(tmp_path / name)


def kernel(*files: str):  # noqa: ANN201
    """A `mkdir` that fills the new folder as the kernel does."""

    def mkdir(path: str) -> None:
        os.mkdir(path)
        for file in files:
            (Path(path) / file).touch()

    return mkdir


def test_a_group_gets_the_limits(tmp_path: Path) -> None:
    group = make_cgroup(SETTINGS, [place(tmp_path, "own")], kernel(*FILES), shutil.rmtree)
    assert group is not None
    written = {file: (Path(group.path) / file).read_text() for file in FILES}
    assert written["memory.max"] == str(64 << 20) and written["pids.max"] == "16"
    assert written["memory.swap.max"] == "0" and written["memory.oom.group"] == "1"
    group.join()
    group.kill()
    assert (Path(group.path) / "cgroup.procs").read_text() == "0" and (Path(group.path) / "cgroup.kill").read_text() == "1"
    group.remove()
    assert not Path(group.path).exists()


def test_without_its_controllers_a_place_is_passed_over_and_left_as_it_was(tmp_path: Path) -> None:
    bare, good = place(tmp_path, "bare"), place(tmp_path, "good")

    def mkdir(path: str) -> None:
        kernel(*(FILES if path.startswith(good) else ("cgroup.procs",)))(path)

    group = make_cgroup(SETTINGS, [f"{tmp_path}/missing", bare, good], mkdir, shutil.rmtree)
    assert group is not None and group.path.startswith(good)
    assert os.listdir(bare) == ["cgroup.procs"]
    assert make_cgroup(SETTINGS, [bare], mkdir, shutil.rmtree) is None


def test_kernels_that_do_not_count_swap_will_do(tmp_path: Path) -> None:
    files = [file for file in FILES if file != "memory.swap.max"]
    assert make_cgroup(SETTINGS, [place(tmp_path, "own")], kernel(*files), shutil.rmtree) is not None


@pytest.mark.parametrize(
    ("file", "content", "struck"),
    [
        ("memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 1\n", "it used more than 64 MiB of memory"),
        ("memory.events", "low 0\nhigh 0\nmax 12\noom 0\noom_kill 0\n", None),  # the kernel only had to tidy up
        ("pids.events", "max 3\n", "it had more than 16 processes and threads at a time"),
        ("pids.events", "max 0\n", None),
    ],
)
def test_what_struck_is_told_by_the_kernels_counters(tmp_path: Path, file: str, content: str, struck: str | None) -> None:
    (tmp_path / file).write_text(content)
    assert Cgroup(str(tmp_path)).exceeded(SETTINGS) == struck


MOUNT = "35 24 0:30 {root} {point} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"


@pytest.mark.parametrize(
    ("own", "root", "point", "places"),
    [
        ("/user.slice/app.slice/run-1.scope", "/", "/sys/fs/cgroup", ["/sys/fs/cgroup/user.slice/app.slice/run-1.scope", "/sys/fs/cgroup/user.slice/app.slice"]),
        ("/", "/", "/sys/fs/cgroup", ["/sys/fs/cgroup"]),
        ("/docker/abc/job", "/docker/abc", "/sys/fs/cgroup", ["/sys/fs/cgroup/job", "/sys/fs/cgroup"]),
        ("/docker/abc", "/docker/abc", "/sys/fs/cgroup", ["/sys/fs/cgroup"]),  # never above what is mounted
        ("/elsewhere", "/docker/abc", "/sys/fs/cgroup", []),
    ],
)
def test_places_are_the_own_group_and_the_one_around_it(tmp_path: Path, own: str, root: str, point: str, places: list[str]) -> None:
    (tmp_path / "cgroup").write_text(f"4:memory:/x\n0::{own}\n")
    (tmp_path / "mountinfo").write_text("20 1 8:1 / / rw - ext4 /dev/sda rw\n" + MOUNT.format(root=root, point=point))
    assert cgroup_places(str(tmp_path / "cgroup"), str(tmp_path / "mountinfo")) == places


def test_machines_without_cgroup_v2_have_no_place(tmp_path: Path) -> None:
    (tmp_path / "cgroup").write_text("4:memory:/x\n")
    (tmp_path / "mountinfo").write_text("20 1 8:1 / / rw - ext4 /dev/sda rw\n")
    assert cgroup_places(str(tmp_path / "cgroup"), str(tmp_path / "mountinfo")) == []
    assert cgroup_places(str(tmp_path / "none"), str(tmp_path / "none")) == []
