"""Where compilers look for the headers of a target. `src/targets/dependencies/include-places.ts` has searched the same places for what to send."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from kernelwright_harness.build.job import Job


def include_folders(sources: Sequence[str], named: Sequence[str] = ()) -> list[str]:
    """In their order: what the configuration `named`, each `include` beside a source or above it, the nearest first and one source after the other, then
    `csrc/include` and the root. From the build's folder."""
    above = [str(folder / "include") for source in sources for folder in PurePosixPath(source).parents if folder.name]
    return list(dict.fromkeys([*named, *above, "include", "csrc/include", "."]))


def folders_to_search(job: Job, below: str = ".") -> list[Path]:
    """Those of them that there are, from the job's folder, in which compilers are started. `below` is the folder in it that stands for the repository."""
    return [folder for name in include_folders(job.sources, job.options.include) if (job.directory / (folder := Path(below, name))).is_dir()]
