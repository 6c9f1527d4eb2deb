"""The program that says what state a module has, as the orchestrator starts it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kernelwright_harness
from kernelwright_harness.describe.service import Undescribed, describe

_PACKAGE_ROOT = Path(kernelwright_harness.__file__).resolve().parents[1]
_HEAD = "import os, torch\nfrom torch import nn\n"
_LAYERS = """
class Layers(nn.Module):
    def __init__(self, width, *, half=False):
        super().__init__()
        self.norm = nn.BatchNorm1d(width)
        self.fc = nn.Linear(width, 2, dtype=torch.float16 if half else None)
        self.register_buffer("scratch", torch.zeros(3), persistent=False)
"""


def request(folder: Path, text: str, entry: str = "Layers", **changes: Any) -> dict[str, Any]:
    files = [{"path": "nn/layers.py", "content": _HEAD + text}]
    return {"source": "nn/layers.py", "files": files, "directory": str(folder), "kind": "module", "entry": entry, "init": [4], "device": "emulated", **changes}


def test_a_module_is_described_by_its_state_dict_in_order(tmp_path: Path) -> None:
    asked = request(tmp_path, _LAYERS, init={"width": 5, "half": True})
    command = [sys.executable, "-s", "-B", "-m", "kernelwright_harness", "describe"]
    finished = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, cwd=_PACKAGE_ROOT, check=True, timeout=120)
    answer = json.loads(finished.stdout)
    assert answer["outcome"] == "described" and answer["seconds"] > 0
    assert [(p["name"], p["dtype"], p["shape"]) for p in answer["parameters"]] == [
        ("norm.weight", "f32", [5]),
        ("norm.bias", "f32", [5]),
        ("norm.running_mean", "f32", [5]),
        ("norm.running_var", "f32", [5]),
        ("norm.num_batches_tracked", "i64", []),
        ("fc.weight", "f16", [2, 5]),
        ("fc.bias", "f16", [2]),
    ]


def test_a_tensor_with_several_names_is_described_by_the_first(tmp_path: Path) -> None:
    text = """
class Layers(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(width, width, bias=False)
        self.second = nn.Linear(width, width)
        self.second.weight = self.first.weight
        self.again = self.second
"""
    assert [p["name"] for p in describe(request(tmp_path, text), sandbox=True)["parameters"]] == ["first.weight", "second.bias"]


def test_a_function_has_no_state(tmp_path: Path) -> None:
    assert describe(request(tmp_path, "def twice(x): return 2 * x", "twice", kind="function", init=[]), sandbox=True) == {"parameters": []}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("class Other(nn.Module): ...", "nn/layers.py defines no Layers"),
        ("class Layer(nn.Module): ...", "nn/layers.py defines no Layers; did you mean Layer?"),
        ("Layers = 3", "Layers in nn/layers.py is not a class derived from torch.nn.Module"),
        ("class Layers(nn.Module):\n  def __init__(self):\n    super().__init__()", "takes 1 positional argument but 2 were given"),
        ("raise ValueError('not today')", 'File "nn/layers.py", line 3, in <module>'),
        ("class Layers(nn.LazyLinear): ...", "has no shape before the first call"),
        ("class Layers(nn.Module):\n  def __init__(self, n):\n    super().__init__()\n    self.a = nn.Parameter(torch.zeros(n, dtype=torch.cfloat))", "a of Layers has the type torch.complex64"),
        ("class Layers(nn.Linear):\n  def __init__(self, n): super().__init__(n, n)\n  def get_extra_state(self): return 3\n  def set_extra_state(self, s): ...", "holds _extra_state, which is no tensor"),
        ("os._exit(7)", "the process ended with status 7"),
        ("os._exit(0)", "wrote no description"),
    ],
)
def test_what_cannot_be_described_is_said_in_the_log(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Undescribed) as failure:
        describe(request(tmp_path, text), sandbox=True)
    assert says in str(failure.value)


@pytest.mark.parametrize(
    "forged",
    [
        "{",
        "{}",
        "[1]",
        '{"parameters": [1]}',
        '{"parameters": [{"name": "a", "dtype": "f8", "shape": [], "learned": true}]}',
        '{"parameters": [{"name": "a", "dtype": "f32", "shape": [-1], "learned": true}]}',
        '{"parameters": [{"name": "a", "dtype": "f32", "shape": [true], "learned": true}]}',
        '{"parameters": [{"name": "a", "dtype": "f32", "shape": [], "learned": true}, {"name": "a", "dtype": "f32", "shape": [], "learned": true}]}',
        "[" * 100_000,
    ],
)
def test_a_description_that_the_file_forges_is_checked(forged: str, tmp_path: Path) -> None:
    text = f"open({str(tmp_path / 'kernelwright-description')!r}, 'w').write({forged!r})\nos._exit(0)"
    with pytest.raises(Undescribed, match="the description of the module"):
        describe(request(tmp_path, text), sandbox=True)


def test_a_link_in_place_of_the_description_is_not_followed(tmp_path: Path) -> None:
    text = f"os.symlink('/etc/passwd', {str(tmp_path / 'kernelwright-description')!r})\nos._exit(0)"
    with pytest.raises(Undescribed, match="wrote no description"):
        describe(request(tmp_path, text), sandbox=True)


def test_a_file_that_does_not_come_to_an_end_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(Undescribed, match="was not constructed within 4 s"):
        describe(request(tmp_path, "while True: pass"), sandbox=True, limit_s=4)


def test_files_stay_below_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a path inside the target"):
        describe(request(tmp_path, "", files=[{"path": "../elsewhere.py", "content": ""}]), sandbox=True)
