"""Builds a project: its objects, the library of them, and the package around it."""

import base64
import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kernelwright_harness.build.cache import BuildCache
from kernelwright_harness.build.include_folders import include_folders
from kernelwright_harness.build.job import Build, Compiler, Job, is_library
from kernelwright_harness.build.project.architecture import Unbuildable
from kernelwright_harness.build.project.commands import GENERATED, CudaToolchain, EmulatedToolchain, Toolchain
from kernelwright_harness.build.project.description import Project
from kernelwright_harness.build.project.generated import REGISTRATION, operators_module
from kernelwright_harness.build.project.includes import included_by
from kernelwright_harness.build.project.objects import compile_objects
from kernelwright_harness.build.project.pytorch import PyTorch, installed_pytorch
from kernelwright_harness.build.python_source import check_syntax
from kernelwright_harness.options import DeviceKind
from kernelwright_harness.sandbox import cuda_home
from kernelwright_harness.target_files import OWN_PREFIX

_LINKED = f"{OWN_PREFIX}library"


def build_project(job: Job, project: Project, device: DeviceKind, files: Sequence[Mapping[str, Any]], cache: BuildCache | None) -> Build:
    """What it makes is the package, packed into one file. A project that cannot be built is an answer, with the reason in its log."""
    began = time.perf_counter()
    texts = {str(file["path"]): str(file["content"]) for file in files}
    try:
        log, library, cached = _library(job, project, device, texts, cache)
    except Unbuildable as error:
        return Build("failed", None, str(error), time.perf_counter() - began)
    if library is None and project.sources:
        return Build("failed", None, log, time.perf_counter() - began)
    if job.is_python and not (checked := check_syntax(job)).good:
        return Build("failed", None, checked.log, time.perf_counter() - began)
    packed = job.directory / f"{OWN_PREFIX}sources.json"
    packed.write_text(json.dumps(_package(project, project.operators(device), texts, library)), encoding="utf-8")
    return Build("built", packed, log, time.perf_counter() - began, cached)


def _library(job: Job, project: Project, device: DeviceKind, texts: Mapping[str, str], cache: BuildCache | None) -> tuple[str, Path | None, bool]:
    """The log, the library or None, and whether nothing had to be compiled. Raises Unbuildable."""
    if not project.sources:
        return "", None, False
    pytorch = installed_pytorch()
    toolchain = _toolchain(job, project, device, pytorch)
    includes = {s.path: included_by(s.path, texts, include_folders([s.path], s.include)) for s in project.sources}
    generated = job.directory / GENERATED
    generated.mkdir()
    (generated / "registration.h").write_text(REGISTRATION, encoding="utf-8")
    if device == "emulated":
        # Imported late: the rewriter is large, and a build for a GPU, which somebody waits for, needs none of it.
        from kernelwright_harness.build.project.emulated import write_translated

        write_translated(job, project, texts, includes, pytorch)
    objects = compile_objects(job, project.sources, toolchain, device, texts, includes, pytorch, cache)
    if not objects.good:
        return objects.log, None, False
    linked = job.directory / _LINKED / f"{project.operators(device)}.abi3.so"
    linked.parent.mkdir()
    compiled = Compiler(job, toolchain.link(objects.paths, linked), toolchain.read, into=linked.parent).finish()
    good = compiled.good and is_library(linked)
    return "\n".join(part for part in (objects.log, compiled.log.strip()) if part), linked if good else None, objects.cached


def _toolchain(job: Job, project: Project, device: DeviceKind, pytorch: PyTorch) -> Toolchain:
    operators = project.operators(device)
    if device == "emulated":
        return EmulatedToolchain(job, pytorch, operators)
    home = cuda_home()
    assert home is not None, "the orchestrator asks the doctor for nvcc first"
    if (problem := _other_cuda(home, pytorch)) is not None:
        raise Unbuildable(problem)
    return CudaToolchain(job, pytorch, home, operators)


def _other_cuda(home: Path, pytorch: PyTorch) -> str | None:
    """A library for one major version of CUDA finds no runtime in a process with another."""
    try:
        told = json.loads((home / "version.json").read_text(encoding="utf-8"))["cuda"]["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    major = re.match(r"\d+", str(told))
    if pytorch.cuda is None or major is None or pytorch.cuda.partition(".")[0] == major.group():
        return None
    return f"error: PyTorch {pytorch.version} is built for CUDA {pytorch.cuda}, and the nvcc in {home} is of CUDA {told}; install a PyTorch or a CUDA toolkit of the same major version"


def _package(project: Project, operators: str, texts: Mapping[str, str], library: Path | None) -> dict[str, str]:
    """The package's files by their paths, a library in base64, as `unpack` gives them to runners."""
    package = {project.in_package(path): texts[path] for path in project.package if path in texts}
    package[f"{project.name}/_ops.py"] = operators_module(operators, library is not None)
    if library is not None:
        package[f"{project.name}/{library.name}"] = base64.b64encode(library.read_bytes()).decode("ascii")
    return package
