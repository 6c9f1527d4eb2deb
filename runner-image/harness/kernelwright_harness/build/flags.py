"""The compiler flags that a target may have. `src/targets/compile-flags.ts` decides what may be written and tells people what is wrong; here each is
looked at once more, since what a compiler is told decides what it reads, writes and runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MACRO = r"(?!(?i:kernelwright|__CUDA_ARCH|__CUDACC))[A-Za-z_][A-Za-z0-9_]*"
_FORMS = {
    "optimization": r"-O[0-3]",
    "standard": r"-std=c\+\+(?:14|17|20)",
    "macros": rf"-D{_MACRO}(?:=[A-Za-z0-9_.:+-]*)?|-U{_MACRO}",
    "libraries": r"-l(?:cublas|cublasLt|curand|cusparse|cufft|cusolver|cudnn)",
    "device": r"--use_fast_math|--(?:ftz|prec-div|prec-sqrt|fmad)=(?:true|false)|--maxrregcount=[0-9]{2,3}|--extra-device-vectorization|--restrict"
    r"|--expt-relaxed-constexpr|--extended-lambda|-lineinfo"
    r"|-Xptxas=(?:-O[0-3]|-v|-dlcm=c[agsv]|-dscm=(?:wb|cg|cs|wt)|--allow-expensive-optimizations=(?:true|false))",
}
"""By what becomes of them. No value has a character that a shell or nvcc's lists, which end at a comma, take for more."""


@dataclass(frozen=True)
class Flags:
    standard: str = "-std=c++17"
    optimization: str = "-O3"
    """Of host code."""
    macros: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    """For nvcc alone."""
    libraries: tuple[str, ...] = ()
    """What is linked: the only flags that a compilation without linking does not get."""

    @property
    def of_sources(self) -> tuple[str, ...]:
        """For nvcc, of each CUDA and C++ source."""
        return (self.standard, self.optimization, *self.macros, *self.device)


def parse_flags(written: Sequence[str]) -> Flags:
    """The orchestrator has validated the configuration; a ValueError here is a bug on one of the two sides."""
    kinds = {flag: _kind(flag) for flag in written}
    of = {kind: tuple(flag for flag in kinds if kinds[flag] == kind) for kind in _FORMS}
    return Flags(
        standard=(of["standard"] or (Flags.standard,))[0],
        optimization=(of["optimization"] or (Flags.optimization,))[0],
        macros=of["macros"],
        device=of["device"],
        libraries=of["libraries"],
    )


def _kind(flag: str) -> str:
    for kind, form in _FORMS.items():
        if re.fullmatch(form, flag, re.ASCII):
            return kind
    raise ValueError(f"not a compiler flag that a target may have: {flag!r}")
