"""Small projects, as the orchestrator sends them."""

from pathlib import Path
from typing import Any

from kernelwright_harness.build.cache import BuildCache
from kernelwright_harness.build.job import Build, Job
from kernelwright_harness.build.project.build import build_project
from kernelwright_harness.build.project.description import parse_project

PACKAGE = """import torch
from ._ops import add_op_namespace_prefix

torch.library.define(add_op_namespace_prefix("double"), "(Tensor x) -> Tensor")
torch.library.impl(add_op_namespace_prefix("double"), "CPU")(lambda x: x * 2)
torch.library.define(add_op_namespace_prefix("fill"), "(Tensor(a!) out, Tensor x, float by) -> ()")


@torch.library.impl(add_op_namespace_prefix("fill"), "CPU")
def _fill(out, x, by):
    out.copy_(x * by)


from ._ops import ops


def double(x):
    return ops.double(x)


def fill(out, x, by=2.0, bias=None):
    ops.fill(out, x, by)
    return out


class layers:
    class Double(torch.nn.Module):
        def forward(self, x):
            return double(x)
"""


def a_source(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "include": [], "cudaFlags": [], "cxxFlags": [], "capabilities": [], **more}


def a_project(**more: Any) -> dict[str, Any]:
    """One of Python alone."""
    return {"folder": ".", "name": "twice", "repoId": "example/twice-kernel", "identity": "0123abcd", "sources": [], "package": ["torch-ext/twice/__init__.py"], "tests": [], "benchmarks": [], **more}


def files_of(**texts: str) -> list[dict[str, str]]:
    return [{"path": path, "content": text} for path, text in texts.items()]


def build_in(folder: Path, project: dict[str, Any], texts: dict[str, str], cache: BuildCache | None = None) -> Build:
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    source = next((s["path"] for s in project["sources"]), project["package"][0])
    job = Job(folder, source, "sm_90", True, others=tuple(path for path in texts if path != source))
    return build_project(job, parse_project(project), "emulated", files_of(**texts), cache)
