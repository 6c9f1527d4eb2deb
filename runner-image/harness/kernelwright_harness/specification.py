"""What to measure, as the orchestrator sends it: the same target that `src/core/target.ts` describes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kernelwright_harness.dtypes import DTYPES, DType

Values = dict[str, float]
"""The number for each dimension and scalar of one workload, and for each formula of its tensors, by the formula's text."""

Extent = int | str
"""A number, or the name or formula under which every workload has it."""

Bounds = tuple[float, float]
"""Half open: from the first up to, and without, the second."""

Kind = Literal["launcher", "module", "function"]
"""An `extern "C"` launcher in a `.cu` file; a `torch.nn.Module` class or a callable on tensors in a `.py` file."""

Mode = Literal["as-is", "eager", "compiled"]
"""How a module or a function is run: as its file has it, without `torch.compile` even where the file uses it, or with it in its default mode."""

Init = list[Any] | dict[str, Any]
"""The positional or keyword arguments of a module's constructor: JSON values."""


ALIGNMENT = 256
"""Bytes, as `cudaMalloc` aligns, so that kernels may rely on what they rely on elsewhere."""

Role = Literal["input", "inout", "output", "parameter", "cotangent", "gradient"]
"""`inout`: what a call reads and changes in place. A cotangent is drawn like an input and a gradient is checked like an output; neither is an argument or a result of the module itself."""


@dataclass(frozen=True)
class Tensor:
    name: str
    role: Role
    dtype: DType
    extents: tuple[Extent, ...]
    range: tuple[float | str, float | str] | None = None
    """What an input is drawn from: values from the first up to, and without, the second. None where any value will do."""
    strides: tuple[Extent, ...] | None = None
    """In elements; None where the tensor is row-major and contiguous."""
    alignment: int = ALIGNMENT
    """Of its first element, in bytes: a power of two, and what lies there is aligned to no more, unless it is the default."""
    of: str | None = None
    """The output that a cotangent belongs to; the input or parameter of a gradient."""

    @property
    def is_output(self) -> bool:
        """Whether a call makes it, and does not find it there: it lies among the outputs, poisoned before."""
        return self.role in ("output", "gradient")

    def shape(self, values: Values) -> tuple[int, ...]:
        """Extents with every name and formula replaced by its number."""
        return tuple(int(values[e]) if isinstance(e, str) else e for e in self.extents)

    def bounds(self, values: Values) -> Bounds | None:
        """Its range in numbers."""
        if self.range is None:
            return None
        low, high = (values[b] if isinstance(b, str) else b for b in self.range)
        return low, high

    def steps(self, values: Values) -> tuple[int, ...] | None:
        """Strides with every name and formula replaced by its number."""
        return None if self.strides is None else tuple(int(values[s]) if isinstance(s, str) else s for s in self.strides)

    def element_bytes(self, values: Values) -> int:
        """Of its elements alone."""
        return math.prod(self.shape(values)) * self.dtype.size

    def nbytes(self, values: Values) -> int:
        """From its first byte to its last, with what lies between its elements."""
        return span(self.shape(values), self.steps(values)) * self.dtype.size


def span(shape: Sequence[int], strides: Sequence[int] | None) -> int:
    """Elements from the first to the last."""
    if strides is None or 0 in shape:
        return math.prod(shape)
    return 1 + sum((extent - 1) * stride for extent, stride in zip(shape, strides, strict=True))


@dataclass(frozen=True)
class Scalar:
    name: str
    type: str
    """A key of `SCALAR_CTYPES`."""


@dataclass(frozen=True)
class Stream:
    name: str


Argument = Tensor | Scalar | Stream


@dataclass(frozen=True)
class Workload:
    name: str
    values: Values


