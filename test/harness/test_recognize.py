"""Which files follow KernelBench's convention."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import kernelwright_harness
from kernelwright_harness.recognize.convention import UNPARSED, missing_parts
from kernelwright_harness.recognize.service import recognize

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
        ("class Model(nn.Module:", [UNPARSED]),
        ("\0", [UNPARSED]),
    ],
)
def test_what_a_file_lacks(text: str, missing: list[str]) -> None:
    assert missing_parts(text) == missing


def test_hostile_text_breaks_its_own_process_alone(tmp_path: Path) -> None:
    assert recognize(tmp_path / "0", "x = " + "(" * 100_000, sandbox=True) == [UNPARSED]
    assert recognize(tmp_path / "1", "x = " + "-" * 1_000_000 + "1", sandbox=True) == [UNPARSED]
    assert recognize(tmp_path / "2", CONVENTION, sandbox=True) == []


def test_the_program_answers_for_each_file(tmp_path: Path) -> None:
    asked = {"files": [{"path": "../a.py", "content": CONVENTION}, {"path": "b.py", "content": ""}]}
    command = [sys.executable, "-s", "-B", "-m", "kernelwright_harness", "recognize", "--sandbox", "on"]
    finished = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=_PACKAGE_ROOT, check=True, timeout=60)
    missing = json.loads(finished.stdout)["missing"]
    assert missing == [[], ["a class Model", "a function get_inputs()", "a function get_init_inputs()"]]
