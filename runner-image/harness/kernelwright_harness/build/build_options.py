"""How a target is built beside what the builder does by itself, as the orchestrator sends it: `BuildOptions` of `src/core/target.ts`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kernelwright_harness.build.flags import Flags, parse_flags

_SOURCES = (".cu", ".cpp", ".cc", ".c")


@dataclass(frozen=True)
class BuildOptions:
    sources: tuple[str, ...] = ()
    """What is compiled and linked with the target's source, below the build's folder."""
    include: tuple[str, ...] = ()
    """Folders that are searched for headers before all others."""
    flags: Flags = Flags()
    architectures: tuple[str, ...] = ()
    """What it must compile for: `sm_80`."""

    def measured(self, arch: str) -> str:
        """What to build for the device with the architecture `arch`: where `sm_90a` is asked for, that is what an `sm_90` gets, as from a library
        that has both."""
        return next((named for letter in "af" if (named := f"{arch}{letter}") in self.architectures), arch)


def parse_build_options(raw: Mapping[str, Any]) -> BuildOptions:
    """The orchestrator has validated the configuration; a KeyError or ValueError here is a bug on one of the two sides."""
    return BuildOptions(
        sources=tuple(_path(path, _SOURCES) for path in raw["sources"]),
        include=tuple(_path(path) for path in raw["include"]),
        flags=parse_flags(raw["flags"]),
        architectures=tuple(_architecture(arch) for arch in raw["architectures"]),
    )


def _path(text: str, extensions: Sequence[str] = ("",)) -> str:
    """Compilers would take a leading `-` or `@` for an option, and a comma for the end of a folder."""
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or text[:1] in ("-", "@", "") or "," in text and extensions == ("",) or not text.endswith(tuple(extensions)):
        raise ValueError(f"not a path that a target can be built with: {text!r}")
    return text


def _architecture(text: str) -> str:
    if not re.fullmatch(r"sm_[0-9]{2,3}[af]?", text):
        raise ValueError(f"not an architecture like sm_90: {text!r}")
    return text
