"""Which files follow KernelBench's convention."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kernelwright_harness
from kernelwright_harness.recognize import service
from kernelwright_harness.recognize.convention import UNPARSED, missing_parts
from kernelwright_harness.recognize.limits import UNFINISHED
from kernelwright_harness.recognize.service import _checked, recognize  # pyright: ignore[reportPrivateUsage]
from kernelwright_harness.supervised import Supervised

_PACKAGE_ROOT = Path(kernelwright_harness.__file__).resolve().parents[1]
CONVENTION = """
import torch.nn as nn
raise SystemExit("nothing of it runs")
class Model(nn.Module): ...
def get_inputs(): return []
def get_init_inputs(count=1, *, more=2): return []
"""


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (CONVENTION, []),
        (CONVENTION.replace("nn.Module", "torch.nn.Module"), []),
        (CONVENTION.replace("nn.Module", "BaseModule"), []),
        (CONVENTION.replace("(nn.Module)", ""), ["torch.nn.Module as the base of Model"]),
        (CONVENTION.replace("class Model(", "class ModelNew("), ["a class Model"]),
        (CONVENTION.replace("get_inputs()", "get_inputs(device)"), ["a function get_inputs() that needs no arguments"]),
        (CONVENTION.replace("*, more=2", "*, more"), ["a function get_init_inputs() that needs no arguments"]),
        (CONVENTION.replace("def get_init_inputs", "async def get_init_inputs"), ["a function get_init_inputs()"]),
        ("'''" + CONVENTION + "'''", ["a class Model", "a function get_inputs()", "a function get_init_inputs()"]),
        ("\ufeff" + CONVENTION, []),
        ("class Model(nn.Module:", [UNPARSED]),
        ("\0", [UNPARSED]),
    ],
)
def test_what_a_file_lacks(text: str, missing: list[str]) -> None:
    assert missing_parts(text) == missing


def test_hostile_text_spoils_no_other_file(tmp_path: Path) -> None:
    texts = [CONVENTION, "x = " + "(" * 100_000, "x = " + "-" * 1_000_000 + "1", "class Model: ...", CONVENTION]
    lacking = ["torch.nn.Module as the base of Model", "a function get_inputs()", "a function get_init_inputs()"]
    first, deep, broken, partial, last = recognize(tmp_path, texts, sandbox=True)
    assert (first, deep, partial, last) == ([], [UNPARSED], lacking, [])
    assert broken in ([UNPARSED], [UNFINISHED])  # versions of Python differ in how far their parsers go


_SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from kernelwright_harness.recognize import inside

def parse(text):
    if text == "hangs":
        time.sleep(60)
    if text == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if text == "grows":
        return [str(len(bytearray(2 << 30)))]
    return [text]

inside.missing_parts, inside.FILE_S = parse, 1
print([inside.missing_in_file(Path(sys.argv[1], name)) for name in sys.argv[2:]])
"""


def test_a_file_that_hangs_or_kills_its_parser_fails_alone(tmp_path: Path) -> None:
    names = ("hangs", "dies", "grows", "is parsed")
    for name in names:
        (tmp_path / name).write_text(name)
    # A process of its own, since the tests' own has threads, with which it should not be forked.
    command = [sys.executable, "-s", "-B", "-c", _SCRIPT, str(tmp_path), *names]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=_PACKAGE_ROOT, check=True, timeout=60)
    assert finished.stdout == f"{[[UNFINISHED], [UNFINISHED], [UNFINISHED], ['is parsed']]}\n"


def test_what_was_told_before_the_end_counts(tmp_path: Path) -> None:
    assert recognize(tmp_path, [CONVENTION, CONVENTION], sandbox=True, limit_s=0) == [[UNFINISHED]] * 2
    assert all(_checked(line) == [UNFINISHED] for line in (b"[", b"{}", b"[1]", b'["a class Mod', b"[" * 100_000))
    assert _checked(b'["a class Model"]') == ["a class Model"]


def test_all_files_of_a_large_change_are_parsed_in_one_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def counting(command: list[str], *rest: Any) -> Supervised:
        started.append(command)
        return Supervised(command, *rest)

    monkeypatch.setattr(service, "Supervised", counting)
    assert recognize(tmp_path, [CONVENTION] * 200, sandbox=True) == [[]] * 200
    assert len(started) == 1


def test_the_program_answers_for_each_file(tmp_path: Path) -> None:
    asked = {"files": [{"path": "../a.py", "content": CONVENTION}, {"path": "b.py", "content": ""}]}
    command = [sys.executable, "-s", "-B", "-m", "kernelwright_harness", "recognize", "--sandbox", "on"]
    finished = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=_PACKAGE_ROOT, check=True, timeout=60)
    missing = json.loads(finished.stdout)["missing"]
    assert missing == [[], ["a class Model", "a function get_inputs()", "a function get_init_inputs()"]]
