"""The command lines that compile a project's sources and link them, for a GPU and for the emulated device."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kernelwright_harness.build.include_folders import include_folders
from kernelwright_harness.build.job import Job
from kernelwright_harness.build.nvcc import target_flag
from kernelwright_harness.build.project.architecture import architecture_for
from kernelwright_harness.build.project.description import Source
from kernelwright_harness.build.project.pytorch import PyTorch, python_include
from kernelwright_harness.emulator.compile import FIBER_SAFE, INCLUDE_DIRECTORY, TORCH_DIRECTORY
from kernelwright_harness.sandbox import readable

GENERATED = Path("kernelwright-generated")
"""Folder of our own headers, from the job's folder, in which compilers are started."""
TRANSLATED = Path("kernelwright-emulated")
"""Where the translated files lie, as they lie in the repository."""


class Toolchain(Protocol):
    @property
    def read(self) -> tuple[Path, ...]:
        """What compilers see beside the system and the job's folder."""
        ...

    def compile(self, source: Source, output: Path) -> list[str]: ...

    def link(self, objects: Sequence[Path], output: Path) -> list[str]: ...


@dataclass(frozen=True)
class CudaToolchain:
    """nvcc for `.cu`, g++ for the rest, as PyTorch's own builder of extensions would call them."""

    job: Job
    pytorch: PyTorch
    home: Path
    operators: str

    @property
    def read(self) -> tuple[Path, ...]:
        return readable(self.home, self.pytorch.root, python_include())

    def compile(self, source: Source, output: Path) -> list[str]:
        """Raises Unbuildable for a source that is for other GPUs."""
        folders = [*_own_folders(source, Path(".")), *self.pytorch.include, self.home / "include"]
        shared = [*_defined(self.operators), "-DUSE_CUDA=1", *(f"-I{folder}" for folder in folders), "-c", source.path, "-o", str(output)]
        if not source.is_cuda:
            return ["g++", f"-std={self.pytorch.standard}", "-O3", "-fPIC", "-fno-gnu-unique", *source.cxx_flags, *shared]
        flags = ["-O3", "-lineinfo", "-Xcompiler", "-fPIC,-fno-gnu-unique", "--expt-relaxed-constexpr", "-Xptxas", "-v"]
        arch = architecture_for(source, self.job.arch)
        return [str(self.home / "bin" / "nvcc"), f"-std={self.pytorch.standard}", *flags, target_flag(arch), *_for_host(source.cxx_flags), *source.cuda_flags, *shared]

    def link(self, objects: Sequence[Path], output: Path) -> list[str]:
        libraries = ["-lc10", "-ltorch_cpu", "-ltorch", "-ltorch_python", "-lc10_cuda", "-ltorch_cuda", "-lcudart"]
        return ["g++", "-shared", *map(str, objects), f"-L{self.pytorch.libraries}", f"-L{self.home / 'lib64'}", *libraries, "-o", str(output)]


@dataclass(frozen=True)
class EmulatedToolchain:
    """g++ for all, over translated files. No sanitizers: PyTorch's process has none of them loaded."""

    job: Job
    pytorch: PyTorch
    operators: str

    @property
    def read(self) -> tuple[Path, ...]:
        return readable(INCLUDE_DIRECTORY, TORCH_DIRECTORY, self.pytorch.root, python_include())

    def compile(self, source: Source, output: Path) -> list[str]:
        folders = [*_own_folders(source, TRANSLATED), TORCH_DIRECTORY, INCLUDE_DIRECTORY, *self.pytorch.include]
        defined = [flag for flag in source.cuda_flags if flag.startswith(("-D", "-U"))]
        return [
            "g++",
            f"-std={self.pytorch.standard}",
            "-O1",
            "-w",
            *("-x", "c++", "-fPIC", "-pthread"),
            *FIBER_SAFE,
            *_defined(self.operators),
            *source.cxx_flags,
            *defined,
            "-include",
            str(prologue_of(source)),
            *(f"-I{folder}" for folder in folders),
            "-c",
            str(TRANSLATED / source.path),
            "-o",
            str(output),
        ]

    def link(self, objects: Sequence[Path], output: Path) -> list[str]:
        libraries = ["-lc10", "-ltorch_cpu", "-ltorch", "-ltorch_python"]
        quiet = str(TORCH_DIRECTORY / "without_sanitizers.cpp")
        return ["g++", "-shared", "-fPIC", "-pthread", "-Wl,-Bsymbolic", *map(str, objects), quiet, f"-L{self.pytorch.libraries}", *libraries, "-o", str(output)]


def prologue_of(source: Source) -> Path:
    """What is included ahead of a source on the emulated device."""
    return GENERATED / "prologues" / f"{source.path}.h"


def _own_folders(source: Source, below: Path) -> list[Path]:
    return [*(below / name for name in include_folders([source.path], source.include)), GENERATED]


def _defined(operators: str) -> list[str]:
    return [f"-DTORCH_EXTENSION_NAME={operators}", "-DCUDA_KERNEL=1", "-DNDEBUG"]


def _for_host(flags: Sequence[str]) -> list[str]:
    return [word for flag in flags for word in ("-Xcompiler", flag)]
