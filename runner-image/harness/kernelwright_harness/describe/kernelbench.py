"""What the functions of a file in KernelBench's convention say of its module: how it is constructed and called, and what it returns.

Of the values that `get_inputs` gives only types, shapes and bounds are kept: the judge draws its own. Everything here runs in the
sandbox, and what it finds is checked outside of it (`call.py`).
"""

import inspect
import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch

from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.torch_tensors import dtype_name

_DRAWS = 8
_DRAWS_S = 2.0
"""How often `get_inputs` is asked, to see how far its integers reach, and for how long."""


@dataclass
class DeviceLost(Exception):
    """A GPU does not forgive an assertion of a kernel: no further call of this process works there. `tried` names what must not be tried again."""

    tried: str


def init_arguments(module: ModuleType, source: str) -> list[Any]:
    """What `get_init_inputs` gives, as JSON has it: tuples as lists. Raises LoadError."""
    given = module.get_init_inputs()
    if not isinstance(given, (list, tuple)):
        raise LoadError(f"get_init_inputs() in {source} returned {_a(given)}, not a list of the constructor's positional arguments")
    return [_as_json(value, f"argument {number} of get_init_inputs() in {source}") for number, value in enumerate(given)]


def _as_json(value: Any, what: str) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        if abs(value) <= 2**53:
            return value
        number = "nan" if value != value else "a number beyond 2**53"
        raise LoadError(f"{what} is or holds {number}; Kernelwright can construct a module with numbers from -2**53 to 2**53")
    if isinstance(value, (list, tuple)):
        return [_as_json(item, what) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _as_json(item, what) for key, item in value.items()}
    raise LoadError(f"{what} is or holds {_a(value)}; Kernelwright can construct a module with numbers, text, True, False, None, lists and dictionaries of them")


@dataclass
class _Input:
    """One argument of the call, as all that `get_inputs` gave for it was."""

    name: str
    tensor: torch.Tensor | None
    """One example."""
    number: int | float | None = None
    low: float = math.inf
    high: float = -math.inf
    bounded: bool = False
    """Whether floats are to be drawn between the bounds; integers always are."""

    def as_json(self) -> dict[str, Any]:
        if self.tensor is None:
            return {"kind": "scalar", "name": self.name, "type": "i64" if isinstance(self.number, int) else "f64", "value": self.number}
        described: dict[str, Any] = {"kind": "tensor", "name": self.name, "dtype": dtype_name(self.tensor.dtype), "shape": list(self.tensor.shape)}
        # Half open, as Python's own.
        beyond = math.nextafter(self.high, math.inf) if self.tensor.dtype.is_floating_point else self.high + 1
        return described | ({"range": {"low": self.low, "high": beyond}} if self.bounded else {})

    def drawn(self, batch: int | None, device: torch.device) -> Any:
        """What the judge may give: of the same type and shape, but for the first extent where `batch` says another."""
        if self.tensor is None:
            return self.number
        shape = list(self.tensor.shape) if batch is None else [batch, *self.tensor.shape[1:]]
        dtype = self.tensor.dtype
        if dtype == torch.bool:
            return torch.randint(0, 2, shape, device=device).bool()
        if not dtype.is_floating_point:
            values = torch.randint(int(self.low), int(self.high) + 1, shape, device=device).to(dtype)
            values.view(-1)[:1], values.view(-1)[-1:] = self.low, self.high  # the least and the largest are where indices go wrong
            return values
        values = torch.randn(shape, device=device)
        return (values.uniform_(self.low, self.high) if self.bounded else values).to(dtype)


def describe_call(built: torch.nn.Module, module: ModuleType, source: str, device: torch.device, fatal: Collection[str] = ()) -> dict[str, Any]:
    """The arguments and results of a call: `{"inputs", "outputs", "batches": [{"size", "shapes"}]}`. Raises LoadError, DeviceLost, or what the file's own
    code does.

    `batches` are other sizes of the first extent, common to all inputs, that the module takes, with the shapes of its outputs there. `fatal` holds
    what DeviceLost named in processes before this one.
    """
    inputs = _inputs_of(built, module, source)
    example = [i.tensor.to(device) if i.tensor is not None else i.number for i in inputs]
    outputs = _called(built, example)
    if device.type == "cuda":
        torch.cuda.synchronize(device)  # raises here what a kernel asserts of the file's own inputs, which no other inputs mend

    def takes(batch: int | None) -> list[torch.Tensor]:
        tried = "normal" if batch is None else f"batch {batch}"
        if tried in fatal:
            return []
        taken = _taken(built, inputs, batch, outputs, device)
        if not taken and _is_lost(device):
            raise DeviceLost(tried)
        return taken

    if not takes(None):
        _bound_floats(inputs)
    batches = [(size, taken) for size in _other_sizes(inputs) if (taken := takes(size))]
    return {
        "inputs": [i.as_json() for i in inputs],
        "outputs": [{"dtype": dtype_name(o.dtype), "shape": list(o.shape)} for o in outputs],
        "batches": [{"size": size, "shapes": [list(o.shape) for o in taken]} for size, taken in batches],
    }


