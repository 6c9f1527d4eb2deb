"""How far a correct result may be from the oracle.

The error of an element is `|got - expected| / (|expected| + rms(expected))`: relative for large elements, relative to the tensor's
scale for those near zero, where cancellation leaves no relative digits. A candidate's largest error may be `FACTOR` times the
baseline's own, which is what rounding in this algorithm costs on these inputs; but a floor leaves room for another order of summation
where the baseline happens to be nearly exact, and a cap rejects lower precision however bad the baseline is.
"""

from dataclasses import dataclass

FACTOR = 4.0


@dataclass(frozen=True)
class Tolerance:
    floor: float
    cap: float


# With u the type's unit of rounding (half its machine epsilon):
# - float32 and float64: floors of 400 u. Summing n random terms one after the other costs about sqrt(n) u, and the worst of many such
#   sums about twice that, so 400 u lets a correct kernel sum 32,000 terms in any order. A plain softmax over 4,096 columns summed by one
#   thread was seen at 52 u on an H200. Lower precision costs far more: 8,000 u for a TF32 product (10 explicit bits).
# - float16 and bfloat16: floors of 2 u. Their error is the last rounding, if sums are kept in float32 as they should be.
# - Caps lie below what the next lower precision costs: under the 5e-4 of TF32 for float32, at 8 u for the 16-bit types.
_TOLERANCES = {
    "f64": Tolerance(floor=400 * 2.0**-53, cap=1e-10),
    "f32": Tolerance(floor=400 * 2.0**-24, cap=1e-4),
    "f16": Tolerance(floor=2 * 2.0**-11, cap=8 * 2.0**-11),
    "bf16": Tolerance(floor=2 * 2.0**-8, cap=8 * 2.0**-8),
}


def limit_for(dtype: str, baseline_error: float, biased: bool = False) -> float:
    """The largest allowed error; 0 for integers and booleans, which must be exact.

    `biased`: on structured inputs, such as rows of one value, roundings do not cancel, and a sum of n terms one after the other costs n u
    instead of sqrt(n) u. There only the cap holds.
    """
    if dtype not in _TOLERANCES:
        return 0.0
    tolerance = _TOLERANCES[dtype]
    return tolerance.cap if biased else min(max(FACTOR * baseline_error, tolerance.floor), tolerance.cap)


def cap_for(dtype: str) -> float:
    return _TOLERANCES[dtype].cap if dtype in _TOLERANCES else 0.0
