"""What is found out of a file in KernelBench's convention: in this process, with the functions that run in the sandbox."""

from types import ModuleType
from typing import Any

import pytest
import torch

from kernelwright_harness.describe.call import checked_call
from kernelwright_harness.describe import kernelbench
from kernelwright_harness.describe.kernelbench import DeviceLost, describe_call, init_arguments
from kernelwright_harness.describe.service import Undescribed, describe
from kernelwright_harness.runner.program import LoadError

_HEAD = "import torch\nfrom torch import nn\n"


def file_of(forward: str, inputs: str, init: str = "[]", parameters: str = "self, x") -> ModuleType:
    """The module of a file whose Model returns `forward` for what `inputs` gives."""
    module = ModuleType("target")
    text = f"{_HEAD}class Model(nn.Module):\n  def forward({parameters}): return {forward}\ndef get_inputs(): return {inputs}\ndef get_init_inputs(): return {init}\n"
    exec(text, module.__dict__)
    return module


def call_of(*arguments: str, **named: str) -> dict[str, Any]:
    module = file_of(*arguments, **named)
    described = describe_call(module.Model().eval(), module, "m.py", torch.device("cpu"))
    return checked_call({"init": [], **described})


def test_inputs_have_the_names_that_forward_gives_them() -> None:
    call = call_of("a * b", "[torch.ones(3), 2]", parameters="self, a, b")
    assert call["inputs"] == [{"kind": "tensor", "name": "a", "dtype": "f32", "shape": [3]}, {"kind": "scalar", "name": "b", "type": "i64", "value": 2}]
    assert [i["name"] for i in call_of("x[0]", "[torch.ones(3), 2.5]", parameters="self, *x")["inputs"]] == ["input_0", "input_1"]


def test_integers_keep_to_what_was_seen_and_floats_to_what_the_module_takes() -> None:
    (words,) = call_of("torch.zeros(9)[x]", "[torch.randint(2, 9, (50,))]")["inputs"]
    assert words["range"] == {"low": 2, "high": 9}
    (uniform,) = call_of("x.relu()", "[torch.rand(20)]")["inputs"]
    assert "range" not in uniform
    (positive,) = call_of("x.log()", "[torch.rand(20) + 0.5]")["inputs"]
    assert 0.5 <= positive["range"]["low"] < 0.6 and 1.4 < positive["range"]["high"] <= 1.5
    (either,) = call_of("x.logical_not()", "[torch.rand(20) > 0.5]")["inputs"]
    assert either["dtype"] == "bool" and "range" not in either


@pytest.mark.parametrize(
    ("forward", "shape", "batches"),
    [
        ("x * 2", (16, 4), [(1, [1, 4]), (7, [7, 4])]),
        ("x.flatten()", (4, 3), [(1, [3]), (9, [27])]),
        ("x @ torch.ones(16, 16)", (16, 16), [(1, [1, 16]), (7, [7, 16])]),
        ("x @ x", (16, 16), []),
        ("x.view(8, -1)", (16, 4), []),
        ("x.sum()", (1, 2), [(3, [])]),
        ("x * 2", (), []),
    ],
)
def test_other_sizes_of_the_batch(forward: str, shape: tuple[int, ...], batches: list[tuple[int, list[int]]]) -> None:
    call = call_of(forward, f"[torch.randn({shape})]")
    assert call["batches"] == [{"size": size, "shapes": [output]} for size, output in batches]


def test_inputs_of_different_first_extents_have_no_batch() -> None:
    assert call_of("x.sum() + y.sum()", "[torch.ones(16), torch.ones(4)]", parameters="self, x, y")["batches"] == []


def test_an_index_that_reaches_beyond_a_smaller_batch_is_found_out() -> None:
    assert call_of("x[y]", "[torch.ones(16, 2), torch.randint(0, 16, (16,))]", parameters="self, x, y")["batches"] == []


def test_a_try_that_costs_the_device_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernelbench, "_is_lost", lambda _: True)
    module = file_of("x.log()", "[torch.rand(16) + 0.5]")
    with pytest.raises(DeviceLost) as lost:
        describe_call(module.Model(), module, "m.py", torch.device("cpu"))
    assert lost.value.tried == "normal"
    described = describe_call(module.Model(), module, "m.py", torch.device("cpu"), ["normal", "batch 7"])
    assert "range" in described["inputs"][0] and [b["size"] for b in described["batches"]] == [1]


