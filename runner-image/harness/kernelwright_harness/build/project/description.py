"""A project as the orchestrator sends it: the same as `src/core/project.ts`. Paths are from the root of the repository."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kernelwright_harness.options import DeviceKind


@dataclass(frozen=True)
class Source:
    """A file that is compiled, and how."""

    path: str
    include: tuple[str, ...]
    """Folders for its headers, ahead of those that every source has."""
    cuda_flags: tuple[str, ...]
    cxx_flags: tuple[str, ...]
    capabilities: tuple[str, ...]
    """Compute capabilities that it is for, such as `9.0a`; empty for all."""

    @property
    def is_cuda(self) -> bool:
        return self.path.endswith(".cu")


@dataclass(frozen=True)
class Project:
    folder: str
    name: str
    """Of the package."""
    identity: str
    sources: tuple[Source, ...]
    """Empty where all of it is Python."""
    package: tuple[str, ...]
    """Its Python files, and what else lies beside them."""

    def operators(self, device: DeviceKind) -> str:
        """The namespace of its operators, which no other kernel has, and the name of its library in Python. Never that of a published build."""
        backend = "cuda" if device == "cuda" else "emulated"
        return f"_{self.name}_{backend}_{self.identity}"

    def in_package(self, path: str) -> str:
        """Where a file of the package lies once it is assembled: `relu/__init__.py`."""
        return str(PurePosixPath(path).relative_to(PurePosixPath(self.folder, "torch-ext")))


def parse_project(raw: dict[str, Any]) -> Project:
    """The orchestrator has read the `build.toml`; a KeyError here is a bug on one of the two sides."""
    return Project(
        folder=str(raw["folder"]),
        name=str(raw["name"]),
        identity=str(raw["identity"]),
        sources=tuple(_source(source) for source in raw["sources"]),
        package=tuple(raw["package"]),
    )


def _source(raw: dict[str, Any]) -> Source:
    include, cuda_flags, cxx_flags, capabilities = (tuple(str(word) for word in raw[key]) for key in ("include", "cudaFlags", "cxxFlags", "capabilities"))
    return Source(str(raw["path"]), include, cuda_flags, cxx_flags, capabilities)
