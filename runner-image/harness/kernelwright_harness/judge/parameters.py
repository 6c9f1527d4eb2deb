"""A module's parameters for one measurement: random and secret, so that a weight that is left out or taken for its default shows.

All slots share them, as all calls of a module do. They are spread as layers are used to: a product with them neither grows nor vanishes.
"""

import math
from collections.abc import Sequence

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.inputs import drawable, generator_for
from kernelwright_harness.specification import Tensor

_SPREAD = 0.1


def draw_parameters(buffers: Buffers, seed: int) -> None:
    """Fills a `state_dict` that has one slot. The same seed always gives the same bytes on the same device.

    Tensors of two or more dimensions are normal with a deviation of 1/sqrt(fan-in), those of one dimension that are called `weight` lie
    about 1, variances (`running_var`) are positive, and the others lie about 0, by a tenth. Integers of 8 bits, and of 32 in two or more
    dimensions, are quantized weights, packed perhaps: all their values are alike likely. Booleans are fair coins. Other integers,
    which count or choose, are 0.
    """
    for position, tensor in enumerate(buffers.tensors):
        place = buffers.view(0, tensor)
        view = drawable(place)
        if _is_quantized(tensor, view.shape):
            view.view(torch.uint8).random_(0, 256, generator=generator_for(buffers, seed, position))
            continue
        if tensor.dtype.kind == "bool":
            view.copy_(torch.randint(0, 2, view.shape, generator=generator_for(buffers, seed, position), device=view.device))
            continue
        if tensor.dtype.kind != "float":
            view.zero_()
            continue
        mean, deviation = _spread_of(tensor, view.shape)
        view.normal_(mean, deviation, generator=generator_for(buffers, seed, position))
        if tensor.name.endswith("running_var"):
            view.abs_().clamp_(min=_SPREAD)
        if view is not place:
            place.copy_(view)


def _is_quantized(tensor: Tensor, shape: Sequence[int]) -> bool:
    """With weights of 0 a product need not be made at all, and who leaves it out would be right."""
    return tensor.dtype.name in ("i8", "u8") or (tensor.dtype.name == "i32" and len(shape) >= 2)


def _spread_of(tensor: Tensor, shape: Sequence[int]) -> tuple[float, float]:
    """Mean and standard deviation."""
    if len(shape) >= 2:
        return 0.0, 1 / math.sqrt(max(math.prod(shape[1:]), 1))
    last = tensor.name.rsplit(".", 1)[-1]
    return (1.0 if last in ("weight", "running_var") else 0.0), _SPREAD


def changed_parameters(drawn: Buffers, given: Buffers) -> list[str]:
    """Names of parameters whose bytes are no longer what was drawn."""
    return [t.name for t in drawn.tensors if not torch.equal(drawn.raw(0, t.name), given.raw(0, t.name))]

