"""A PyTorch module or a Python function with its buffers mapped and its tensors bound, ready to be called.

A call is `results = callable(*tensors)` and nothing else. Its results lie wherever the callable has put them; so right after the call,
outside of its time but on the same stream, they are copied to where the judge looks for outputs. Both happen in a process that the
callable can reach; the judge's own clock has the copies in it too, so that a result which does its work when it is copied gains nothing.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import torch

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.runner.program import Copy, LoadError, ResultError, Runtime, map_parts, witness_copies
from kernelwright_harness.runner.python_backward import ForwardAndBackward, parameters_named
from kernelwright_harness.runner.python_mode import in_mode
from kernelwright_harness.runner.python_results import Result, checked_results
from kernelwright_harness.runner.python_source import build_callable, import_source, told
from kernelwright_harness.runner.python_state import names_of_tensors
from kernelwright_harness.runner.torch_tensors import tensor_at, torch_dtype
from kernelwright_harness.target_files import content_of
from kernelwright_harness.wire import NO_CALL

CALL_FAILED_STATUS = 1
"""Exit status after an exception in a call, the same as Python's own."""


@dataclass(frozen=True)
class PythonProgram:
    runtime: Runtime
    device: torch.device
    folder: Path
    entry: str
    call: Callable[..., Any]
    arguments: tuple[tuple[Any, ...], ...]
    """Of a call, for each slot: tensors and numbers."""
    results: tuple[Result, ...]
    copies: tuple[tuple[tuple[Copy, ...], ...], ...]
    """`copies[slot][place]`: of a slot's outputs to a witness slot."""
    double: bool
    """Whether everything is in float64, results as well."""

    def run(self, slots: Sequence[int], flush: bool, witness: Mapping[int, int]) -> list[float]:
        copies = {position: self.copies[slots[position]][place] for position, place in witness.items()}
        returned: list[Any] = [None] * len(slots)
        calls = [self._caller(slot, position, returned) for position, slot in enumerate(slots)]
        after = [self._collector(slot, position, returned) for position, slot in enumerate(slots)]
        with torch.no_grad(), self._on_stream(), _doubles(self.double):
            return self.runtime.timed(calls, flush, copies, after)

    def _caller(self, slot: int, position: int, returned: list[Any]) -> Callable[[], None]:
        if slot == NO_CALL:
            return lambda: None
        call, arguments = self.call, self.arguments[slot]

        def make() -> None:
            try:
                returned[position] = call(*arguments)
            except ResultError:
                raise
            except Exception as error:
                self._end(error)

        return make

    def _collector(self, slot: int, position: int, returned: list[Any]) -> Callable[[], None]:
        def collect() -> None:
            try:
                # Whatever stream the call has left as the current one: what it has not put on the caller's is not in the copies.
                with self._on_stream():
                    if slot == NO_CALL:
                        for result in self.results:
                            result.spare[1].copy_(result.spare[0])
                        return
                    for result, tensor in zip(self.results, self._checked(returned[position]), strict=True):
                        result.places[slot].copy_(tensor)
            except ResultError:
                raise
            except Exception as error:
                self._end(error)
            finally:
                returned[position] = None

        return collect

    def _checked(self, returned: Any) -> tuple[torch.Tensor, ...]:
        return checked_results(self.entry, self.results, returned, self.double)

    def _on_stream(self) -> AbstractContextManager[Any]:
        if self.device.type != "cuda":
            return nullcontext()
        return torch.cuda.stream(torch.cuda.ExternalStream(self.runtime.stream(), device=self.device))

    def _end(self, error: Exception) -> NoReturn:
        """Nothing in the process can be relied on after a call that failed; the judge finds the traceback in what was printed."""
        print(told(error, self.folder), file=sys.stderr)
        raise SystemExit(CALL_FAILED_STATUS)


@contextmanager
def _doubles(wanted: bool) -> Iterator[None]:
    """What the callable makes for itself in passing should not bring single precision back."""
    usual = torch.get_default_dtype()
    if wanted:
        torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(usual)


