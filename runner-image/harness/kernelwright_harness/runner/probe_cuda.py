"""The probe's side of a GPU: one allocation for each tensor, and nothing else on the device."""

from collections.abc import Callable, Mapping, Sequence

from cuda.bindings import driver as cu

from kernelwright_harness.runner.driver import checked
from kernelwright_harness.runner.program import Copy, Region


class CudaProbeRuntime:
    def __init__(self, ordinal: int = 0) -> None:
        checked(cu.cuInit(0))
        # The primary context is the one that the CUDA runtime inside the library uses too.
        checked(cu.cuCtxSetCurrent(checked(cu.cuDevicePrimaryCtxRetain(checked(cu.cuDeviceGet(ordinal))))))
        self._stream = checked(cu.cuStreamCreate(cu.CUstream_flags.CU_STREAM_DEFAULT))
        self._allocated: list[int] = []

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        """Memory of their own for the parts, wherever they are said to be."""
        for address in self._allocated:
            checked(cu.cuMemFree(address))
        # cuMemAlloc refuses 0 bytes; a tensor without elements gets no address, as torch does.
        self._allocated = [int(checked(cu.cuMemAlloc(size))) for _, size in parts if size]
        addresses = iter(self._allocated)
        return [next(addresses) if size else 0 for _, size in parts]

    def write(self, address: int, content: bytes) -> None:
        checked(cu.cuMemcpyHtoD(address, content, len(content)))

    def stream(self) -> int:
        return int(self._stream)

    def timed(self, calls: Sequence[Callable[[], None]], flush: bool, copies: Mapping[int, Sequence[Copy]], after: Sequence[Callable[[], None]] = ()) -> list[float]:
        for position, call in enumerate(calls):
            call()
            if after:
                after[position]()
        checked(cu.cuCtxSynchronize())
        return []
