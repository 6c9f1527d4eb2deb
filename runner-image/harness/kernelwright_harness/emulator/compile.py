"""How a translated kernel is compiled and in what environment the library must be loaded."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Exit status of a process that the emulator stopped: divergent barrier, deadlock, wrong mask.
DIAGNOSIS_EXIT_STATUS = 86
#: Exit status of a process that AddressSanitizer or UndefinedBehaviorSanitizer stopped.
SANITIZER_EXIT_STATUS = 87

#: The headers that `compile_command` needs as `include`.
INCLUDE_DIRECTORY = Path(__file__).parent / "include"

#: What stands in for those headers of PyTorch that need CUDA.
TORCH_DIRECTORY = Path(__file__).parent / "torch"

#: What code needs that switches fibers, and that was written for nvcc.
FIBER_SAFE = (
    "-fno-gnu-unique",  # two libraries in one process must not share a kernel's variables
    "-fvisibility-inlines-hidden",
    "-fno-strict-aliasing",  # CUDA code reads float* as float4*
    "-fno-ipa-reference",  # a fiber switch changes variables behind the optimizer's back
    "-ffp-contract=off",
    "-fno-omit-frame-pointer",
    "-fno-optimize-sibling-calls",
)

# What is wrong on a GPU as well. Left out on purpose: float-cast-overflow (CUDA saturates), shift-base (CUDA shifts bits),
# pointer-overflow (kernels compute pointers that they never use), vptr and object-size (no gain beside AddressSanitizer).
_UNDEFINED = "alignment,bool,bounds,enum,integer-divide-by-zero,null,return,shift-exponent,signed-integer-overflow,unreachable,vla-bound"


def compile_command(
    translated: Path,
    output: Path,
    include: Path = INCLUDE_DIRECTORY,
    *,
    architecture: int = 90,
    search: Sequence[Path] = (),
    prefixes: Mapping[Path, str] | None = None,
    compiler: str = "g++",
) -> list[str]:
    """The command that compiles `translated` into the shared object `output`.

    `architecture` is the declared one, `sm_90` as 90: `__CUDA_ARCH__` has its value everywhere, in host code too.
    `search` are folders for the source's own headers, behind the emulator's, which stand for those of CUDA. `prefixes` gives folders other names where the library's debug information names
    files, and so in reports of faults.
    """
    return [
        compiler,
        "-std=c++17",
        "-O1",
        "-g1",
        "-w",
        "-x",
        "c++",
        "-fPIC",
        "-shared",
        "-pthread",
        *FIBER_SAFE,
        "-fsanitize=address",
        f"-fsanitize={_UNDEFINED}",
        "-fno-sanitize-recover=all",
        "-Wl,-Bsymbolic",  # a kernel's variable named like a function of the C library is still its own
        f"-D__CUDA_ARCH__={architecture * 10}",
        *(f"-ffile-prefix-map={folder}={name}" for folder, name in (prefixes or {}).items()),
        f"-I{include}",
        *(f"-I{folder}" for folder in search),
        str(translated),
        "-o",
        str(output),
    ]


def runtime_environment(compiler: str = "g++") -> dict[str, str]:
    """The variables with which Python must start, to load what `compile_command` made.

    Raises `FileNotFoundError` when the compiler has no AddressSanitizer.
    """
    options = {
        "exitcode": str(SANITIZER_EXIT_STATUS),
        "detect_leaks": "0",  # Python itself never frees all
        "detect_stack_use_after_return": "0",  # a fake stack for each fiber would cost more than it finds
        "detect_odr_violation": "0",  # two versions of one kernel may be loaded side by side
        "allocator_may_return_null": "1",
        "handle_segv": "1",
        "handle_sigbus": "1",
        "handle_sigfpe": "1",
        "handle_abort": "1",  # a failed assert in a kernel
        "use_sigaltstack": "1",
        "abort_on_error": "0",
        "disable_coredump": "1",
        "color": "never",
        "symbolize": "1",
    }
    undefined = {
        "exitcode": str(SANITIZER_EXIT_STATUS),
        "print_stacktrace": "1",  # names the kernel's line when the fault is inside an intrinsic
        "halt_on_error": "1",
        "color": "never",
        "symbolize": "1",
    }
    return {
        "LD_PRELOAD": _library("libasan.so", compiler),
        "ASAN_OPTIONS": _join(options),
        "UBSAN_OPTIONS": _join(undefined),
    }


def _library(name: str, compiler: str) -> str:
    printed = subprocess.run([compiler, f"-print-file-name={name}"], check=True, capture_output=True, text=True).stdout.strip()
    path = Path(printed)
    if not path.is_absolute():
        raise FileNotFoundError(f"{compiler} has no {name}; install its sanitizer runtime (Debian: libgcc-12-dev)")
    return str(path.resolve())


def _join(options: dict[str, str]) -> str:
    return ":".join(f"{name}={value}" for name, value in options.items())
