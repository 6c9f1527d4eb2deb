"""The baseline in float64, in a third process: the oracle of modules and functions that have no reference.

The same code with wider numbers tells what rounding alone has done to the baseline's own results, and so what it may do to a
candidate's. Not every code can be run so: one that calls a kernel for float32 fails, and one that casts to a type by name
fails or returns a narrower type, which counts as a failure: widened, it would still be rounded; one that chooses by the type, or by a
comparison of rounded numbers, computes something else. Then the baseline's own results are the oracle.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.judge.buffers import INPUT_GUARD, OUTPUT_GUARD, Buffers, Layout
from kernelwright_harness.judge.devices import Device
from kernelwright_harness.judge.python_fault import find_exception
from kernelwright_harness.judge.runner_process import RunnerFailed
from kernelwright_harness.judge.setup_message import Mapped, python_setup
from kernelwright_harness.judge.side import Side
from kernelwright_harness.specification import ALIGNMENT, Argument, Target, Tensor, Workload
from kernelwright_harness.target_files import unpack


@dataclass
class Float64:
    """Whether the baseline in float64 is the oracle of a measurement. Once it cannot be, it is not asked again."""

    why_not: str = ""
    """Empty for as long as it is."""

    @property
    def usable(self) -> bool:
        return not self.why_not


def widened(target: Target) -> Target:
    """The same target with every floating tensor in float64."""

    def wide(tensor: Tensor) -> Tensor:
        return replace(tensor, dtype=DTYPES["f64"], alignment=ALIGNMENT) if tensor.dtype.kind == "float" else tensor

    arguments: tuple[Argument, ...] = tuple(wide(a) if isinstance(a, Tensor) else a for a in target.arguments)
    return replace(target, arguments=arguments, parameters=tuple(wide(p) for p in target.parameters))


class Float64Baseline:
    """One workload of it, with one slot."""

    def __init__(self, device: Device, target: Target, workload: Workload, state: Float64, side: Side, limit_s: float) -> None:
        self._device = device
        self._target = widened(target)
        self._workload = workload
        self._state = state
        self._side = side
        self._limit_s = limit_s
        inputs, outputs, parameters = (
            Layout.of(tensors, workload.values, 1, guard_byte)
            for tensors, guard_byte in ((self._target.inputs, INPUT_GUARD), (self._target.outputs, OUTPUT_GUARD), (self._target.parameters, INPUT_GUARD))
        )
        nothing = Layout.of((), workload.values, 0)
        self._mapped = Mapped(side.memory, *side.memory.lay_out([inputs, outputs, nothing, parameters]))

    def setup(self, drawn_parameters: Buffers) -> None:
        """Gives the runner the same parameters as the others have."""
        assert self._mapped.parameters is not None
        _copy_wide(drawn_parameters, 0, self._mapped.parameters)
        self._device.synchronize()
        files, kind = unpack(self._side.built), self._device.torch_device.type
        message: dict[str, Any] = python_setup(self._target, files, self._workload.values, self._mapped, kind, double=True)
        self._attempt(lambda: self._side.runner.setup(message, self._side.memory.descriptors(), self._limit_s))

    def answers(self, drawn: Buffers, slot: int) -> list[torch.Tensor] | None:
        """The results for a slot of the drawn inputs; None once it has failed."""
        if not self._state.usable:
            return None
        _copy_wide(drawn, slot, self._mapped.inputs)
        self._mapped.outputs.fill(0, 0xFF)
        self._device.synchronize()
        if not self._attempt(lambda: self._side.runner.run([0], False, self._limit_s)):
            return None
        answers = [self._mapped.holding(tensor).view(0, tensor).clone() for tensor in self._target.results]
        self._device.synchronize()
        return answers

    def _attempt(self, action: Callable[[], object]) -> bool:
        try:
            action()
            return True
        except RunnerFailed as failure:
            said = find_exception(failure.log, self._target.source)
            self._state.why_not = f"in float64 it fails at {self._workload.name}: {failure.detail}" + (f": {said}" if said else "")
            return False


def _copy_wide(drawn: Buffers, slot: int, into: Buffers) -> None:
    for narrow, wide in zip(drawn.tensors, into.tensors, strict=True):
        into.view(0, wide).copy_(drawn.view(slot, narrow))
