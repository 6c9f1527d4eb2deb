"""A target's Python files in this process: where they lie, what they define, and how their failures are told."""

import importlib
import os
import sys
import traceback
from difflib import get_close_matches
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import torch

from kernelwright_harness import __name__ as own_name
from kernelwright_harness.runner.own_imports import own_import
from kernelwright_harness.runner.program import LoadError

_ROOT = "kernelwright_target"
"""The package that stands for the root of the repository: a file named `torch.py` must not stand in for another module."""


def import_source(folder: Path, source: str, device: torch.device) -> ModuleType:
    """Imports the file `source` below `folder`, once in the life of this process. Raises LoadError with a traceback."""
    name = module_name(source)
    if name in sys.modules:
        return sys.modules[name]
    for path in (folder / source, *(folder / added for added in sorted(_modules(folder)) if added != source)):
        if (line := own_import(path.read_bytes())) is not None:
            name = path.relative_to(folder).as_posix()
            raise LoadError(f"line {line} of {name} imports kernelwright_harness, which is not there where the file will be used; put what it needs of it into the file")
    if device.type == "cpu":
        os.environ["TRITON_INTERPRET"] = "1"  # Triton's own way to run without a GPU; it looks when it is imported
    _make_importable(folder, source)
    torch.manual_seed(0)  # so that what a file draws for itself is the same in every process
    try:
        return _import(name, folder / source)
    except ModuleNotFoundError as error:
        if error.name == "triton" and device.type == "cpu":
            raise LoadError(f"{source} uses Triton, which is not installed here; the emulated device runs Triton's kernels by its interpreter alone") from None
        raise LoadError(told(error, folder)) from None
    except (Exception, SystemExit) as error:
        raise LoadError(told(error, folder)) from None


def _modules(folder: Path) -> list[str]:
    """Of a target's modules those that may name this package at all: most need not be parsed."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if path.is_file() and own_name.encode() in path.read_bytes()]


def module_name(source: str) -> str:
    """What the file is called in `sys.modules`: by its path, so that it can import its neighbours relatively. Where the path has dots of its
    own it has no neighbours. A package's `__init__.py` is the package."""
    path = PurePosixPath(source)
    parts = (path.parent if path.name == "__init__.py" and path.parent.name else path.with_suffix("")).parts
    return ".".join((_ROOT, *parts)) if not any("." in part for part in parts) else f"{_ROOT}.{'_'.join(parts).replace('.', '_')}"


def _import(name: str, path: Path) -> ModuleType:
    if name.rpartition(".")[2] == (path.parent.name if path.name == "__init__.py" else path.stem):
        return importlib.import_module(name)
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None, "the builder has seen to it that it is a .py file"
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and Triton look their module up
    spec.loader.exec_module(module)
    return module


def _make_importable(folder: Path, source: str) -> None:
    root = ModuleType(_ROOT)
    root.__path__ = [str(folder)]
    sys.modules[_ROOT] = root
    # Under the names that they have at home, too: from the root, from `src`, from their own folder, or, as members of a package that lies anywhere else,
    # from one above it. Behind all that is installed. Nothing lies here but what the target was found to need.
    own = PurePosixPath(source).parent
    home = (folder, folder / "src", folder / own, *(folder / above for above in own.parents))
    sys.path += [path for path in dict.fromkeys(map(str, home)) if path not in sys.path]


def _did_you_mean(entry: str, module: ModuleType) -> str:
    meant = {name.lower(): name for name, value in vars(module).items() if callable(value)}
    close = get_close_matches(entry.lower(), meant, n=1)
    return f"; did you mean {meant[close[0]]}?" if close else ""


def build_callable(folder: Path, module: ModuleType, request: dict[str, Any], device: torch.device) -> Any:
    """The function `entry`, with the keyword arguments `fixed` that every call has, or an instance of the class `entry` on the device, made with `init`, in evaluation mode. Raises LoadError."""
    source, entry, init = request["source"], request["entry"], request["init"]
    found = getattr(module, entry, None)
    if found is None:
        raise LoadError(f"{source} defines no {entry}{_did_you_mean(entry, module)}")
    if request["callable"] == "function":
        if not callable(found):
            raise LoadError(f"{entry} in {source} is no function")
        return partial(found, **fixed) if (fixed := request.get("fixed")) else found
    if not (isinstance(found, type) and issubclass(found, torch.nn.Module)):
        raise LoadError(f"{entry} in {source} is not a class derived from torch.nn.Module")
    torch.manual_seed(0)
    try:
        built = found(**init) if isinstance(init, dict) else found(*init)
        return built.to(device).eval()
    except (Exception, SystemExit) as error:
        raise LoadError(told(error, folder)) from None


def told(error: BaseException, folder: Path) -> str:
    """A traceback that begins in the target's own file and names it as the repository does."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((number for number, frame in enumerate(frames) if frame.filename.startswith(f"{folder}/")), len(frames))
    said = "".join(traceback.format_exception_only(error)).replace(f"{folder}/", "").replace(f"{_ROOT}.", "").rstrip()
    if first < len(frames):
        return "".join(["Traceback (most recent call last):\n", *traceback.format_list(frames[first:])]).replace(f"{folder}/", "") + said
    # PyTorch's own complaint, such as a list of keys that do not fit: without a traceback, what counts is the last line.
    return said if isinstance(error, SyntaxError) else " ".join(said.split())
