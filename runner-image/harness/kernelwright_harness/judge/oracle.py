"""The right answers, in float64 where the configuration has a reference, else the baseline's own."""

import ast
import math
from typing import Any

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.specification import Target, Values


class BadReference(Exception):
    """The configuration's `reference` cannot be used; the message says why."""


class Reference:
    """A torch expression over a target's inputs, dimensions and scalars.

    The expression comes from the configuration, which for a pull request is read from the base branch. It still cannot do more than an
    expression needs: no names but its arguments, `torch` and `math`, no private attributes, no statements.
    """

    def __init__(self, target: Target) -> None:
        assert target.reference is not None
        self._target = target
        try:
            tree = ast.parse(target.reference, mode="eval")
        except SyntaxError as error:
            raise BadReference(f"`reference` of {target.name} is not a Python expression: {error.msg}.") from error
        allowed = {a.name for a in target.arguments} | {"torch", "math"} | {d for t in target.inputs + target.outputs for d in t.extents if isinstance(d, str)}
        allowed |= _bound_names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                raise BadReference(f"`reference` of {target.name} uses the private attribute {node.attr}.")
            if isinstance(node, ast.Name) and node.id not in allowed:
                raise BadReference(f"`reference` of {target.name} uses {node.id}, which is neither an argument nor torch or math.")
        self._code = compile(tree, f"<reference of {target.name}>", "eval")

    def evaluate(self, inputs: Buffers, slot: int, values: Values) -> list[torch.Tensor]:
        """The outputs in the order of the target's, floats as float64, on the judge's device. Raises BadReference."""
        names: dict[str, Any] = {"torch": torch, "math": math, **{k: int(v) if float(v).is_integer() else v for k, v in values.items()}}
        for tensor in self._target.inputs:
            # A copy even where the type needs no conversion: an expression such as `x.relu_()` must not change what the kernels read.
            view = inputs.view(slot, tensor)
            names[tensor.name] = view.to(torch.float64 if tensor.dtype.kind == "float" else view.dtype, copy=True)
        try:
            # As globals, not locals: the bodies of lambdas and generators see no locals of an expression.
            result = eval(self._code, {"__builtins__": {}, **names})
            answers: list[Any] = [result] if isinstance(result, torch.Tensor) else list(result)
        except Exception as error:
            raise BadReference(f"`reference` of {self._target.name} failed: {type(error).__name__}: {error}") from error
        if len(answers) != len(self._target.outputs):
            raise BadReference(f"`reference` of {self._target.name} gives {len(answers)} tensors, but the target has {len(self._target.outputs)} outputs.")
        for tensor, answer in zip(self._target.outputs, answers, strict=True):
            if not isinstance(answer, torch.Tensor):
                raise BadReference(f"`reference` of {self._target.name} gives {tensor.name} as {type(answer).__name__}, not as a tensor.")
            if tuple(answer.shape) != tensor.shape(values):
                raise BadReference(f"`reference` of {self._target.name} gives {tensor.name} the shape {tuple(answer.shape)}, but the configuration says {tensor.shape(values)}.")
        device = inputs.arena.bytes.device
        return [
            answer.to(device, torch.float64 if tensor.dtype.kind == "float" else answer.dtype).contiguous()
            for tensor, answer in zip(self._target.outputs, answers, strict=True)
        ]


def _bound_names(tree: ast.AST) -> set[str]:
    """Names that the expression itself binds, in comprehensions and lambdas."""
    targets = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return targets | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}


def baseline_answers(target: Target, outputs: Buffers, slot: int) -> list[torch.Tensor]:
    """A copy of what the baseline wrote, floats as float64."""
    views = [(t, outputs.view(slot, t)) for t in target.outputs]
    return [v.double() if t.dtype.kind == "float" else v.clone() for t, v in views]
