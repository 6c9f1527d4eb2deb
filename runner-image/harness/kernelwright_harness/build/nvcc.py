"""nvcc's command lines, and the faster way to the same library: the steps of one compilation, with its two front ends side by side.

nvcc turns a `.cu` into a library in eight steps, one after the other. Two chains of them need nothing of each other: the host's front end
(preprocessor, cudafe++), and all of the device's code (preprocessor, cicc, ptxas, fatbinary). `nvcc --dryrun` tells the steps, and they are
run as it tells them, so that the device code is the same, bit by bit; it takes 40 % less time. Where the steps are others than
expected (another nvcc), or one of them fails, plain nvcc has the word.
"""

import hashlib
import re
import shlex
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from kernelwright_harness.build.at_once import Step, at_once, together
from kernelwright_harness.build.include_folders import folders_to_search, include_folders
from kernelwright_harness.build.job import COMPILER_PATH, PRELUDE, Compiled, Compiler, Job
from kernelwright_harness.sandbox import cuda_home, readable

_OF_SOURCES = ("-lineinfo", "-Xcompiler", "-fPIC", "-Xptxas=-v")
# -nodlink: without relocatable device code, which cannot be asked for, the device linker has nothing to link and only takes time.
_OF_LIBRARY = ("-shared", "-nodlink")


def compile_cuda(job: Job, checks: Sequence[Step] = ()) -> Compiled:
    """Beside the library's own steps `checks` are made, which must pass too."""
    home = cuda_home()
    assert home is not None, "the orchestrator asks the doctor for nvcc first"
    if len(job.sources) == 1:
        return together(at_once([partial(_compile_one, home, job), *checks]))
    steps = [partial(_compile_object, home, job, number, source) for number, source in enumerate(job.sources)]
    made = together(at_once([*steps, *checks]))
    if not made.good:
        return made
    linked = Compiler(job, link_command(home, job), readable(home)).finish()
    return replace(linked, log=made.log + linked.log)


def _compile_one(home: Path, job: Job) -> Compiled:
    began = time.monotonic()
    command = library_command(home, job)
    read = readable(home, PRELUDE)
    if (script := side_by_side(command, job)) is not None:
        compiled = Compiler(job, ["/bin/sh", "-c", script], read).finish()
        # A failure is told by nvcc itself, whose messages everybody knows; and side by side the halves need more memory, which may have struck.
        if compiled.good or not compiled.in_time:
            return compiled
        job = replace(job, limit_s=max(1.0, job.limit_s - (time.monotonic() - began)))
        job.library.unlink(missing_ok=True)
    return Compiler(job, command, read).finish()


def _compile_object(home: Path, job: Job, number: int, source: str) -> Compiled:
    return Compiler(job, object_command(home, job, number, source), readable(home, PRELUDE)).finish()


def library_command(home: Path, job: Job) -> list[str]:
    """Source and library at once, for a target with one source."""
    return [_nvcc(home), *_flags(job), *_OF_LIBRARY, "-include", str(PRELUDE), *_searched(job), "-o", str(job.library), job.source, *_libraries(home, job)]


def object_command(home: Path, job: Job, number: int, source: str) -> list[str]:
    """One of several sources. The prelude goes with the first, once for the library and where it cannot hide an include that is missing."""
    # g++ complains of a standard of C++ for C.
    flags = [flag for flag in _flags(job) if not (source.endswith(".c") and flag.startswith("-std="))]
    prelude = ["-include", str(PRELUDE)] if number == 0 else []
    return [_nvcc(home), *flags, "-c", *prelude, *_searched(job), "-o", str(job.object(number)), source]


def link_command(home: Path, job: Job) -> list[str]:
    objects = [str(job.object(number)) for number in range(len(job.sources))]
    return [_nvcc(home), *_OF_LIBRARY, target_flag(job.arch), "-o", str(job.library), *objects, *_libraries(home, job)]


def cubin_command(home: Path, job: Job, source: str, output: str) -> list[str]:
    """Compiles a source's device code alone, for the messages, and for what ptxas tells of each kernel."""
    return [_nvcc(home), *job.options.flags.of_sources, "-Xptxas=-v", "-cubin", target_flag(job.arch), *_searched(job), "-o", str(job.directory / output), source]


def _nvcc(home: Path) -> str:
    return str(home / "bin" / "nvcc")


def _flags(job: Job) -> list[str]:
    """What we say anyway is not said twice."""
    return list(dict.fromkeys([*job.options.flags.of_sources, *_OF_SOURCES, target_flag(job.arch)]))


