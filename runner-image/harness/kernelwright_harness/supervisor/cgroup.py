"""A control group for one sandbox, where this user may make one: the kernel then counts exactly, and kills all of it at once.

Used is a cgroup v2 whose memory and pids controllers are on for children, below the supervisor's own group or beside it, as
`systemd-run --user --scope -p Delegate=yes` or root gives it. Nothing outside of the new group is changed; where there is no such
place, the supervisor counts by itself.
"""

import os
import time
from collections.abc import Callable, Sequence

from kernelwright_harness.supervisor.processes import TOO_MANY, too_much_memory
from kernelwright_harness.supervisor.settings import Settings


class Cgroup:
    def __init__(self, path: str, rmdir: Callable[[str], None] = os.rmdir) -> None:
        self.path = path
        self._rmdir = rmdir

    def join(self) -> None:
        """Puts the calling process in, and with it all that it will start. Raises OSError where that is not allowed."""
        self._write("cgroup.procs", "0")

    def exceeded(self, settings: Settings) -> str | None:
        if self._event("memory.events", "oom_kill") or self._event("memory.events", "oom_group_kill"):
            return too_much_memory(settings)
        return TOO_MANY.format(settings.processes) if self._event("pids.events", "max") else None

    def kill(self) -> None:
        try:
            self._write("cgroup.kill", "1")  # Linux 5.14; before that the supervisor's own rounds must do
        except OSError:
            pass

    def remove(self, patience_s: float = 2.0) -> None:
        """A group can be removed a moment after its last process has gone."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                return self._rmdir(self.path)
            except FileNotFoundError:
                return
            except OSError:
                if time.monotonic() > deadline:
                    return
                time.sleep(0.01)

    def _event(self, file: str, name: str) -> int:
        try:
            with open(f"{self.path}/{file}") as lines:
                return sum(int(line.split()[1]) for line in lines if line.split()[0] == name)
        except OSError:
            return 0

    def _write(self, file: str, value: str) -> None:
        descriptor = os.open(f"{self.path}/{file}", os.O_WRONLY | os.O_CLOEXEC)  # never made: a missing file means a missing controller
        try:
            os.write(descriptor, value.encode())
        finally:
            os.close(descriptor)

    def limit(self, settings: Settings) -> None:
        self._write("memory.max", str(settings.memory_bytes))
        self._write("memory.oom.group", "1")
        self._write("pids.max", str(settings.processes))
        try:
            self._write("memory.swap.max", "0")
        except OSError:  # a kernel that does not count swap
            pass


def make_cgroup(settings: Settings, places: Sequence[str], mkdir: Callable[[str], None] = os.mkdir, rmdir: Callable[[str], None] = os.rmdir) -> Cgroup | None:
    """A new group with the limits, in the first of the places that lets us make one and move into it; None when there is none."""
    for place in places:
        group = Cgroup(f"{place}/kernelwright-{os.getpid()}", rmdir)
        try:
            mkdir(group.path)
        except OSError:
            continue
        try:
            group.limit(settings)
            if os.access(f"{group.path}/cgroup.procs", os.W_OK) and os.access(f"{place}/cgroup.procs", os.W_OK):
                return group
        except OSError:
            pass
        group.remove(0)
    return None


def cgroup_places(membership: str = "/proc/self/cgroup", mounts: str = "/proc/self/mountinfo") -> list[str]:
    """Folders of this process's own cgroup v2 and of the one around it, as they are mounted here."""
    try:
        with open(membership) as file:
            own = next((line.rstrip("\n")[3:] for line in file if line.startswith("0::")), None)
        with open(mounts) as file:
            mount = next((words for words in map(str.split, file) if words[words.index("-") + 1] == "cgroup2"), None)
    except (OSError, ValueError):
        return []
    if own is None or mount is None:
        return []
    root, point = mount[3].rstrip("/"), mount[4]
    if root and not f"{own}/".startswith(f"{root}/"):  # another part of the tree is mounted
        return []
    inside = own[len(root) :].rstrip("/")
    around = [f"{point}{inside.rpartition('/')[0]}"] if inside else []
    return [f"{point}{inside}", *around]
