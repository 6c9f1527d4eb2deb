"""`python -m kernelwright_harness describe`: describes a module; the request is JSON on standard input, the answer JSON on standard output.

Request: `{"source": PATH, "files": [{"path", "content"}], "directory": PATH, "kind": "module" | "function", "entry", "init", "device": "cuda" |
"emulated"}`, with an existing empty folder. Answer: `{"outcome": "described", "parameters": [{"name", "dtype", "shape"}], "seconds"}` or
`{"outcome": "failed", "log": TEXT, "seconds"}`.

The module is imported and constructed in the sandbox (`inside.py`). What that process writes is checked like anything of a stranger's.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.options import parse_options
from kernelwright_harness.supervised import Supervised
from kernelwright_harness.target_files import OWN_PREFIX, write_files
from kernelwright_harness.untrusted_file import read_untrusted

LIMIT_S = 120.0
"""Importing the file may compile kernels."""
_ANSWER_BYTES = 16 << 20
_PARAMETERS = 100_000


class Undescribed(Exception):
    """There is no description; the message is for the module's author."""


def main(arguments: list[str]) -> int:
    options = parse_options("describe", arguments)
    request = json.load(sys.stdin)
    began = time.perf_counter()
    try:
        answer: dict[str, Any] = {"outcome": "described", "parameters": describe(request, options.sandbox)}
    except Undescribed as failure:
        answer = {"outcome": "failed", "log": str(failure)}
    json.dump({**answer, "seconds": time.perf_counter() - began}, sys.stdout)
    return 0


def describe(request: dict[str, Any], sandbox: bool, limit_s: float = LIMIT_S) -> list[dict[str, Any]]:
    """The `state_dict` in its order; empty for a function. Raises Undescribed."""
    folder = Path(request["directory"]).resolve()
    write_files(folder, request["files"])
    answer = folder / f"{OWN_PREFIX}description"
    asked = folder / f"{OWN_PREFIX}request"
    device = "cuda" if request["device"] == "cuda" else "cpu"
    asked.write_text(json.dumps({**request, "callable": request["kind"], "device": device, "directory": str(folder), "answer": str(answer)}))
    access = module_access(gpu=device == "cuda", compiles=True, write=(folder,))
    process = Supervised(module_command("describe.inside", str(asked)), access, sandbox)
    try:
        in_time = process.wait(limit_s) is not None
    finally:
        ended = process.stop()
    if not in_time:
        raise Undescribed(f"{ended.log}\n{request['entry']} in {request['source']} was not constructed within {limit_s:g} s".lstrip())
    if ended.status != 0:
        raise Undescribed("\n".join(part for part in (ended.log.strip(), ended.struck) if part) or f"the process ended with status {ended.status}")
    return _checked(answer)


def _checked(path: Path) -> list[dict[str, Any]]:
    """The module's own code could write there: the text may be anything."""
    content = read_untrusted(path, _ANSWER_BYTES)
    if content is None:
        raise Undescribed("the process that constructs the module wrote no description that can be read")
    try:
        parameters = json.loads(content)
        if not isinstance(parameters, list) or len(parameters) > _PARAMETERS:
            raise ValueError
        described = [_parameter(raw) for raw in parameters]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Undescribed("the description of the module cannot be read") from None
    if len({p["name"] for p in described}) != len(described):
        raise Undescribed("the description of the module names a parameter twice")
    return described


def _parameter(raw: Any) -> dict[str, Any]:
    name, dtype, shape = raw["name"], raw["dtype"], raw["shape"]
    if not (isinstance(name, str) and dtype in DTYPES and isinstance(shape, list) and all(type(extent) is int and extent >= 0 for extent in shape)):
        raise ValueError
    return {"name": name, "dtype": dtype, "shape": shape}
