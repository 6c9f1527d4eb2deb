"""Files that would work here and nowhere else."""

from pathlib import Path

import pytest
import torch

from kernelwright_harness.runner.own_imports import own_import
from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.python_source import import_source


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import kernelwright_harness", 1),
        ("import os\nimport torch, kernelwright_harness.wire as wire\n", 2),
        ("from kernelwright_harness import wire", 1),
        ("def f(x):\n    from kernelwright_harness.wire import Frame\n    return x\n", 2),
        ("try:\n    import kernelwright_harness\nexcept ImportError: ...", 2),
        ("from importlib import import_module\nimport_module('kernelwright_harness.wire')", 2),
        ("import importlib\nimportlib.import_module('kernelwright_harness')", 2),
        ("x = __import__('kernelwright_harness')", 1),
        ("import torch\nfrom . import kernelwright_harness\nfrom .kernelwright_harness import x\n", None),
        ("import kernelwright_harness_of_ours\nx = 'import kernelwright_harness'  # import kernelwright_harness\n", None),
        ("import_module(name)\nprint('kernelwright_harness')\n", None),
        ("import kernelwright_harness\ndef (", None),
        ("x = " + "-" * 1_000 + "1", None),
        ("\0", None),
        (b"x = '\xff'\n", None),
    ],
)
def test_where_a_file_imports_the_harness(text: str | bytes, line: int | None) -> None:
    assert own_import(text) == line


def test_a_module_beside_the_source_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "source.py").write_text("from kernels import tile\n")
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "tile.py").write_text("import torch\nimport kernelwright_harness\n")
    with pytest.raises(LoadError, match="line 2 of kernels/tile.py imports kernelwright_harness"):
        import_source(tmp_path, "source.py", torch.device("cpu"))
