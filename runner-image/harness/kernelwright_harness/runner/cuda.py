"""The runner's side of a GPU: memory that the judge shares by file descriptor, CUDA events, and the flush of the L2 cache.

Only the driver API is used: importing torch would cost seconds and is no business of a plain kernel.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cuda.bindings import driver as cu

from kernelwright_harness.runner.driver import checked
from kernelwright_harness.runner.program import MARGIN, Copy, Region
from kernelwright_harness.runner.shared_memory import SharedMemory

_FD = cu.CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR


class CudaRuntime:
    def __init__(self, ordinal: int = 0) -> None:
        checked(cu.cuInit(0))
        self._device = checked(cu.cuDeviceGet(ordinal))
        # The primary context is the one that the CUDA runtime inside the library uses too.
        checked(cu.cuCtxSetCurrent(checked(cu.cuDevicePrimaryCtxRetain(self._device))))
        self._stream = checked(cu.cuStreamCreate(cu.CUstream_flags.CU_STREAM_DEFAULT))
        l2 = int(checked(cu.cuDeviceGetAttribute(cu.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, self._device)))
        self._flush_words = max(2 * l2, 64 << 20) // 4
        self._flush_buffer = checked(cu.cuMemAlloc(self._flush_words * 4))
        self._shared = SharedMemory(self._device)
        self._events: list[tuple[Any, Any]] = []
        self._mapped: Region = (0, 0)
        """Address and bytes."""

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        if fd is not None:
            if self._mapped[1]:
                address, length = self._mapped
                checked(cu.cuMemUnmap(address, length))
                checked(cu.cuMemAddressFree(address - MARGIN, length + 2 * MARGIN))
            self._mapped = (self._shared_by(fd, size), size)
        return [self._mapped[0] + offset for offset, _ in parts]

    def _shared_by(self, fd: int, size: int) -> int:
        handle = checked(cu.cuMemImportFromShareableHandle(fd, _FD))
        os.close(fd)
        # Nothing is mapped in the margins: a kernel that reads or writes there is stopped.
        address = int(checked(cu.cuMemAddressReserve(size + 2 * MARGIN, 0, 0, 0))) + MARGIN
        checked(cu.cuMemMap(address, size, 0, handle, 0))
        checked(cu.cuMemRelease(handle))
        access = cu.CUmemAccessDesc()
        access.location.type = cu.CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE
        access.location.id = int(self._device)
        access.flags = cu.CUmemAccess_flags.CU_MEM_ACCESS_FLAGS_PROT_READWRITE
        checked(cu.cuMemSetAccess(address, size, [access], 1))
        return address

    def stream(self) -> int:
        return int(self._stream)

    def timed(
        self, calls: Sequence[Callable[[], None]], flush: bool, copies: Mapping[int, Sequence[Copy]], after: Sequence[Callable[[], None]] = ()
    ) -> list[float]:
        while len(self._events) < len(calls):
            self._events.append((checked(cu.cuEventCreate(0)), checked(cu.cuEventCreate(0))))
        if not flush:  # a flush is asked for where events time the calls, and then nothing else may stand between them
            self._shared.scrub(self._stream)
        for position, ((start, end), call) in enumerate(zip(self._events, calls, strict=False)):
            if flush:
                # Lines that an earlier call has marked as persisting would outlive the flush.
                checked(cu.cuCtxResetPersistingL2Cache())
                # Writing twice the L2's size evicts what an earlier call or kernel left there, and keeps the GPU busy while the
                # launch below is queued, so that the gap between two launches is not measured.
                checked(cu.cuMemsetD32Async(self._flush_buffer, 0, self._flush_words, self._stream))
            checked(cu.cuEventRecord(start, self._stream))
            call()
            checked(cu.cuEventRecord(end, self._stream))
            if after:
                after[position]()
            for to, source, size in copies.get(position, ()):
                checked(cu.cuMemcpyDtoDAsync(to, source, size, self._stream))
        # The whole context, not only our stream: work on a side stream belongs to the block too.
        checked(cu.cuCtxSynchronize())
        return [float(checked(cu.cuEventElapsedTime(start, end))) * 1e3 for (start, end), _ in zip(self._events, calls, strict=False)]
