"""Fresh, secret inputs: drawn into memory of the judge's own, from seeds that no other process ever sees before the verdict.

Runners get copies, and get them only when a block begins: a candidate that watches its buffers cannot work ahead.
"""

import secrets
from typing import Literal

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.specification import Tensor


Distribution = Literal["normal", "large", "tiny", "structured"]
"""How inputs are distributed. A kernel that is right for one may overflow, lose its digits or guess right for another."""

BESIDE_NORMAL: tuple[Distribution, ...] = ("large", "tiny", "structured")

_LARGE = 100.0
_TINY = {"f16": 1e-3, "bf16": 1e-3}  # nearer to zero, squares would vanish in 16 bits
_TINY_OTHERWISE = 1e-5


def fresh_seed() -> int:
    return secrets.randbits(63)


def draw(buffers: Buffers, slot: int, seed: int, distribution: Distribution = "normal") -> None:
    """Fills the inputs of a slot. The same seed always gives the same bytes on the same device."""
    for position, tensor in enumerate(buffers.tensors):
        _draw_into(buffers.view(slot, tensor), tensor, _generator(buffers, seed, position), distribution)


def changed(drawn: Buffers, given: Buffers, slot: int) -> list[str]:
    """Names of inputs whose bytes, as a runner was given them, are no longer what was drawn."""
    return [t.name for t in drawn.tensors if not torch.equal(drawn.raw(slot, t.name), given.raw(slot, t.name))]


def _generator(buffers: Buffers, seed: int, position: int) -> torch.Generator:
    return torch.Generator(device=buffers.arena.bytes.device).manual_seed((seed + position * 0x9E3779B97F4A7C15) % (1 << 63))


def _draw_into(view: torch.Tensor, tensor: Tensor, generator: torch.Generator, distribution: Distribution) -> None:
    """Integers are small, so that sums of them fit, and booleans are fair coins; only structure is tried with them beside chance."""
    match tensor.dtype.kind:
        case "float":
            _draw_floats(view, tensor, generator, distribution)
        case "bool":
            view.copy_(torch.randint(0, 2, view.shape, generator=generator, device=view.device))
        case "integer":
            low = 0 if tensor.dtype.name == "u8" else -100
            view.random_(low, 101, generator=generator)
            if distribution == "structured":
                view.copy_(_sorted(view))


def _draw_floats(view: torch.Tensor, tensor: Tensor, generator: torch.Generator, distribution: Distribution) -> None:
    match distribution:
        case "normal":
            view.normal_(generator=generator)
        case "large":
            view.uniform_(-_LARGE, _LARGE, generator=generator)
        case "tiny":
            view.normal_(std=_TINY.get(tensor.dtype.name, _TINY_OTHERWISE), generator=generator)
        case "structured":
            _draw_structure(view, generator)


def _draw_structure(view: torch.Tensor, generator: torch.Generator) -> None:
    """One of three shapes of data that careless kernels take short cuts on: rows of one value each, rows with a single 1, sorted rows."""
    view.normal_(generator=generator)
    if view.numel() == 0:
        return
    rows = view.view(-1, view.shape[-1] if view.dim() else 1)
    match int(torch.randint(0, 3, (1,), generator=generator, device=view.device).item()):
        case 0:
            rows.copy_(rows[:, :1].clone().expand_as(rows))
        case 1:
            hot = torch.randint(0, rows.shape[1], (rows.shape[0], 1), generator=generator, device=view.device)
            rows.zero_().scatter_(1, hot, 1.0)
        case _:
            rows.copy_(_sorted(rows))


def _sorted(view: torch.Tensor) -> torch.Tensor:
    return view.sort(dim=-1).values if view.dim() else view
