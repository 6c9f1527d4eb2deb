"""The installed PyTorch as compilers see it: folders, libraries and flags. It is never imported here, which would take seconds."""

import re
import runpy
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class PyTorch:
    root: Path
    version: str
    cuda: str | None
    """Version of CUDA that it was built with, such as `12.8`."""
    standard: str
    """Of C++, which its headers need: `c++20`."""

    @property
    def include(self) -> tuple[Path, ...]:
        return (self.root / "include", self.root / "include" / "torch" / "csrc" / "api" / "include", python_include())

    @property
    def libraries(self) -> Path:
        return self.root / "lib"


@lru_cache
def installed_pytorch() -> PyTorch:
    """Raises RuntimeError where there is none: the orchestrator has asked for it before."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        raise RuntimeError("PyTorch is not installed for this Python")
    root = Path(spec.origin).parent
    told = runpy.run_path(str(root / "version.py"))
    # What its own builder of extensions passes is what its headers need.
    builder = (root / "utils" / "cpp_extension.py").read_text(encoding="utf-8")
    standards = re.findall(r"-std=(c\+\+\d+)", builder)
    return PyTorch(root, str(told["__version__"]), told["cuda"], max(standards, default="c++17"))


def python_include() -> Path:
    return Path(sysconfig.get_paths()["include"])
