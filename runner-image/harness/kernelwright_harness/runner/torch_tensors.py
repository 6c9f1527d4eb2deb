"""Torch tensors over memory that the judge shares: nothing is copied, so what is written to them is what the judge sees."""

import ctypes
from collections.abc import Sequence
from typing import Any

import torch

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.specification import span


def tensor_at(device: torch.device, address: int, dtype: torch.dtype, shape: Sequence[int], strides: Sequence[int] | None = None) -> torch.Tensor:
    """A tensor at an address of the CPU's or the GPU's memory, which must outlive it. Without strides, in elements, it is contiguous. Its
    storage is no larger than it is."""
    size = span(shape, strides) * dtype.itemsize
    if size == 0:
        return torch.empty(tuple(shape), dtype=dtype, device=device)
    raw = torch.as_tensor(_ArrayInterface(address, size), device=device) if device.type == "cuda" else torch.frombuffer((ctypes.c_uint8 * size).from_address(address), dtype=torch.uint8)
    return raw.view(dtype).view(tuple(shape)) if strides is None else raw.view(dtype).as_strided(tuple(shape), tuple(strides))


def torch_dtype(name: str) -> torch.dtype:
    """`torch.float32` for `f32`."""
    return getattr(torch, DTYPES[name].torch_name)


def written(dtype: torch.dtype, shape: Sequence[int]) -> str:
    """`f32 of shape (4, 256)`."""
    return f"{_NAMES.get(dtype, str(dtype).removeprefix('torch.'))} of shape {tuple(shape)}"


def dtype_name(dtype: torch.dtype) -> str | None:
    """`f32` for `torch.float32`; None for a type that the configuration has no name for."""
    return _NAMES.get(dtype)


# Of two names for one type, such as `f32` and `tf32`, the first is what a tensor is told to be.
_NAMES: dict[torch.dtype, str] = {torch_dtype(name): name for name in reversed(DTYPES)}


class _ArrayInterface:
    """Lets torch see driver memory. https://numba.readthedocs.io/en/stable/cuda/cuda_array_interface.html"""

    def __init__(self, address: int, size: int) -> None:
        self.__cuda_array_interface__: dict[str, Any] = {"shape": (size,), "typestr": "|u1", "data": (address, False), "version": 3}
