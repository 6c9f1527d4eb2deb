import pytest
from targets import raw_target, target, tensor, workload

from kernelwright_harness.specification import Scalar, Stream, Tensor, Values, parse_target, span


def test_arguments_keep_the_order_of_the_launcher() -> None:
    kinds = [type(argument) for argument in target().arguments]
    assert kinds == [Tensor, Tensor, Scalar, Stream]


def test_inputs_and_outputs_are_told_apart_by_their_role() -> None:
    parsed = target(arguments=[tensor("out", "output"), tensor("a", "input"), tensor("b", "input")])
    assert [t.name for t in parsed.inputs] == ["a", "b"]
    assert [t.name for t in parsed.outputs] == ["out"]


def test_a_shape_mixes_numbers_and_dimensions() -> None:
    (matrix,) = target(arguments=[tensor("m", "input", "f64", ("rows", 3, "cols"))]).inputs
    assert matrix.shape({"rows": 2, "cols": 5}) == (2, 3, 5)
    assert matrix.nbytes({"rows": 2, "cols": 5}) == 2 * 3 * 5 * 8


def test_extents_and_bounds_may_be_formulas_that_the_workload_has_the_values_of() -> None:
    (parsed,) = target(arguments=[tensor("i", "input", "i64", ("(n + 31) / 32",), range={"low": 0, "high": "n"})]).inputs
    values: Values = {"n": 100, "(n + 31) / 32": 4}
    assert (parsed.shape(values), parsed.bounds(values)) == ((4,), (0, 100))
    assert target().inputs[0].bounds(values) is None


def test_strides_leave_room_between_elements() -> None:
    (parsed,) = target(arguments=[tensor("x", "input", shape=("n", 3), strides=["2 * n", 1], alignment=8)]).inputs
    values: Values = {"n": 5, "2 * n": 10}
    assert (parsed.steps(values), parsed.nbytes(values), parsed.alignment) == ((10, 1), 4 * (4 * 10 + 3), 8)
    assert target().inputs[0].steps(values) is None
    assert [span((2, 3), None), span((2, 3), (1, 2)), span((2, 0), (5, 1)), span((), ())] == [6, 6, 0, 1]


def test_what_is_changed_in_place_is_drawn_and_is_a_result() -> None:
    arguments = [tensor("state", "inout"), tensor("x", "input"), tensor("y", "output")]
    parsed = target(arguments=arguments)
    assert [[t.name for t in tensors] for tensors in (parsed.inputs, parsed.outputs, parsed.results)] == [["state", "x"], ["y"], ["state", "y"]]
    assert [t.name for t in target(arguments=arguments, resultOrder=["y", "state"]).results] == ["y", "state"]


def test_a_scalar_tensor_has_one_element() -> None:
    (single,) = target(arguments=[tensor("s", "input", "f16", ())]).inputs
    assert single.shape({}) == ()
    assert single.nbytes({}) == 2


def test_an_empty_dimension_takes_no_bytes() -> None:
    assert target().inputs[0].nbytes({"n": 0}) == 0


def test_workloads_keep_their_names_and_values() -> None:
    parsed = target(workloads=[workload(n=4)], vary=[workload(n=1)], emulate=[workload(n=2)])
    assert [(w.name, w.values) for w in (*parsed.workloads, *parsed.vary, *parsed.emulate)] == [("n=4", {"n": 4}), ("n=1", {"n": 1}), ("n=2", {"n": 2})]


def test_a_launcher_has_no_state_and_nothing_to_construct() -> None:
    assert (target().kind, target().init, target().parameters) == ("launcher", [], ())


@pytest.mark.parametrize("init", [[4, "gelu", None, {"bias": True}], {"hidden": 4}])
def test_a_module_has_a_constructor_and_a_state_apart_from_its_arguments(init: object) -> None:
    weight = tensor("fc.weight", "parameter", "f16", (4, 3))
    parsed = target(kind="module", source="mlp.py", entry="Mlp", init=init, parameters=[weight])
    assert (parsed.kind, parsed.init) == ("module", init)
    assert [(p.name, p.role, p.shape({}), p.nbytes({})) for p in parsed.parameters] == [("fc.weight", "parameter", (4, 3), 24)]
    assert [t.name for t in (*parsed.inputs, *parsed.outputs)] == ["x", "y"]


def test_a_target_may_lack_a_reference() -> None:
    raw = raw_target()
    del raw["reference"]
    assert parse_target(raw).reference is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"arguments": [{"kind": "texture", "name": "t"}]}, ValueError),
        ({"arguments": [tensor("x", "input", "f8")]}, KeyError),
        ({"arguments": [{"kind": "scalar", "name": "n"}]}, KeyError),
        ({"kind": "extension"}, ValueError),
        ({"parameters": [tensor("w", "parameter", "c64")]}, KeyError),
    ],
)
def test_what_the_orchestrator_never_sends_is_an_error(changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        target(**changes)
