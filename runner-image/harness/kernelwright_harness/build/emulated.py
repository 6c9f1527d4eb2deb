"""Compiling for the emulated device: g++ builds what will run; nvcc, where there is one, compiles beside it and has the first word on errors."""

import re
from pathlib import Path

from kernelwright_harness.build.include_folders import folders_to_search
from kernelwright_harness.build.job import PRELUDE, Compiled, Compiler, Job
from kernelwright_harness.build.nvcc import cubin_command
from kernelwright_harness.emulator.compile import INCLUDE_DIRECTORY, compile_command
from kernelwright_harness.emulator.rewrite import translate
from kernelwright_harness.emulator.unsupported import Unsupported
from kernelwright_harness.sandbox import cuda_home, readable

_TRANSLATED = "kernelwright-emulated"
"""Where the translated files lie, from the job's folder. nvcc reads the original ones meanwhile."""
_HEADERS = "kernelwright-emulator"
"""The emulator's headers as the compiler sees them from the job's folder: reports of faults name files as the command line did, and nobody is to
learn from those where this machine keeps what. `-ffile-prefix-map` alone leaves the sanitizers' own records as they were (g++ 12)."""


def compile_emulated(job: Job) -> Compiled:
    home = cuda_home()
    refusal = None
    try:
        # Before any compiler that reads hostile source may write to the folder, and could put a link in a file's place.
        translate_files(job)
    except _Refused as error:
        refusal = error
    if not (headers := job.directory / _HEADERS).is_symlink():
        headers.symlink_to(INCLUDE_DIRECTORY)
    nvcc = Compiler(job, cubin_command(home, job), readable(home)) if home is not None else None
    gxx = Compiler(job, library_command(job), readable(INCLUDE_DIRECTORY, PRELUDE)) if refusal is None else None
    checked = nvcc.finish() if nvcc else None
    emulated = gxx.finish() if gxx else Compiled(1, str(refusal))
    return checked if checked and not checked.good else emulated


class _Refused(Exception):
    """What the compiler is to have said."""


def translate_files(job: Job) -> None:
    """Writes all of the job's files, translated, to a folder inside of its own, where they lie to each other as before."""
    for path in (job.source, *job.others):
        try:
            text = translate((job.directory / path).read_text(encoding="utf-8"), path)
        except Unsupported as error:
            raise _Refused(f"{path}:{error.line}: error: the emulated device cannot run this: {error.reason}") from error
        place = job.directory / _TRANSLATED / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def library_command(job: Job) -> list[str]:
    """Runs in the job's folder."""
    command = compile_command(
        Path(_TRANSLATED, job.source),
        job.library,
        Path(_HEADERS),
        architecture=architecture_number(job.arch),
        search=folders_to_search(job, _TRANSLATED),
        prefixes={job.directory: ".", PRELUDE.parent: "build"},
    )
    return [*command[:1], "-include", str(PRELUDE), *command[1:]]


def architecture_number(arch: str) -> int:
    """`sm_90a` as 90: letters name features and are no part of `__CUDA_ARCH__`. Raises ValueError for what is no architecture."""
    if (found := re.fullmatch(r"(?:sm|compute)_(\d+)[a-z]?", arch)) is None:
        raise ValueError(f"not an architecture like sm_90: {arch}")
    return int(found.group(1))
