"""Targets for tests, in the shape in which the orchestrator sends them."""

from typing import Any

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.specification import Target, Tensor, parse_target


def raw_target(**changes: Any) -> dict[str, Any]:
    """y = 2 x over `n` elements of float32, with whatever differs given by name."""
    return {
        "name": "double",
        "kind": "launcher",
        "source": "double.cu",
        "entry": "right",
        "init": [],
        "arguments": [tensor("x", "input"), tensor("y", "output"), {"kind": "scalar", "name": "n", "type": "i32"}, {"kind": "stream", "name": "stream"}],
        "parameters": [],
        "workloads": [workload(n=1000)],
        "vary": [],
        "emulate": [],
        "reference": "x * 2",
        **changes,
    }


def target(**changes: Any) -> Target:
    return parse_target(raw_target(**changes))


def tensor(name: str, role: str, dtype: str = "f32", shape: tuple[int | str, ...] = ("n",), **more: Any) -> dict[str, Any]:
    return {"kind": "tensor", "name": name, "role": role, "dtype": dtype, "shape": list(shape), **more}


def workload(**values: float) -> dict[str, Any]:
    return {"name": ", ".join(f"{name}={value}" for name, value in values.items()), "values": values}


def parsed_tensor(dtype: str = "f32", shape: tuple[int | str, ...] = ("n",), name: str = "y", **more: Any) -> Tensor:
    return Tensor(name, "output", DTYPES[dtype], shape, **more)
