"""Keeps an eye on the GPU during a measurement, and says afterwards in which state it was."""

import time
from typing import Literal

from kernelwright_harness.judge.checks import Check
from kernelwright_harness.judge.gpu_state import GpuState, Sample

_MOST_REPEATS = 20
_PAUSE_S = 0.5
"""A GPU that is too hot or out of power needs a moment, not more work."""


class GpuWatch:
    """Samples the state after each group of blocks. `state` is None where nothing can be read."""

    def __init__(self, state: GpuState | None) -> None:
        self._state = state
        self._samples: list[Sample] = []
        self._repeated: list[str] = []

    def look(self) -> Literal["good", "repeat", "throttled"]:
        """How the group that was just measured fared: on a throttled GPU it must be repeated, until patience ends."""
        if self._state is None:
            return "good"
        sample = self._state.sample()
        self._samples.append(sample)
        if not sample.throttled:
            return "good"
        if len(self._repeated) >= _MOST_REPEATS:
            return "throttled"
        self._repeated.append(" and ".join(sample.throttled))
        time.sleep(_PAUSE_S)
        return "repeat"

    def check(self) -> Check:
        if not self._samples:
            return Check("gpu-state", "skipped", "could not be checked: NVIDIA's management library gives no clocks here")
        clocks = [s.sm_mhz for s in self._samples]
        heat = [s.celsius for s in self._samples]
        detail = f"SM clock {_range(clocks)} MHz, memory clock {_range([s.memory_mhz for s in self._samples])} MHz, {_range(heat)} °C over {len(self._samples)} samples"
        if capped := sum(s.power_capped for s in self._samples):
            detail += f"; at its power limit in {capped}"
        if self._repeated:
            detail += f"; {len(self._repeated)} groups were repeated because of {', '.join(sorted(set(self._repeated)))}"
        still = [s for s in self._samples if s.throttled]
        if len(still) > len(self._repeated):
            return Check("gpu-state", "failed", f"the GPU stayed throttled: {detail}")
        return Check("gpu-state", "passed", detail)


def _range(values: list[int]) -> str:
    return str(values[0]) if min(values) == max(values) else f"{min(values)} to {max(values)}"
