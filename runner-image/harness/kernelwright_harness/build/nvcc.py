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
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kernelwright_harness.build.include_folders import folders_to_search, include_folders
from kernelwright_harness.build.job import COMPILER_PATH, PRELUDE, Compiled, Compiler, Job
from kernelwright_harness.sandbox import cuda_home, readable

# -nodlink: without relocatable device code, which cannot be asked for, the device linker has nothing to link and only takes time.
_FLAGS = ("-std=c++17", "-O3", "-lineinfo", "-shared", "-nodlink", "-Xcompiler", "-fPIC", "-Xptxas", "-v")


def compile_cuda(job: Job) -> Compiled:
    home = cuda_home()
    assert home is not None, "the orchestrator asks the doctor for nvcc first"
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


def library_command(home: Path, job: Job) -> list[str]:
    return [str(home / "bin" / "nvcc"), *_FLAGS, f"-arch={job.arch}", "-include", str(PRELUDE), *_searched(job), "-o", str(job.library), job.source]


def cubin_command(home: Path, job: Job) -> list[str]:
    """Compiles the device's code alone, for the messages."""
    return [str(home / "bin" / "nvcc"), "-std=c++17", "-cubin", f"-arch={job.arch}", *_searched(job), "-o", str(job.directory / "check.cubin"), job.source]


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
    if not all(_PLAIN_PATH.fullmatch(path) for path in (job.source, str(job.library), *include_folders(job.source))):
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
