"""The probe's side of a GPU: one allocation for each tensor, and nothing else on the device."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cuda.bindings import driver as cu

from kernelwright_harness.runner.program import Copy, DeviceError


def _checked(result: tuple[Any, ...]) -> Any:
    if result[0] != cu.CUresult.CUDA_SUCCESS:
        raise DeviceError(int(result[0]))
    return result[1] if len(result) == 2 else result[1:]


class CudaProbeRuntime:
    def __init__(self, ordinal: int = 0) -> None:
        _checked(cu.cuInit(0))
        # The primary context is the one that the CUDA runtime inside the library uses too.
        _checked(cu.cuCtxSetCurrent(_checked(cu.cuDevicePrimaryCtxRetain(_checked(cu.cuDeviceGet(ordinal))))))
        self._stream = _checked(cu.cuStreamCreate(cu.CUstream_flags.CU_STREAM_DEFAULT))
        self._allocated: list[int] = []

    def map(self, fds: Sequence[int], sizes: Sequence[int], guards: Sequence[tuple[int, int, int]]) -> list[int]:
        for address in self._allocated:
            _checked(cu.cuMemFree(address))
        # cuMemAlloc refuses 0 bytes; a tensor without elements gets no address, as torch does.
        self._allocated = [int(_checked(cu.cuMemAlloc(size))) for size in sizes if size]
        addresses = iter(self._allocated)
        return [next(addresses) if size else 0 for size in sizes]

    def write(self, address: int, content: bytes) -> None:
        _checked(cu.cuMemcpyHtoD(address, content, len(content)))

    def stream(self) -> int:
        return int(self._stream)

    def timed(self, calls: Sequence[Callable[[], None]], flush: bool, copies: Mapping[int, Sequence[Copy]], after: Sequence[Callable[[], None]] = ()) -> list[float]:
        for position, call in enumerate(calls):
            call()
            if after:
                after[position]()
        _checked(cu.cuCtxSynchronize())
        return []
