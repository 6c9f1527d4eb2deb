"""What a build depends on, as one SHA-256. All of it is written down as JSON first, so that no two different things read alike."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from kernelwright_harness.build.build_options import BuildOptions
from kernelwright_harness.build.job import COMPILER_PATH, PRELUDE
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import cuda_home

_FORMAT = 1
_BUILD = Path(__file__).resolve().parent
_EMULATOR = _BUILD.parent / "emulator"
_HEADERS = ("/usr/include", "/usr/local/include")


def build_key(
    files: Sequence[Mapping[str, str]],
    source: str,
    arch: str,
    device: DeviceKind,
    sandbox: bool,
    options: BuildOptions = BuildOptions(),
    more: Any = None,
) -> str:
    """The key of the build of `files` (`path` and `content` each, in this order) here and now.

    The programs that make the commands stand for their flags: with every change to them the keys are others. `options` are the target's own, `more` is
    what else it depends on.
    """
    parts: dict[str, Any] = {
        "format": _FORMAT,
        "files": [[file["path"], file["content"]] for file in files],
        "source": source,
        "arch": arch,
        "device": device,
        "options": asdict(options),
        "more": more,
        "sandbox": sandbox,
        "compilers": compilers(),
        "builder": _contents([*_BUILD.rglob("*.py"), PRELUDE]),
        "emulator": _contents(p for p in _EMULATOR.rglob("*") if p.suffix in (".py", ".h", ".hpp", ".cpp")) if device == "emulated" else None,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@lru_cache
def compilers() -> dict[str, Any]:
    """nvcc and g++ by what they say of themselves, which names the very build, and the files that have a part in a library by size and time."""
    home = cuda_home()
    nvcc = [str(home / "bin" / "nvcc")] if home else []
    host = [path for name in ("g++", "gcc", "as", "ld") if (path := shutil.which(name, path=COMPILER_PATH))]
    asked = [*nvcc, *host[:1]]
    # Side by side: each takes a few milliseconds.
    started = [subprocess.Popen([program, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for program in asked]
    said = [process.communicate(timeout=30)[0].decode("utf-8", "replace") for process in started]
    parts = [home / "bin" / name for name in ("nvcc", "cudafe++", "ptxas", "fatbinary")] + [home / "nvvm" / "bin" / "cicc", home / "include"] if home else []
    return {"asked": asked, "said": said, "files": [_state(path) for path in (*map(str, parts), *host, *_HEADERS)], "libc": os.confstr("CS_GNU_LIBC_VERSION")}


def _state(path: str) -> list[str | int] | None:
    """A program that was replaced has another time. A folder has when something in it was added or removed."""
    try:
        real = os.path.realpath(path)
        state = os.stat(real)
    except OSError:
        return None
    return [path, real, state.st_size, state.st_mtime_ns]


def _contents(paths: Iterable[Path]) -> list[list[str]]:
    return [[str(path.relative_to(_BUILD.parent)), hashlib.sha256(path.read_bytes()).hexdigest()] for path in sorted(paths)]
