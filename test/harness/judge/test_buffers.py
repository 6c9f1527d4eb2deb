from collections.abc import Iterator

import pytest
import torch
from memories import buffers_of
from targets import parsed_tensor

from kernelwright_harness.judge.buffers import GUARD_BYTES, Buffers, slots_that_fit
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.specification import Values

SHORT = parsed_tensor("f16", ("n",), "short")
WIDE = parsed_tensor("f64", ("n", 2), "wide")
VALUES: Values = {"n": 5}


@pytest.fixture
def buffers() -> Iterator[Buffers]:
    with buffers_of((SHORT, WIDE), VALUES, slots=3) as made:
        yield made


def test_every_tensor_of_every_slot_has_a_place_of_its_own_between_guards(buffers: Buffers) -> None:
    places = sorted((offset, size) for name, size in (("short", 10), ("wide", 80)) for offset in buffers.offsets(name))
    assert len(places) == 6
    for (offset, size), (following, _) in zip(places, places[1:], strict=False):
        assert offset + size + 2 * GUARD_BYTES <= following
    assert places[0][0] >= GUARD_BYTES
    assert places[-1][0] + places[-1][1] + GUARD_BYTES <= buffers.layout.size


def test_guards_and_tensors_cover_all_of_it_without_a_gap(buffers: Buffers) -> None:
    tensors = [(offset, offset + size) for name, size in (("short", 10), ("wide", 80)) for offset in buffers.offsets(name)]
    pieces = sorted([*tensors, *((g.offset, g.end) for g in buffers.guards)])
    assert pieces[0][0] == 0 and pieces[-1][1] == buffers.layout.size
    assert all(end == begin for (_, end), (begin, _) in zip(pieces, pieces[1:], strict=False))


def test_tensors_are_aligned_as_cuda_malloc_aligns(buffers: Buffers) -> None:
    assert all(offset % 256 == 0 for name in ("short", "wide") for offset in buffers.offsets(name))


def test_a_view_has_dtype_and_shape_and_shares_memory(buffers: Buffers) -> None:
    view = buffers.view(1, WIDE)
    assert (view.dtype, tuple(view.shape)) == (torch.float64, (5, 2))
    view.fill_(1.5)
    offset = buffers.offsets("wide")[1]
    assert buffers.bytes[offset : offset + 80].view(torch.float64).tolist() == [1.5] * 10
    assert not buffers.view(0, WIDE).eq(1.5).any() and not buffers.view(2, WIDE).eq(1.5).any()
    assert buffers.damaged() == []


def test_fill_writes_one_slot_and_no_guard(buffers: Buffers) -> None:
    buffers.fill(1, 0xA5)
    assert buffers.raw(1, "short").eq(0xA5).all() and buffers.raw(1, "wide").eq(0xA5).all()
    assert not buffers.raw(0, "short").eq(0xA5).any()
    assert buffers.damaged() == []


@pytest.mark.parametrize(
    ("slot", "name", "start", "count", "says"),
    [
        (0, "short", 10, 4, "4 bytes were written after short, the nearest 0 bytes past its end"),
        (2, "wide", 80 + 32, 8, "8 bytes were written after wide, the nearest 32 bytes past its end"),
        (1, "wide", -8, 8, "8 bytes were written before wide, the nearest 0 bytes ahead of its start"),
        (0, "short", -GUARD_BYTES, 2, f"2 bytes were written before short, the nearest {GUARD_BYTES - 2} bytes ahead of its start"),
    ],
)
def test_damage_is_found_with_its_side_and_distance(buffers: Buffers, slot: int, name: str, start: int, count: int, says: str) -> None:
    begin = buffers.offsets(name)[slot] + start
    buffers.bytes[begin : begin + count] = 7
    assert buffers.damaged() == [says]
    assert buffers.damaged() == [], "the pattern is restored"


def test_damage_in_several_places_is_all_found(buffers: Buffers) -> None:
    for name in ("short", "wide"):
        buffers.bytes[buffers.offsets(name)[0] - 1] = 0
    assert [sentence.split(",")[0] for sentence in buffers.damaged()] == ["1 bytes were written before short", "1 bytes were written before wide"]


@pytest.mark.parametrize("alignment", [2, 4, 16, 128, 256])
def test_a_tensor_is_aligned_as_declared_and_no_more(alignment: int) -> None:
    tensors = (parsed_tensor("f16", ("n",), "a", alignment=alignment), parsed_tensor("f16", ("n",), "b"))
    with buffers_of(tensors, VALUES, slots=3) as made:
        places = [made.bytes.data_ptr() + offset for offset in made.offsets("a")]
        assert all(place % alignment == 0 and (alignment == 256 or place % (2 * alignment)) for place in places)
        assert all((made.bytes.data_ptr() + offset) % 256 == 0 for offset in made.offsets("b"))
        made.bytes[made.offsets("a")[1] - 1] = 0
        assert made.damaged() == ["1 bytes were written before a, the nearest 0 bytes ahead of its start"]


def test_between_the_elements_of_a_strided_tensor_nothing_is_anybodys() -> None:
    tensor = parsed_tensor("i16", (3, 2), "a", strides=(4, 1))
    with buffers_of((tensor,), {}, slots=2, guard_byte=0xFF) as made:
        view = made.view(1, tensor)
        assert (view.shape, view.stride(), made.raw(1, "a").numel()) == ((3, 2), (4, 1), 20)
        view.fill_(7)
        between = made.between(1, tensor)
        assert between is not None and between.shape == (4, 2) and between.eq(0xFF).all()
        assert made.between(1, parsed_tensor("i16", (3, 2), "a")) is None


def test_no_tensors_and_empty_tensors_are_no_trouble() -> None:
    with buffers_of((), {}, slots=2) as none, buffers_of((WIDE,), {"n": 0}, slots=2) as empty:
        assert none.damaged() == empty.damaged() == []
        assert empty.view(1, WIDE).shape == (0, 2)


class SmallDevice(EmulatedDevice):
    def free_bytes(self) -> int:
        return 4_000


@pytest.mark.parametrize(("size", "expected"), [(10, 20), (100, 10), (999, 1), (10_000, 1), (0, 20)])
def test_slots_take_at_most_a_quarter_of_the_free_memory(size: int, expected: int) -> None:
    assert slots_that_fit(SmallDevice(), size, wanted=20) == expected
