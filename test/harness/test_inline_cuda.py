"""The loader of CUDA text that docs/configuration.md has for candidates: with nvcc, and called with a C++ compiler in nvcc's place."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

_DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"
_LOADER, _EXAMPLE = re.findall(r"```python\n(import ctypes\n.*?|_cuda = .*?)```", _DOCS.read_text(), re.DOTALL)
_STREAM = 0x5EED
_PLAIN = """
#include <cstdint>
extern "C" void scale(const float* x, float* y, int n, float by, int64_t shift, void* stream) {
  for (int i = 0; i < n; i++) y[i] = by * x[i] + shift + (stream == (void*)0x5EED ? 0 : 1000);
}
"""


@pytest.fixture
def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the loader defines, on a machine that seems to have a GPU of compute capability 9.0."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (9, 0))
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: SimpleNamespace(cuda_stream=_STREAM))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    defined: dict[str, Any] = {}
    exec(_LOADER, defined)
    return defined


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `nvcc` that compiles plain C++, and keeps a list of its calls."""
    if shutil.which("g++") is None:
        pytest.skip("there is no g++")
    calls = tmp_path / "calls"
    nvcc = tmp_path / "bin" / "nvcc"
    nvcc.parent.mkdir()
    nvcc.write_text(f'#!/bin/sh\necho "$*" >> {calls}\nwhile [ "$1" != -o ]; do shift; done\nexec g++ -shared -fPIC -o "$2" -x c++ "$3"\n')
    nvcc.chmod(0o755)
    monkeypatch.setenv("PATH", f"{nvcc.parent}:/usr/bin:/bin")
    return calls


def test_a_launcher_gets_pointers_numbers_and_the_current_stream(loader: dict[str, Any], stand_in: Path) -> None:
    x, y = torch.arange(5, dtype=torch.float32), torch.zeros(5)
    library = loader["load_cuda"](_PLAIN, "-lineinfo")
    loader["launch"](library.scale, x, y, 5, 0.5, loader["ctypes"].c_int64(7))
    assert y.tolist() == [7.0, 7.5, 8.0, 8.5, 9.0]
    assert "-arch=sm_90 -lineinfo" in stand_in.read_text()


def test_the_same_text_is_compiled_once(loader: dict[str, Any], stand_in: Path) -> None:
    for flags in ([], [], ["-lineinfo"]):
        loader["load_cuda"](_PLAIN, *flags)
    assert len(stand_in.read_text().splitlines()) == 2


def test_without_a_folder_for_its_cache_it_compiles_all_the_same(loader: dict[str, Any], stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert loader["load_cuda"](_PLAIN).scale


def test_what_does_not_compile_is_an_error_and_leaves_nothing(loader: dict[str, Any], stand_in: Path, tmp_path: Path) -> None:
    with pytest.raises(loader["subprocess"].CalledProcessError):
        loader["load_cuda"]("no C++")
    assert list((tmp_path / "cache" / "inline-cuda").iterdir()) == []


@pytest.mark.skipif(shutil.which("nvcc") is None and not Path("/usr/local/cuda/bin/nvcc").exists(), reason="there is no nvcc")
def test_nvcc_compiles_the_example(loader: dict[str, Any]) -> None:
    exec(_EXAMPLE, loader)
    assert loader["_cuda"].twice_forward