def target_flag(arch: str) -> str:
    """`-arch=sm_90a` would compile for plain compute_90 too (nvcc 13), where the very features are missing for which one names sm_90a."""
    return f"-arch={arch}" if arch[-1].isdigit() else f"-gencode=arch={arch.replace('sm_', 'compute_')},code={arch}"


def _libraries(home: Path, job: Job) -> list[str]:
    """The toolkit's, and where the runner finds them."""
    libraries = job.options.flags.libraries
    return [*libraries, "-Xlinker", f"-rpath={home / 'lib64'}"] if libraries else []


def _searched(job: Job) -> list[str]:
    return [f"-I{folder}" for folder in folders_to_search(job)]


_STEPS = ("preprocess", "cudafe++", "preprocess", "cicc", "ptxas", "fatbinary", "compile", "link")
# Names of steps are pasted into a shell's script; with any other character in a path plain nvcc does it.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+][A-Za-z0-9_./+-]*")
_SETTINGS = ("TOP", "CICC_PATH", "NVVMIR_LIBRARY_DIR", "LD_LIBRARY_PATH", "PATH")
_ENVIRONMENT = {"PATH": COMPILER_PATH, "TMPDIR": "/tmp", "LANG": "C.UTF-8"}
"""As in the sandbox."""


def side_by_side(command: list[str], job: Job) -> str | None:
    """A script for the sandbox's shell that does what `command` does; None where nvcc's steps or the job's paths are not of the plain kind."""
    if not all(_PLAIN_PATH.fullmatch(path) for path in (job.source, str(job.library), *include_folders(job.sources, job.options.include))):
        return None
    try:
        # It asks the host's compiler for its version and neither reads the source nor starts a step, so it needs no sandbox. It leaves
        # files behind; in the sandbox, where the steps will run, their place is /tmp.
        with tempfile.TemporaryDirectory(prefix="kernelwright-dryrun-") as place:
            environment = {**_ENVIRONMENT, "TMPDIR": place}
            told = subprocess.run([command[0], "--dryrun", *command[1:]], capture_output=True, text=True, timeout=20, cwd=job.directory, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return arranged(told.stderr.replace(place, _ENVIRONMENT["TMPDIR"]), job.source) if told.returncode == 0 else None


def arranged(dryrun: str, source: str) -> str | None:
    """The script for the steps that `nvcc --dryrun` told; None where they are not the expected ones."""
    lines = [line.removeprefix("#$ ") for line in dryrun.splitlines() if line.startswith("#$ ")]
    settings = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    steps = [line for line in lines if not re.match(r"\w+=|rm ", line)]
    if tuple(map(_kind, steps)) != _STEPS or not all(name in settings for name in _SETTINGS):
        return None
    named = re.search(r' --gen_module_id_file --module_id_file_name "(/tmp/tmpxft_\w+-\d+_[\w.+-]+)\.module_id"', steps[1])
    if named is None:
        return None
    # The one thing that one half makes for the other: names for what is private to a file. Any will do that both know.
    module, place = f"{named.group(1)}.module_id", re.sub(r"-\d+_[^/]*$", "", named.group(1))
    host = [steps[0], steps[1].replace(" --gen_module_id_file", "")]
    return "\n".join(
        [
            "set -e",
            f"trap 'rm -f {place}-*' EXIT",
            *(f'export {name}="{settings[name]}"' for name in _SETTINGS),
            f"printf %s {shlex.quote(_module_id(source))} > {module}",
            *_in_background(host, f"{place}-host.log"),
            "host=$!",
            *_in_background(steps[2:6], f"{place}-device.log"),
            "device=$!",
            # The first to fail ends the script, and the supervisor ends the other.
            "wait $host",
            "wait $device",
            f"cat {place}-host.log {place}-device.log",
            *steps[6:],
        ]
    )


def _in_background(steps: list[str], log: str) -> list[str]:
    return ["{", *steps, f"}} > {log} 2>&1 &"]


def _kind(step: str) -> str:
    """What a step does, by its program; the host's compiler has three roles."""
    words = shlex.split(step)
    program = PurePosixPath(words[0]).name
    if program == "gcc":
        return "preprocess" if "-E" in words else "compile" if "-c" in words else program
    return "link" if program == "g++" else program


def _module_id(source: str) -> str:
    """In nvcc's form, `_ea3a1a31_10_softmax_cu_1ec6da28`, since demanglers know it; by the path alone, so that a build can be repeated."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    name = re.sub(r"\W", "_", PurePosixPath(source).name, flags=re.ASCII)
    return f"_{digest[:8]}_{len(name)}_{name}_{digest[8:16]}"
