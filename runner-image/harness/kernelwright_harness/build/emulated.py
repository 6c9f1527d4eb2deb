"""Compiling for the emulated device: g++ builds what will run; nvcc, where there is one, compiles beside it and has the first word on errors."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypedDict

from kernelwright_harness.build.architectures import architecture_checks
from kernelwright_harness.build.at_once import at_once, together
from kernelwright_harness.build.include_folders import folders_to_search
from kernelwright_harness.build.job import PRELUDE, Compiled, Compiler, Job
from kernelwright_harness.emulator.compile import INCLUDE_DIRECTORY, compile_c_command, compile_command, separate_link_command
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
        if job.options.flags.libraries:
            raise _Refused(f"error: the emulated device cannot run this: the CUDA libraries cannot be emulated on a CPU ({', '.join(job.options.flags.libraries)} is among the flags)")
        # Before any compiler that reads hostile source may write to the folder, and could put a link in a file's place.
        translate_files(job)
    except _Refused as error:
        refusal = error
    if not (headers := job.directory / _HEADERS).is_symlink():
        headers.symlink_to(INCLUDE_DIRECTORY)
    checks = architecture_checks(home, job, (job.arch, *job.other_architectures)) if home is not None else []
    steps = [partial(_compile, job, command) for command in commands(job)] if refusal is None else []
    ended = at_once([*checks, *steps])
    checked, emulated = together(ended[: len(checks)]), together(ended[len(checks) :])
    if not checked.good:
        return checked
    if refusal is not None:
        return Compiled(1, str(refusal))
    compiled = _compile(job, link_command(job)) if emulated.good and len(job.sources) > 1 else emulated
    # nvcc has something to say of what it accepts, too: registers, spills, warnings.
    return replace(compiled, log=checked.log + compiled.log) if compiled.good else compiled


def _compile(job: Job, command: list[str]) -> Compiled:
    return Compiler(job, command, readable(INCLUDE_DIRECTORY, PRELUDE)).finish()


class _Refused(Exception):
    """What the compiler is to have said."""


def translate_files(job: Job) -> None:
    """Writes all of the job's files, translated, to a folder inside of its own, where they lie to each other as before."""
    for path in dict.fromkeys((*job.sources, *job.others)):
        text = (job.directory / path).read_text(encoding="utf-8")
        try:
            # C knows nothing of CUDA.
            translated = text if path.endswith(".c") else translate(text, path)
        except Unsupported as error:
            raise _Refused(error.of(path)) from error
        place = job.directory / _TRANSLATED / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(translated, encoding="utf-8")


def commands(job: Job) -> list[list[str]]:
    """What compiles the sources: the only one to a library, each of several to an object. They run in the job's folder."""
    if len(job.sources) == 1:
        return [library_command(job)]
    return [c_object_command(job, number) if source.endswith(".c") else object_command(job, number) for number, source in enumerate(job.sources)]


def library_command(job: Job) -> list[str]:
    return _with_prelude(compile_command(Path(_TRANSLATED, job.source), job.library, Path(_HEADERS), **_settings(job)))


def object_command(job: Job, number: int) -> list[str]:
    command = compile_command(Path(_TRANSLATED, job.sources[number]), job.object(number), Path(_HEADERS), links=False, **_settings(job))
    return _with_prelude(command) if number == 0 else command


def c_object_command(job: Job, number: int) -> list[str]:
    """C is compiled as it is, with its headers as they are."""
    return compile_c_command(Path(job.sources[number]), job.object(number), search=folders_to_search(job), prefixes=_prefixes(job), macros=job.options.flags.macros)


def link_command(job: Job) -> list[str]:
    return separate_link_command([job.object(number) for number in range(len(job.sources))], job.library)


class _Settings(TypedDict):
    architecture: int
    search: list[Path]
    prefixes: dict[Path, str]
    standard: str
    macros: tuple[str, ...]


def _settings(job: Job) -> _Settings:
    # The emulator's own headers need C++17; where there is an nvcc, it holds the source to an older standard.
    flags = job.options.flags
    standard = max(flags.standard, "-std=c++17")
    return {"architecture": architecture_number(job.arch), "search": folders_to_search(job, _TRANSLATED), "prefixes": _prefixes(job), "standard": standard, "macros": flags.macros}


def _prefixes(job: Job) -> dict[Path, str]:
    return {job.directory: ".", PRELUDE.parent: "build"}


def _with_prelude(command: list[str]) -> list[str]:
    return [*command[:1], "-include", str(PRELUDE), *command[1:]]


def architecture_number(arch: str) -> int:
    """`sm_90a` as 90: letters name features and are no part of `__CUDA_ARCH__`. Raises ValueError for what is no architecture."""
    if (found := re.fullmatch(r"(?:sm|compute)_(\d+)[a-z]?", arch)) is None:
        raise ValueError(f"not an architecture like sm_90: {arch}")
    return int(found.group(1))
