"""The one kernel that there is."""

from collections.abc import Iterable
from types import ModuleType


class Refused(ImportError):
    """Another kernel was asked for."""


_known: dict[str, ModuleType] = {}
_anonymous: list[ModuleType] = []


def provide(package: ModuleType, names: Iterable[str]) -> None:
    """`names` are those by which a project calls its own kernel: that of its package, and the one it is published under."""
    _anonymous[:] = [package]
    _known.clear()
    _known.update({_plain(name): package for name in names})


def provided(repo_id: str | None) -> ModuleType:
    """Raises Refused for a kernel that is not this project's."""
    if not _anonymous:
        raise Refused("no kernel was built here")
    if repo_id is None:
        return _anonymous[0]
    found = _known.get(_plain(str(repo_id)))
    if found is None:
        raise Refused(f"{repo_id} is not this project's kernel, and there is no network here to fetch another")
    return found


def _plain(name: str) -> str:
    """`org/silu-and-mul@v1` and `silu_and_mul` are one kernel: organizations and versions differ between a project and where it is published."""
    return name.rstrip("/").rpartition("/")[2].partition("@")[0].partition(":")[0].replace("-", "_").lower()
