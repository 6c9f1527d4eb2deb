"""Compiles a project's sources side by side, each once: an object is kept under all that it depends on, so that a candidate that changes one kernel has
only that one compiled."""

import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
    patient = replace(job, limit_s=LIMIT_S)
    logs: dict[Path, str] = {}
    places = [job.directory / _OBJECTS / str(number) / "object.o" for number in range(len(sources))]
    commands = [toolchain.compile(source, place) for source, place in zip(sources, places, strict=True)]
    keys = {place: _key(job, source, command, device, texts, includes[source.path], pytorch) for source, command, place in zip(sources, commands, places, strict=True)}
    waiting: deque[tuple[list[str], Path]] = deque()
    for command, place in zip(commands, places, strict=True):
        place.parent.mkdir(parents=True)
        if cache is not None and (known := cache.get(keys[place])) is not None:
            content, logs[place] = known
            place.write_bytes(content)
        else:
            waiting.append((command, place))
    cached = not waiting
    running: deque[tuple[Path, Compiler]] = deque()
    failed: Compiled | None = None
    while running or (waiting and failed is None):
        while waiting and failed is None and len(running) < min(_SIDE_BY_SIDE, os.cpu_count() or 1):
            command, place = waiting.popleft()
            running.append((place, Compiler(patient, command, toolchain.read, into=place.parent)))
        place, compiler = running.popleft()
        compiled = compiler.finish()
        logs[place] = compiled.log
        if not (compiled.good and is_library(place)):
            failed = failed or compiled
        elif cache is not None:
            cache.put(keys[place], place, compiled.log)
    if failed is not None:
        return Objects((), failed.log, good=False, cached=False)
    return Objects(tuple(places), "\n".join(log for place in places if (log := logs[place].strip())), good=True, cached=cached)


def _key(job: Job, source: Source, command: list[str], device: DeviceKind, texts: Mapping[str, str], included: Included, pytorch: PyTorch) -> str:
    files = [{"path": path, "content": texts[path]} for path in included.files]
    # Where the build lies has no part in what it makes.
    told = [word.replace(str(job.directory), "") for word in command]
    return build_key(files, source.path, job.arch, device, job.sandbox, {"command": told, "pytorch": [pytorch.version, str(pytorch.root)], "others": included.others})
