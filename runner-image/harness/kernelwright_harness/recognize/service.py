"""`python -m kernelwright_harness recognize`: which files follow KernelBench's convention; JSON on standard input and output.

Request: `{"files": [{"path", "content"}]}`. Answer: `{"missing": [[TEXT, …], …]}`: for each file what it lacks, in words; an empty list where
it follows the convention.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.options import parse_options
from kernelwright_harness.recognize.limits import ALL_S, UNFINISHED
from kernelwright_harness.supervised import Supervised
from kernelwright_harness.untrusted_file import read_untrusted

_ANSWER_BYTES = 1 << 20


def main(arguments: list[str]) -> int:
    options = parse_options("recognize", arguments)
    request = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="kernelwright-") as folder:
        missing = recognize(Path(folder), [file["content"] for file in request["files"]], options.sandbox)
    json.dump({"missing": missing}, sys.stdout)
    return 0


def recognize(folder: Path, texts: Sequence[str], sandbox: bool, limit_s: float = ALL_S) -> list[list[str]]:
    """What files that hold the texts lack, in one sandbox for all of them. The folder is empty; the files' own paths are of no account."""
    for number, text in enumerate(texts):
        (folder / str(number)).write_text(text, encoding="utf-8", errors="replace")
    access = module_access(gpu=False, compiles=False, write=(folder,), packages=())
    process = Supervised(module_command("recognize.inside", str(folder), str(len(texts))), access, sandbox)
    try:
        process.wait(limit_s)
    finally:
        process.stop()
    # What was told before the end counts, however the process ended.
    answers = (read_untrusted(folder / "answer", _ANSWER_BYTES) or b"").splitlines()
    return [_checked(answers[number]) if number < len(answers) else [UNFINISHED] for number in range(len(texts))]


def _checked(line: bytes) -> list[str]:
    """Text from a process that has read hostile text."""
    try:
        answer: Any = json.loads(line)
    except (ValueError, RecursionError):
        return [UNFINISHED]
    return answer if isinstance(answer, list) and all(isinstance(part, str) for part in answer) else [UNFINISHED]
