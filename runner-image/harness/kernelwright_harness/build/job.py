"""One build: where it happens, what it may use, and how a compiler is run for it in the sandbox."""

import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kernelwright_harness.build.build_options import BuildOptions
from kernelwright_harness.limits import Limits
from kernelwright_harness.sandbox import Access
from kernelwright_harness.supervised import Supervised
from kernelwright_harness.target_files import OWN_PREFIX

PRELUDE = Path(__file__).resolve().parent / "prelude.h"
COMPILER_PATH = "/usr/local/cuda/bin:/usr/local/bin:/usr/bin:/bin"
"""Where the sandbox looks for programs, and so whoever asks about compilers outside of it."""


@dataclass(frozen=True)
class Build:
    outcome: Literal["built", "failed", "unavailable"]
    """`unavailable`: this machine cannot do what was asked for, whatever the source; the log says why in a sentence."""
    library: Path | None
    """The shared object; of a Python source the file into which all of its target's are packed."""
    log: str
    """What the compilers said: warnings, errors and, from ptxas, registers and spills."""
    seconds: float
    cached: bool = False
    """True when the library and the log are those of an earlier build of the same things."""
    failed_arch: str | None = None
    """The architecture that it did not compile for, where that is not the device's own."""


@dataclass(frozen=True)
class Job:
    """One source file, with what is compiled with it and what these include, in a folder of its own, which is all that the compilers may write to."""

    directory: Path
    source: str
    """Path of the source below `directory`; compilers name it so in their messages."""
    arch: str
    sandbox: bool
    limits: Limits = Limits()
    """Of each compiler."""
    limit_s: float = 180.0
    """How long each compiler may take."""
    others: tuple[str, ...] = ()
    """Paths of the target's other files below `directory`."""
    options: BuildOptions = BuildOptions()

    @property
    def sources(self) -> tuple[str, ...]:
        """All that is compiled, the target's own source first."""
        return (self.source, *self.options.sources)

    @property
    def other_architectures(self) -> tuple[str, ...]:
        """What it must compile for beside `arch`."""
        return tuple(arch for arch in self.options.architectures if arch != self.arch)

    def object(self, number: int) -> Path:
        """Of the source with this number, from the job's folder, in which compilers are started."""
        return Path(f"{OWN_PREFIX}{number}.o")

    @property
    def is_python(self) -> bool:
        return self.source.endswith(".py")

    @property
    def library(self) -> Path:
        return self.directory / f"{OWN_PREFIX}{'sources.json' if self.is_python else 'candidate.so'}"


@dataclass(frozen=True)
class Compiled:
    """How one compiler ended."""

    status: int
    log: str
    in_time: bool = True
    arch: str | None = None
    """What it was compiled for, where that is not the device's own architecture."""

    @property
    def good(self) -> bool:
        return self.status == 0


class Compiler:
    """A compiler at work on a job: `read` is what it sees beside the system and the job's folder. Of that it may write to all or nothing, or to the
    folder `into` alone, so that compilers at work side by side cannot touch each other's results."""

    def __init__(self, job: Job, command: list[str], read: tuple[Path, ...], *, writes: bool = True, into: Path | None = None) -> None:
        own = (job.directory,)
        if into is not None:
            access = Access(read=(*read, *own), write=(into,), directory=job.directory)
        else:
            access = Access(read=read if writes else (*read, *own), write=own if writes else (), directory=job.directory)
        self._deadline = time.monotonic() + job.limit_s
        self._process = Supervised(command, access, job.sandbox, job.limits)

    def finish(self) -> Compiled:
        in_time = self._process.wait(max(0.0, self._deadline - time.monotonic())) is not None
        ended = self._process.stop()
        if not in_time:
            return Compiled(1, f"{ended.log}\nerror: the compiler did not finish in time and was stopped", in_time=False)
        if ended.struck is not None:
            return Compiled(1, f"{ended.log}\nerror: the compiler was stopped: {ended.struck}")
        return Compiled(ended.status, ended.log)


def is_library(path: Path) -> bool:
    """The folder was writable to a compiler that read hostile source: a link in place of the library would lead the judge elsewhere."""
    return path.exists() and stat.S_ISREG(path.lstat().st_mode)
