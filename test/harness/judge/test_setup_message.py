from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from targets import target, tensor

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.float64_baseline import widened
from kernelwright_harness.judge.setup_message import Mapped, library_setup, python_setup
from kernelwright_harness.specification import Target

SCALAR = {"kind": "scalar", "name": "eps", "type": "f32"}
MODULE = target(
    kind="module",
    source="layers/norm.py",
    entry="Norm",
    init={"features": 3},
    arguments=[tensor("x", "input", "f16", ("n", 3)), SCALAR, tensor("i", "input", "i32"), tensor("y", "output", "f16", ("n", 3))],
    parameters=[tensor("weight", "parameter", "f16", (3,)), tensor("bias", "parameter", "f16", (3,))],
)
VALUES = {"n": 2, "eps": 0.5}


def mapped(of: Target, opened: ExitStack, parameters: bool) -> Mapped:
    def buffers(tensors: tuple[object, ...], slots: int) -> Buffers:
        return opened.enter_context(closing(Buffers(EmulatedDevice(), tensors, VALUES, slots)))  # pyright: ignore[reportArgumentType]

    return Mapped(buffers(of.inputs, 4), buffers(of.outputs, 4), buffers(of.outputs, 2), buffers(of.parameters, 1) if parameters else None)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_module_is_told_its_text_its_tensors_and_where_its_results_go(opened: ExitStack) -> None:
    memory = mapped(MODULE, opened, parameters=True)
    message = python_setup(MODULE, {"layers/norm.py": "class Norm: ..."}, VALUES, memory, "cpu")
    assert message["files"] == {"layers/norm.py": "class Norm: ..."}
    assert (message["program"], message["callable"], message["entry"], message["init"], message["double"]) == ("python", "module", "Norm", {"features": 3}, False)
    assert message["sizes"] == [b.arena.size for b in (memory.inputs, memory.outputs, memory.witness, memory.parameters) if b]
    x, eps, i = message["arguments"]
    assert x == {"kind": "pointer", "arena": 0, "offsets": memory.inputs.offsets("x"), "dtype": "f16", "shape": (2, 3)}
    assert eps == {"kind": "scalar", "type": "f32", "value": 0.5}
    assert (i["dtype"], i["shape"]) == ("i32", (2,))
    assert [(p["name"], p["dtype"], p["shape"], p["arena"]) for p in message["parameters"]] == [("weight", "f16", (3,), 3), ("bias", "f16", (3,), 3)]
    assert memory.parameters and [p["offset"] for p in message["parameters"]] == [memory.parameters.offsets(n)[0] for n in ("weight", "bias")]
    assert message["results"] == [{"name": "y", "role": "output", "of": None, "dtype": "f16", "shape": (2, 3), "arena": 1, "offsets": memory.outputs.offsets("y")}]


def test_nobody_asks_a_python_file_to_watch_guards(opened: ExitStack) -> None:
    assert python_setup(MODULE, {}, VALUES, mapped(MODULE, opened, parameters=True), "cpu")["guards"] == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_launcher_is_told_its_arguments_in_order(opened: ExitStack, guarded: bool) -> None:
    launcher = target()
    memory = mapped(launcher, opened, parameters=False)
    message = library_setup(launcher, {"n": 2}, memory, guarded)
    assert [(a["kind"], a.get("arena")) for a in message["arguments"]] == [("pointer", 0), ("pointer", 1), ("scalar", None), ("stream", None)]
    assert len(message["sizes"]) == 3 and bool(message["guards"]) == guarded
    assert message["witness"] == {"slots": 2, "tensors": [{"from": (1, memory.outputs.offsets("y")), "to": (2, memory.witness.offsets("y")), "bytes": 8}]}


def test_in_float64_only_floats_change() -> None:
    wide = widened(MODULE)
    assert [t.dtype.name for t in (*wide.inputs, *wide.outputs, *wide.parameters)] == ["f64", "i32", "f64", "f64", "f64"]
    assert [t.extents for t in wide.inputs] == [t.extents for t in MODULE.inputs]
