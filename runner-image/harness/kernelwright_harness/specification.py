"""What to measure, as the orchestrator sends it: the same target that `src/core/target.ts` describes."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from kernelwright_harness.dtypes import DTYPES, DType

Values = dict[str, float]
"""The number for each dimension and scalar of one workload."""


@dataclass(frozen=True)
class Tensor:
    name: str
    role: Literal["input", "output"]
    dtype: DType
    extents: tuple[int | str, ...]

    def shape(self, values: Values) -> tuple[int, ...]:
        """Extents with every dimension's name replaced by its number."""
        return tuple(int(values[e]) if isinstance(e, str) else e for e in self.extents)

    def nbytes(self, values: Values) -> int:
        return math.prod(self.shape(values)) * self.dtype.size


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
    source: str
    """Path by which compilers and sanitizers name the file."""
    entry: str
    arguments: tuple[Argument, ...]
    workloads: tuple[Workload, ...]
    vary: tuple[Workload, ...]
    emulate: tuple[Workload, ...]
    reference: str | None

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return tuple(a for a in self.arguments if isinstance(a, Tensor) and a.role == "input")

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        return tuple(a for a in self.arguments if isinstance(a, Tensor) and a.role == "output")


def parse_target(raw: dict[str, Any]) -> Target:
    """The orchestrator has validated the configuration; a KeyError or ValueError here is a bug on one of the two sides."""
    return Target(
        name=str(raw["name"]),
        source=str(raw["source"]),
        entry=str(raw["entry"]),
        arguments=tuple(_argument(a) for a in raw["arguments"]),
        workloads=tuple(_workload(w) for w in raw["workloads"]),
        vary=tuple(_workload(w) for w in raw["vary"]),
        emulate=tuple(_workload(w) for w in raw["emulate"]),
        reference=raw.get("reference"),
    )


def _argument(raw: dict[str, Any]) -> Argument:
    match raw["kind"]:
        case "tensor":
            return Tensor(raw["name"], raw["role"], DTYPES[raw["dtype"]], tuple(raw["shape"]))
        case "scalar":
            return Scalar(raw["name"], raw["type"])
        case "stream":
            return Stream(raw["name"])
        case other:
            raise ValueError(f"unknown kind of argument: {other!r}")


def _workload(raw: dict[str, Any]) -> Workload:
    return Workload(str(raw["name"]), {str(k): v for k, v in raw["values"].items()})
