"""The compilers' command lines for each device, run in the sandbox."""

import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kernelwright_harness.emulator.compile import INCLUDE_DIRECTORY, compile_command
from kernelwright_harness.emulator.rewrite import translate
from kernelwright_harness.emulator.unsupported import Unsupported
from kernelwright_harness.limits import Limits
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import Access, cuda_home, readable
from kernelwright_harness.supervised import Supervised

_PRELUDE = Path(__file__).resolve().parent / "prelude.h"


@dataclass(frozen=True)
class Build:
    outcome: Literal["built", "failed"]
    library: Path | None
    log: str
    """What the compilers said: warnings, errors and, from ptxas, registers and spills."""
    seconds: float


@dataclass(frozen=True)
class Job:
    """One source file in a folder of its own, which is all that the compilers may write to."""

    directory: Path
    source: str
    """Path of the `.cu` file below `directory`; compilers name it so in their messages."""
    arch: str
    sandbox: bool
    limits: Limits = Limits()
    """Of each compiler."""
    limit_s: float = 180.0
    """How long each compiler may take."""

    @property
    def library(self) -> Path:
        return self.directory / "kernelwright-candidate.so"


def build(job: Job, device: DeviceKind) -> Build:
    began = time.perf_counter()
    outcome, log = _build_cuda(job) if device == "cuda" else _build_emulated(job)
    library = job.library if outcome == "built" else None
    return Build(outcome, library, log, time.perf_counter() - began)


def _build_cuda(job: Job) -> tuple[Literal["built", "failed"], str]:
    home = cuda_home()
    assert home is not None, "the orchestrator asks the doctor for nvcc first"
    command = [str(home / "bin" / "nvcc"), "-std=c++17", "-O3", f"-arch={job.arch}", "-lineinfo", "-shared", "-Xcompiler", "-fPIC", "-Xptxas", "-v"]
    return _result(job, _finish(job, _start(job, [*command, "-include", str(_PRELUDE), "-o", str(job.library), job.source], readable(home, _PRELUDE))))


def _build_emulated(job: Job) -> tuple[Literal["built", "failed"], str]:
    """g++ builds what will run; nvcc, where there is one, compiles for the declared architecture beside it and has the first word on errors."""
    home = cuda_home()
    nvcc = None
    if home is not None:
        cubin = ["-std=c++17", "-cubin", f"-arch={job.arch}", "-o", str(job.directory / "check.cubin"), job.source]
        nvcc = _start(job, [str(home / "bin" / "nvcc"), *cubin], readable(home))
    try:
        text = (job.directory / job.source).read_text()
        translated = job.directory / "kernelwright-emulated.cpp"
        translated.write_text(translate(text, job.source))
    except Unsupported as error:
        compiled = _finish(job, nvcc) if nvcc else (0, "")
        return "failed", compiled[1] if compiled[0] != 0 else f"{job.source}:{error.line}: error: the emulated device cannot run this: {error.reason}"
    command = compile_command(translated, job.library, search=((job.directory / job.source).parent,))
    gxx = _start(job, [*command[:1], "-include", str(_PRELUDE), *command[1:]], readable(INCLUDE_DIRECTORY, _PRELUDE))
    checked = _finish(job, nvcc) if nvcc else (0, "")
    emulated = _finish(job, gxx)
    return ("failed", checked[1]) if checked[0] != 0 else _result(job, emulated)


def _start(job: Job, command: list[str], read: tuple[Path, ...]) -> Supervised:
    access = Access(read=read, write=(job.directory,), directory=job.directory)
    return Supervised(command, access, job.sandbox, job.limits)


def _finish(job: Job, compiler: Supervised) -> tuple[int, str]:
    in_time = compiler.wait(job.limit_s) is not None
    ended = compiler.stop()
    if not in_time:
        return 1, f"{ended.log}\nerror: the compiler did not finish in time and was stopped"
    if ended.struck is not None:
        return 1, f"{ended.log}\nerror: the compiler was stopped: {ended.struck}"
    return ended.status, ended.log


def _result(job: Job, finished: tuple[int, str]) -> tuple[Literal["built", "failed"], str]:
    status, log = finished
    # The folder was writable to a compiler that read hostile source: a link in place of the library would lead the judge elsewhere.
    if status == 0 and not (job.library.exists() and stat.S_ISREG(job.library.lstat().st_mode)):
        return "failed", log + "\nerror: the compiler made no library"
    return ("built" if status == 0 else "failed"), log
