"""The built package of a project, unpacked and imported under its own name, with what stands in for `kernels` on the path."""

import importlib
import sys
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.python_source import told
from kernelwright_harness.target_files import content_of, unpack

_PACKAGES = "kernelwright-package"
_STAND_INS = Path(__file__).resolve().parent.parent / "stand_ins"


def import_package(request: dict[str, Any], folder: Path) -> ModuleType:
    """`request` has `built`, the path of the packed package, and `project`. Raises LoadError with a traceback."""
    project = request["project"]
    packages = folder / _PACKAGES
    for path, text in unpack(Path(request["built"])).items():
        place = packages / PurePosixPath(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content_of(path, text))
    # Ahead of whatever is installed, be it another build of this kernel or `kernels` itself.
    sys.path[:0] = [str(packages), str(_STAND_INS)]
    try:
        package = importlib.import_module(project["name"])
    except (Exception, SystemExit) as error:
        raise LoadError(told(error, packages)) from None
    importlib.import_module("kernels").provide(package, [name for name in (project["name"], project.get("repoId")) if name])
    return package
