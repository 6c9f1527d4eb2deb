"""How the benchmarks of a kernel-builder project call its package: names, types, shapes and bounds of what they pass. Inputs themselves are drawn by the
judge, so a workload counts only where that is all that matters."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from kernelwright_harness.build.project.description import parse_project
from kernelwright_harness.project_package.assembled import import_package
from kernelwright_harness.project_package.benchmarks import Workload, workloads_in
from kernelwright_harness.project_package.recorder import Call, KernelRecorder, Unrecordable
from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.python_source import told
from kernelwright_harness.runner.torch_tensors import dtype_name


def describe_benchmarks(request: dict[str, Any], folder: Path, device: torch.device) -> dict[str, Any]:
    """`{"workloads": [{"name", "entry", "inputs", "outputs", "fixed"}], "left_out": [{"name", "because"}]}`. Raises LoadError."""
    package = import_package(request, folder)
    project = parse_project(request["project"])
    operators = project.operators("cuda" if device.type == "cuda" else "emulated")
    workloads: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    try:
        found = list(workloads_in(folder, request["project"]["benchmarks"]))
    except (Exception, SystemExit) as error:
        raise LoadError(told(error, folder)) from None
    for workload in found:
        try:
            workloads.append({"name": workload.label, **_described(workload, package, operators, device)})
        except Unrecordable as reason:
            left_out.append({"name": workload.label, "because": str(reason)})
        except (Exception, SystemExit) as error:
            left_out.append({"name": workload.label, "because": f"fails: {' '.join(told(error, folder).splitlines()[-1:])}"})
    return {"workloads": workloads, "left_out": left_out}


def _described(workload: Workload, package: ModuleType, operators: str, device: torch.device) -> dict[str, Any]:
    recorder = KernelRecorder(package, operators)
    instance = workload.prepare(recorder, device.type)
    recorder.calls().clear()  # what is called to set up is not measured
    with torch.no_grad():
        workload.run(instance)
    calls = recorder.calls()
    if not calls:
        raise Unrecordable("calls no function of the package")
    if len(calls) > 1:
        raise Unrecordable(f"calls {' and '.join(dict.fromkeys(call.name for call in calls))}, {len(calls)} calls in all; a workload is one call")
    return described_call(calls[0])


def described_call(call: Call) -> dict[str, Any]:
    """Raises Unrecordable for what the judge cannot draw or compare."""
    variable, fixed = _split(call.arguments)
    inputs = [_input(name, value, call) for name, value in variable.items()]
    storages = [value.untyped_storage().data_ptr() for value in variable.values() if isinstance(value, torch.Tensor)]
    if len(set(storages)) != len(storages):
        raise Unrecordable("passes tensors that share memory")
    outputs = _outputs(call)
    if not outputs and not any(each.get("role") == "inout" for each in inputs):
        raise Unrecordable(f"calls {call.name}, which neither returns a tensor nor writes to one that it is passed")
    return {"entry": call.name, "inputs": inputs, "outputs": outputs, "fixed": fixed}


def _split(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the judge passes, in order, and behind it what is the same at every call and passed by keyword."""
    fixed = {name: value for name, value in arguments.items() if value is None or isinstance(value, (bool, str))}
    variable = {name: value for name, value in arguments.items() if name not in fixed}
    behind = list(arguments)[len(variable) :]
    if any(name not in fixed for name in behind):
        name = next(iter(fixed))
        raise Unrecordable(f"passes {fixed[name]!r} for {name}, ahead of a tensor or a number")
    return variable, fixed


def _input(name: str, value: Any, call: Call) -> dict[str, Any]:
    if isinstance(value, torch.Tensor):
        described = {"kind": "tensor", "name": name, "role": "inout" if call.writes_to(value) else "input", **_tensor(f"passes {name}", value)}
        return described | _range(value)
    if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) <= 2**53:
        return {"kind": "scalar", "name": name, "type": "i64" if isinstance(value, int) else "f64", "value": value}
    raise Unrecordable(f"passes a value of the type {type(value).__name__} for {name}; tensors and numbers can be drawn")


def _tensor(what: str, tensor: torch.Tensor) -> dict[str, Any]:
    dtype = dtype_name(tensor.dtype)
    if dtype is None or tensor.layout is not torch.strided or tensor.numel() == 0:
        raise Unrecordable(f"{what} of the type {tensor.dtype}, {'empty' if tensor.numel() == 0 else 'which cannot be drawn'}")
    if tensor.is_contiguous():
        return {"dtype": dtype, "shape": list(tensor.shape)}
    if 0 in tensor.stride():
        raise Unrecordable(f"{what}, whose elements share memory")
    return {"dtype": dtype, "shape": list(tensor.shape), "strides": list(tensor.stride())}


def _range(tensor: torch.Tensor) -> dict[str, Any]:
    """Integers stay between the least and the largest that were seen: they may be indices."""
    if tensor.dtype == torch.bool or tensor.dtype.is_floating_point:
        return {}
    return {"range": {"low": int(tensor.min()), "high": int(tensor.max()) + 1}}


def _outputs(call: Call) -> list[dict[str, Any]]:
    returned: Sequence[Any] = call.returned if isinstance(call.returned, (tuple, list)) else [] if call.returned is None else [call.returned]
    passed = {value.untyped_storage().data_ptr() for value in call.arguments.values() if isinstance(value, torch.Tensor)}
    for value in returned:
        if not isinstance(value, torch.Tensor):
            raise Unrecordable(f"calls {call.name}, which returns a value of the type {type(value).__name__}")
    own = [value for value in returned if value.untyped_storage().data_ptr() not in passed]
    if own and len(own) != len(returned):
        raise Unrecordable(f"calls {call.name}, which returns both new tensors and what it is passed")
    described = [_tensor(f"calls {call.name}, which returns a tensor", value) for value in own]
    return [{"dtype": each["dtype"], "shape": each["shape"]} for each in described]
