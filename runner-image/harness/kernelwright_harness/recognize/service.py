"""`python -m kernelwright_harness recognize`: which files follow KernelBench's convention; JSON on standard input and output.

Request: `{"files": [{"path", "content"}]}`. Answer: `{"missing": [[TEXT, …], …]}`: for each file what it lacks, in words; an empty list where
it follows the convention.
"""

import json
import sys
import tempfile
from pathlib import Path

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.options import parse_options
from kernelwright_harness.recognize.convention import UNPARSED
from kernelwright_harness.supervised import Supervised
from kernelwright_harness.untrusted_file import read_untrusted

_LIMIT_S = 20.0
_ANSWER_BYTES = 1 << 16


def main(arguments: list[str]) -> int:
    options = parse_options("recognize", arguments)
    request = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="kernelwright-") as folder:
        missing = [recognize(Path(folder, str(number)), file["content"], options.sandbox) for number, file in enumerate(request["files"])]
    json.dump({"missing": missing}, sys.stdout)
    return 0


def recognize(folder: Path, text: str, sandbox: bool, limit_s: float = _LIMIT_S) -> list[str]:
    """What a file that holds `text` lacks. The folder is made; the file's own path is of no account and not used."""
    folder.mkdir()
    source, answer = folder / "source", folder / "answer"
    source.write_text(text, encoding="utf-8")
    process = Supervised(module_command("recognize.inside", str(source), str(answer)), module_access(gpu=False, compiles=False, write=(folder,), packages=()), sandbox)
    try:
        process.wait(limit_s)
    finally:
        ended = process.stop()
    content = read_untrusted(answer, _ANSWER_BYTES)
    return json.loads(content) if ended.status == 0 and content is not None else [UNPARSED]