def test_a_constructor_gets_what_json_can_hold() -> None:
    module = file_of("x", "[]", init='[1, 2.5, "same", None, True, (3, (4,)), {"bias": False}]')
    assert init_arguments(module, "m.py") == [1, 2.5, "same", None, True, [3, [4]], {"bias": False}]


@pytest.mark.parametrize("init", ["[torch.ones(3)]", "[torch.float16]", "5", "[{1: 2}]"])
def test_what_a_constructor_cannot_get(init: str) -> None:
    with pytest.raises(LoadError, match=r"get_init_inputs\(\) in m\.py"):
        init_arguments(file_of("x", "[]", init=init), "m.py")


@pytest.mark.parametrize(("number", "shown"), [("float('nan')", "nan"), ("2**60", "a number beyond"), ("10**5000", "a number beyond"), ("-float('inf')", "a number beyond")])
def test_which_numbers_a_constructor_cannot_get(number: str, shown: str) -> None:
    with pytest.raises(LoadError, match=rf"^argument 0 of get_init_inputs\(\) in m\.py is or holds {shown}"):
        init_arguments(file_of("x", "[]", init=f"[{number}]"), "m.py")


@pytest.mark.parametrize(
    ("forward", "inputs", "says"),
    [
        ("{'y': x}", "[torch.ones(2)]", r"forward returned a value of the type dict; Kernelwright compares one tensor, or a tuple or list of tensors"),
        ("(x, (x, x))", "[torch.ones(2)]", r"forward returned a value of the type tuple inside a tuple or list"),
        ("None", "[torch.ones(2)]", r"forward returned None; "),
        ("()", "[torch.ones(2)]", r"forward returned no tensor"),
        ("x.to(torch.cfloat)", "[torch.ones(2)]", r"forward returned a tensor of the type torch.complex64"),
        ("x[:0]", "[torch.ones(2)]", r"forward returned an empty or sparse tensor"),
        ("x", "torch.ones(2)", r"get_inputs\(\) in m.py returned a value of the type Tensor, not a list"),
        ("x", "[None]", r"the input x that get_inputs\(\) in m.py gives is None; Kernelwright passes tensors and numbers"),
        ("x", "[True]", r"is a value of the type bool"),
        ("x", "[[torch.ones(2)]]", r"is a value of the type list"),
        ("x", "[torch.ones(2).to(torch.cfloat)]", r"has the type torch.complex64"),
        ("x", "[torch.ones(0)]", r"is empty"),
        ("x", "[torch.ones(torch.initial_seed() + 1)]", r"gives other types or shapes each time"),
    ],
)
def test_what_cannot_be_described(forward: str, inputs: str, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        call_of(forward, inputs)


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": [{"kind": "tensor", "name": "a b", "dtype": "f32", "shape": [1]}]},
        {"inputs": [{"kind": "tensor", "name": "a", "dtype": "f32", "shape": [0]}]},
        {"inputs": [{"kind": "tensor", "name": "a", "dtype": "f32", "shape": [1], "range": {"low": 1, "high": 1}}]},
        {"inputs": [{"kind": "scalar", "name": "a", "type": "f64", "value": float("inf")}]},
        {"inputs": [{"kind": "scalar", "name": "a", "type": "i64", "value": 1}] * 2},
        {"outputs": []},
        {"outputs": [{"dtype": "f8", "shape": [1]}]},
        {"batches": [{"size": 1, "shapes": []}]},
        {"init": "text"},
        {"init": [float("nan")]},
    ],
)
def test_a_forged_description_is_refused(changes: dict[str, Any]) -> None:
    sound = {"init": [], "inputs": [], "outputs": [{"dtype": "f32", "shape": [1]}], "batches": []}
    assert checked_call(sound) == sound
    with pytest.raises((ValueError, LookupError, TypeError)):
        checked_call({**sound, **changes})


