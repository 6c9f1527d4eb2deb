"""Fresh, secret inputs: drawn on the judge's device from seeds that no other process ever sees before the verdict."""

import secrets

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.specification import Tensor


def fresh_seed() -> int:
    return secrets.randbits(63)


def draw(buffers: Buffers, slot: int, seed: int) -> None:
    """Fills the inputs of a slot. The same seed always gives the same bytes on the same device."""
    for position, tensor in enumerate(buffers.tensors):
        _draw_into(buffers.view(slot, tensor), tensor, _generator(buffers, seed, position))


def unchanged(buffers: Buffers, slot: int, seed: int) -> list[str]:
    """Names of inputs whose bytes are no longer what `draw` wrote."""
    changed: list[str] = []
    for position, tensor in enumerate(buffers.tensors):
        expected = torch.empty_like(buffers.view(slot, tensor))
        _draw_into(expected, tensor, _generator(buffers, seed, position))
        if not torch.equal(expected.view(-1).view(torch.uint8), buffers.raw(slot, tensor.name)):
            changed.append(tensor.name)
    return changed


def _generator(buffers: Buffers, seed: int, position: int) -> torch.Generator:
    return torch.Generator(device=buffers.arena.bytes.device).manual_seed((seed + position * 0x9E3779B97F4A7C15) % (1 << 63))


def _draw_into(view: torch.Tensor, tensor: Tensor, generator: torch.Generator) -> None:
    """Floats are standard normal; integers are small, so that sums of them fit; booleans are fair coins."""
    match tensor.dtype.kind:
        case "float":
            view.normal_(generator=generator)
        case "bool":
            view.copy_(torch.randint(0, 2, view.shape, generator=generator, device=view.device))
        case "integer":
            low = 0 if tensor.dtype.name == "u8" else -100
            view.random_(low, 101, generator=generator)
