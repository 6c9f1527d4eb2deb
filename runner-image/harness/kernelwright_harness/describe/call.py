"""What a description says of a module's call, checked: the module's own code could write there, so it may be anything.

Each function returns what it was given with nothing added that it does not know, and raises ValueError, LookupError or TypeError for
what cannot be.
"""

import math
from typing import Any

from kernelwright_harness.dtypes import DTYPES

_MOST = 256
"""Inputs, outputs, extents of a tensor, and entries of a constructor's argument."""
_LARGEST = 2**53
"""Numbers go through JSON to where they are doubles."""


def checked_call(raw: Any) -> dict[str, Any]:
    inputs = [_input(each) for each in _list(raw["inputs"])]
    outputs = [{"dtype": _dtype(each["dtype"]), "shape": _shape(each["shape"])} for each in _list(raw["outputs"])]
    batches = [(_extent(each["size"]), [_shape(shape) for shape in _list(each["shapes"])]) for each in _list(raw["batches"])]
    if not outputs or len({each["name"] for each in inputs}) != len(inputs) or any(len(shapes) != len(outputs) for _, shapes in batches):
        raise ValueError
    return {"init": [_json(value) for value in _list(raw["init"])], "inputs": inputs, "outputs": outputs, "batches": [{"size": size, "shapes": shapes} for size, shapes in batches]}


def checked_benchmarks(raw: Any) -> dict[str, Any]:
    """What benchmarks were seen to call: the workloads, and those that are left out."""
    left_out = [{"name": _text(each["name"]), "because": _text(each["because"])} for each in _list(raw["left_out"])]
    return {"workloads": [_benchmark(each) for each in _list(raw["workloads"])], "left_out": left_out}


def _benchmark(raw: Any) -> dict[str, Any]:
    inputs = [_passed(each) for each in _list(raw["inputs"])]
    outputs = [{"dtype": _dtype(each["dtype"]), "shape": _shape(each["shape"])} for each in _list(raw["outputs"])]
    fixed = {_name(name): value for name, value in raw["fixed"].items() if value is None or isinstance(value, (bool, str))}
    if len({*fixed, *(each["name"] for each in inputs)}) != len(inputs) + len(raw["fixed"]):
        raise ValueError
    return {"name": _text(raw["name"]), "entry": _name(raw["entry"]), "inputs": inputs, "outputs": outputs, "fixed": fixed}


def _passed(raw: Any) -> dict[str, Any]:
    described = _input(raw)
    if described["kind"] == "scalar":
        return described
    if raw["role"] not in ("input", "inout"):
        raise ValueError
    strides = {"strides": _shape(raw["strides"])} if "strides" in raw else {}
    if strides and len(strides["strides"]) != len(described["shape"]):
        raise ValueError
    return {**described, "role": raw["role"], **strides}


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError
    return raw[:1000]


def _name(raw: Any) -> str:
    if not (isinstance(raw, str) and raw.isidentifier() and raw.isascii() and len(raw) <= _MOST):
        raise ValueError
    return raw


def _input(raw: Any) -> dict[str, Any]:
    name = _name(raw["name"])
    if raw["kind"] == "scalar":
        if raw["type"] not in ("i64", "f64"):
            raise ValueError
        return {"kind": "scalar", "name": name, "type": raw["type"], "value": _number(raw["value"])}
    described = {"kind": "tensor", "name": name, "dtype": _dtype(raw["dtype"]), "shape": _shape(raw["shape"])}
    if "range" not in raw:
        return described
    low, high = _number(raw["range"]["low"]), _number(raw["range"]["high"])
    if low >= high:
        raise ValueError
    return {**described, "range": {"low": low, "high": high}}


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > _MOST:
        raise ValueError
    return raw


def _dtype(raw: Any) -> str:
    return DTYPES[raw].name


def _shape(raw: Any) -> list[int]:
    return [_extent(extent) for extent in _list(raw)]


def _extent(raw: Any) -> int:
    if type(raw) is not int or not 1 <= raw <= _LARGEST:
        raise ValueError
    return raw


def _number(raw: Any) -> int | float:
    if type(raw) not in (int, float) or not math.isfinite(raw) or abs(raw) > _LARGEST:
        raise ValueError
    return raw


def _json(raw: Any) -> Any:
    if raw is None or isinstance(raw, (bool, str)):
        return raw
    if isinstance(raw, list):
        return [_json(item) for item in _list(raw)]
    if isinstance(raw, dict):
        return {str(key): _json(item) for key, item in raw.items()}
    return _number(raw)