def _request(folder: Any, text: str) -> dict[str, Any]:
    files = [{"path": "m.py", "content": _HEAD + text}]
    return {"source": "m.py", "files": files, "directory": str(folder), "kind": "module", "entry": "Model", "init": [], "device": "emulated", "convention": "kernelbench"}


_MODEL = """
class Model(nn.Module):
    def __init__(self, width, shape):
        super().__init__()
        self.fc = nn.Linear(width, 3)
    def forward(self, x):
        return self.fc(x)
def get_inputs(): return [torch.ones(2, 4)]
def get_init_inputs(): return [4, (1, 2)]
"""


def test_the_sandbox_tells_state_and_call(tmp_path: Any) -> None:
    described = describe(_request(tmp_path, _MODEL), sandbox=True)
    assert [p["name"] for p in described["parameters"]] == ["fc.weight", "fc.bias"]
    assert described["call"]["init"] == [4, [1, 2]] and described["call"]["outputs"] == [{"dtype": "f32", "shape": [2, 3]}]


def test_a_model_that_does_not_take_its_own_inputs_is_told_with_a_traceback(tmp_path: Any) -> None:
    with pytest.raises(Undescribed, match=r'File "m.py", line 9, in forward(.|\n)*RuntimeError: mat1 and mat2'):
        describe(_request(tmp_path, _MODEL.replace("ones(2, 4)", "ones(2, 5)")), sandbox=True)


_PROBABILITIES = """
class Model(nn.Module):
    def forward(self, p, t):
        return nn.functional.binary_cross_entropy(p, t)
def get_inputs(): return [torch.rand(16, 4), torch.rand(16, 4).round()]
def get_init_inputs(): return []
"""
_LOSES_THE_DEVICE = "import sys\nsys.modules['kernelwright_harness.describe.kernelbench']._is_lost = lambda device: True\n"


def test_where_the_device_is_lost_the_description_begins_again(tmp_path: Any) -> None:
    call = describe(_request(tmp_path, _LOSES_THE_DEVICE + _PROBABILITIES), sandbox=True)["call"]
    assert [set(i["range"]) for i in call["inputs"]] == [{"low", "high"}] * 2
    assert [b["size"] for b in call["batches"]] == [1, 7]


def test_a_module_that_loses_the_device_for_ever_is_ended(tmp_path: Any) -> None:
    for_ever = "def describe_call(*_): raise sys.modules['kernelwright_harness.describe.kernelbench'].DeviceLost('again')\nsys.modules['__main__'].describe_call = describe_call\n"
    with pytest.raises(Undescribed, match="Model in m.py was not constructed within 8 s"):
        describe(_request(tmp_path, _LOSES_THE_DEVICE + for_ever + _PROBABILITIES), sandbox=True, limit_s=8)


def test_a_new_beginning_is_in_the_same_sandbox(tmp_path: Any) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "folder"
    folder.mkdir()
    looks = f"import os\nif len(sys.argv) > 2: assert not os.path.exists({str(outside)!r})\n"
    assert "range" in describe(_request(folder, _LOSES_THE_DEVICE + looks + _PROBABILITIES), sandbox=True)["call"]["inputs"][0]
    with pytest.raises(Undescribed, match="AssertionError"):
        describe(_request(folder, _LOSES_THE_DEVICE + looks + _PROBABILITIES), sandbox=False)


@pytest.mark.gpu
def test_a_kernel_that_asserts_the_files_own_inputs_is_told(tmp_path: Any) -> None:
    with pytest.raises(Undescribed, match="device-side assert"):
        describe({**_request(tmp_path, _PROBABILITIES.replace("torch.rand(16, 4),", "torch.randn(16, 4),")), "device": "cuda"}, sandbox=True)


@pytest.mark.gpu
def test_a_kernel_that_asserts_its_inputs_is_described(tmp_path: Any) -> None:
    call = describe({**_request(tmp_path, _PROBABILITIES), "device": "cuda"}, sandbox=True)["call"]
    assert all(0 <= i["range"]["low"] < i["range"]["high"] <= 1 + 1e-6 for i in call["inputs"])
    assert [b["size"] for b in call["batches"]] == [1, 7]
