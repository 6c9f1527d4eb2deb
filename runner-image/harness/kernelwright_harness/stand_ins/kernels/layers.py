"""Layers and functions that are taken from a kernel. Of a mapping only the names count: the kernel is the one that was built."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any

import torch

from kernels._provided import provided


class Mode(Flag):
    FALLBACK = 0
    INFERENCE = auto()
    TRAINING = auto()
    TORCH_COMPILE = auto()


@dataclass(frozen=True)
class CUDAProperties:
    min_capability: int
    max_capability: int


@dataclass(frozen=True)
class Device:
    type: str
    properties: Any = None


class _Repository:
    def __init__(self, repo_id: str | None = None, *, layer_name: str = "", func_name: str = "", **_: Any) -> None:
        self.repo_id = repo_id
        self.layer_name = layer_name
        self.func_name = func_name

    def load(self) -> Any:
        """The layer's class, or the function. Raises AttributeError where the kernel has no such thing."""
        package = provided(self.repo_id)
        return getattr(package.layers, self.layer_name) if self.layer_name else getattr(package, self.func_name)


class _LocalRepository(_Repository):
    """Named by a folder, which can only be this project's."""

    def __init__(self, *_: Any, layer_name: str = "", func_name: str = "", **__: Any) -> None:
        super().__init__(None, layer_name=layer_name, func_name=func_name)


LayerRepository = LockedLayerRepository = FuncRepository = LockedFuncRepository = _Repository
LocalLayerRepository = LocalFuncRepository = _LocalRepository

_mapping: dict[str, Any] = {}


def register_kernel_mapping(mapping: dict[str, Any], inherit_mapping: bool = True) -> None:
    if not inherit_mapping:
        _mapping.clear()
    _mapping.update(mapping)


@contextmanager
def use_kernel_mapping(mapping: dict[str, Any], *, inherit_mapping: bool = True) -> Iterator[None]:
    before = dict(_mapping)
    register_kernel_mapping(mapping, inherit_mapping)
    try:
        yield
    finally:
        _mapping.clear()
        _mapping.update(before)


def replace_kernel_forward_from_hub(cls: type, layer_name: str) -> None:
    cls.kernel_layer_name = layer_name  # pyright: ignore[reportAttributeAccessIssue]


def use_kernel_forward_from_hub(layer_name: str) -> Callable[[type], type]:
    def named(cls: type) -> type:
        replace_kernel_forward_from_hub(cls, layer_name)
        return cls

    return named


def use_kernel_func_from_hub(func_name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The function where the mapping has it by the time that it is called, else the one that stands there."""

    def replaced(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            found = _mapped(func_name, None)
            return (function if found is None else found.load())(*args, **kwargs)

        return call

    return replaced


def kernelize(model: torch.nn.Module, *, mode: Mode = Mode.FALLBACK, device: Any = None, use_fallback: bool = True) -> torch.nn.Module:
    """Gives every module with a mapped name the forward of the kernel's layer."""
    kind = getattr(device, "type", device) or next((p.device.type for p in model.parameters()), None)
    for module in model.modules():
        name = getattr(type(module), "kernel_layer_name", None)
        if name is None:
            continue
        repository = _mapped(name, kind)
        if repository is not None:
            module.forward = repository.load().forward.__get__(module)
        elif not use_fallback:
            raise ValueError(f"no layer for {name} is mapped")
    return model


def _mapped(name: str, kind: Any) -> Any:
    """Repositories are mapped by device, and perhaps by mode; with one kernel there is no choice to make, except by the device."""
    found = _mapping.get(name)
    if isinstance(found, dict):
        by_device = {getattr(device, "type", device): each for device, each in found.items()}
        # A project's kernel for CUDA serves CPU tensors on the emulated device.
        found = by_device.get(kind) or by_device.get("cuda")
    return next(iter(found.values()), None) if isinstance(found, dict) else found
