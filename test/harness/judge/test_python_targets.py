"""Modules and functions before the judge as a process: every kind of candidate, on CPU torch and, where there is one, on a GPU."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from judge_client import JudgeClient, packed
from targets import raw_target, tensor, workload

MODULES = Path(__file__).parent / "modules"
_LINES = (MODULES / "candidates.py").read_text().splitlines()
# A first call may take seven times as long.
_BLOCK_LIMIT_S = {"emulated": 6, "cuda": 12}

_VECTORS = ("fc.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var")


def module(entry: str, **changes: Any) -> dict[str, Any]:
    """gelu(norm(fc(x))) over a batch of rows of 8 elements."""
    state = [tensor("fc.weight", "parameter", shape=(8, 8)), *(tensor(name, "parameter", shape=(8,)) for name in _VECTORS)]
    return raw_target(
        **{
            "kind": "module",
            "source": "layers/mlp.py",
            "entry": entry,
            "init": [8],
            "arguments": [tensor("x", "input", shape=("batch", 8)), tensor("y", "output", shape=("batch", 8))],
            "parameters": [*state, tensor("norm.num_batches_tracked", "parameter", "i64", ())],
            "workloads": [workload(batch=33)],
            "vary": [workload(batch=3)],
            "reference": None,
            **changes,
        }
    )


def function(entry: str, **changes: Any) -> dict[str, Any]:
    scalars = [{"kind": "scalar", "name": "times", "type": "f32"}, {"kind": "scalar", "name": "shift", "type": "i32"}]
    arguments = [tensor("x", "input"), *scalars, tensor("y", "output")]
    described = {"kind": "function", "source": "functions.py", "arguments": arguments, "workloads": [workload(n=100, times=1.5, shift=2)], "reference": None}
    return raw_target(**{"entry": entry, **described, **changes})


_EXTREMES: dict[str, Any] = {
    "arguments": [tensor("x", "input", shape=("rows", 9)), tensor("largest", "output", shape=("rows",)), tensor("where", "output", "i64", ("rows",))],
    "workloads": [workload(rows=40)],
}


def tied(entry: str) -> dict[str, Any]:
    """As a module is described that holds tensors by several names: by the first."""
    encode, mix, bias = (tensor(name, "parameter", shape=shape) for name, shape in (("encode.weight", (8, 8)), ("mix.weight", (3, 2, 2, 2)), ("mix.bias", (3,))))
    norm = [tensor(f"norm.{name}", "parameter", shape=(8,)) for name in ("weight", "bias", "running_mean", "running_var")]
    return module(entry, parameters=[encode, *norm, tensor("norm.num_batches_tracked", "parameter", "i64", ()), mix, bias])


@dataclass(frozen=True)
class Court:
    device: str
    judge: JudgeClient
    folder: Path

    def measure(self, target: dict[str, Any], candidate: Path = MODULES / "candidates.py") -> dict[str, Any]:
        baseline, replacement = (packed(self.folder, {target["source"]: path.read_text()}) for path in (MODULES / "baseline.py", candidate))
        return self.judge.measure(target, str(baseline), str(replacement))


@pytest.fixture(scope="module", params=["emulated", pytest.param("cuda", marks=pytest.mark.gpu)])
def court(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    judge = JudgeClient("--device", request.param, "--block-limit", str(_BLOCK_LIMIT_S[request.param]))
    yield Court(request.param, judge, tmp_path_factory.mktemp("court"))
    judge.close()


def line_of(mark: str) -> int:
    (number,) = [i for i, line in enumerate(_LINES, start=1) if mark in line]
    return number


CASES = [
    (module("Honest"), "measured", ""),
    (module("Honest", init={"features": 8, "bias": True}), "measured", ""),
    (module("ByHand"), "measured", ""),
    (module("AddsABuffer"), "measured", ""),
    (tied("Tied"), "measured", ""),
    (tied("UsesOneName"), "measured", ""),
    (module("IgnoresTheBias"), "incorrect", r"at batch=3: \d+ of 24 elements of y are wrong; the (first|worst) is y\[0, \d\] = \S+ instead of \S+.*seed \d+"),
    (module("TakesTheScaleForOne"), "incorrect", "elements of y are wrong"),
    (module("DrawsItsOwn"), "incorrect", "elements of y are wrong"),
    (module("HalfPrecision"), "incorrect", "elements of y are wrong"),
    (module("WrongShape"), "incorrect", r"at batch=3: WrongShape returned y as f32 of shape \(8, 3\) where the target has f32 of shape \(3, 8\)"),
    (module("WrongType"), "incorrect", r"WrongType returned y as f64 of shape \(3, 8\) where the target has f32 of shape \(3, 8\)"),
    (module("Lazy"), "incorrect", "Lazy returned y as _Later, not as a plain torch.Tensor"),
    (module("TwoResults"), "incorrect", "TwoResults returned 2 values where the target has 1 outputs"),
    (module("ChangesItsInput"), "rejected", "at batch=3: the call changed its input x"),
    (module("ReturnsItsInput"), "rejected", "at batch=3: the call changed its input x"),
    (module("WritesItsParameters"), "rejected", "at batch=3: the call changed its parameter fc.bias"),
    (module("Renames"), "load-failed", r"at batch=3: RuntimeError: Error\(s\) in loading state_dict for Renames"),
    (module("NotAModule"), "load-failed", "NotAModule in layers/mlp.py is not a class derived from torch.nn.Module"),
    (module("IsMissing"), "load-failed", "layers/mlp.py defines no IsMissing"),
    (module("Raises"), "crashed", rf"at batch=3: .*: ValueError: no batch of 3 is small enough \(layers/mlp\.py:{line_of('# raised here')}\)"),
    (module("EndsTheProcess"), "crashed", "the process ended early with status 0"),
    (module("Broken"), "baseline-failed", r"it crashed at batch=3: .*: ValueError: no batch of 3 is small enough \(layers/mlp\.py:\d+\)"),
    (function("scaled"), "measured", ""),
    (function("scaled_otherwise", reference="x * times + shift"), "measured", ""),
    (function("ignores_a_scalar"), "incorrect", "at n=100, times=1.5, shift=2: 100 of 100 elements of y are wrong"),
    (function("ignores_a_scalar", reference="x * times + shift"), "incorrect", "100 of 100 elements of y are wrong"),
    (function("scaled", reference="x * times"), "baseline-failed", "its results are not those of the reference"),
    (function("extremes_otherwise", **_EXTREMES), "measured", ""),
    (function("one_is_wrong", **_EXTREMES), "incorrect", "elements of where are wrong"),
]


@pytest.mark.parametrize(("target", "outcome", "detail"), CASES, ids=lambda value: value["entry"] if isinstance(value, dict) else "")
def test_the_judge_says_of(target: dict[str, Any], outcome: str, detail: str, court: Court) -> None:
    report = court.measure(target)
    assert report["outcome"] == outcome, f"{report['detail']}\n{report['log']}"
    assert re.search(detail, report["detail"]), report["detail"]


def oracle_of(report: dict[str, Any]) -> str:
    return next(check["detail"] for check in report["checks"] if check["name"] == "oracle")


def test_the_oracle_is_the_baseline_in_float64(court: Court) -> None:
    report = court.measure(module("Honest"))
    assert "inputs agree with the baseline run in float64; the largest error is" in oracle_of(report)


def test_a_reference_comes_before_float64(court: Court) -> None:
    assert "agree with the float64 reference" in oracle_of(court.measure(function("scaled", reference="x * times + shift")))


def test_a_baseline_that_cannot_run_in_float64_is_the_oracle_itself(court: Court) -> None:
    report = court.measure(module("Single"))
    assert report["outcome"] == "measured", report["detail"]
    assert "agree with the baseline's results (in float64 it fails at batch=3: " in oracle_of(report)
    assert "RuntimeError" in oracle_of(report)


def test_a_baseline_that_computes_something_else_in_float64_is_the_oracle_itself(court: Court) -> None:
    report = court.measure(module("Chooses"))
    assert report["outcome"] == "measured", report["detail"]
    assert "agree with the baseline's results (in float64 they are others at batch=3: " in oracle_of(report)


def test_a_traceback_begins_in_the_targets_own_file(court: Court) -> None:
    log: str = court.measure(module("Raises"))["log"]
    assert log.rstrip().endswith("ValueError: no batch of 3 is small enough")
    assert f'File "layers/mlp.py", line {line_of("# raised here")}, in forward' in log
    assert "kernelwright_harness" not in log


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("import no_such_package\n", r"at n=100, .*: ModuleNotFoundError: No module named 'no_such_package' \(functions.py:1\)"),
        ("def scaled(x:\n", r"SyntaxError: "),
        ("raise SystemExit(0)\n", r"SystemExit: 0 \(functions.py:1\)"),
        ("scaled = 3\n", "scaled in functions.py is no function"),
        ("import torch\nfrom kernelwright_harness.runner.cuda import CudaRuntime\n", "line 2 of functions.py imports kernelwright_harness, which is not there where"),
    ],
)
def test_a_file_that_cannot_be_imported(text: str, detail: str, court: Court, tmp_path: Path) -> None:
    (tmp_path / "functions.py").write_text(text)
    report = court.measure(function("scaled"), tmp_path / "functions.py")
    assert report["outcome"] == "load-failed"
    assert re.search(detail, report["detail"]), report["detail"]


@pytest.mark.skipif(find_spec("triton") is not None, reason="Triton can run")
@pytest.mark.parametrize("court", ["emulated"], indirect=True)
def test_triton_without_a_gpu_is_refused_where_there_is_no_interpreter(court: Court, tmp_path: Path) -> None:
    (tmp_path / "functions.py").write_text("import triton\n")
    report = court.measure(function("scaled"), tmp_path / "functions.py")
    assert report["outcome"] == "load-failed"
    assert "uses Triton, which is not installed here" in report["detail"]


def test_a_call_that_never_ends_is_stopped(court: Court) -> None:
    report = court.measure(module("NeverEnds"))
    assert report["outcome"] == "timed-out"
    assert re.search(r"at batch=3: no answer within \d", report["detail"]), report["detail"]
