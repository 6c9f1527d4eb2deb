"""One output against its oracle: how far apart, and where, in words that help to mend it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kernelwright_harness.specification import Tensor

_LEAST_SQUARED, _MOST_SQUARED = 1e-140, 1e140
"""Between these, squares of float64 numbers keep their precision, and sums of them do not overflow."""


@dataclass(frozen=True)
class Difference:
    error: float
    """Largest error, as `tolerance.py` defines it; infinite where a NaN or Inf appears or disappears."""
    wrong: int
    """Elements over the limit."""
    detail: str
    """Empty when nothing is over the limit."""


def compare(tensor: Tensor, got: torch.Tensor, expected: torch.Tensor, limit: float, poison: int | None = None, least_scale: float = 0.0) -> Difference:
    """`expected` is float64 for float types. `poison` is the byte that filled the output before the call. `least_scale` is the tensor's scale
    where these few elements are all smaller than it usually is."""
    if got.numel() == 0:
        return Difference(0.0, 0, "")
    if tensor.dtype.kind == "bool":  # as bytes: any byte but 0 and 1 is wrong, and poison is such a byte
        got, expected = got.view(torch.uint8), expected.to(torch.uint8)
    floats = tensor.dtype.kind == "float"
    if floats and (largest := _largest_where_all_is_finite(got, expected, least_scale)) <= limit:  # the usual case
        return Difference(largest, 0, "")
    errors = _errors(got, expected, least_scale) if floats else (got != expected).double() * math.inf
    errors = errors.nan_to_num(nan=0.0, posinf=math.inf)  # inf * 0: an exact integer
    over = errors > limit
    wrong = int(over.sum().item())
    error = float(errors.max().item())
    if not wrong:
        return Difference(error, 0, "")
    flat = over.flatten()
    first = int(flat.int().argmax().item())
    last = flat.numel() - 1 - int(flat.flip(0).int().argmax().item())
    worst = int(errors.flatten().argmax().item())
    places = {first: "first", last: "last", worst: "worst"}  # one name a place: of several, the last given here
    named = [f"the {name} is {_at(tensor, got, expected, index)}" for index, name in places.items()]
    detail = f"{wrong} of {got.numel()} elements of {tensor.name} are wrong; {', '.join(named)}"
    unwritten = _unwritten(got, over, poison) if poison is not None else 0
    if unwritten:
        detail += f"; {unwritten} elements were never written"
    return Difference(error, wrong, detail)


def _largest_where_all_is_finite(got: torch.Tensor, expected: torch.Tensor, least_scale: float) -> float:
    """The largest of `_errors`, to the bit, in a quarter of its passes over memory: the checks of a timed block would else take longer than its calls.
    No number where either side has an infinity, a NaN or a number beyond the type, or where everything is zero."""
    limits = torch.finfo(got.dtype)
    scale = expected.abs()
    largest = scale.max()
    scale.add_(_root_mean_square(expected, expected.numel()).clamp(min=least_scale))
    made = got if got.element_size() > 1 else got.double()  # 8-bit floats are not promoted by themselves
    error = (made - expected).abs_().sub_(_half_step(limits)).clamp_(min=0).div_(scale).max()
    fits = (largest >= _LEAST_SQUARED) & (largest <= min(limits.max, _MOST_SQUARED)) & torch.isfinite(error)
    return float(torch.where(fits, error, math.nan).item())


def _half_step(limits: torch.finfo) -> float:
    """Half of the type's smallest step is what rounding costs near zero, however small all elements are."""
    return limits.smallest_normal * limits.eps / 2


def _errors(got: torch.Tensor, expected: torch.Tensor, least_scale: float) -> torch.Tensor:
    wide, limits = got.double(), torch.finfo(got.dtype)
    if got.element_size() == 1:
        # What is too large for an 8-bit float is its largest number where it saturates, as CUDA's conversions do, else a NaN or an infinity.
        wide, expected = _alike_beyond(limits.max, wide, expected)
    else:
        # What is too large for the output's type is an infinity there.
        expected = torch.where(torch.isinf(expected.to(got.dtype)), expected.sign() * math.inf, expected)
    finite = torch.isfinite(expected)
    scale = (expected.abs() + rms_of_finite(expected).clamp(min=least_scale)).clamp(min=torch.finfo(torch.float64).tiny)
    errors = ((wide - expected).abs() - _half_step(limits)).clamp(min=0) / scale
    # Where either side is not finite, only the same NaN or the same infinity is right.
    same = (wide == expected) | (torch.isnan(wide) & torch.isnan(expected))
    return torch.where(finite & torch.isfinite(wide), errors, torch.where(same, 0.0, math.inf))


def _alike_beyond(largest: float, wide: torch.Tensor, expected: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Both sides with everything that may stand for a number beyond the largest as infinity."""
    beyond = expected.abs() > largest
    infinity = expected.sign() * math.inf
    stands_for_it = torch.isnan(wide) | (wide == infinity) | (wide == expected.sign() * largest)
    return torch.where(beyond & stands_for_it, infinity, wide), torch.where(beyond, infinity, expected)


def rms_of_finite(values: torch.Tensor) -> torch.Tensor:
    """Root of the mean square over the finite elements."""
    finite = torch.isfinite(values)
    known = torch.where(finite, values, 0.0)
    count, largest = max(1, int(finite.sum().item())), known.abs().max()
    if _LEAST_SQUARED <= float(largest.item()) <= _MOST_SQUARED:
        return _root_mean_square(known, count)
    largest = largest.clamp(min=torch.finfo(torch.float64).tiny)
    return largest * _root_mean_square(known / largest, count)


def _root_mean_square(values: torch.Tensor, count: int) -> torch.Tensor:
    return torch.linalg.vector_norm(values) / math.sqrt(count)


def usual_scale(drawn: Sequence[torch.Tensor]) -> float:
    """What the root mean square of a tensor is over the right answers for several drawings of the inputs. Not the median of each drawing's own:
    gradients behind a saturated `tanh` lie decades apart from one row of inputs to the next, and what float32 can resolve depends on the large ones.
    """
    return float(rms_of_finite(torch.stack(list(drawn))).item())


def _at(tensor: Tensor, got: torch.Tensor, expected: torch.Tensor, index: int) -> str:
    place: list[int] = []
    rest = index
    for extent in reversed(got.shape):
        place.insert(0, rest % extent)
        rest //= extent
    return f"{tensor.name}{place} = {_number(got.flatten()[index])} instead of {_number(expected.flatten()[index])}"


def _number(value: torch.Tensor) -> str:
    item = value.item()
    return f"{item:.7g}" if isinstance(item, float) else str(item)


def _unwritten(got: torch.Tensor, over: torch.Tensor, poison: int) -> int:
    """How many of the wrong elements still hold nothing but poison."""
    elements = got.flatten().view(torch.uint8).view(-1, got.element_size())
    return int((elements[over.flatten()] == poison).all(dim=1).sum().item())
