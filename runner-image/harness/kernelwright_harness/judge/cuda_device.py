"""A GPU as the judge sees it. Memory is shared through the driver's virtual memory API: unlike legacy CUDA IPC handles, its file
descriptors work for a runner in its own namespaces and under another uid."""

import platform
from collections.abc import Callable
from typing import Any

import torch
from cuda.bindings import driver as cu

from kernelwright_harness.gpu_device_files import show_only
from kernelwright_harness.judge.ceilings import Ceilings, ceilings_of, measure_ceilings
from kernelwright_harness.judge.devices import Arena, compiler_versions
from kernelwright_harness.judge.gpu_lock import GpuLock
from kernelwright_harness.judge.gpu_state import GpuState
from kernelwright_harness.options import DeviceKind

_FD = cu.CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR


def _checked(result: tuple[Any, ...]) -> Any:
    if result[0] != cu.CUresult.CUDA_SUCCESS:
        name = cu.cuGetErrorName(result[0])[1]
        raise RuntimeError(f"the CUDA driver answered {name.decode() if isinstance(name, bytes) else result[0]}")
    return result[1] if len(result) == 2 else result[1:]


class CudaDevice:
    kind: DeviceKind = "cuda"

    def __init__(self, when_it_waits: Callable[[], None]) -> None:
        self.torch_device = torch.device("cuda", 0)
        properties = torch.cuda.get_device_properties(0)
        self.name = properties.name
        self.arch = f"sm_{properties.major}{properties.minor}"
        self.l2_bytes = int(properties.L2_cache_size)
        self._uuid = str(properties.uuid)
        show_only(self._uuid)
        self.lock = GpuLock(self._uuid)
        try:
            with self.lock.held(when_it_waits):  # opening it takes memory, and disturbs whoever is timing there
                torch.zeros(1, device=self.torch_device)  # makes the primary context current
                self._sweep = torch.zeros(max(2 * self.l2_bytes, 64 << 20) // 4, device=self.torch_device)
        except BaseException:
            self.lock.close()
            raise

    def versions(self) -> dict[str, str]:
        return {
            "driver": _driver_version(),
            "cuda": str(torch.version.cuda),
            "pytorch": torch.__version__,
            "python": platform.python_version(),
            **compiler_versions(),
        }

    def arena(self, size: int) -> Arena:
        return _SharedMemory(size)

    def free_bytes(self) -> int:
        return torch.cuda.mem_get_info(0)[0]

    def synchronize(self) -> None:
        torch.cuda.synchronize()

    def settle_cache(self) -> None:
        self._sweep.sum()  # reading as much as the L2 holds twice over leaves nothing else in it
        torch.cuda.synchronize()

    def ceilings(self) -> Ceilings:
        return ceilings_of(f"{self._uuid}-{_driver_version()}".replace(" ", "-"), measure_ceilings)

    def state(self) -> GpuState | None:
        try:
            return GpuState(self._uuid)
        except (OSError, AttributeError):  # no library, or one too old for a function
            return None


def _driver_version() -> str:
    """As `nvidia-smi` shows it, from the file that the kernel module keeps."""
    try:
        with open("/proc/driver/nvidia/version") as file:
            words = file.readline().split()
    except OSError:
        words = []
    found = [w for w in words if w[:1].isdigit() and "." in w]
    return found[0] if found else f"API {_checked(cu.cuDriverGetVersion())}"


class _SharedMemory:
    def __init__(self, size: int) -> None:
        properties = cu.CUmemAllocationProp()
        properties.type = cu.CUmemAllocationType.CU_MEM_ALLOCATION_TYPE_PINNED
        properties.location.type = cu.CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE
        properties.location.id = 0
        properties.requestedHandleTypes = _FD
        granularity = int(_checked(cu.cuMemGetAllocationGranularity(properties, cu.CUmemAllocationGranularity_flags.CU_MEM_ALLOC_GRANULARITY_MINIMUM)))
        self.size = (size + granularity - 1) // granularity * granularity
        self._handle = _checked(cu.cuMemCreate(self.size, properties, 0))
        self._address = int(_checked(cu.cuMemAddressReserve(self.size, 0, 0, 0)))
        _checked(cu.cuMemMap(self._address, self.size, 0, self._handle, 0))
        access = cu.CUmemAccessDesc()
        access.location.type = cu.CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE
        access.location.id = 0
        access.flags = cu.CUmemAccess_flags.CU_MEM_ACCESS_FLAGS_PROT_READWRITE
        _checked(cu.cuMemSetAccess(self._address, self.size, [access], 1))
        self.bytes = torch.as_tensor(_ArrayInterface(self._address, self.size), device="cuda:0")

    def export(self) -> int:
        return int(_checked(cu.cuMemExportToShareableHandle(self._handle, _FD, 0)))

    def close(self) -> None:
        torch.cuda.synchronize()
        _checked(cu.cuMemUnmap(self._address, self.size))
        _checked(cu.cuMemAddressFree(self._address, self.size))
        _checked(cu.cuMemRelease(self._handle))


class _ArrayInterface:
    """Lets torch see driver memory. https://numba.readthedocs.io/en/stable/cuda/cuda_array_interface.html"""

    def __init__(self, address: int, size: int) -> None:
        self.__cuda_array_interface__ = {"shape": (size,), "typestr": "|u1", "data": (address, False), "version": 3}
