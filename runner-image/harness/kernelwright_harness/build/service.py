"""`python -m kernelwright_harness build`: builds one implementation; the request is JSON on standard input, the answer JSON on standard output.

Request: `{"device": "cuda" | "emulated", "arch": "sm_90", "directory": PATH, "source": PATH, "files": [{"path", "content"}]}`, with an existing
empty folder. Answer: `{"outcome": "built" | "failed", "library": PATH | null, "log": TEXT, "seconds": NUMBER}`.
"""

import json
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from kernelwright_harness.build.compile import Job, build
from kernelwright_harness.options import parse_options


def main(arguments: list[str]) -> int:
    options = parse_options("build", arguments)
    request = json.load(sys.stdin)
    directory = Path(request["directory"]).resolve()
    for file in request["files"]:
        _write(directory, file)
    result = build(Job(directory, request["source"], request["arch"], options.sandbox), request["device"])
    json.dump({"outcome": result.outcome, "library": str(result.library) if result.library else None, "log": result.log, "seconds": result.seconds}, sys.stdout)
    return 0


def _write(directory: Path, file: dict[str, Any]) -> None:
    path = PurePosixPath(file["path"])
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"not a path inside the target: {path}")
    place = directory / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(file["content"])
