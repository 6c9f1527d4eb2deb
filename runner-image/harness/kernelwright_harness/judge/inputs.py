"""Fresh, secret inputs: drawn into memory of the judge's own, from seeds that no other process ever sees before the verdict.

Runners get copies, and get them only when a block begins: a candidate that watches its buffers cannot work ahead.
"""

import secrets
from typing import Literal

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.specification import Bounds, Tensor

Distribution = Literal["normal", "large", "tiny", "constant", "one-hot", "sorted"]
"""How inputs are distributed. A kernel that is right for one may overflow, lose its digits or guess right for another."""

BESIDE_NORMAL: tuple[Distribution, ...] = ("large", "tiny", "constant", "one-hot", "sorted")
STRUCTURED: tuple[Distribution, ...] = ("constant", "one-hot", "sorted")
"""Data on which careless kernels take short cuts: rows of one value each, rows with a single 1, sorted rows."""

_LARGE = 100.0
_TINY = {"f16": 1e-3, "bf16": 1e-3, "f8e5m2": 1e-3, "f8e4m3": 1e-2}  # nearer to zero, squares would vanish in 16 bits, and all in 8
_TINY_OTHERWISE = 1e-5


def fresh_seed() -> int:
    return secrets.randbits(63)


def draw(buffers: Buffers, slot: int, seed: int, distribution: Distribution = "normal") -> None:
    """Fills the inputs of a slot. The same seed always gives the same bytes on the same device."""
    for position, tensor in enumerate(buffers.tensors):
        view = buffers.view(slot, tensor)
        drawn = drawable(view)
        _draw_into(drawn, tensor, tensor.bounds(buffers.values), generator_for(buffers, seed, position), distribution)
        if drawn is not view:
            view.copy_(drawn)


def drawable(view: torch.Tensor) -> torch.Tensor:
    """The view itself, or where torch cannot draw into it (8-bit floats, strides) another tensor, to be copied to it."""
    narrow = view.is_floating_point() and view.dtype.itemsize == 1
    if view.is_contiguous() and not narrow:
        return view
    return torch.empty(view.shape, dtype=torch.float32 if narrow else view.dtype, device=view.device)


def changed(drawn: Buffers, given: Buffers, slot: int) -> list[str]:
    """Names of inputs whose bytes, as a runner was given them, are no longer what was drawn; what is changed in place is none of them."""
    return [t.name for t in drawn.tensors if t.role != "inout" and not torch.equal(drawn.raw(slot, t.name), given.raw(slot, t.name))]


def generator_for(buffers: Buffers, seed: int, position: int) -> torch.Generator:
    return torch.Generator(device=buffers.bytes.device).manual_seed((seed + position * 0x9E3779B97F4A7C15) % (1 << 63))


def within(values: torch.Tensor, bounds: Bounds) -> torch.Tensor:
    """Which elements lie in a range."""
    wide = values.double()
    return (wide >= bounds[0]) & (wide < bounds[1])


def _draw_into(view: torch.Tensor, tensor: Tensor, bounds: Bounds | None, generator: torch.Generator, distribution: Distribution) -> None:
    """Integers are small, so that sums of them fit, and booleans are fair coins; only structure is tried with them beside chance. What has
    a range is uniform in it, whatever the distribution, since other values may not be asked of a kernel."""
    match tensor.dtype.kind:
        case "bool":
            view.copy_(torch.randint(0, 2, view.shape, generator=generator, device=view.device))
        case "integer":
            low, high = bounds or (0 if tensor.dtype.name == "u8" else -100, 101)
            view.random_(int(low), int(high), generator=generator)
        case "float" if bounds:
            _draw_floats_within(view, bounds, generator, getattr(torch, tensor.dtype.torch_name))
        case "float":
            _draw_floats(view, tensor, generator, distribution)
    if distribution in STRUCTURED and view.numel() > 0 and tensor.dtype.kind != "bool":
        _structure(view.view(-1, view.shape[-1] if view.dim() else 1), bounds, generator, distribution)


def _draw_floats(view: torch.Tensor, tensor: Tensor, generator: torch.Generator, distribution: Distribution) -> None:
    match distribution:
        case "large":
            view.uniform_(-_LARGE, _LARGE, generator=generator)
        case "tiny":
            view.normal_(std=_TINY.get(tensor.dtype.name, _TINY_OTHERWISE), generator=generator)
        case _:
            view.normal_(generator=generator)


def _draw_floats_within(view: torch.Tensor, bounds: Bounds, generator: torch.Generator, dtype: torch.dtype) -> None:
    low, high = bounds
    drawn = torch.rand(view.shape, generator=generator, dtype=torch.float64, device=view.device).mul_(high - low).add_(low)
    rounded = drawn.to(dtype).double()
    # What rounding to a narrow type has carried out of the range falls to its middle.
    view.copy_(torch.where(within(rounded, bounds), rounded, low + (high - low) / 2))


def _structure(rows: torch.Tensor, bounds: Bounds | None, generator: torch.Generator, distribution: Distribution) -> None:
    """Gives rows that hold random values a structure. Where 0 and 1 may not be in range, one-hot rows hold the smallest of their values
    and once the largest."""
    match distribution:
        case "constant":
            rows.copy_(rows[:, :1].clone().expand_as(rows))
        case "one-hot":
            hot = torch.randint(0, rows.shape[1], (rows.shape[0], 1), generator=generator, device=rows.device)
            low, high = (rows.amin(1, keepdim=True), rows.amax(1, keepdim=True)) if bounds else (torch.zeros_like(rows[:, :1]), torch.ones_like(rows[:, :1]))
            rows.copy_(low.expand_as(rows)).scatter_(1, hot, high)
        case _:
            rows.copy_(rows.sort(dim=-1).values)
