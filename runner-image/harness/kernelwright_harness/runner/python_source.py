"""A target's Python file in this process: where it lies, what it defines, and how its failures are told."""

import importlib.util
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from kernelwright_harness.runner.program import LoadError

_MODULE = "kernelwright_target"
"""One name for whatever is loaded: a file named `torch.py` must not stand in for another module."""


def import_source(folder: Path, source: str, device: torch.device) -> ModuleType:
    """Imports the file `source` below `folder`, once in the life of this process. Raises LoadError with a traceback."""
    if _MODULE in sys.modules:
        return sys.modules[_MODULE]
    if device.type == "cpu":
        os.environ["TRITON_INTERPRET"] = "1"  # Triton's own way to run without a GPU; it looks when it is imported
    spec = importlib.util.spec_from_file_location(_MODULE, folder / source)
    assert spec is not None and spec.loader is not None, "the builder has seen to it that it is a .py file"
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module  # dataclasses and Triton look their module up
    torch.manual_seed(0)  # so that what a file draws for itself is the same in every process
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        if error.name == "triton" and device.type == "cpu":
            raise LoadError(f"{source} uses Triton, which is not installed here; the emulated device runs Triton's kernels by its interpreter alone") from None
        raise LoadError(told(error, folder)) from None
    except (Exception, SystemExit) as error:
        raise LoadError(told(error, folder)) from None
    return module


def build_callable(folder: Path, module: ModuleType, request: dict[str, Any], device: torch.device) -> Any:
    """The function `entry`, or an instance of the class `entry` on the device, made with `init`, in evaluation mode. Raises LoadError."""
    source, entry, init = request["source"], request["entry"], request["init"]
    found = getattr(module, entry, None)
    if found is None:
        raise LoadError(f"{source} defines no {entry}")
    if request["callable"] == "function":
        if not callable(found):
            raise LoadError(f"{entry} in {source} is no function")
        return found
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
    said = "".join(traceback.format_exception_only(error)).replace(f"{folder}/", "").rstrip()
    if first < len(frames):
        return "".join(["Traceback (most recent call last):\n", *traceback.format_list(frames[first:])]).replace(f"{folder}/", "") + said
    # PyTorch's own complaint, such as a list of keys that do not fit: without a traceback, what counts is the last line.
    return said if isinstance(error, SyntaxError) else " ".join(said.split())
