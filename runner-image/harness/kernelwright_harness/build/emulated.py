"""Compiling for the emulated device: g++ builds what will run; nvcc, where there is one, compiles beside it and has the first word on errors."""

import re
from pathlib import Path

from kernelwright_harness.build.job import PRELUDE, Compiled, Compiler, Job
from kernelwright_harness.build.nvcc import cubin_command
from kernelwright_harness.emulator.compile import INCLUDE_DIRECTORY, compile_command
from kernelwright_harness.emulator.rewrite import translate
from kernelwright_harness.emulator.unsupported import Unsupported
from kernelwright_harness.sandbox import cuda_home, readable


_HEADERS = "kernelwright-emulator"
"""The emulator's headers as the compiler sees them from the job's folder: reports of faults name files as the command line did, and nobody is to
learn from those where this machine keeps what. `-ffile-prefix-map` alone leaves the sanitizers' own records as they were (g++ 12)."""


def compile_emulated(job: Job) -> Compiled:
    home = cuda_home()
    nvcc = Compiler(job, cubin_command(home, job), readable(home)) if home is not None else None
    translated = job.directory / "kernelwright-emulated.cpp"
    try:
        text = (job.directory / job.source).read_text(encoding="utf-8")
        translated.write_text(translate(text, job.source), encoding="utf-8")
    except Unsupported as error:
        checked = nvcc.finish() if nvcc else None
        if checked and not checked.good:
            return checked
        return Compiled(1, f"{job.source}:{error.line}: error: the emulated device cannot run this: {error.reason}")
    if not (headers := job.directory / _HEADERS).is_symlink():
        headers.symlink_to(INCLUDE_DIRECTORY)
    gxx = Compiler(job, library_command(job, translated), readable(INCLUDE_DIRECTORY, PRELUDE))
    checked = nvcc.finish() if nvcc else None
    emulated = gxx.finish()
    return checked if checked and not checked.good else emulated


def library_command(job: Job, translated: Path) -> list[str]:
    """Runs in the job's folder."""
    command = compile_command(
        translated.relative_to(job.directory),
        job.library,
        Path(_HEADERS),
        architecture=architecture_number(job.arch),
        search=(Path(job.source).parent,),
        prefixes={job.directory: ".", PRELUDE.parent: "build"},
    )
    return [*command[:1], "-include", str(PRELUDE), *command[1:]]


def architecture_number(arch: str) -> int:
    """`sm_90a` as 90: letters name features and are no part of `__CUDA_ARCH__`. Raises ValueError for what is no architecture."""
    if (found := re.fullmatch(r"(?:sm|compute)_(\d+)[a-z]?", arch)) is None:
        raise ValueError(f"not an architecture like sm_90: {arch}")
    return int(found.group(1))