@dataclass(frozen=True)
class Target:
    name: str
    kind: Kind
    source: str
    """Path by which compilers, sanitizers and tracebacks name the file."""
    entry: str
    """Name of the launcher, class or callable in `source`."""
    init: Init
    """Of a module's constructor; otherwise empty."""
    arguments: tuple[Argument, ...]
    """In the order of the call. Modules and functions return their outputs, which stand last, in their order. Where the backward pass is
    called too, its cotangents and gradients follow."""
    parameters: tuple[Tensor, ...]
    """The `state_dict` of a module, in its order, as the baseline was found to have it; otherwise empty."""
    workloads: tuple[Workload, ...]
    vary: tuple[Workload, ...]
    emulate: tuple[Workload, ...]
    reference: str | None
    fixed: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    """Of a function: keyword arguments of every call, beside those among `arguments`."""
    compiled: bool = False
    """Whether what is called runs compiled code, which has the types that it was written for and cannot be run in others."""
    result_order: tuple[str, ...] = ()
    """Names of the results in the order in which a reference gives them; empty where that is their order among the arguments."""
    extra_sources: tuple[str, ...] = ()
    """Paths of what is compiled and linked with `source`."""

    @property
    def sources(self) -> tuple[str, ...]:
        """All that a stack frame of the target's own can name, `source` first."""
        return (self.source, *self.extra_sources)

    @property
    def is_python(self) -> bool:
        """Whether it is a module or a function, which return what a launcher writes to its outputs."""
        return self.kind != "launcher"

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What is drawn and handed over, and of it what a call changes in place."""
        return tuple(a for a in self.arguments if isinstance(a, Tensor) and a.role in ("input", "inout", "cotangent"))

    @property
    def has_backward(self) -> bool:
        """Whether a call is a module's forward and backward pass."""
        return any(isinstance(a, Tensor) and a.role == "gradient" for a in self.arguments)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """What a launcher only writes to, or a module or function returns; and the gradients."""
        return tuple(a for a in self.arguments if isinstance(a, Tensor) and a.is_output)

    @property
    def results(self) -> tuple[Tensor, ...]:
        """What is right or wrong after a call: outputs, and what was changed in place."""
        found = [a for a in self.arguments if isinstance(a, Tensor) and (a.is_output or a.role == "inout")]
        return tuple(sorted(found, key=lambda t: self.result_order.index(t.name)) if self.result_order else found)


def parse_target(raw: dict[str, Any]) -> Target:
    """The orchestrator has validated the configuration; a KeyError or ValueError here is a bug on one of the two sides."""
    arguments = tuple(_argument(a) for a in raw["arguments"])
    return Target(
        name=str(raw["name"]),
        kind=_kind(raw["kind"]),
        source=str(raw["source"]),
        entry=str(raw["entry"]),
        init=raw["init"],
        arguments=arguments + (_of_backward(arguments, raw["parameters"]) if raw.get("backward") else ()),
        parameters=tuple(_tensor(p) for p in raw["parameters"]),
        workloads=tuple(_workload(w) for w in raw["workloads"]),
        vary=tuple(_workload(w) for w in raw["vary"]),
        emulate=tuple(_workload(w) for w in raw["emulate"]),
        reference=raw.get("reference"),
        result_order=tuple(raw.get("resultOrder", ())),
        fixed=raw.get("fixed", {}),
        compiled=bool(raw.get("project", {}).get("sources")),
        extra_sources=tuple(raw.get("build", {}).get("sources", ())),
    )


def _kind(raw: str) -> Kind:
    match raw:
        case "launcher" | "module" | "function":
            return raw
        case other:
            raise ValueError(f"unknown kind of target: {other!r}")


def _argument(raw: dict[str, Any]) -> Argument:
    match raw["kind"]:
        case "tensor":
            return _tensor(raw)
        case "scalar":
            return Scalar(raw["name"], raw["type"])
        case "stream":
            return Stream(raw["name"])
        case other:
            raise ValueError(f"unknown kind of argument: {other!r}")


def _tensor(raw: dict[str, Any]) -> Tensor:
    drawn_from = raw.get("range")
    return Tensor(
        name=raw["name"],
        role=raw["role"],
        dtype=DTYPES[raw["dtype"]],
        extents=tuple(raw["shape"]),
        strides=tuple(raw["strides"]) if "strides" in raw else None,
        alignment=raw.get("alignment", ALIGNMENT),
        range=(drawn_from["low"], drawn_from["high"]) if drawn_from else None,
    )


def _of_backward(arguments: tuple[Argument, ...], parameters: list[dict[str, Any]]) -> tuple[Tensor, ...]:
    """A cotangent for each floating output; a gradient for each floating input, and for each parameter that learns."""
    floating = [a for a in arguments if isinstance(a, Tensor) and a.dtype.kind == "float"]
    learned = [_tensor(p) for p in parameters if p.get("learned")]
    cotangents = [Tensor(f"cotangent of {t.name}", "cotangent", t.dtype, t.extents, of=t.name) for t in floating if t.role == "output"]
    inputs = [t for t in floating if t.role == "input"]
    gradients = [Tensor(f"gradient of {t.role} {t.name}", "gradient", t.dtype, t.extents, of=t.name) for t in (*inputs, *learned)]
    return (*cotangents, *gradients)


def _workload(raw: dict[str, Any]) -> Workload:
    return Workload(str(raw["name"]), {str(k): v for k, v in raw["values"].items()})
