"""Fresh, secret inputs: drawn into memory of the judge's own, from seeds that no other process ever sees before the verdict.

Runners get copies, and get them only when a block begins: a candidate that watches its buffers cannot work ahead.
"""

import secrets
from typing import Literal

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.specification import Tensor

Distribution = Literal["normal", "large", "tiny", "constant", "one-hot", "sorted"]
"""How inputs are distributed. A kernel that is right for one may overflow, lose its digits or guess right for another."""

BESIDE_NORMAL: tuple[Distribution, ...] = ("large", "tiny", "constant", "one-hot", "sorted")
STRUCTURED: tuple[Distribution, ...] = ("constant", "one-hot", "sorted")
"""Data on which careless kernels take short cuts: rows of one value each, rows with a single 1, sorted rows."""

_LARGE = 100.0
_TINY = {"f16": 1e-3, "bf16": 1e-3}  # nearer to zero, squares would vanish in 16 bits
_TINY_OTHERWISE = 1e-5


def fresh_seed() -> int:
    return secrets.randbits(63)


def draw(buffers: Buffers, slot: int, seed: int, distribution: Distribution = "normal") -> None:
    """Fills the inputs of a slot. The same seed always gives the same bytes on the same device."""
    for position, tensor in enumerate(buffers.tensors):
        _draw_into(buffers.view(slot, tensor), tensor, generator_for(buffers, seed, position), distribution)


def changed(drawn: Buffers, given: Buffers, slot: int) -> list[str]:
    """Names of inputs whose bytes, as a runner was given them, are no longer what was drawn."""
    return [t.name for t in drawn.tensors if not torch.equal(drawn.raw(slot, t.name), given.raw(slot, t.name))]


def generator_for(buffers: Buffers, seed: int, position: int) -> torch.Generator:
    return torch.Generator(device=buffers.arena.bytes.device).manual_seed((seed + position * 0x9E3779B97F4A7C15) % (1 << 63))


def _draw_into(view: torch.Tensor, tensor: Tensor, generator: torch.Generator, distribution: Distribution) -> None:
    """Integers are small, so that sums of them fit, and booleans are fair coins; only structure is tried with them beside chance."""
    if tensor.range is not None:
        _draw_within(view, tensor.range, generator, distribution)
        return
    match tensor.dtype.kind:
        case "bool":
            view.copy_(torch.randint(0, 2, view.shape, generator=generator, device=view.device))
        case "integer":
            view.random_(0 if tensor.dtype.name == "u8" else -100, 101, generator=generator)
        case "float":
            _draw_floats(view, tensor, generator, distribution)
    if distribution in STRUCTURED and view.numel() > 0 and tensor.dtype.kind != "bool":
        _structure(view.view(-1, view.shape[-1] if view.dim() else 1), generator, distribution)


def _draw_within(view: torch.Tensor, bounds: tuple[float, float], generator: torch.Generator, distribution: Distribution) -> None:
    """All values of a range are alike likely, and no structure leads out of it: an index must stay one."""
    low, high = bounds
    if view.is_floating_point():
        view.uniform_(low, high, generator=generator)
    else:
        view.random_(int(low), int(high), generator=generator)
    if distribution == "one-hot" and view.numel() > 0:
        # The extremes of the range in place of 0 and 1.
        rows = view.view(-1, view.shape[-1] if view.dim() else 1)
        largest = rows.amax().item()
        hot = torch.randint(0, rows.shape[1], (rows.shape[0], 1), generator=generator, device=rows.device)
        rows.fill_(rows.amin().item()).scatter_(1, hot, largest)
    elif distribution in STRUCTURED and view.numel() > 0:
        _structure(view.view(-1, view.shape[-1] if view.dim() else 1), generator, distribution)


def _draw_floats(view: torch.Tensor, tensor: Tensor, generator: torch.Generator, distribution: Distribution) -> None:
    match distribution:
        case "large":
            view.uniform_(-_LARGE, _LARGE, generator=generator)
        case "tiny":
            view.normal_(std=_TINY.get(tensor.dtype.name, _TINY_OTHERWISE), generator=generator)
        case _:
            view.normal_(generator=generator)


def _structure(rows: torch.Tensor, generator: torch.Generator, distribution: Distribution) -> None:
    """Gives rows that hold random values a structure."""
    match distribution:
        case "constant":
            rows.copy_(rows[:, :1].clone().expand_as(rows))
        case "one-hot":
            hot = torch.randint(0, rows.shape[1], (rows.shape[0], 1), generator=generator, device=rows.device)
            rows.zero_().scatter_(1, hot, 1)
        case _:
            rows.copy_(rows.sort(dim=-1).values)
