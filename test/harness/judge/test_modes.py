"""A module in the other modes in which it can be run, before the judge as a process: as far as a CPU can tell."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from judge_client import JudgeClient, packed
from targets import raw_target, tensor, workload

_MODULE = """
import torch
from torch import nn

# Matrix products alone: on a CPU everything else makes torch.compile call a C++ compiler, for a minute.

class Told(nn.Module):
    \"\"\"Another function where it is compiled.\"\"\"
    def forward(self, x):
        return torch.mm(torch.mm(x, x.t()), x) if torch.compiler.is_compiling() else x.clone()

class Compiled(nn.Module):
    def __init__(self):
        super().__init__()
        self.told = torch.compile(Told(), backend="eager")
    def forward(self, x):
        return self.told(x)

class Same(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 4))
    def forward(self, x):
        return torch.mm(x, self.weight)
"""


def told(entry: str = "Told", **changes: Any) -> dict[str, Any]:
    arguments = [tensor("x", "input", shape=("n", 4)), tensor("y", "output", shape=("n", 4))]
    described = {"kind": "module", "source": "m.py", "entry": entry, "arguments": arguments, "workloads": [workload(n=33)], "reference": None}
    return raw_target(**{**described, **changes})


@pytest.fixture(scope="module")
def judge() -> Iterator[JudgeClient]:
    client = JudgeClient("--device", "emulated")
    yield client
    client.close()


def measured(judge: JudgeClient, folder: Path, target: dict[str, Any], **asked: str) -> dict[str, Any]:
    path = str(packed(folder, {"m.py": _MODULE}))
    reply, _ = judge.ask("measure", target=target, baseline=path, candidate=path, stage="alone", **asked)
    return reply["result"]


def test_only_the_candidate_is_compiled(judge: JudgeClient, tmp_path: Path) -> None:
    report = measured(judge, tmp_path, told(), candidate_as="compiled")
    assert report["outcome"] == "incorrect", report["log"]
    assert "elements of y are wrong" in report["detail"]


def test_eagerly_the_files_own_compilation_is_left_out(judge: JudgeClient, tmp_path: Path) -> None:
    assert measured(judge, tmp_path, told("Compiled"))["outcome"] == "measured"
    report = measured(judge, tmp_path, told("Compiled"), candidate_as="eager")
    assert report["outcome"] == "incorrect", report["log"]


def test_a_compiled_module_is_right_at_each_shape_with_its_backward_pass(judge: JudgeClient, tmp_path: Path) -> None:
    weight = {**tensor("weight", "parameter", shape=(4, 4)), "learned": True}
    report = measured(judge, tmp_path, told("Same", parameters=[weight], vary=[workload(n=1)], backward=True), candidate_as="compiled")
    assert report["outcome"] == "measured", f"{report['detail']}\n{report['log']}"
