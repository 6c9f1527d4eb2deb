"""Memory of the emulated device, for tests."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from kernelwright_harness.judge.buffers import OUTPUT_GUARD, Buffers, Layout
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.memory import Memory
from kernelwright_harness.specification import Tensor, Values


@contextmanager
def buffers_of(tensors: Sequence[Tensor], values: Values, slots: int, guard_byte: int = OUTPUT_GUARD) -> Iterator[Buffers]:
    """Buffers that have a memory to themselves."""
    with closing(Memory(EmulatedDevice())) as memory:
        (buffers,) = memory.lay_out([Layout.of(tensors, values, slots, guard_byte)])
        yield buffers
