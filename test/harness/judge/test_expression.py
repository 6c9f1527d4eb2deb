"""A reference is a formula: whatever reaches beyond arithmetic is refused before it is evaluated."""

import ast
import subprocess
import sys

import pytest

from kernelwright_harness.judge.expression import problems_of

NAMES = {"x", "y", "n", "torch", "math"}


def problems(expression: str) -> list[str]:
    return list(problems_of(ast.parse(expression, mode="eval"), NAMES))


@pytest.mark.parametrize(
    "expression",
    [
        "2 * x + y",
        "torch.softmax(x, dim=-1)",
        "torch.nn.functional.gelu(x, approximate='tanh')",
        "torch.linalg.vector_norm(x, dim=-1, keepdim=True)",
        "x.clamp(-0.5, 0.5).to(torch.float64)",
        "(x / math.sqrt(n)) @ y.t()",
        "torch.stack([x[i] for i in y]) if n > 1 else x",
        "(lambda row: row - row.max())(x)",
        "(z := x + 1) * z",
        "torch.einsum('ij,jk->ik', x, y)",
        "(x > 0).sum(-1), x[..., 1:]",
    ],
)
def test_formulas_are_let_through(expression: str) -> None:
    assert problems(expression) == []


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("torch.os.system('id')", "the module torch.os"),
        ("torch.sys.modules", "the module torch.sys"),
        ("torch.load('f')", "load"),
        ("torch.save(x, 'f')", "save"),
        ("torch.from_file('f')", "from_file"),
        ("torch.hub.load('a', 'b')", "hub"),
        ("torch.ops.aten.add(x, y)", "ops"),
        ("torch.utils.cpp_extension.load('f')", "the module torch.utils"),
        ("torch.nn.functional.torch.os", "the module torch.nn.functional.torch"),
        ("(lambda m: m.os)(torch)", "torch by itself"),
        ("[torch][0].os", "torch by itself"),
        ("(t := torch).os", "torch by itself"),
        ("(lambda m: m.modules)(torch.nn)", "the module torch.nn"),
        ("(torch if n else math).os", "torch by itself"),
        ("'{0.softmax.__self__}'.format(torch)", "format"),
        ("f'{torch.softmax.__self__}'", "JoinedStr"),
        ("x.__class__.__base__", "__base__"),
        ("x.numpy().tofile('f')", "numpy"),
        ("open('f')", "open"),
        ("__import__('os')", "__import__"),
        ("(yield x)", "Yield"),
        ("{'a': x}", "Dict"),
        ("'" + "a" * 101 + "'", "long text"),
    ],
)
def test_everything_else_is_refused(expression: str, says: str) -> None:
    assert any(says in problem for problem in problems(expression)), problems(expression)


@pytest.mark.parametrize("expression", ["x.clamp(-.5, 1)", "torch.where(x > 0, x, 0)", "torch.full((2,), 1.)", "torch.tensor([1.])", "x < -.5"])
def test_what_torch_imports_lazily_works_in_a_fresh_process(expression: str) -> None:
    program = f"""
from kernelwright_harness.judge.oracle import Reference
from kernelwright_harness.specification import parse_target
import torch
raw = {{"kind": "launcher", "init": [], "parameters": [], "name": "t", "source": "t.cu", "entry": "t", "arguments": [], "workloads": [], "vary": [], "emulate": [], "reference": {expression!r}}}
raw["arguments"] = [{{"kind": "tensor", "name": "x", "role": "input", "dtype": "f64", "shape": [4]}}]
Reference(parse_target(raw))._run({{"x": torch.randn(4, dtype=torch.float64)}}, {{}})
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, timeout=120)
    assert ran.returncode == 0, ran.stderr
