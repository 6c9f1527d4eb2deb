"""Which of a project's files a source includes: on these its object depends, and on no others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*include\b[ \t]*(?:\"([^\"\n]+)\"|<([^>\n]+)>|(\S))", re.MULTILINE)


@dataclass(frozen=True)
class Included:
    files: tuple[str, ...]
    """The source and the project's own headers, in their order."""
    others: tuple[str, ...]
    """What else is named: PyTorch's headers, CUDA's, C++'s."""


def included_by(source: str, texts: Mapping[str, str], folders: Sequence[str]) -> Included:
    """`texts` are all files by their paths; `folders` those that are searched beside the one of the file that includes. What stands in a comment
    counts too, which costs no more than a build; an include whose name a macro makes could be of any file, so then all count."""
    found = {source: None}
    others: dict[str, None] = {}
    waiting = [source]
    while waiting:
        path = waiting.pop()
        for quoted, angled, macro in _DIRECTIVE.findall(texts.get(path, "")):
            if macro:
                return Included(tuple(sorted(texts)), tuple(others))
            name = quoted or angled
            places = [_joined(folder, name) for folder in ([str(PurePosixPath(path).parent)] if quoted else []) + list(folders)]
            own = next((place for place in places if place in texts), None)
            if own is None:
                others[name] = None
            elif own not in found:
                found[own] = None
                waiting.append(own)
    return Included(tuple(sorted(found)), tuple(others))


def _joined(folder: str, name: str) -> str:
    parts: list[str] = []
    for part in PurePosixPath(folder, name).parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
