"""How a target's file finds the others that it imports."""

import subprocess
import sys
from pathlib import Path

import pytest

import kernelwright_harness

_IMPORT = """
import sys
from pathlib import Path
import torch
from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.python_source import import_source
try:
    module = import_source(Path(sys.argv[1]), sys.argv[2], torch.device("cpu"))
    print(module.ANSWER, import_source(Path(sys.argv[1]), sys.argv[2], torch.device("cpu")) is module)
except LoadError as error:
    print(error)
"""


def imported(folder: Path, source: str, files: dict[str, str]) -> str:
    """What a new process says that imports `source`."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    root = str(Path(kernelwright_harness.__file__).resolve().parents[1])
    finished = subprocess.run([sys.executable, "-c", _IMPORT, str(folder), source], capture_output=True, text=True, timeout=120, cwd=root, check=True)
    return finished.stdout.strip()


@pytest.mark.parametrize(
    ("source", "text", "neighbour"),
    [
        ("models/mlp.py", "from .layers import ANSWER", "models/layers.py"),
        ("models/mlp.py", "from . import layers\nANSWER = layers.ANSWER", "models/layers.py"),
        ("models/deep/mlp.py", "from ..layers import ANSWER", "models/layers.py"),
        ("models/mlp.py", "from models.layers import ANSWER", "models/layers.py"),
        ("src/models/mlp.py", "from models.layers import ANSWER", "src/models/layers.py"),
        ("my-kernels/mlp.py", "from .layers import ANSWER", "my-kernels/layers.py"),
        ("kernels/mlp.py", "from layers import ANSWER", "kernels/layers.py"),
        ("mlp.py", "from models.layers import ANSWER", "models/layers.py"),
        ("python/ours/ops/mlp.py", "from ours.layers import ANSWER", "python/ours/layers.py"),
    ],
)
def test_a_file_imports_its_neighbours_as_at_home(source: str, text: str, neighbour: str, tmp_path: Path) -> None:
    assert imported(tmp_path, source, {source: text, neighbour: "ANSWER = 42"}) == "42 True"


def test_no_neighbour_stands_in_for_what_is_installed(tmp_path: Path) -> None:
    wrong = "raise SystemExit('the wrong one')"
    text = "import json, torch\nfrom torch import nn\nANSWER = nn.Linear(1, 1).in_features"
    assert imported(tmp_path, "triton/mlp.py", {"triton/mlp.py": text, "triton/torch.py": wrong, "torch.py": wrong, "json.py": wrong}) == "1 True"


def test_a_package_is_imported_with_what_it_begins_with(tmp_path: Path) -> None:
    files = {"models/__init__.py": "SCALE = 6", "models/layers.py": "from . import SCALE\nANSWER = 7 * SCALE", "models/mlp.py": "from .layers import ANSWER"}
    assert imported(tmp_path, "models/mlp.py", files) == "42 True"


def test_a_failure_names_files_as_the_repository_does(tmp_path: Path) -> None:
    said = imported(tmp_path, "models/mlp.py", {"models/mlp.py": "from .layers import ANSWER", "models/layers.py": "x = 1\nraise ValueError('no')"})
    assert 'File "models/mlp.py", line 1' in said and 'File "models/layers.py", line 2' in said and said.endswith("ValueError: no"), said
    missing = imported(tmp_path, "models/one.py", {"models/one.py": "from .two import ANSWER"})
    assert missing.endswith("ModuleNotFoundError: No module named 'models.two'"), missing


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    assert imported(tmp_path, "v1.0/mlp.kernel.py", {"v1.0/mlp.kernel.py": "ANSWER = 42"}) == "42 True"
