"""One implementation with its buffers mapped and its arguments bound, ready to be called."""

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kernelwright_harness.dtypes import SCALAR_CTYPES
from kernelwright_harness.wire import NO_CALL


class LoadError(Exception):
    """The library does not load or lacks the entry point."""


class ResultError(Exception):
    """A function has returned something else than its outputs; the message says what."""


@dataclass
class LaunchError(Exception):
    """`cudaGetLastError` was not zero after a call, such as for a block of too many threads."""

    code: int


@dataclass
class DeviceError(Exception):
    """The driver reported an error, such as an illegal address."""

    code: int


Copy = tuple[int, int, int]
"""To, from, bytes."""

Region = tuple[int, int]
"""Offset and bytes, in the memory that a setup brings."""

MARGIN = 1 << 30
"""Bytes of addresses on each side of that memory where nothing lies: whoever misses it by less is stopped there."""


class Runtime(Protocol):
    """What differs between a GPU and the emulated device."""

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        """Maps `size` bytes of shared memory between two margins, or without a descriptor keeps what is mapped; returns the address of each part. Nobody
        may touch the `guards`."""
        ...

    def stream(self) -> int:
        """The `cudaStream_t` that launchers get."""
        ...

    def timed(self, calls: Sequence[Callable[[], None]], flush: bool, copies: Mapping[int, Sequence[Copy]], after: Sequence[Callable[[], None]] = ()) -> list[float]:
        """Runs the calls one after the other, waits for the device, and returns the microseconds of each.

        `copies` are made on the launchers' stream right after the call at that position, outside of its time: what is not there when the
        stream has passed the call is not in them. Where results have to be put in their places first, `after` does so, outside of the
        time too: it has one entry for each call, or none at all.
        """
        ...


class Loaded(Protocol):
    """An implementation, ready to be called."""

    def run(self, slots: Sequence[int], flush: bool, witness: Mapping[int, int]) -> list[float]:
        """Calls the slots in order; returns the microseconds of each call. `witness` maps positions in that order to the witness slots into
        which the results of the call are copied."""
        ...


@dataclass(frozen=True)
class Program:
    runtime: Runtime
    calls: tuple[Callable[[], None], ...]
    """One for each slot: the entry point with that slot's buffers."""
    copies: tuple[tuple[tuple[Copy, ...], ...], ...]
    """`copies[slot][place]`: of a slot's outputs to a witness slot."""

    def run(self, slots: Sequence[int], flush: bool, witness: Mapping[int, int]) -> list[float]:
        copies = {position: self.copies[slots[position]][place] for position, place in witness.items()}
        return self.runtime.timed([_nothing if slot == NO_CALL else self.calls[slot] for slot in slots], flush, copies)


def _nothing() -> None:
    pass


# For the life of the process, which serves one implementation; its static variables go on from workload to workload.
_libraries: list[ctypes.CDLL] = []

_NO_WITNESS: dict[str, Any] = {"slots": 0, "tensors": []}


def load_program(runtime: Runtime, setup: dict[str, Any], fds: list[int]) -> Program:
    """Maps the buffers, loads the library and binds the entry point to every slot.

    `setup["library"]` is its path; or `given`: the last descriptor is the library itself, for a runner that started before it was built; or
    `kept`: it is the one of the setup before.
    `setup["arguments"]` lists the launcher's parameters in order: `{"kind": "pointer", "part", "offsets": [one a slot]}`,
    `{"kind": "scalar", "type", "value"}` or `{"kind": "stream"}`.
    """
    given = fds.pop() if setup["library"] == "given" else None
    bases = map_parts(runtime, setup, fds)
    try:
        if setup["library"] != "kept":
            _libraries.append(ctypes.CDLL(setup["library"] if given is None else f"/proc/self/fd/{given}"))
        library = _libraries[-1]
        entry = getattr(library, setup["entry"])
    except (OSError, AttributeError) as error:
        raise LoadError(str(error)) from error
    entry.restype = None
    last_error = _last_error_of(library)
    slots = int(setup["slots"])
    calls = tuple(_bind(entry, _values(setup["arguments"], slot, bases, runtime), last_error) for slot in range(slots))
    return Program(runtime, calls, tuple(witness_copies(setup, slot, bases) for slot in range(slots)))


def map_parts(runtime: Runtime, setup: dict[str, Any], fds: Sequence[int]) -> list[int]:
    """The addresses of the setup's `parts`, [offset, bytes] each, of `memory` bytes of shared memory. `fds` has its descriptor, or is empty where it is
    that of the setup before. `guards` are [offset, bytes] too."""
    parts, guards = ([(offset, size) for offset, size in setup[regions]] for regions in ("parts", "guards"))
    return runtime.map(next(iter(fds), None), setup["memory"], parts, guards)


def witness_copies(setup: dict[str, Any], slot: int, bases: list[int]) -> tuple[tuple[Copy, ...], ...]:
    """What of a slot's outputs goes where in each witness slot.

    `setup["witness"]`: `{"slots", "tensors": [{"from": [part, offsets of the slots], "to": [part, offsets of the witness slots], "bytes"}]}`.
    """
    witness = setup.get("witness", _NO_WITNESS)

    def copy(tensor: dict[str, Any], place: int) -> Copy:
        (to_part, to_offsets), (from_part, from_offsets) = tensor["to"], tensor["from"]
        return bases[to_part] + to_offsets[place], bases[from_part] + from_offsets[slot], tensor["bytes"]

    return tuple(tuple(copy(tensor, place) for tensor in witness["tensors"]) for place in range(witness["slots"]))


def _values(arguments: list[dict[str, Any]], slot: int, bases: list[int], runtime: Runtime) -> list[Any]:
    values: list[Any] = []
    for argument in arguments:
        match argument["kind"]:
            case "pointer":
                values.append(ctypes.c_void_p(bases[argument["part"]] + argument["offsets"][slot]))
            case "scalar":
                ctype = SCALAR_CTYPES[argument["type"]]
                value = argument["value"]
                values.append(ctype(value if argument["type"].startswith("f") else int(value)))
            case _:
                values.append(ctypes.c_void_p(runtime.stream()))
    return values


def _bind(entry: Any, values: list[Any], last_error: Callable[[], int] | None) -> Callable[[], None]:
    def call() -> None:
        entry(*values)
        if last_error is not None and (code := last_error()) != 0:
            raise LaunchError(code)

    return call


def _last_error_of(library: ctypes.CDLL) -> Callable[[], int] | None:
    """The builder adds `kernelwright_last_error` to every library: a refused launch is otherwise known only to the library's own runtime."""
    try:
        function = library.kernelwright_last_error
    except AttributeError:
        return None
    function.restype = ctypes.c_int
    return function
