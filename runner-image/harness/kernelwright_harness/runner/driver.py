"""The driver API's answers in a process that runs candidate code."""

from typing import Any

from cuda.bindings import driver as cu

from kernelwright_harness.runner.program import DeviceError


def checked(result: tuple[Any, ...]) -> Any:
    """What a call answered beside its status: one value, or a tuple. Raises DeviceError."""
    if result[0] != cu.CUresult.CUDA_SUCCESS:
        raise DeviceError(int(result[0]))
    return result[1] if len(result) == 2 else result[1:]
