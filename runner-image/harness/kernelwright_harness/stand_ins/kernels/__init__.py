"""Stands in for Hugging Face's `kernels`: whatever way a project's tests and benchmarks ask for their kernel, they get the package that was built from
their own sources, and never one that is published. What asks for another kernel fails and says so: there is no network here."""

from typing import Any

from kernels._provided import Refused, provide, provided
from kernels.benchmark import Benchmark
from kernels.layers import (
    CUDAProperties,
    Device,
    FuncRepository,
    LayerRepository,
    LocalFuncRepository,
    LocalLayerRepository,
    LockedFuncRepository,
    LockedLayerRepository,
    Mode,
    kernelize,
    register_kernel_mapping,
    replace_kernel_forward_from_hub,
    use_kernel_forward_from_hub,
    use_kernel_func_from_hub,
    use_kernel_mapping,
)

__version__ = "0"


def get_kernel(repo_id: str, *_: Any, **__: Any) -> Any:
    return provided(repo_id)


def load_kernel(repo_id: str, *_: Any, **__: Any) -> Any:
    return provided(repo_id)


def get_locked_kernel(repo_id: str, *_: Any, **__: Any) -> Any:
    return provided(repo_id)


def get_local_kernel(*_: Any, **__: Any) -> Any:
    """A folder of this project, wherever it is, holds this project's kernel."""
    return provided(None)


def has_kernel(repo_id: str, *_: Any, **__: Any) -> bool:
    try:
        provided(repo_id)
    except Refused:
        return False
    return True


__all__ = [
    "Benchmark",
    "CUDAProperties",
    "Device",
    "FuncRepository",
    "LayerRepository",
    "LocalFuncRepository",
    "LocalLayerRepository",
    "LockedFuncRepository",
    "LockedLayerRepository",
    "Mode",
    "get_kernel",
    "get_local_kernel",
    "get_locked_kernel",
    "has_kernel",
    "kernelize",
    "load_kernel",
    "provide",
    "register_kernel_mapping",
    "replace_kernel_forward_from_hub",
    "use_kernel_forward_from_hub",
    "use_kernel_func_from_hub",
    "use_kernel_mapping",
]
