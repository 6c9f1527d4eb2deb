"""Finished builds by their keys, in a folder that outlives runs and that anybody may delete at any time.

Each entry is one file with a name of its own until it is whole, so that readers see all of it or nothing, and two processes that write the
same entry do not meet. What is read is copied: nothing ever runs from here, and an entry that goes away meanwhile takes nothing with it.
No sandbox sees the folder. A failed operation of the file system is a build that is not kept or not found, never an error.
"""

import hashlib
import json
import os
import re
import secrets
import stat
import time
from collections.abc import Mapping
from pathlib import Path

GIB = 1 << 30
_NEW = ".new-"
_ENTRY = re.compile(r"[0-9a-f]{64}|\.new-[0-9a-f]{16}")
"""Other files in the folder are not ours to count or to remove."""
_LARGEST = 1 / 8
"""No entry may have a larger share of the bound: one candidate must not push out all others."""
_ABANDONED_S = 3600.0
"""After this time nobody writes an entry any more."""
_CLOCK_S = 60.0
"""The file system's clock may be another machine's."""


class BuildCache:
    """In `folder`, which `open_cache` has found fit."""

    def __init__(self, folder: Path, limit_bytes: int = 2 * GIB) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def get(self, key: str) -> tuple[bytes, str] | None:
        """The library's bytes and the log. An entry that is not what was written is removed."""
        place = self._folder / key
        try:
            entry = _own_file(place)
        except FileNotFoundError:
            return None
        except OSError:
            return self._remove(place)
        if (found := _opened(entry, key)) is None:
            return self._remove(place)
        try:
            os.utime(place)  # the oldest use goes first
        except OSError:
            pass
        return found

    def put(self, key: str, library: Path, log: str) -> None:
        new = self._folder / f"{_NEW}{secrets.token_hex(8)}"
        try:
            if library.stat().st_size > self._limit_bytes * _LARGEST:
                return
            entry = _sealed(key, library.read_bytes(), log)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(entry)
            new.rename(self._folder / key)
        except OSError:
            self._remove(new)
            return
        self._make_room()

    def _make_room(self) -> None:
        """Removes the entries that have not been used for longest. Another process may do the same at the same time: too few remain, at worst."""
        entries: list[tuple[float, int, Path]] = []
        now = time.time()
        try:
            with os.scandir(self._folder) as found:
                for each in found:
                    state = each.stat(follow_symlinks=False)
                    if stat.S_ISREG(state.st_mode) and _ENTRY.fullmatch(each.name):
                        # A time to come is of a clock that was wrong: such entries would otherwise stay for ever, and no new one beside them.
                        used = state.st_mtime if state.st_mtime <= now + _CLOCK_S else 0.0
                        entries.append((used, state.st_size, Path(each.path)))
        except OSError:  # removed while we looked
            return
        total = sum(size for _, size, _ in entries)
        for used, size, place in sorted(entries):
            abandoned = place.name.startswith(_NEW) and now - used > _ABANDONED_S
            if total > self._limit_bytes or abandoned:
                self._remove(place)
                total -= size

    def _remove(self, place: Path) -> None:
        try:
            place.unlink(missing_ok=True)
        except OSError:
            pass


def open_cache(environment: Mapping[str, str]) -> BuildCache | None:
    """In `$KERNELWRIGHT_CACHE`, else `$XDG_CACHE_HOME/kernelwright/builds`, else `~/.cache/kernelwright/builds`: the first that can be used.
    None when there is none, and with `KERNELWRIGHT_CACHE=off`."""
    named = environment.get("KERNELWRIGHT_CACHE")
    if named == "off":
        return None
    caches = environment.get("XDG_CACHE_HOME") or (f"{home}/.cache" if (home := environment.get("HOME")) else None)
    for place in (named, f"{caches}/kernelwright/builds" if caches else None):
        if place and os.path.isabs(place) and _fit(Path(place)):
            return BuildCache(Path(place))
    return None


def _fit(folder: Path) -> bool:
    """Makes it where it is not. A folder that somebody else owns or may write to is not used: entries could vanish or change places there."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.stat()
        return state.st_uid == os.geteuid() and state.st_mode & 0o022 == 0 and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except OSError:
        return False


def _own_file(place: Path) -> bytes:
    """The contents of a regular file that this user owns; raises OSError for anything else."""
    with open(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid():
            raise OSError(f"not a file of ours: {place}")
        return file.read()


def _sealed(key: str, library: bytes, log: str) -> bytes:
    """Two lines and the library: the SHA-256 of all that follows, then what it belongs to. The key is in it, so that no entry can take another's place."""
    about = json.dumps({"key": key, "library": hashlib.sha256(library).hexdigest(), "log": log}).encode()
    rest = about + b"\n" + library
    return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def _opened(entry: bytes, key: str) -> tuple[bytes, str] | None:
    seal, _, rest = entry.partition(b"\n")
    if hashlib.sha256(rest).hexdigest().encode() != seal:
        return None
    about, _, library = rest.partition(b"\n")
    try:
        described = json.loads(about)
        return (library, str(described["log"])) if described["key"] == key else None
    except (ValueError, KeyError, TypeError):
        return None
