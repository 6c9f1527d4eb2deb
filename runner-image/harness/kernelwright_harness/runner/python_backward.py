"""A module's forward and backward pass as one call: from its arguments and a cotangent for each floating output to its results and the
gradients of their product with respect to every floating input and every parameter.

The judge draws the cotangents and has buffers for the gradients, as for any input and output.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from kernelwright_harness.runner.program import LoadError
from kernelwright_harness.runner.python_results import Result, checked_results


class ForwardAndBackward:
    """Called with the module's arguments, followed by the cotangents."""

    def __init__(self, module: Callable[..., Any], entry: str, outputs: Sequence[Result], arguments: int, inputs: Sequence[int], parameters: Sequence[torch.Tensor], double: bool) -> None:
        """`outputs` are what the module itself returns; `arguments` is how many it is called with, `inputs` the positions of those that get a
        gradient, and `parameters` those of its parameters that get one."""
        self._module = module
        self._entry = entry
        self._outputs = outputs
        self._arguments = arguments
        self._inputs = inputs
        self._parameters = parameters
        self._double = double

    def __call__(self, *given: Any) -> tuple[torch.Tensor, ...]:
        arguments, cotangents = given[: self._arguments], given[self._arguments :]
        sources = [*(arguments[position] for position in self._inputs), *self._parameters]
        with torch.enable_grad():
            # What it returned must be known to fit before it can be differentiated. Raises ResultError.
            outputs = checked_results(self._entry, self._outputs, self._module(*arguments), self._double)
            floating = [output for output in outputs if output.is_floating_point()]
            # An output that no gradient flows through leaves nothing: whether that is right shows in the gradients.
            pairs = [(output, cotangent) for output, cotangent in zip(floating, cotangents, strict=True) if output.requires_grad]
            gradients = _gradients(pairs, sources) if pairs else [torch.zeros_like(source) for source in sources]
        return (*(output.detach() for output in outputs), *gradients)


def _gradients(pairs: Sequence[tuple[torch.Tensor, torch.Tensor]], sources: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
    """Zeros for a source that nothing depends on."""
    outputs, cotangents = zip(*pairs, strict=True)
    return torch.autograd.grad(outputs, sources, cotangents, materialize_grads=True)


def parameters_named(module: torch.nn.Module, entry: str, names: Sequence[str]) -> list[torch.Tensor]:
    """The parameters with these names in its state. Raises LoadError for one that takes no gradient."""
    state = module.state_dict(keep_vars=True)
    for name in names:
        if not state[name].requires_grad:
            raise LoadError(f"{name} of {entry} takes no gradient, but that of the target's own code does: keep it a torch.nn.Parameter")
    return [state[name] for name in names]
