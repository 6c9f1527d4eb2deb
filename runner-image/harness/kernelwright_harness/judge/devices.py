"""The two places where a kernel can run, as the judge sees them: memory that it shares by file descriptor, and a name for the report."""

import fcntl
import mmap
import os
import platform
import subprocess
from collections.abc import Callable
from typing import Any, Protocol

import torch

from kernelwright_harness.judge.ceilings import Ceilings
from kernelwright_harness.judge.device_unavailable import DeviceUnavailable
from kernelwright_harness.judge.gpu_lock import GpuLock
from kernelwright_harness.judge.gpu_state import GpuState
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import cuda_home


class Arena(Protocol):
    """Shared memory that the judge owns."""

    size: int
    bytes: torch.Tensor
    """All of it, as uint8, on the judge's torch device."""

    def export(self) -> int:
        """A new file descriptor for a runner; the caller closes it."""
        ...

    def close(self) -> None:
        """Gives the memory back. Whoever holds views of `bytes` must have dropped them."""
        ...


class Device(Protocol):
    kind: DeviceKind
    name: str
    arch: str
    torch_device: torch.device
    l2_bytes: int
    lock: GpuLock
    """Measurements that hold it do not overlap."""

    def versions(self) -> dict[str, str]: ...

    def arena(self, size: int) -> Arena: ...

    def free_bytes(self) -> int: ...

    def synchronize(self) -> None: ...

    def settle_cache(self) -> None:
        """Has everything written to memory that the caches still hold for it."""
        ...

    def ceilings(self) -> Ceilings | None:
        """What it can do at most; None where times mean nothing."""
        ...

    def state(self) -> GpuState | None:
        """What to read clocks and temperature from; None where there is nothing to read."""
        ...


def open_device(requested: str, when_it_waits: Callable[[], None] = lambda: None) -> Device:
    """`cuda` or `emulated` as asked; `auto` takes the GPU where torch can use one. Opening a GPU waits for whoever is measuring there."""
    if requested == "emulated" or (requested == "auto" and not torch.cuda.is_available()):
        return EmulatedDevice()
    if not torch.cuda.is_available():
        raise DeviceUnavailable(
            f"no CUDA device: torch {torch.__version__} sees no GPU on this machine; check `nvidia-smi` and that this torch is a CUDA build, or choose the device emulated."
        )
    from kernelwright_harness.judge.cuda_device import CudaDevice

    return CudaDevice(when_it_waits)


class EmulatedDevice:
    """Kernels run on the CPU. Right and wrong are real here, times mean nothing."""

    kind: DeviceKind = "emulated"
    name = "emulated CPU"
    l2_bytes = 0

    def __init__(self) -> None:
        self.arch = os.environ.get("KERNELWRIGHT_ARCH", "sm_90")
        self.torch_device = torch.device("cpu")
        self.lock = GpuLock(None)

    def versions(self) -> dict[str, str]:
        return {"pytorch": torch.__version__, "python": platform.python_version(), **compiler_versions()}

    def arena(self, size: int) -> Arena:
        return _MemoryFile(size)

    def free_bytes(self) -> int:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

    def synchronize(self) -> None:
        pass

    def settle_cache(self) -> None:
        pass

    def ceilings(self) -> None:
        return None

    def state(self) -> None:
        return None


class _MemoryFile:
    def __init__(self, size: int) -> None:
        # The rest of a page could be written to as well, and nobody would look there.
        self.size = size = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
        self._fd = os.memfd_create("kernelwright", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self._fd, size)
        # A runner that made the file shorter would kill the judge at its next access.
        fcntl.fcntl(self._fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        self.bytes = torch.frombuffer(mmap.mmap(self._fd, size), dtype=torch.uint8)

    def export(self) -> int:
        return os.dup(self._fd)

    def close(self) -> None:
        os.close(self._fd)


def compiler_versions() -> dict[str, str]:
    """`{"nvcc": "13.0.88"}` where there is an nvcc."""
    home = cuda_home()
    if home is None:
        return {}
    said = subprocess.run([str(home / "bin" / "nvcc"), "--version"], capture_output=True, text=True, timeout=30).stdout
    return {"nvcc": line.rsplit("V", 1)[1].strip() for line in said.splitlines() if "release" in line and "V" in line}


def device_report(device: Device) -> dict[str, Any]:
    """The `Device` of `src/core/evidence.ts`."""
    return {"name": device.name, "kind": device.kind, "arch": device.arch, "versions": device.versions()}
