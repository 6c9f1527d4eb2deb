"""Clocks, temperature and throttling of the GPU while it measures, through NVIDIA's management library.

Reading takes some microseconds and changes nothing. Without the library (it comes with the driver, so only odd containers lack it)
nothing is known, and the evidence says so.
"""

import ctypes
from dataclasses import dataclass

from kernelwright_harness.gpu_device_files import driver_name

# nvml.h: nvmlClocksEventReason…
_BAD_REASONS = {
    0x08: "hardware slowdown",
    0x20: "thermal slowdown by software",
    0x40: "thermal slowdown by hardware",
    0x80: "power brake",
}
_POWER_CAP = 0x04
_SM_CLOCK, _MEMORY_CLOCK = 1, 2
_TEMPERATURE_GPU = 0


@dataclass(frozen=True)
class Sample:
    sm_mhz: int
    memory_mhz: int
    celsius: int
    reasons: int
    """Bits of nvmlClocksEventReasons."""

    @property
    def throttled(self) -> list[str]:
        """Why the GPU slows itself down right now in a way that spoils a measurement; empty when it does not."""
        return [name for bit, name in _BAD_REASONS.items() if self.reasons & bit]

    @property
    def power_capped(self) -> bool:
        return bool(self.reasons & _POWER_CAP)


class GpuState:
    """Reads the state of one GPU. Raises OSError where the library is missing or refuses."""

    def __init__(self, uuid: str) -> None:
        self._nvml = ctypes.CDLL("libnvidia-ml.so.1")
        self._handle = ctypes.c_void_p()
        self._call("nvmlInit_v2")
        self._call("nvmlDeviceGetHandleByUUID", driver_name(uuid).encode(), ctypes.byref(self._handle))

    def sample(self) -> Sample:
        return Sample(
            sm_mhz=self._read("nvmlDeviceGetClockInfo", _SM_CLOCK),
            memory_mhz=self._read("nvmlDeviceGetClockInfo", _MEMORY_CLOCK),
            celsius=self._read("nvmlDeviceGetTemperature", _TEMPERATURE_GPU),
            reasons=self._reasons(),
        )

    def _read(self, function: str, what: int) -> int:
        value = ctypes.c_uint()
        self._call(function, self._handle, ctypes.c_uint(what), ctypes.byref(value))
        return value.value

    def _reasons(self) -> int:
        value = ctypes.c_ulonglong()
        self._call("nvmlDeviceGetCurrentClocksThrottleReasons", self._handle, ctypes.byref(value))
        return value.value

    def _call(self, function: str, *arguments: object) -> None:
        status = getattr(self._nvml, function)(*arguments)
        if status != 0:
            raise OSError(f"{function} answered {status}")
