"""Runs one command within limits, and ends only when nothing of it is left.

Supervised, standard output takes a report at the end: the line `STATUS`, the line with the limit that struck (or an empty one), then
the end of what the command printed. Otherwise the status is the exit status, and a limit that struck is a line on standard error.
"""

import os
import resource
import select
import signal
import sys
import time
from types import FrameType

from kernelwright_harness.supervisor.cgroup import Cgroup, cgroup_places, make_cgroup
from kernelwright_harness.supervisor.processes import descendants, exceeded
from kernelwright_harness.supervisor.settings import Settings, from_arguments

_TICK_S = 0.05
_REST = 25
"""After a look it rests at least this many times as long as the look took: it uses at most some 4 % of one core, and disturbs nobody's timing."""
_THOROUGH_EVERY = 5
"""Ticks between two looks at descriptors and folders."""
KEPT_OUTPUT_BYTES = 64 * 1024
_CANNOT_START = 127
_CANNOT_SUPERVISE = 125


def main(arguments: list[str]) -> int:
    settings, command = from_arguments(arguments)
    try:
        supervisor = _Supervisor(settings, command)
        try:
            supervisor.watch()
        finally:
            supervisor.clear_up()
        return supervisor.report()
    except Exception:
        if not settings.supervised:
            raise
        import traceback

        os.write(1, f"{_CANNOT_SUPERVISE}\n\nthe supervisor failed, which is a bug in Kernelwright:\n{traceback.format_exc()}".encode())
        return 1


class _Supervisor:
    def __init__(self, settings: Settings, command: list[str]) -> None:
        self._settings = settings
        self._group = make_cgroup(settings, cgroup_places())
        self._status: int | None = None
        self._struck: str | None = None
        self._stopped = False
        self._kept = bytearray()
        self._wake, woken = os.pipe()
        for end in (self._wake, woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        output = os.pipe() if settings.supervised else None
        self._output = output[0] if output else None
        self._child = os.fork()
        if self._child == 0:
            _become(settings, command, self._group, output[1] if output else None)
        if output:
            os.close(output[1])
            os.set_blocking(output[0], False)
        for fd in settings.fds:  # whoever is at the other end must see when the command has closed its own
            os.close(fd)
        _adopt_orphans(die_with_parent=not settings.supervised)

    def watch(self) -> None:
        """Until the command has ended, a limit has struck or somebody wants it to stop."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        if self._settings.supervised:
            poll.register(0, select.POLLIN)
        if self._output is not None:
            poll.register(self._output, select.POLLIN)
        ticks, due = 0, time.monotonic() + _TICK_S
        while True:
            self._reap()
            if self._status is not None or self._stopped:
                return
            for fd, _ in poll.poll(max(0.0, due - time.monotonic()) * 1000):
                if fd == self._output:
                    if not self._drain():
                        poll.unregister(fd)
                elif fd == self._wake:
                    os.read(fd, 4096)
                elif os.read(fd, 4096) == b"":
                    return
            began = time.monotonic()
            if began < due:
                continue
            ticks += 1
            self._struck = self._exceeded(thorough=ticks % _THOROUGH_EVERY == 0)
            if self._struck is not None:
                return
            ended = time.monotonic()
            due = ended + max(_TICK_S, _REST * (ended - began))

    def clear_up(self) -> None:
        """Kills what is left, however often it has forked, and waits until it is gone: whoever waits for this process waits for that."""
        pause = 0.001
        while True:
            if self._group:
                self._group.kill()
            for pid in descendants(os.getpid()):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if not self._reap():
                break
            time.sleep(pause)
            pause = min(2 * pause, 0.2)
        if self._struck is None:
            self._struck = self._exceeded(thorough=True)  # what it wrote in its last moments, and what the kernel ended it for
        if self._group:
            self._group.remove()

    def report(self) -> int:
        status = self._status if self._status is not None else 128 + signal.SIGKILL
        if not self._settings.supervised:
            if self._struck is not None:
                print(f"stopped: {self._struck}", file=sys.stderr)
            return status
        while self._drain():
            pass
        said = f"{status}\n{self._struck or ''}\n".encode() + self._kept[-KEPT_OUTPUT_BYTES:]
        try:
            while said:
                said = said[os.write(1, said) :]
        except OSError:  # nobody waits any more
            pass
        return 0

    def _exceeded(self, thorough: bool) -> str | None:
        """The kernel's count where it keeps one, and always our own: it also finds files, and a process that the kernel did not let into its group."""
        return (self._group.exceeded(self._settings) if self._group else None) or exceeded(os.getpid(), self._settings, thorough)

    def _drain(self) -> bool:
        """Reads a piece of what was printed and keeps the end of it all; False when there is no more."""
        assert self._output is not None
        try:
            part = os.read(self._output, 1 << 18)
        except BlockingIOError:
            return False
        self._kept += part
        if len(self._kept) > 8 * KEPT_OUTPUT_BYTES:
            del self._kept[:-KEPT_OUTPUT_BYTES]
        return part != b""

    def _reap(self) -> bool:
        """True while there are children, orphans of the command among them."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self._child:
                code = os.waitstatus_to_exitcode(status)
                self._status = 128 - code if code < 0 else code

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True


def _become(settings: Settings, command: list[str], group: Cgroup | None, output: int | None) -> None:
    """In the new process: takes on the limits and becomes the command. Does not return."""
    try:
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # Python ignores the first two, and ignoring is inherited
        signal.set_wakeup_fd(-1)
        if group:
            try:
                group.join()
            except OSError:  # allowed by the files' modes and refused by the kernel: the supervisor's counting remains
                pass
        _prefer_when_memory_runs_out()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _lower(resource.RLIMIT_FSIZE, settings.file_bytes)
        _lower(resource.RLIMIT_NOFILE, settings.open_files)
        fds = settings.fds
        if settings.filter:
            from kernelwright_harness.seccomp import filter_file

            program = filter_file(settings.filter)
            command = [*command[:1], "--seccomp", str(program), *command[1:]]
            fds = (*fds, program)
        if output is not None:
            nothing = os.open(os.devnull, os.O_RDONLY)
            for source, target in ((nothing, 0), (output, 1), (output, 2)):
                os.dup2(source, target)
        _close_all_but({0, 1, 2, *fds})
        for fd in fds:
            os.set_inheritable(fd, True)
        os.execvp(command[0], command)
    except BaseException as error:  # noqa: BLE001 - there is nobody above to handle it
        os.write(2, f"{command[0]} could not be started: {error}\n".encode())
    os._exit(_CANNOT_START)


def _close_all_but(kept: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:  # the one of the listing itself
                pass


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (bound, bound))


def _prefer_when_memory_runs_out() -> None:
    """Should the whole machine run out of memory, the kernel is to take this before the judge or anybody else."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass


def _adopt_orphans(die_with_parent: bool) -> None:
    """Processes whose parents have ended, daemons too, become this one's children. Imported late: the command is starting meanwhile."""
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    set_death_signal, set_child_subreaper = 1, 36
    if prctl(set_child_subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
    if die_with_parent:
        prctl(set_death_signal, int(signal.SIGTERM), 0, 0, 0)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Its only purpose is to wake `poll`."""