def load_python_program(runtime: Runtime, setup: dict[str, Any], fds: list[int]) -> PythonProgram:
    """Maps the buffers, imports the file when this is the first setup, and builds the callable anew. Raises LoadError.

    Beside the fields that launchers have too: `files` (texts by path), `source`, `callable` (`module` or `function`), `init`, `device`
    (`cpu` or `cuda`), `double`, `mode`; `arguments`, whose pointers have `dtype`, `shape` and perhaps `strides`; `parameters`: `[{"name", "dtype", "shape", "part",
    "offset"}]`; and `results`: `[{"name", "dtype", "shape", "part", "offsets": [one a slot]}]`.
    Where the backward pass belongs to the call: `cotangents`, pointers like the arguments', one for each floating result; and more results, with
    `role` = `gradient` and `of`, the name of a floating argument or of a parameter, arguments first.
    """
    bases = map_parts(runtime, setup, fds)
    device = torch.device("cuda", 0) if setup["device"] == "cuda" else torch.device("cpu")
    double = bool(setup.get("double", False))
    folder = _written(setup["files"])
    slots = int(setup["slots"])
    call = build_callable(folder, import_source(folder, setup["source"], device), setup, device)
    if setup["callable"] == "module":
        call = _with_parameters(call, double, setup, bases, device, folder)
    original, call = call, in_mode(setup.get("mode", "as-is"), call)
    results = tuple(_result(r, bases, device) for r in setup["results"])
    cotangents = setup.get("cotangents", [])
    if cotangents:
        call = _with_backward(original, call, setup, results, double)
    passed = [(a, bool(cotangents)) for a in setup["arguments"]] + [(c, False) for c in cotangents]
    arguments = tuple(tuple(_value(a, slot, bases, device, differentiable) for a, differentiable in passed) for slot in range(slots))
    copies = tuple(witness_copies(setup, slot, bases) for slot in range(slots))
    return PythonProgram(runtime, device, folder, setup["entry"], call, arguments, results, copies, double)


@cache
def _folder() -> Path:
    """The one folder of this process: a file is imported once, and lines for tracebacks and kernels' sources are read from there later."""
    return Path(tempfile.mkdtemp(prefix="kernelwright-"))


def _written(files: dict[str, str]) -> Path:
    """Each file once: every setup brings the same, and a library that is loaded must not be written to."""
    for name, text in files.items():
        path = _folder() / PurePosixPath(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content_of(name, text))
    return _folder()


def _with_parameters(module: torch.nn.Module, double: bool, setup: dict[str, Any], bases: list[int], device: torch.device, folder: Path) -> torch.nn.Module:
    """Gives the module the judge's parameters, in the judge's own memory: a module that writes to them is found out."""
    given = {p["name"]: tensor_at(device, bases[p["part"]] + p["offset"], torch_dtype(p["dtype"]), p["shape"]) for p in setup["parameters"]}
    for names in names_of_tensors(module):  # before `double`, which makes a copy of a buffer for each of its names
        if known := [name for name in names if name in given]:
            given.update({name: given[known[0]] for name in names if name not in given})
    if double:
        module.double()
    with torch.no_grad():
        for name, tensor in module.state_dict(keep_vars=True).items():
            shared = given.get(name)
            # Weights that the module has laid out otherwise, such as with the channels last, are copied into that layout below.
            if isinstance(tensor, torch.Tensor) and shared is not None and (tensor.dtype, tensor.shape) == (shared.dtype, shared.shape) and tensor.is_contiguous():
                tensor.data = shared
        try:
            # For names and shapes, for what is kept in another type, and for modules that prepare something when they are loaded.
            module.load_state_dict(given, strict=True)
        except Exception as error:
            raise LoadError(told(error, folder)) from None
    for layer in module.modules():
        if isinstance(layer, torch.nn.RNNBase):
            layer.flatten_parameters()  # cuDNN wants its weights in one piece, and would otherwise gather them at every call
    return module


def _with_backward(module: torch.nn.Module, call: Callable[..., Any], setup: dict[str, Any], results: tuple[Result, ...], double: bool) -> ForwardAndBackward:
    gradients = [r["of"] for r in setup["results"] if r["role"] == "gradient"]
    inputs = [place for place, a in enumerate(setup["arguments"]) if a["kind"] != "scalar" and DTYPES[a["dtype"]].kind == "float"]
    parameters = parameters_named(module, setup["entry"], gradients[len(inputs) :])
    return ForwardAndBackward(call, setup["entry"], results[: len(results) - len(gradients)], len(setup["arguments"]), inputs, parameters, double)


def _value(argument: dict[str, Any], slot: int, bases: list[int], device: torch.device, differentiable: bool) -> Any:
    """`differentiable`: a floating tensor is one that gradients are taken with respect to."""
    if argument["kind"] == "scalar":
        return float(argument["value"]) if DTYPES[argument["type"]].kind == "float" else int(argument["value"])
    tensor = tensor_at(device, bases[argument["part"]] + argument["offsets"][slot], torch_dtype(argument["dtype"]), argument["shape"], argument.get("strides"))
    return tensor.requires_grad_() if differentiable and tensor.is_floating_point() else tensor


def _result(result: dict[str, Any], bases: list[int], device: torch.device) -> Result:
    dtype, shape = torch_dtype(result["dtype"]), tuple(result["shape"])
    places = tuple(tensor_at(device, bases[result["part"]] + offset, dtype, shape) for offset in result["offsets"])
    spare = (torch.zeros(shape, dtype=dtype, device=device), torch.empty(shape, dtype=dtype, device=device))
    return Result(result["name"], dtype, shape, places, spare)