def _inputs_of(built: torch.nn.Module, module: ModuleType, source: str) -> list[_Input]:
    inputs: list[_Input] = []
    began = time.monotonic()
    for draw in range(_DRAWS):
        torch.manual_seed(draw)
        given = module.get_inputs()
        if not isinstance(given, (list, tuple)):
            raise LoadError(f"get_inputs() in {source} returned {_a(given)}, not a list of what forward is called with")
        if draw == 0:
            inputs = [_input(name, value, source) for name, value in zip(_names(built, len(given)), given, strict=True)]
        elif not _alike(inputs, given):
            raise LoadError(f"get_inputs() in {source} gives other types or shapes each time; give one set of them")
        for known, value in zip(inputs, given, strict=True):
            if isinstance(value, torch.Tensor) and value.dtype != torch.bool:
                known.low, known.high = min(known.low, value.min().item()), max(known.high, value.max().item())
                known.bounded = not value.dtype.is_floating_point
        if time.monotonic() - began > _DRAWS_S:
            break
    return inputs


def _input(name: str, value: Any, source: str) -> _Input:
    what = f"the input {name} that get_inputs() in {source} gives"
    if isinstance(value, torch.Tensor):
        if dtype_name(value.dtype) is None:
            raise LoadError(f"{what} has the type {value.dtype}, which Kernelwright does not know")
        if value.layout is not torch.strided or value.numel() == 0:
            raise LoadError(f"{what} is {'empty' if value.layout is torch.strided else f'of layout {value.layout}'}; Kernelwright passes dense tensors with at least one element")
        return _Input(name, value.detach())
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and abs(value) <= 2**53:
        return _Input(name, None, value)
    raise LoadError(f"{what} is {_a(value)}; Kernelwright passes tensors and numbers")


def _alike(inputs: Sequence[_Input], given: Sequence[Any]) -> bool:
    def same(known: _Input, value: Any) -> bool:
        if known.tensor is None:
            return type(value) is type(known.number) and value == known.number
        return isinstance(value, torch.Tensor) and (value.dtype, value.shape) == (known.tensor.dtype, known.tensor.shape)

    return len(inputs) == len(given) and all(same(known, value) for known, value in zip(inputs, given, strict=True))


def _names(built: torch.nn.Module, count: int) -> list[str]:
    """Of forward's parameters where each argument has one of its own, which is what people call them; otherwise numbers."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in inspect.signature(built.forward).parameters.values() if p.kind in kinds][:count]
    usable = len(names) == count and all(name.isascii() and name not in ("torch", "math") for name in names)
    return names if usable else [f"input_{number}" for number in range(count)]


def _called(built: torch.nn.Module, arguments: Sequence[Any]) -> list[torch.Tensor]:
    with torch.no_grad():
        returned = built(*arguments)
    results = list(returned) if isinstance(returned, (tuple, list)) else [returned]
    for result in results:
        if not isinstance(result, torch.Tensor):
            inside = " inside a tuple or list" if isinstance(returned, (tuple, list)) else ""
            raise LoadError(f"forward returned {_a(result)}{inside}; Kernelwright compares one tensor, or a tuple or list of tensors")
        if dtype_name(result.dtype) is None:
            raise LoadError(f"forward returned a tensor of the type {result.dtype}, which Kernelwright does not know")
        if result.layout is not torch.strided or result.numel() == 0:
            raise LoadError("forward returned an empty or sparse tensor; Kernelwright compares dense tensors with at least one element")
    if not results:
        raise LoadError("forward returned no tensor, so there is nothing to compare")
    return results


def _bound_floats(inputs: Sequence[_Input]) -> None:
    """Floats are drawn from the normal distribution wherever the module takes that. One that does not, such as a logarithm or a binary
    cross entropy, gets those of its inputs that were never negative within the bounds in which they were."""
    for each in inputs:
        if each.tensor is not None and each.tensor.dtype.is_floating_point and 0 <= each.low <= each.high < math.inf:
            each.bounded = True


def _other_sizes(inputs: Sequence[_Input]) -> list[int]:
    """A single row and an odd number of them; none where the inputs have no first extent in common."""
    firsts = {i.tensor.shape[0] if i.tensor.dim() else 0 for i in inputs if i.tensor is not None}
    if len(firsts) != 1 or (batch := firsts.pop()) == 0:
        return []
    return [size for size in (1, 7 if batch > 7 else 2 * batch + 1) if size != batch]


def _taken(built: torch.nn.Module, inputs: Sequence[_Input], batch: int | None, usual: Sequence[torch.Tensor], device: torch.device) -> list[torch.Tensor]:
    """What the module returns for inputs as the judge may draw them; nothing where it fails, or gives other types or no numbers."""
    torch.manual_seed(0)
    try:
        outputs = _called(built, [i.drawn(batch, device) for i in inputs])
        sound = [o.dtype for o in outputs] == [u.dtype for u in usual] and all(_as_finite(o, u) for o, u in zip(outputs, usual, strict=True))
    except (Exception, SystemExit):
        return []
    return outputs if sound else []


def _is_lost(device: torch.device) -> bool:
    if device.type != "cuda":
        return False
    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return True
    return False


def _as_finite(output: torch.Tensor, usual: torch.Tensor) -> bool:
    return bool(torch.isfinite(output).all()) or not bool(torch.isfinite(usual).all())


def _a(value: Any) -> str:
    return "None" if value is None else f"a value of the type {type(value).__name__}"
