from collections.abc import Iterator
from contextlib import closing

import pytest
from targets import target, tensor

from kernelwright_harness.judge.buffers import Layout
from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.float64_baseline import widened
from kernelwright_harness.judge.memory import Memory
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


@pytest.fixture
def memory() -> Iterator[Memory]:
    with closing(Memory(EmulatedDevice())) as made:
        yield made


def mapped(of: Target, memory: Memory, parameters: bool) -> Mapped:
    tensors = [(of.inputs, 4), (of.outputs, 4), (of.outputs, 2), *([(of.parameters, 1)] if parameters else [])]
    return Mapped(memory, *memory.lay_out([Layout.of(each, VALUES, slots) for each, slots in tensors]))


def test_a_module_is_told_its_text_its_tensors_and_where_its_results_go(memory: Memory) -> None:
    given = mapped(MODULE, memory, parameters=True)
    message = python_setup(MODULE, {"layers/norm.py": "class Norm: ..."}, VALUES, given, "cpu")
    assert message["files"] == {"layers/norm.py": "class Norm: ..."}
    assert (message["program"], message["callable"], message["entry"], message["init"], message["double"]) == ("python", "module", "Norm", {"features": 3}, False)
    assert message["memory"] == memory.size
    assert message["parts"] == [(b.offset, b.layout.size) for b in (given.inputs, given.outputs, given.witness, given.parameters) if b]
    x, eps, i = message["arguments"]
    assert x == {"kind": "pointer", "part": 0, "offsets": given.inputs.offsets("x"), "dtype": "f16", "shape": (2, 3)}
    assert eps == {"kind": "scalar", "type": "f32", "value": 0.5}
    assert (i["dtype"], i["shape"]) == ("i32", (2,))
    assert [(p["name"], p["dtype"], p["shape"], p["part"]) for p in message["parameters"]] == [("weight", "f16", (3,), 3), ("bias", "f16", (3,), 3)]
    assert given.parameters and [p["offset"] for p in message["parameters"]] == [given.parameters.offsets(n)[0] for n in ("weight", "bias")]
    assert message["results"] == [{"name": "y", "role": "output", "of": None, "dtype": "f16", "shape": (2, 3), "part": 1, "offsets": given.outputs.offsets("y")}]


def test_nobody_asks_a_python_file_to_watch_guards(memory: Memory) -> None:
    assert python_setup(MODULE, {}, VALUES, mapped(MODULE, memory, parameters=True), "cpu")["guards"] == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_launcher_is_told_its_arguments_in_order(memory: Memory, guarded: bool) -> None:
    launcher = target()
    given = mapped(launcher, memory, parameters=False)
    message = library_setup(launcher, {"n": 2}, given, guarded)
    assert [(a["kind"], a.get("part")) for a in message["arguments"]] == [("pointer", 0), ("pointer", 1), ("scalar", None), ("stream", None)]
    assert len(message["parts"]) == 3 and bool(message["guards"]) == guarded
    assert message["witness"] == {"slots": 2, "tensors": [{"from": (1, given.outputs.offsets("y")), "to": (2, given.witness.offsets("y")), "bytes": 8}]}


def test_in_float64_only_floats_change() -> None:
    wide = widened(MODULE)
    assert [t.dtype.name for t in (*wide.inputs, *wide.outputs, *wide.parameters)] == ["f64", "i32", "f64", "f64", "f64"]
    assert [t.extents for t in wide.inputs] == [t.extents for t in MODULE.inputs]
