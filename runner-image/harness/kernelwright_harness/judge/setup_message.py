"""What a runner is told of a workload: the `setup` message, for a library and for a Python file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.memory import Memory
from kernelwright_harness.specification import Argument, Mode, Scalar, Target, Tensor, Values


@dataclass(frozen=True)
class Mapped:
    """The buffers that a runner gets, as parts of its memory, in the order in which the message numbers them."""

    memory: Memory
    inputs: Buffers
    outputs: Buffers
    witness: Buffers
    parameters: Buffers | None = None
    """Of a module or a function; a launcher has none."""

    def holding(self, tensor: Tensor) -> Buffers:
        """Where it lies: what is changed in place stays among the inputs, so that it is handed over afresh with them."""
        return self.outputs if tensor.is_output else self.inputs

    @property
    def all(self) -> tuple[Buffers, ...]:
        return tuple(b for b in (self.inputs, self.outputs, self.witness, self.parameters) if b is not None)


_INPUTS, _OUTPUTS, _WITNESS, _PARAMETERS = range(4)


def library_setup(target: Target, values: Values, mapped: Mapped, guarded: bool) -> dict[str, Any]:
    """For a launcher. `guarded`: whether the runner watches the guard bands itself."""
    guards = [*((b.offset + g.offset, g.size) for b in mapped.all for g in b.guards), *mapped.memory.rest] if guarded else []
    arguments = [_launched(argument, values, mapped) for argument in target.arguments]
    return {"program": "library", "entry": target.entry, **_memory(target, values, mapped), "guards": guards, "arguments": arguments}


def python_setup(target: Target, files: dict[str, str], values: Values, mapped: Mapped, device: str, double: bool = False, mode: Mode = "as-is") -> dict[str, Any]:
    """For a module or a function; `files` are the texts of its files by their paths. `device` is torch's name for where it runs; `double`: with
    all of it in float64."""
    assert mapped.parameters is not None
    parameters = mapped.parameters
    return {
        **python_fields(target, files, device),
        "double": double,
        "mode": mode,
        **_memory(target, values, mapped),
        "guards": [],
        "arguments": [_passed(argument, values, mapped) for argument in called_with(target)],
        "cotangents": [_passed(t, values, mapped) for t in target.inputs if t.role == "cotangent"],
        "parameters": [{"name": t.name, **tensor_fields(t, values), "part": _PARAMETERS, "offset": parameters.offsets(t.name)[0]} for t in target.parameters],
        "results": [{"name": t.name, "role": t.role, "of": t.of, **tensor_fields(t, values), "part": _OUTPUTS, "offsets": mapped.outputs.offsets(t.name)} for t in target.outputs],
    }


def python_fields(target: Target, files: dict[str, str], device: str) -> dict[str, Any]:
    """What does not depend on a workload."""
    return {"program": "python", "files": files, "source": target.source, "entry": target.entry, "callable": target.kind, "init": target.init, "fixed": target.fixed, "device": device}


def called_with(target: Target) -> Sequence[Argument]:
    """The arguments of a module's or a function's call: its outputs are what it returns, and the backward pass is none of its own."""
    return [a for a in target.arguments if not isinstance(a, Tensor) or a.role in ("input", "inout")]


def tensor_fields(tensor: Tensor, values: Values) -> dict[str, Any]:
    strides = tensor.steps(values)
    return {"dtype": tensor.dtype.name, "shape": tensor.shape(values), **({} if strides is None else {"strides": strides})}


def scalar_field(scalar: Scalar, values: Values) -> dict[str, Any]:
    return {"kind": "scalar", "type": scalar.type, "value": values[scalar.name]}


def _memory(target: Target, values: Values, mapped: Mapped) -> dict[str, Any]:
    copied = [
        {"from": (_part_of(t), mapped.holding(t).offsets(t.name)), "to": (_WITNESS, mapped.witness.offsets(t.name)), "bytes": t.nbytes(values)}
        for t in target.results
    ]
    parts = [(b.offset, b.layout.size) for b in mapped.all]
    return {"slots": mapped.inputs.slots, "memory": mapped.memory.size, "parts": parts, "witness": {"slots": mapped.witness.slots, "tensors": copied}}


def _part_of(tensor: Tensor) -> int:
    return _OUTPUTS if tensor.is_output else _INPUTS


def _launched(argument: Argument, values: Values, mapped: Mapped) -> dict[str, Any]:
    match argument:
        case Tensor(name=name):
            return {"kind": "pointer", "part": _part_of(argument), "offsets": mapped.holding(argument).offsets(name)}
        case Scalar():
            return scalar_field(argument, values)
        case _:
            return {"kind": "stream"}


def _passed(argument: Argument, values: Values, mapped: Mapped) -> dict[str, Any]:
    match argument:
        case Tensor(name=name):
            return {"kind": "pointer", "part": _INPUTS, "offsets": mapped.inputs.offsets(name), **tensor_fields(argument, values)}
        case Scalar():
            return scalar_field(argument, values)
        case _:
            raise ValueError(f"modules and functions take no {argument.name}")
