"""Where finished builds are kept: what is found again, what is not, and that nothing of it can do harm."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kernelwright_harness
from kernelwright_harness.build.cache import BuildCache, open_cache

KEY, OTHER = "a" * 64, "b" * 64
LIBRARY = b"\x7fELF\n" + bytes(range(256)) * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.so"
    path.write_bytes(LIBRARY)
    return path


def test_what_was_put_in_is_found_by_its_key_alone(folder: Path, library: Path) -> None:
    BuildCache(folder).put(KEY, library, "said: \u00e9\n")
    assert BuildCache(folder).get(KEY) == (LIBRARY, "said: \u00e9\n")
    assert BuildCache(folder).get(OTHER) is None
    assert [p.name for p in folder.iterdir()] == [KEY]
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("length", [0, 10, 64, 65, 200, -1])
def test_a_torn_entry_is_a_miss_and_goes(folder: Path, library: Path, length: int) -> None:
    cache = BuildCache(folder)
    cache.put(KEY, library, "log")
    whole = (folder / KEY).read_bytes()
    (folder / KEY).write_bytes(whole[:length])
    assert cache.get(KEY) is None
    assert not (folder / KEY).exists()


@pytest.mark.parametrize("place", [0, 70, 100, 150, -1])
def test_a_tampered_entry_is_a_miss_and_goes(folder: Path, library: Path, place: int) -> None:
    cache = BuildCache(folder)
    cache.put(KEY, library, "log")
    entry = bytearray((folder / KEY).read_bytes())
    entry[place] ^= 1
    (folder / KEY).write_bytes(entry)
    assert cache.get(KEY) is None
    assert not (folder / KEY).exists()


def test_an_entry_cannot_take_the_place_of_another(folder: Path, library: Path) -> None:
    cache = BuildCache(folder)
    cache.put(KEY, library, "log")
    (folder / KEY).rename(folder / OTHER)
    assert cache.get(OTHER) is None
    assert not (folder / OTHER).exists()


def test_a_link_or_a_pipe_is_no_entry(folder: Path, library: Path, tmp_path: Path) -> None:
    cache = BuildCache(folder)
    cache.put(KEY, library, "log")
    (folder / KEY).rename(tmp_path / "elsewhere")
    (folder / KEY).symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder / OTHER)
    assert (cache.get(KEY), cache.get(OTHER)) == (None, None)
    assert list(folder.iterdir()) == [] and (tmp_path / "elsewhere").exists()


def test_the_folder_may_go_at_any_time(folder: Path, library: Path) -> None:
    cache = BuildCache(folder)
    cache.put(KEY, library, "log")
    (folder / KEY).unlink()
    assert cache.get(KEY) is None
    folder.rmdir()
    assert cache.get(KEY) is None
    cache.put(KEY, library, "log")
    assert not folder.exists()


def test_an_entry_that_goes_while_it_is_read_is_read_to_its_end(folder: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = BuildCache(folder)
    cache.put(KEY, library, "log")
    really = os.open

    def opens_and_deletes(path: "os.PathLike[str]", flags: int, mode: int = 0o777) -> int:
        descriptor = really(path, flags, mode)
        Path(path).unlink()
        return descriptor

    monkeypatch.setattr(os, "open", opens_and_deletes)
    assert cache.get(KEY) == (LIBRARY, "log")


def test_the_folder_that_goes_while_an_entry_is_written_does_no_harm(folder: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deletes_and_fails(self: Path, target: Path) -> Path:
        self.unlink()
        self.parent.rmdir()
        return really(self, target)

    really = Path.rename
    monkeypatch.setattr(Path, "rename", deletes_and_fails)
    BuildCache(folder).put(KEY, library, "log")
    assert not folder.exists()


def test_the_oldest_use_goes_first(folder: Path, library: Path) -> None:
    cache = BuildCache(folder, limit_bytes=10 * len(LIBRARY))
    for number in range(9):
        cache.put(f"{number:064x}", library, "")
        os.utime(folder / f"{number:064x}", (1000 + number, 1000 + number))
    assert cache.get(f"{0:064x}") is not None  # its use is now
    for number in range(9, 13):
        cache.put(f"{number:064x}", library, "")
    left = sorted(int(p.name, 16) for p in folder.iterdir())
    assert left == [0, 5, 6, 7, 8, 9, 10, 11, 12]
    assert sum(p.stat().st_size for p in folder.iterdir()) <= 10 * len(LIBRARY)


def test_a_use_in_time_to_come_does_not_count(folder: Path, library: Path) -> None:
    """The clock was wrong and was put right."""
    later = time.time() + 1e8
    for number in range(12):
        BuildCache(folder).put(f"{number:064x}", library, "")
        os.utime(folder / f"{number:064x}", (later, later))
    cache = BuildCache(folder, limit_bytes=10 * len(LIBRARY))
    cache.put(KEY, library, "")
    assert cache.get(KEY) is not None
    assert len(list(folder.iterdir())) < 12


def test_one_entry_does_not_push_out_all_others(folder: Path, library: Path) -> None:
    cache = BuildCache(folder, limit_bytes=7 * len(LIBRARY))
    cache.put(KEY, library, "")
    assert list(folder.iterdir()) == []


def test_what_a_dead_builder_left_goes_and_what_is_not_ours_stays(folder: Path, library: Path) -> None:
    for name in (".new-" + "0" * 16, ".new-" + "1" * 16, "notes.txt"):
        (folder / name).write_bytes(bytes(2 * len(LIBRARY)))
    os.utime(folder / (".new-" + "0" * 16), (1000, 1000))
    os.utime(folder / "notes.txt", (1000, 1000))
    BuildCache(folder, limit_bytes=8 * len(LIBRARY)).put(KEY, library, "")
    assert sorted(p.name for p in folder.iterdir()) == [".new-" + "1" * 16, KEY, "notes.txt"]


def test_many_processes_at_once_write_read_and_clear_up(folder: Path, library: Path) -> None:
    """Eight keys and room for a few entries: each process writes, reads and removes what the others use."""
    work = """
