"""What a project's files become for the emulated device: kernels as plain C++, and registrations for CUDA that serve CPU tensors."""

from collections.abc import Mapping
from pathlib import Path

from kernelwright_harness.build.emulated import architecture_number
from kernelwright_harness.build.job import Job
from kernelwright_harness.build.project.architecture import Unbuildable
from kernelwright_harness.build.project.commands import TRANSLATED, prologue_of
from kernelwright_harness.build.project.description import Project, Source
from kernelwright_harness.build.project.includes import Included
from kernelwright_harness.build.project.pytorch import PyTorch
from kernelwright_harness.emulator.compile import TORCH_DIRECTORY
from kernelwright_harness.emulator.rewrite import translate
from kernelwright_harness.emulator.unsupported import Unsupported

_HOST_ONLY = (".cpp", ".cc", ".cxx")
_CODE = (*_HOST_ONLY, ".cu", ".cuh", ".h", ".hh", ".hpp", ".inl")


def write_translated(job: Job, project: Project, texts: Mapping[str, str], includes: Mapping[str, Included], pytorch: PyTorch) -> None:
    """Writes them below the job's folder, before any compiler that reads hostile text may. Raises Unbuildable."""
    for path, text in texts.items():
        if path.endswith(_CODE):
            _write(job.directory / TRANSLATED / path, _translated(text, path))
    for source in project.sources:
        _write(job.directory / prologue_of(source), _prologue(source, includes[source.path], job.arch, pytorch))


def _translated(text: str, path: str) -> str:
    if path.endswith(_HOST_ONLY):
        return f'#line 1 "{path}"\n{text}'
    try:
        return translate(text, path, TORCH_DIRECTORY)
    except Unsupported as error:
        raise Unbuildable(error.of(path)) from error


def _prologue(source: Source, included: Included, arch: str, pytorch: PyTorch) -> str:
    """PyTorch's headers first, which are to be read as for a machine without CUDA; then what makes CUDA of the CPU."""
    wanted = [name for name in included.others if name.endswith(".h") and _is_pytorchs(name, pytorch)]
    return "\n".join([*(f"#include <{name}>" for name in wanted), '#include "kernelwright_torch.h"', f"#define __CUDA_ARCH__ {architecture_number(arch) * 10}", ""])


def _is_pytorchs(name: str, pytorch: PyTorch) -> bool:
    if (TORCH_DIRECTORY / name).exists() or "/cuda/" in name:
        return False
    return any((folder / name).is_file() for folder in pytorch.include[:2])


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
