"""The right answers, in float64 where the configuration has a reference, else the baseline's own."""

import ast
import math
from collections.abc import Sequence
from typing import Any

import torch

from kernelwright_harness.judge.buffers import Buffers
from kernelwright_harness.judge.expression import problems_of
from kernelwright_harness.judge.time_limit import OutOfTime, time_limit
from kernelwright_harness.specification import Target, Tensor, Values


_LIMIT_S = 120.0
"""Of one evaluation; the construction of a module has as long."""


class BadReference(Exception):
    """The configuration's `reference` cannot be used; the message says why."""


class Reference:
    """A torch expression over a target's inputs, dimensions and scalars.

    The expression comes from the configuration: for a pull request the base branch's, but on the command line the working tree's, which
    may be a stranger's. It runs in the judge, so it gets no more than a formula needs: its arguments, arithmetic, tensors' methods, and
    of `torch` and `math` the functions and constants of a few modules. Nothing that reads, writes, loads, compiles or formats.
    """

    def __init__(self, target: Target) -> None:
        assert target.reference is not None
        self._target = target
        try:
            tree = ast.parse(target.reference, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadReference(f"`reference` is not a Python expression: {error}.") from error
        extents = {e for t in target.inputs + target.outputs for e in t.extents if isinstance(e, str)}
        numbers = {name for shape in (*target.workloads, *target.vary, *target.emulate) for name in _named(shape.values)}
        allowed = {a.name for a in target.arguments} | {"torch", "math"} | extents | numbers
        for problem in problems_of(tree, allowed):
            raise BadReference(f"`reference` {problem}.")
        self._code = compile(tree, f"<reference of {target.name}>", "eval")

    def evaluate(self, inputs: Buffers, slot: int, values: Values) -> list[torch.Tensor]:
        """The results in the order of the target's, floats as float64, on the judge's device. Raises BadReference."""
        # A copy even where the type needs no conversion: an expression such as `x.relu_()` must not change what the kernels read.
        views = {tensor: inputs.view(slot, tensor) for tensor in self._target.inputs}
        answers = self._run({t.name: v.to(torch.float64 if t.dtype.kind == "float" else v.dtype, copy=True) for t, v in views.items()}, values)
        if len(answers) != len(self._target.results):
            in_place = "" if len(self._target.results) == len(self._target.outputs) else " and arguments that are changed in place"
            raise BadReference(f"`reference` gives {len(answers)} tensors, but the target has {len(self._target.results)} outputs{in_place}.")
        for tensor, answer in zip(self._target.results, answers, strict=True):
            if not isinstance(answer, torch.Tensor):
                raise BadReference(f"`reference` gives {tensor.name} as {type(answer).__name__}, not as a tensor.")
            if tuple(answer.shape) != tensor.shape(values):
                raise BadReference(f"`reference` gives {tensor.name} the shape {tuple(answer.shape)}, but the configuration says {tensor.shape(values)}.")
        device = inputs.bytes.device
        return [
            answer.to(device, torch.float64 if tensor.dtype.kind == "float" else answer.dtype).contiguous()
            for tensor, answer in zip(self._target.results, answers, strict=True)
        ]

    def trace(self, values: Values) -> None:
        """Evaluates on tensors without data, for whoever listens to torch's operations. Raises BadReference."""
        self._run({t.name: torch.empty(t.shape(values), dtype=getattr(torch, t.dtype.torch_name), device="meta") for t in self._target.inputs}, values)

    def _run(self, tensors: dict[str, torch.Tensor], values: Values) -> list[Any]:
        numbers = {k: int(v) if float(v).is_integer() else v for k, v in _named(values).items()}
        try:
            # As globals, not locals: the bodies of lambdas and generators see no locals of an expression.
            # torch's own Python code imports lazily through the caller's builtins; expressions cannot name the function.
            with time_limit(_LIMIT_S):
                result = eval(self._code, {"__builtins__": {"__import__": __import__}, "torch": torch, "math": math, **numbers, **tensors})
                return [result] if isinstance(result, torch.Tensor) else list(result)
        except OutOfTime as error:
            raise BadReference(f"`reference` took longer than {_LIMIT_S:g} s; write it with fewer steps.") from error
        except Exception as error:
            raise BadReference(f"`reference` failed: {type(error).__name__}: {error}") from error


def reference_problem(target: Target) -> str | None:
    """What is wrong with a target's `reference` that shows before anything is built or run."""
    try:
        if target.reference is not None:
            Reference(target)
    except BadReference as problem:
        return str(problem)
    return None


def _named(values: Values) -> Values:
    """Dimensions and scalars, without the formulas beside them."""
    return {name: value for name, value in values.items() if name.isidentifier()}


def baseline_answers(results: Sequence[tuple[Tensor, torch.Tensor]]) -> list[torch.Tensor]:
    """A copy of what the baseline wrote, floats as float64."""
    return [v.double() if t.dtype.kind == "float" else v.clone() for t, v in results]
