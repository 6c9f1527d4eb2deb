"""Forward and backward pass as one call, before the judge as a process."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from judge_client import JudgeClient, packed
from targets import raw_target, target, tensor, workload

_MODULES = Path(__file__).parent / "modules"
_SOURCE = "layers/affine.py"


def learned(name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    return {**tensor(name, "parameter", shape=shape), "learned": True}


def affine(entry: str, **changes: Any) -> dict[str, Any]:
    arguments = [tensor("x", "input", shape=("batch", 8)), tensor("gate", "input", shape=("batch", 8))]
    results = [tensor("y", "output", shape=("batch", 8)), tensor("where", "output", "i64", ("batch",))]
    state = [learned("unused", (3,)), tensor("scale", "parameter", shape=(8,)), learned("fc.weight", (8, 8)), learned("fc.bias", (8,))]
    described = {"kind": "module", "source": _SOURCE, "entry": entry, "init": [8], "arguments": [*arguments, *results], "parameters": state}
    return raw_target(**{**described, "backward": True, "workloads": [workload(batch=33)], "vary": [workload(batch=1)], "reference": None, **changes})


def test_a_target_with_a_backward_pass_has_cotangents_and_gradients() -> None:
    parsed = target(**affine("Affine"))
    assert [t.name for t in parsed.inputs] == ["x", "gate", "cotangent of y"]
    gradients = ["gradient of input x", "gradient of input gate", "gradient of parameter unused", "gradient of parameter fc.weight", "gradient of parameter fc.bias"]
    assert [t.name for t in parsed.outputs] == ["y", "where", *gradients]
    assert [t.shape({"batch": 33}) for t in parsed.outputs[2:]] == [(33, 8), (33, 8), (3,), (8, 8), (8,)]
    assert [t.role for t in target(**affine("Affine", backward=False)).outputs] == ["output", "output"]


@dataclass(frozen=True)
class Court:
    judge: JudgeClient
    baseline: str
    candidates: str

    def measure(self, target: dict[str, Any]) -> dict[str, Any]:
        return self.judge.measure(target, self.baseline, self.candidates)


@pytest.fixture(scope="module", params=["emulated", pytest.param("cuda", marks=pytest.mark.gpu)])
def court(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    client = JudgeClient("--device", request.param, "--block-limit", "12")
    folder = tmp_path_factory.mktemp("affine")
    baseline, candidates = (packed(folder, {_SOURCE: (_MODULES / f"backward_{name}.py").read_text()}) for name in ("baseline", "candidates"))
    yield Court(client, str(baseline), str(candidates))
    client.close()


@pytest.mark.parametrize(
    ("entry", "outcome", "detail"),
    [
        ("Affine", "measured", ""),
        ("WrongGradient", "incorrect", r"elements of gradient of input x are wrong"),
        ("NoGradient", "incorrect", r"elements of gradient of input x are wrong; .* = 0 instead of"),
        ("ForgetsABias", "incorrect", r"elements of gradient of parameter fc\.bias are wrong; .* = 0 instead of"),
        ("Frozen", "load-failed", r"fc\.bias of Frozen takes no gradient, but that of the target's own code does"),
        ("OneResult", "incorrect", r"OneResult returned 1 values where the target has 2 outputs"),
    ],
)
def test_the_judge_says_of(entry: str, outcome: str, detail: str, court: Court) -> None:
    report = court.measure(affine(entry))
    assert report["outcome"] == outcome, f"{report['detail']}\n{report['log']}"
    assert re.search(detail, report["detail"]), report["detail"]


def test_the_oracle_of_gradients_is_the_baseline_in_float64(court: Court) -> None:
    report = court.measure(affine("Affine"))
    oracle = next(check for check in report["checks"] if check["name"] == "oracle")
    assert "inputs agree with the baseline run in float64" in oracle["detail"]


def test_without_the_backward_pass_wrong_gradients_are_nobodys_concern(court: Court) -> None:
    assert court.measure(affine("WrongGradient", backward=False))["outcome"] == "measured"
