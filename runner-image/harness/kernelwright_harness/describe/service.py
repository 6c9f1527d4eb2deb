"""`python -m kernelwright_harness describe`: describes a module; the request is JSON on standard input, the answer JSON on standard output.

Request: `{"source": PATH, "files": [{"path", "content"}], "directory": PATH, "kind": "module" | "function", "entry", "init", "device": "cuda" |
"emulated"}`, with an existing empty folder, and `"convention": "kernelbench"` for a file that says itself how its module is constructed and
called. Answer: `{"outcome": "described", "parameters": [{"name", "dtype", "shape", "learned"}], "seconds"}`, with `"call"` (`call.py`) where the file says
it, or `{"outcome": "failed", "log": TEXT, "seconds"}`. For `"convention": "benchmarks"` the request has `"project"` and `"built"`, the path of its
packed package, and the answer `"benchmarks"` (`benchmarks.py`).

The module is imported, constructed and perhaps called in the sandbox (`inside.py`). What that process writes is checked like anything of a stranger's.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.describe.call import checked_benchmarks, checked_call
from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.options import parse_options
from kernelwright_harness.supervised import Failed, run_to_end
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
        answer: dict[str, Any] = {"outcome": "described", **describe(request, options.sandbox)}
    except Undescribed as failure:
        answer = {"outcome": "failed", "log": str(failure)}
    json.dump({**answer, "seconds": time.perf_counter() - began}, sys.stdout)
    return 0


def describe(request: dict[str, Any], sandbox: bool, limit_s: float = LIMIT_S) -> dict[str, Any]:
    """`parameters`: the `state_dict` in its order, empty for a function; and `call`, where the file says it. Raises Undescribed."""
    folder = Path(request["directory"]).resolve()
    write_files(folder, request["files"])
    answer = folder / f"{OWN_PREFIX}description"
    asked = folder / f"{OWN_PREFIX}request"
    device = "cuda" if request["device"] == "cuda" else "cpu"
    asked.write_text(json.dumps({**request, "callable": request["kind"], "device": device, "directory": str(folder), "answer": str(answer)}))
    built = Path(request["built"]) if request.get("convention") == "benchmarks" else None
    access = module_access(built, gpu=device == "cuda", compiles=True, write=(folder,))
    late = f"{request['entry']} in {request['source']} was not constructed within {limit_s:g} s"
    try:
        run_to_end(module_command("describe.inside", str(asked)), access, sandbox, limit_s, late)
    except Failed as failure:
        raise Undescribed(str(failure)) from None
    return _checked(answer, request.get("convention"))


def _checked(path: Path, convention: str | None) -> dict[str, Any]:
    """The module's own code could write there: the text may be anything."""
    content = read_untrusted(path, _ANSWER_BYTES)
    if content is None:
        raise Undescribed("the process that constructs the module wrote no description that can be read")
    try:
        answer = json.loads(content)
        parameters = answer["parameters"]
        if not isinstance(parameters, list) or len(parameters) > _PARAMETERS:
            raise ValueError
        described = [_parameter(raw) for raw in parameters]
        call: dict[str, Any] = {"call": checked_call(answer["call"])} if convention == "kernelbench" else {}
        if convention == "benchmarks":
            call = {"benchmarks": checked_benchmarks(answer["benchmarks"])}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Undescribed("the description of the module cannot be read") from None
    if len({p["name"] for p in described}) != len(described):
        raise Undescribed("the description of the module names a parameter twice")
    return {"parameters": described, **call}


def _parameter(raw: Any) -> dict[str, Any]:
    name, dtype, shape, learned = raw["name"], raw["dtype"], raw["shape"], raw["learned"]
    if not (isinstance(name, str) and isinstance(learned, bool) and dtype in DTYPES and isinstance(shape, list) and all(type(extent) is int and extent >= 0 for extent in shape)):
        raise ValueError
    return {"name": name, "dtype": dtype, "shape": shape, "learned": learned}
