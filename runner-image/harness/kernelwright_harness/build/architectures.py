"""Architectures beside the device's own: whether the installed nvcc knows them, and whether the target's device code compiles for them."""

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from kernelwright_harness.build.at_once import Step
from kernelwright_harness.build.job import Compiled, Compiler, Job
from kernelwright_harness.build.nvcc import cubin_command
from kernelwright_harness.sandbox import readable


def why_unknown(home: Path, architectures: Sequence[str]) -> str | None:
    """A sentence that names those of `architectures` that nvcc does not know; None where it knows all."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        known = list(pool.map(partial(_knows, home), architectures))
    if all(known):
        return None
    nvcc = str(home / "bin" / "nvcc")
    listed = subprocess.run([nvcc, "--list-gpu-code"], capture_output=True, text=True, timeout=30).stdout.split()
    named = " and ".join(arch for arch, yes in zip(architectures, known, strict=True) if not yes)
    return f'The nvcc here does not know {named}, for which "architectures" in the configuration asks (it knows {", ".join(listed)}): install a CUDA toolkit that does, or take it out.'


def _knows(home: Path, arch: str) -> bool:
    """`--list-gpu-code` leaves out the variants (sm_90a). A dry run reads no source."""
    dry = [str(home / "bin" / "nvcc"), "--dryrun", f"-arch={arch}", "-cubin", "-o", os.devnull, "no.cu"]
    return subprocess.run(dry, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30).returncode == 0


def architecture_checks(home: Path, job: Job, architectures: Sequence[str]) -> list[Step]:
    """For each architecture and each CUDA source a step that compiles its device code and keeps nothing of it."""
    pairs = [(arch, source) for arch in architectures for source in job.sources if source.endswith(".cu")]
    return [partial(_check, home, replace(job, arch=arch), source, number, told=arch != job.arch) for number, (arch, source) in enumerate(pairs)]


def _check(home: Path, job: Job, source: str, number: int, *, told: bool) -> Compiled:
    checked = Compiler(job, cubin_command(home, job, source, f"check-{number}.cubin"), readable(home)).finish()
    if checked.good or not told:
        return checked
    return replace(checked, log=f'error: {source} does not compile for {job.arch}, which is among the "architectures" of the target:\n{checked.log}', arch=job.arch)
