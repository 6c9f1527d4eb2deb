"""How far a correct result may be from the oracle.

The error of an element is `|got - expected| / (|expected| + rms(expected))`: relative for large elements, relative to the tensor's
scale for those near zero, where cancellation leaves no relative digits. A candidate's largest error may be `FACTOR` times the
baseline's own, which is what rounding in this algorithm costs on these inputs; but a floor leaves room for another order of summation
where the baseline happens to be nearly exact, and a cap rejects lower precision however bad the baseline is.
"""

from dataclasses import dataclass

FACTOR = 4.0
OWN_FACTOR = 2.0
NEARBY_ROUNDINGS = 16
"""By how many roundings of their type inputs are moved, to see what a correct result may depend on."""
_NEARBY_CAP = 0.05
FEW_ELEMENTS = 64
"""A tensor of no more than these may be near zero as a whole by chance, a sum over everything, say, and then tells no scale of its own."""
DRAWINGS_FOR_SCALE = 9
"""Other inputs whose right answers tell it then, all of them together."""


@dataclass(frozen=True)
class Tolerance:
    floor: float
    cap: float
    structured: float
    """The cap on constant, one-hot and sorted inputs."""
    own: float
    """How far a baseline may be from itself in float64 for that to be its rounding."""


# With u the type's unit of rounding (half its machine epsilon):
# - float32 and float64: floors of 800 u. Summing n random terms one after the other costs about sqrt(n) u, and the worst of many such
#   sums more than twice that: a plain softmax over 32,768 columns summed by one thread was seen at 420 u, the worst of 3,072 rows, over
#   4,096 columns at 52 u (H200). Twice that lets a correct kernel sum so many terms in any order. Lower precision costs far more: 8,000 u
#   for a TF32 product (10 explicit bits).
# - float16 and bfloat16: floors of 2 u. Their error is the last rounding, if sums are kept in float32 as they should be.
# - On structured inputs roundings do not cancel: n terms one after the other cost n u, and an online softmax by one thread over 16,384
#   sorted columns was seen at 1.6e-4 on an H200. What is looked for there are wrong short cuts, whose errors are large; lower precision
#   is found on the other inputs.
# - A module rounds after every layer, and cuDNN convolves in TF32 unless it is told not to. Where the oracle is the same code in float64,
#   what it differs by is what the baseline's author lives with: beyond the caps a candidate may be OWN_FACTOR times as far off, which
#   leaves no room for a lower precision than the baseline's. More than `own`, or another NaN, is no rounding.
# - tf32: a product of inputs with 10 explicit bits, u = 2^-11, rounded or cut off (NVIDIA A100 whitepaper, 2020, "TF32"), summed in float32.
#   The worst of 600,000 elements of simulated products over 32 to 4,096 terms was 3.3 u (1.6e-3); 5 u leaves room for 10^9 elements. The
#   result rounded to bfloat16 was 5.8 u off, a product of bfloat16 inputs 20 u and more. Sorted inputs: 5.5 u.
# - 8-bit floats: the last rounding costs up to 1 u, and sums have to be kept in a wider type. There is no more room: normal numbers with one
#   bit of mantissa less are 1.25 u off at worst. u is 2^-4 for e4m3 and 2^-3 for e5m2 (https://arxiv.org/abs/2209.05433).
# - Caps lie below what the next lower precision costs: under the 5e-4 of TF32 for float32, at 8 u for the 16-bit types.
_TOLERANCES = {
    "f64": Tolerance(floor=800 * 2.0**-53, cap=1e-10, structured=1e-9, own=1e-9),
    "f32": Tolerance(floor=800 * 2.0**-24, cap=1e-4, structured=1e-3, own=5e-3),
    "tf32": Tolerance(floor=5 * 2.0**-11, cap=5 * 2.0**-11, structured=16 * 2.0**-11, own=64 * 2.0**-11),
    "f16": Tolerance(floor=2 * 2.0**-11, cap=8 * 2.0**-11, structured=8 * 2.0**-11, own=64 * 2.0**-11),
    "bf16": Tolerance(floor=2 * 2.0**-8, cap=8 * 2.0**-8, structured=8 * 2.0**-8, own=64 * 2.0**-8),
    "f8e4m3": Tolerance(floor=1.125 * 2.0**-4, cap=1.125 * 2.0**-4, structured=1.125 * 2.0**-4, own=4 * 2.0**-4),
    "f8e5m2": Tolerance(floor=1.125 * 2.0**-3, cap=1.125 * 2.0**-3, structured=1.125 * 2.0**-3, own=4 * 2.0**-3),
}


_EXPLICIT_BITS = {"f64": 52, "f32": 23, "tf32": 10, "f16": 10, "bf16": 7, "f8e4m3": 3, "f8e5m2": 2}


def rounding_of(dtype: str) -> float:
    """The unit of rounding of a floating type, half its machine epsilon."""
    return 2.0 ** -(_EXPLICIT_BITS[dtype] + 1)


def limit_for(dtype: str, baseline_error: float, structured: bool = False, by_itself: bool = False) -> float:
    """The largest allowed error; 0 for integers and booleans, which must be exact. `by_itself`: the oracle is the baseline in float64."""
    if dtype not in _TOLERANCES:
        return 0.0
    tolerance = _TOLERANCES[dtype]
    limit = tolerance.structured if structured else min(max(FACTOR * baseline_error, tolerance.floor), tolerance.cap)
    return max(limit, OWN_FACTOR * baseline_error) if by_itself else limit


def limit_near(error_nearby: float) -> float:
    """The largest allowed error where the right answers themselves change by `error_nearby` when every input changes by NEARBY_ROUNDINGS: a
    layer norm of constant rows divides what rounding has left by nearly nothing, and no way to compute it is better than another."""
    return min(FACTOR * error_nearby, _NEARBY_CAP)


def cap_for(dtype: str, structured: bool = False, by_itself: bool = False) -> float:
    """The largest error that a baseline may have itself."""
    if dtype not in _TOLERANCES:
        return 0.0
    tolerance = _TOLERANCES[dtype]
    return max(tolerance.structured if structured else tolerance.cap, tolerance.own if by_itself else 0.0)
