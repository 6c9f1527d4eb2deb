import mmap
import os
from collections.abc import Iterator
from contextlib import closing

import pytest
import torch
from targets import parsed_tensor

from kernelwright_harness.judge.buffers import GUARD_BYTES, OUTPUT_GUARD, Layout
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.memory import MOST_LEAD, MOST_SPARE, Memory, random_lead

X = parsed_tensor("f32", ("n",), "x")


def layout(n: int, slots: int = 1) -> Layout:
    return Layout.of((X,), {"n": n}, slots, OUTPUT_GUARD)


@pytest.fixture
def memory() -> Iterator[Memory]:
    with closing(Memory(EmulatedDevice())) as made:
        yield made


def descriptor_of(memory: Memory) -> int | None:
    found = memory.descriptors()
    for each in found:
        os.close(each)
    return len(found)


def test_buffers_lie_one_behind_the_other_and_share_nothing(memory: Memory) -> None:
    first, second = memory.lay_out([layout(5, slots=2), layout(7)])
    assert (first.offset, second.offset) == (0, first.layout.size)
    assert memory.rest == [(0, 0), (end := first.layout.size + second.layout.size, memory.size - end)]
    first.bytes.fill_(1)
    assert second.damaged() == [] and second.view(0, X).isnan().all()
    second.fill_all(0)
    assert first.bytes.eq(1).all() and second.view(0, X).eq(0).all() and second.damaged() == []


def test_another_process_sees_the_same_memory(memory: Memory) -> None:
    _, second = memory.lay_out([layout(5), layout(7)])
    (descriptor,) = memory.descriptors()
    with mmap.mmap(descriptor, memory.size) as mapped:
        os.close(descriptor)
        at = second.offset + second.offsets("x")[0]
        mapped[at : at + 4] = b"\x00\x00\x80\x3f"
        assert second.view(0, X)[0].item() == 1.0


def test_what_fits_stays_where_it_is_and_is_told_of_once(memory: Memory) -> None:
    (large,) = memory.lay_out([layout(5000)])
    assert descriptor_of(memory) == 1
    (small,) = memory.lay_out([layout(5)])
    assert descriptor_of(memory) == 0
    assert small.bytes.data_ptr() == large.bytes.data_ptr()
    memory.lay_out([layout(50_000)])
    assert descriptor_of(memory) == 1


def test_memory_that_was_reserved_is_enough_for_all(memory: Memory) -> None:
    memory.reserve(layout(5000).size)
    assert descriptor_of(memory) == 1
    for n in (5, 5000, 70):
        memory.lay_out([layout(n)])
        assert descriptor_of(memory) == 0


def test_much_more_than_is_needed_is_given_back(memory: Memory) -> None:
    small = (memory.lay_out([layout(5)]), memory.size)[1]
    memory.reserve(MOST_SPARE)
    memory.lay_out([layout(5)])
    assert memory.size >= MOST_SPARE
    memory.reserve(layout(5).size + MOST_SPARE + mmap.PAGESIZE)
    memory.lay_out([layout(5)])
    assert memory.size == small


def test_nothing_is_left_of_what_was_there(memory: Memory) -> None:
    (before,) = memory.lay_out([layout(5000)])
    before.view(0, X).fill_(3.0)
    (after,) = memory.lay_out([layout(1000)])
    assert after.view(0, X).isnan().all()
    assert memory.rest[1][1] > 0
    assert after.damaged() == memory.damaged() == []


def test_a_write_ahead_of_everything_or_behind_it_is_found_once(memory: Memory) -> None:
    (buffers,) = memory.lay_out([layout(5)], lead=512)
    (descriptor,) = memory.descriptors()
    seen = torch.frombuffer(mmap.mmap(descriptor, memory.size), dtype=torch.uint8)
    os.close(descriptor)
    assert (buffers.offset, memory.rest[0]) == (512, (0, 512))
    seen[500:504] = 0
    seen[-12:] = 0
    far = f"all tensors, more than {GUARD_BYTES} bytes from any"
    assert memory.damaged() == [f"4 bytes were written ahead of {far}", f"12 bytes were written behind {far}"]
    assert memory.damaged() == [], "the pattern is restored"


def test_shapes_begin_at_different_places() -> None:
    leads = {random_lead() for _ in range(200)}
    assert len(leads) > 20 and all(lead % 256 == 0 and 0 <= lead < MOST_LEAD for lead in leads)


def test_what_is_closed_has_no_descriptor_left() -> None:
    memory = Memory(EmulatedDevice())
    memory.lay_out([layout(5)])
    (descriptor,) = memory.descriptors()
    held = os.fstat(descriptor)
    os.close(descriptor)
    memory.close()
    assert memory.size == 0 and memory.descriptors() == []
    mine = {os.stat(f"/proc/self/fd/{each}").st_ino for each in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{each}")}
    assert held.st_ino not in mine
