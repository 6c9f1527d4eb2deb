"""The supervisor's command line, written by `sandbox.py` and read by the supervisor."""

from collections.abc import Sequence


class Settings:
    """Bounds are those of `Limits`; this module must not cost the supervisor the import of dataclasses."""

    def __init__(
        self,
        memory_bytes: int,
        processes: int,
        file_bytes: int,
        open_files: int,
        scratch_bytes: int,
        files: int,
        supervised: bool = False,
        filter: str = "",
        fds: Sequence[int] = (),
        folders: Sequence[str] = (),
    ) -> None:
        self.memory_bytes = memory_bytes
        self.processes = processes
        self.file_bytes = file_bytes
        self.open_files = open_files
        self.scratch_bytes = scratch_bytes
        self.files = files
        self.supervised = supervised
        """Standard input is a control pipe, whose end means "stop", and standard output takes a report; else both are the command's."""
        self.filter = filter
        """Name of the system call filter that the command, which is then bwrap's, shall load; empty for none."""
        self.fds = tuple(fds)
        """Inherited descriptors that the command gets beside the standard streams."""
        self.folders = tuple(folders)
        """Where it may write, outside of its private file systems."""


_NUMBERS = ("memory_bytes", "processes", "file_bytes", "open_files", "scratch_bytes", "files")


def to_arguments(settings: Settings, command: Sequence[str]) -> list[str]:
    words = [f"{name}={getattr(settings, name)}" for name in _NUMBERS]
    words += [f"supervised={int(settings.supervised)}", f"filter={settings.filter}"]
    words += [f"fd={fd}" for fd in settings.fds] + [f"folder={folder}" for folder in settings.folders]
    return [*words, "--", *command]


def from_arguments(arguments: Sequence[str]) -> tuple[Settings, list[str]]:
    """Settings and the command. Written by us, so anything unexpected is a bug and raises."""
    end = list(arguments).index("--")
    pairs = [word.split("=", 1) for word in arguments[:end]]
    one = {name: value for name, value in pairs if name not in ("fd", "folder")}
    return Settings(
        *(int(one[name]) for name in _NUMBERS),
        supervised=one["supervised"] == "1",
        filter=one["filter"],
        fds=[int(value) for name, value in pairs if name == "fd"],
        folders=[value for name, value in pairs if name == "folder"],
    ), list(arguments[end + 1 :])
