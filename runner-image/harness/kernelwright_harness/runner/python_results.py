"""What a call of a module or a function must return: its outputs, each of its dtype and shape, as plain tensors on the device."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from kernelwright_harness.runner.program import ResultError
from kernelwright_harness.runner.torch_tensors import written


@dataclass(frozen=True)
class Result:
    """One output as the target has it."""

    name: str
    dtype: torch.dtype
    shape: tuple[int, ...]
    places: tuple[torch.Tensor, ...]
    """Where the judge looks for it, for each slot."""
    spare: tuple[torch.Tensor, torch.Tensor]
    """Source and destination of the copy that is made where there was no call."""


def checked_results(entry: str, results: Sequence[Result], returned: Any, double: bool) -> tuple[torch.Tensor, ...]:
    """The tensors that a call of `entry` returned, in the order of `results`. With `double` all of those that are floating are in
    float64, and a narrower one shows that the code casts to a type by name: it cannot run in float64. Raises ResultError."""
    if not results:  # it works in place, and may return what it likes
        return ()
    tensors: tuple[Any, ...] = tuple(returned) if isinstance(returned, (tuple, list)) else (returned,)
    if len(tensors) != len(results):
        raise ResultError(f"{entry} returned {len(tensors)} values where the target has {len(results)} outputs")
    for result, tensor in zip(results, tensors, strict=True):
        if problem := _problem(result, tensor):
            narrow = double and isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and tensor.dtype != result.dtype
            raise ResultError(f"{entry} returned {result.name} as {problem}" + (": it casts to a type by name" if narrow else ""))
    return tensors


def _problem(result: Result, tensor: Any) -> str | None:
    # A subclass of Tensor may put its work off until it is looked at.
    if type(tensor) is not torch.Tensor and type(tensor) is not torch.nn.Parameter:
        return f"{type(tensor).__name__}, not as a plain torch.Tensor"
    if tensor.layout is not torch.strided:
        return f"a tensor of layout {tensor.layout}, not as a dense one"
    expected = result.spare[0].device
    if tensor.device != expected:
        return f"a tensor on {tensor.device}, not on {expected}"
    if tensor.dtype != result.dtype or tuple(tensor.shape) != result.shape:
        return f"{written(tensor.dtype, tensor.shape)} where the target has {written(result.dtype, result.shape)}"
    return None
