"""Finds out how a benchmark calls its kernel, without computing anything: its calls are recorded, and the package's operators are not run where their
results can be told from their declarations."""

import inspect
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

MOST_BYTES = 8 << 20
"""Of the tensors of an operator that has to be run on a CPU, where emulated threads are slow."""


class Unrecordable(Exception):
    """The workload cannot be drawn; the message says why, to follow its name."""


class Call:
    """One call of a function of the package, from outside of it."""

    def __init__(self, name: str, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.name = name
        self.arguments = _bound(name, function, args, kwargs)
        """By the function's own names, in their order."""
        self.written: set[int] = set()
        """Addresses of the storages that it wrote to."""
        self.returned: Any = None

    def writes_to(self, tensor: torch.Tensor) -> bool:
        return _storage(tensor) in self.written


class KernelRecorder:
    """What a benchmark has as `self.kernel`."""

    def __init__(self, package: ModuleType, operators: str) -> None:
        self._package = package
        self._operators = operators
        self._calls: list[Call] = []
        self._recording = False

    def calls(self) -> list[Call]:
        return self._calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._package, name)
        if not callable(found) or isinstance(found, type):
            return found

        def recorded(*args: Any, **kwargs: Any) -> Any:
            call = Call(name, found, args, kwargs)
            self._calls.append(call)
            with _Watching(call, self._operators):
                call.returned = found(*args, **kwargs)
            return call.returned

        return recorded


class _Watching(TorchDispatchMode):
    """Sees every operator, and which tensors it writes to by its own declaration."""

    def __init__(self, call: Call, operators: str) -> None:
        super().__init__()
        self._call = call
        self._operators = operators

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        written: list[torch.Tensor] = []
        for place, declared in enumerate(func._schema.arguments):
            given = args[place] if place < len(args) else kwargs.get(declared.name)
            if declared.alias_info is not None and declared.alias_info.is_write:
                written += [tensor for tensor in (given if isinstance(given, (list, tuple)) else [given]) if isinstance(tensor, torch.Tensor)]
        self._call.written.update(map(_storage, written))
        if func.namespace != self._operators:
            return func(*args, **kwargs)
        if not func._schema.returns:
            return None
        if all(result.alias_info is not None and result.alias_info.is_write for result in func._schema.returns):
            return written[0] if len(func._schema.returns) == 1 else tuple(written[: len(func._schema.returns)])
        return _told(func, args, kwargs)


def _told(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What an operator that makes new tensors returns: as its fake implementation says, else by running it."""
    tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, torch.Tensor)]
    device = tensors[0].device if tensors else torch.device("cpu")
    try:
        abstract = func(*map(_without_data, args), **{name: _without_data(value) for name, value in kwargs.items()})
    except Exception:
        if device.type == "cpu" and sum(tensor.nbytes for tensor in tensors) > MOST_BYTES:
            raise Unrecordable(f"calls the operator {func.__name__}, which is too large to run here and has no fake implementation") from None
        return func(*args, **kwargs)
    results = abstract if isinstance(abstract, (tuple, list)) else [abstract]
    made = [torch.empty_strided(r.shape, r.stride(), dtype=r.dtype, device=device) if isinstance(r, torch.Tensor) else r for r in results]
    return type(abstract)(made) if isinstance(abstract, (tuple, list)) else made[0]


def _without_data(value: Any) -> Any:
    return value.to("meta") if isinstance(value, torch.Tensor) else value


def _storage(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _bound(name: str, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    try:
        parameters = inspect.signature(function)
        bound = parameters.bind(*args, **kwargs)
    except (TypeError, ValueError):
        if kwargs:
            raise Unrecordable(f"calls {name} with keywords, of which nothing is known") from None
        return {f"argument_{place}": value for place, value in enumerate(args)}
    if any(parameters.parameters[each].kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD) for each in bound.arguments):
        raise Unrecordable(f"calls {name} with arguments that have no names of their own")
    return dict(bound.arguments)
