"""Which compilers turn a source into what the runner loads: for a GPU, for the emulated device, and for Python, which is only checked."""

import time

from kernelwright_harness.build.architectures import architecture_checks, why_unknown
from kernelwright_harness.build.job import Build, Compiled, Job, is_library
from kernelwright_harness.build.nvcc import compile_cuda
from kernelwright_harness.build.python_source import check_syntax
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import cuda_home
from kernelwright_harness.target_files import pack

__all__ = ["Build", "Job", "build"]


def build(job: Job, device: DeviceKind) -> Build:
    """Builds `job`, whose files are in its folder. A source that cannot be built is an answer, with the compilers' words in its log."""
    began = time.perf_counter()
    if (why := why_unavailable(job)) is not None:
        return Build("unavailable", None, why, 0.0)
    if absent := [path for path in job.options.sources if not (job.directory / path).is_file()]:
        compiled = Compiled(1, f'error: there is no {" and no ".join(absent)} that could be compiled; correct "sources" in the configuration')
    elif job.is_python:
        compiled = check_syntax(job)
        if compiled.good:
            pack(job.directory, job.library)
    elif device == "cuda":
        compiled = compile_cuda(job, architecture_checks(home, job, job.other_architectures) if (home := cuda_home()) else ())
    else:
        # Imported late: the rewriter is large, and a build for a GPU, which somebody waits for, needs none of it.
        from kernelwright_harness.build.emulated import compile_emulated

        compiled = compile_emulated(job)
    if compiled.good and not is_library(job.library):
        compiled = Compiled(1, compiled.log + "\nerror: the compiler made no library")
    seconds = time.perf_counter() - began
    return Build("built", job.library, compiled.log, seconds) if compiled.good else Build("failed", None, compiled.log, seconds, failed_arch=compiled.arch)


def why_unavailable(job: Job) -> str | None:
    """A sentence on what this machine lacks for `job`; None where it lacks nothing."""
    home = cuda_home()
    return why_unknown(home, job.options.architectures) if home is not None and job.options.architectures else None


def compiled_for(job: Job) -> list[str]:
    """The architectures that a build of `job` stands for; none where nvcc has no part in it."""
    return [] if job.is_python or cuda_home() is None else [job.arch, *job.other_architectures]
