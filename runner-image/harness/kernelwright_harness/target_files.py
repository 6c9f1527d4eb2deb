"""A target's files: as the orchestrator sends them, in a folder for compilers, and of a Python target packed into one file for runners."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

OWN_PREFIX = "kernelwright-"
"""Of the names of what the harness itself writes beside them: a target's file must not stand in for it."""


def write_files(folder: Path, files: Sequence[dict[str, Any]]) -> None:
    """`files` are `{"path", "content"}`. The orchestrator has looked at the paths: a ValueError here is a bug on one of the two sides."""
    for file in files:
        path = PurePosixPath(file["path"])
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"not a path inside the target: {path}")
        if path.parts and path.parts[0].startswith(OWN_PREFIX):
            raise ValueError(f"a target's files cannot be named so: {path}")
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(file["content"], encoding="utf-8")


def is_packed(built: Path) -> bool:
    """Whether what was built is packed Python files, and not a library."""
    return built.suffix == ".json"


def pack(folder: Path, into: Path) -> None:
    """All that `write_files` has put into `folder`."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.relative_to(folder).as_posix().startswith(OWN_PREFIX)]
    into.write_text(json.dumps({path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}), encoding="utf-8")


def unpack(packed: Path) -> dict[str, str]:
    """The texts by their paths; of a library, which a project's package has, in base64: `content_of` knows it."""
    return json.loads(packed.read_text(encoding="utf-8"))


def content_of(path: str, text: str) -> bytes:
    """What lies at `path` when it is unpacked."""
    return base64.b64decode(text) if path.endswith(".so") else text.encode("utf-8")
