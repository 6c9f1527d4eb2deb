"""`python -m kernelwright_harness.describe.inside REQUEST [FATAL…]`: constructs a module in the sandbox and writes down what state it has, and, where
its file follows KernelBench's convention, how it is called. FATAL names what is not to be tried, because it has cost an earlier process the device."""

import json
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from kernelwright_harness.describe.benchmarks import describe_benchmarks
from kernelwright_harness.describe.kernelbench import DeviceLost, describe_call, init_arguments
from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.python_source import build_callable, import_source, told
from kernelwright_harness.runner.python_state import names_of_tensors
from kernelwright_harness.runner.torch_tensors import dtype_name


def main(request: dict[str, Any], fatal: Collection[str]) -> int:
    folder, device = Path(request["directory"]), torch.device(request["device"])
    try:
        described = _described_target(folder, request, device, fatal)
    except DeviceLost as lost:
        # In the same process, but as a new program: nothing else gives a process its GPU back.
        os.execv(sys.executable, [*sys.orig_argv, lost.tried])
    except LoadError as error:
        print(error, file=sys.stderr)
        return 1
    Path(request["answer"]).write_text(json.dumps(described))
    return 0


def _described_target(folder: Path, request: dict[str, Any], device: torch.device, fatal: Collection[str]) -> dict[str, Any]:
    if request.get("convention") == "benchmarks":
        return {"parameters": [], "benchmarks": describe_benchmarks(request, folder, device)}
    module = import_source(folder, request["source"], device)
    if request.get("convention") != "kernelbench":
        return {"parameters": _parameters(build_callable(folder, module, request, device), request)}
    try:
        init = init_arguments(module, request["source"])
        built = build_callable(folder, module, {**request, "init": init}, device)
        return {"parameters": _parameters(built, request), "call": {"init": init, **describe_call(built, module, request["source"], device, fatal)}}
    except (LoadError, DeviceLost):
        raise
    except (Exception, SystemExit) as error:
        raise LoadError(told(error, folder)) from None


def _parameters(built: Any, request: dict[str, Any]) -> list[dict[str, Any]]:
    return _state_of(built, request["entry"]) if request["callable"] == "module" else []


def _state_of(module: torch.nn.Module, entry: str) -> list[dict[str, Any]]:
    state = module.state_dict(keep_vars=True)
    return [{"name": name, **_described(name, state[name], entry)} for name, *_ in names_of_tensors(module)]


def _described(name: str, value: Any, entry: str) -> dict[str, Any]:
    if not isinstance(value, torch.Tensor):
        raise LoadError(f"the state_dict of {entry} holds {name}, which is no tensor: its values cannot be drawn at random")
    if is_lazy(value):
        raise LoadError(f"{name} of {entry} has no shape before the first call: give it one in the constructor")
    dtype = dtype_name(value.dtype)
    if dtype is None:
        raise LoadError(f"{name} of {entry} has the type {value.dtype}, which Kernelwright does not know")
    return {"dtype": dtype, "shape": list(value.shape), "learned": value.requires_grad and value.is_floating_point()}


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2:]))
