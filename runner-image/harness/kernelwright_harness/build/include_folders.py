"""Where compilers look for the headers of a target. `src/targets/dependencies/include-places.ts` has searched the same places for what to send."""

from pathlib import Path, PurePosixPath

from kernelwright_harness.build.job import Job


def include_folders(source: str) -> list[str]:
    """In their order: each `include` beside the source or above it, the nearest first, then `csrc/include` and the root. From the build's folder."""
    above = [str(folder / "include") for folder in PurePosixPath(source).parents]
    return list(dict.fromkeys([*above, "csrc/include", "."]))


def folders_to_search(job: Job, below: str = ".") -> list[Path]:
    """Those of them that there are, from the job's folder, in which compilers are started. `below` is the folder in it that stands for the repository."""
    return [folder for name in include_folders(job.source) if (job.directory / (folder := Path(below, name))).is_dir()]
