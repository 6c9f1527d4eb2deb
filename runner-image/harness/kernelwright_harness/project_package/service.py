"""`python -m kernelwright_harness project-tests`: runs a built project's own tests; the request is JSON on standard input, the answer JSON on standard output.

Request: `{"device": "cuda" | "emulated", "directory": PATH, "files": [{"path", "content"}], "built": PATH, "project"}`, with an existing empty folder.
Answer: `{"outcome": "ran", "tests": [{"name", "status": "passed" | "failed" | "skipped", "message"}], "seconds"}`, or `{"outcome": "failed", "log": TEXT, "seconds"}`
when they could not be run.

They run in the sandbox, without network, beside the code that they test: what that code wants to fake there, it can. So they find honest mistakes, and
nothing rests on their praise.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.options import parse_options
from kernelwright_harness.supervised import Failed, run_to_end
from kernelwright_harness.target_files import OWN_PREFIX, write_files
from kernelwright_harness.untrusted_file import read_untrusted

LIMIT_S = 600.0
_ANSWER_BYTES = 16 << 20
_TESTS = 100_000
_STATUSES = ("passed", "failed", "skipped")
_MESSAGE = 2000


class NotRun(Exception):
    """The message says why."""


def main(arguments: list[str]) -> int:
    options = parse_options("project-tests", arguments)
    request = json.load(sys.stdin)
    began = time.perf_counter()
    try:
        answer: dict[str, Any] = {"outcome": "ran", "tests": run_tests(request, options.sandbox)}
    except NotRun as failure:
        answer = {"outcome": "failed", "log": str(failure)}
    json.dump({**answer, "seconds": time.perf_counter() - began}, sys.stdout)
    return 0


def run_tests(request: dict[str, Any], sandbox: bool, limit_s: float = LIMIT_S) -> list[dict[str, str]]:
    """Raises NotRun."""
    folder = Path(request["directory"]).resolve()
    write_files(folder, request["files"])
    answer, asked = folder / f"{OWN_PREFIX}results", folder / f"{OWN_PREFIX}request"
    asked.write_text(json.dumps({**request, "directory": str(folder), "answer": str(answer)}))
    access = module_access(Path(request["built"]), gpu=request["device"] == "cuda", compiles=True, write=(folder,))
    late = f"the project's tests did not end within {limit_s:g} s"
    try:
        run_to_end(module_command("project_package.inside", str(asked)), access, sandbox, limit_s, late)
    except Failed as failure:
        raise NotRun(str(failure)) from None
    return _checked(answer)


def _checked(path: Path) -> list[dict[str, str]]:
    """The code that was tested could write there: the text may be anything."""
    content = read_untrusted(path, _ANSWER_BYTES)
    try:
        raw = json.loads(content or b"")
        if not isinstance(raw, list) or len(raw) > _TESTS:
            raise ValueError
        return [_result(each) for each in raw]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NotRun("the process that runs the tests wrote no results that can be read") from None


def _result(raw: Any) -> dict[str, str]:
    name, status, message = raw["name"], raw["status"], raw["message"]
    if not (isinstance(name, str) and isinstance(message, str) and status in _STATUSES):
        raise ValueError
    return {"name": name[:_MESSAGE], "status": status, "message": message[:_MESSAGE]}