import sys
from pathlib import Path
from kernelwright_harness.build.cache import BuildCache
cache = BuildCache(Path(sys.argv[1]), limit_bytes=10 * 5000)
library = Path(sys.argv[2])
for turn in range(200):
    key = f"{turn % 16:064x}"
    cache.put(key, library, key)
    assert cache.get(key) in (None, (library.read_bytes(), key))
"""
    root = str(Path(kernelwright_harness.__file__).resolve().parents[1])
    command = [sys.executable, "-s", "-B", "-c", work, str(folder), str(library)]
    processes = [subprocess.Popen(command, env={"PYTHONPATH": root}, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(p.communicate(timeout=60)[1], p.returncode) for p in processes] == [(b"", 0)] * 3
    left = [p for p in folder.iterdir()]
    assert all(len(p.name) == 64 for p in left) and sum(p.stat().st_size for p in left) <= 10 * 5000


def places(folder: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(folder / "home"), **more}


def where(cache: BuildCache | None, library: Path, root: Path) -> str | None:
    """The folder in which `cache` keeps an entry."""
    if cache is None:
        return None
    cache.put(KEY, library, "")
    return next(str(p.parent.relative_to(root)) for p in root.rglob(KEY))


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({}, "home/.cache/kernelwright/builds"),
        ({"XDG_CACHE_HOME": "{}/xdg"}, "xdg/kernelwright/builds"),
        ({"XDG_CACHE_HOME": "{}/xdg", "KERNELWRIGHT_CACHE": "{}/named"}, "named"),
        ({"XDG_CACHE_HOME": "{}/xdg", "KERNELWRIGHT_CACHE": "{}/library.so/below-a-file"}, "xdg/kernelwright/builds"),
        ({"KERNELWRIGHT_CACHE": "relative"}, "home/.cache/kernelwright/builds"),
        ({"KERNELWRIGHT_CACHE": "off"}, None),
        ({"XDG_CACHE_HOME": "{}/library.so"}, None),
    ],
)
def test_the_first_folder_that_can_be_used(tmp_path: Path, library: Path, variables: dict[str, str], place: str | None) -> None:
    environment = places(tmp_path, **{name: value.format(tmp_path) for name, value in variables.items()})
    assert where(open_cache(environment), library, tmp_path) == place
    if place is not None:
        assert (tmp_path / place).stat().st_mode & 0o777 == 0o700


def test_no_home_no_cache() -> None:
    assert open_cache({}) is None


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path, mode: int) -> None:
    (tmp_path / "named").mkdir()
    (tmp_path / "named").chmod(mode)
    assert open_cache({"KERNELWRIGHT_CACHE": str(tmp_path / "named")}) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_what_belongs_to_another_user_is_not_used(tmp_path: Path, folder: Path, library: Path) -> None:
    os.chown(folder, 4242, 4242)
    assert open_cache({"KERNELWRIGHT_CACHE": str(folder)}) is None
    BuildCache(folder).put(KEY, library, "")
    os.chown(folder / KEY, 4242, 4242)
    assert BuildCache(folder).get(KEY) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_not_used(tmp_path: Path, folder: Path) -> None:
    folder.chmod(0o500)
    assert open_cache({"KERNELWRIGHT_CACHE": str(folder)}) is None


def test_an_entry_whose_description_is_no_description_is_a_miss(folder: Path) -> None:
    import hashlib

    for about in (b"no json", b"[]", json.dumps({"key": KEY}).encode(), json.dumps({"log": "", "key": 5}).encode()):
        rest = about + b"\n" + LIBRARY
        (folder / KEY).write_bytes(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
        assert BuildCache(folder).get(KEY) is None
