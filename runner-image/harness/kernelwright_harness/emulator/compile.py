"""How a translated kernel is compiled and in what environment the library must be loaded."""

from __future__ import annotations

import shlex
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

#: What host code needs that fibers switch in, and that was written for nvcc.
_HOST_SAFE = (
    "-fno-strict-aliasing",  # CUDA code reads float* as float4*
    "-ffp-contract=off",
    "-fno-omit-frame-pointer",
    "-fno-optimize-sibling-calls",
)
#: The same for translated kernels.
FIBER_SAFE = (
    *_HOST_SAFE,
    "-fno-gnu-unique",  # two libraries in one process must not share a kernel's variables
    "-fvisibility-inlines-hidden",
    "-fno-ipa-reference",  # a fiber switch changes variables behind the optimizer's back
)

# What is wrong on a GPU as well. Left out on purpose: float-cast-overflow (CUDA saturates), shift-base (CUDA shifts bits),
# pointer-overflow (kernels compute pointers that they never use), vptr and object-size (no gain beside AddressSanitizer).
_UNDEFINED = "alignment,bool,bounds,enum,integer-divide-by-zero,null,return,shift-exponent,signed-integer-overflow,unreachable,vla-bound"

_CHECKED = ("-O1", "-g1", "-w", "-fPIC")
_SANITIZED = ("-fsanitize=address", f"-fsanitize={_UNDEFINED}", "-fno-sanitize-recover=all")
_LINKED = (
    "-shared",
    "-pthread",
    "-Wl,-Bsymbolic",  # a kernel's variable named like a function of the C library is still its own
)


def compile_command(
    translated: Path,
    output: Path,
    include: Path = INCLUDE_DIRECTORY,
    *,
    architecture: int = 90,
    search: Sequence[Path] = (),
    prefixes: Mapping[Path, str] | None = None,
    standard: str = "-std=c++17",
    macros: Sequence[str] = (),
    links: bool = True,
    compiler: str = "g++",
) -> list[str]:
    """The command that compiles `translated` into the shared object `output`, or into an object file where it `links` nothing.

    `architecture` is the declared one, `sm_90` as 90: `__CUDA_ARCH__` has its value everywhere, in host code too.
    `search` are folders for the source's own headers, behind the emulator's, which stand for those of CUDA. `prefixes` gives folders other names where the library's debug information names
    files, and so in reports of faults. `macros` are `-D` and `-U` flags; `standard` is C++17 or later.
    """
    return [
        compiler,
        standard,
        *_CHECKED,
        "-x",
        "c++",
        *(_LINKED if links else ("-c", "-pthread")),
        *FIBER_SAFE,
        *_SANITIZED,
        f"-D__CUDA_ARCH__={architecture * 10}",
        *macros,
        *_renamed(prefixes),
        f"-I{include}",
        *(f"-I{folder}" for folder in search),
        str(translated),
        "-o",
        str(output),
    ]


def compile_c_command(
    source: Path, output: Path, *, search: Sequence[Path] = (), prefixes: Mapping[Path, str] | None = None, macros: Sequence[str] = (), compiler: str = "gcc"
) -> list[str]:
    """The command that compiles plain C, which has nothing to translate, into the object file `output`."""
    return [compiler, "-c", *_CHECKED, *_HOST_SAFE, *_SANITIZED, *macros, *_renamed(prefixes), *(f"-I{folder}" for folder in search), str(source), "-o", str(output)]


def separate_link_command(objects: Sequence[Path], output: Path, compiler: str = "g++") -> list[str]:
    """The command that links several objects into the shared object `output`.

    Each source has its own `__device__` and `__constant__` variables on a GPU, also where two have the same name, as those in a header that both include. Here
    they are variables of one program: what several objects define becomes private to each. (Two variables of the host with one name, which no linker
    would take for a GPU, pass for that.) Functions of one name are an error here as there. The names of objects and output are pasted into a shell's script.
    """
    names = " ".join(shlex.quote(str(path)) for path in objects)
    link = shlex.join([compiler, *_LINKED, *_SANITIZED])
    script = [
        "set -e",
        "nm --defined-only --extern-only --format=posix " + names + " | awk '$2 ~ /^[DBR]$/ { print $1 }' | sort | uniq -d > kernelwright-twice",
        # objcopy fails without a word on an empty list.
        f"[ ! -s kernelwright-twice ] || for object in {names}; do objcopy --localize-symbols=kernelwright-twice \"$object\"; done",
        f"exec {link} {names} -o {shlex.quote(str(output))}",
    ]
    return ["/bin/sh", "-c", "\n".join(script)]


def _renamed(prefixes: Mapping[Path, str] | None) -> list[str]:
    return [f"-ffile-prefix-map={folder}={name}" for folder, name in (prefixes or {}).items()]


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
