"""Compiles a project's sources side by side, each once: an object is kept under all that it depends on, so that a candidate that changes one kernel has
only that one compiled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event

from kernelwright_harness.build.at_once import Step, at_once, together
from kernelwright_harness.build.cache import BuildCache
from kernelwright_harness.build.job import Compiled, Compiler, Job, is_library
from kernelwright_harness.build.key import build_key
from kernelwright_harness.build.project.commands import Toolchain
from kernelwright_harness.build.project.description import Source
from kernelwright_harness.build.project.includes import Included
from kernelwright_harness.build.project.pytorch import PyTorch
from kernelwright_harness.options import DeviceKind

LIMIT_S = 900.0
"""For one source: PyTorch's headers alone take most of a minute, on a busy machine several."""
_OBJECTS = "kernelwright-objects"
_SIDE_BY_SIDE = 8
"""Each may need some GiB."""


@dataclass(frozen=True)
class Objects:
    """In the order of the sources, or the log of the first that failed."""

    paths: tuple[Path, ...]
    log: str
    good: bool
    cached: bool


def compile_objects(
    job: Job,
    sources: Sequence[Source],
    toolchain: Toolchain,
    device: DeviceKind,
    texts: Mapping[str, str],
    includes: Mapping[str, Included],
    pytorch: PyTorch,
    cache: BuildCache | None,
) -> Objects:
    """Raises Unbuildable for a source that is for other GPUs."""
    places = [job.directory / _OBJECTS / str(number) / "object.o" for number in range(len(sources))]
    commands = [toolchain.compile(source, place) for source, place in zip(sources, places, strict=True)]
    keys = [_key(job, source, command, device, texts, includes[source.path], pytorch) for source, command in zip(sources, commands, strict=True)]
    known = [cache.get(key) if cache is not None else None for key in keys]
    patient = replace(job, limit_s=LIMIT_S)
    failed = Event()
    steps: list[Step] = []
    for place, command, found in zip(places, commands, known, strict=True):
        place.parent.mkdir(parents=True)
        steps.append(partial(_recalled, place, *found) if found is not None else partial(_compile, patient, command, toolchain, place, failed))
    ended = at_once(steps, _SIDE_BY_SIDE)
    for key, place, found, compiled in zip(keys, places, known, ended, strict=True):
        if cache is not None and found is None and compiled.good:
            cache.put(key, place, compiled.log)
    whole = together(ended)
    if not whole.good:
        return Objects((), whole.log, good=False, cached=False)
    return Objects(tuple(places), "\n".join(log for part in ended if (log := part.log.strip())), good=True, cached=all(known))


def _recalled(place: Path, content: bytes, log: str) -> Compiled:
    place.write_bytes(content)
    return Compiled(0, log)


def _compile(job: Job, command: list[str], toolchain: Toolchain, place: Path, failed: Event) -> Compiled:
    """After a failure none is begun: each takes long. Steps begin in their order, so that the first of the failed ones is always one that was begun."""
    if failed.is_set():
        return Compiled(1, "")
    compiled = Compiler(job, command, toolchain.read, into=place.parent).finish()
    if compiled.good and not is_library(place):
        compiled = Compiled(1, compiled.log + "\nerror: the compiler made no object")
    if not compiled.good:
        failed.set()
    return compiled


def _key(job: Job, source: Source, command: list[str], device: DeviceKind, texts: Mapping[str, str], included: Included, pytorch: PyTorch) -> str:
    files = [{"path": path, "content": texts[path]} for path in included.files]
    # Where the build lies has no part in what it makes.
    told = [word.replace(str(job.directory), "") for word in command]
    return build_key(files, source.path, job.arch, device, job.sandbox, more={"command": told, "pytorch": [pytorch.version, str(pytorch.root)], "others": included.others})
