"""What a sandboxed command may use, that a limit which strikes is named, and that nothing is left of it. All limits are small here."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kernelwright_harness import sandbox
from kernelwright_harness.candidate_process import gpu_environment
from kernelwright_harness.limits import MIB, Limits
from kernelwright_harness.sandbox import Access
from kernelwright_harness.supervised import Ended, Supervised, unfinished

BOTH = pytest.mark.parametrize("enabled", [True, False], ids=["sandbox", "no-sandbox"])
SMALL = Limits(memory_bytes=96 * MIB, processes=24, scratch_bytes=8 * MIB, shared_bytes=128 * MIB, file_bytes=128 * MIB, files=50)
WAIT = "; import time; time.sleep(60)"


def start(command: list[str], enabled: bool = True, limits: Limits = SMALL, access: Access | None = None) -> Supervised:
    return Supervised(command, access or Access(read=sandbox.python_paths()), enabled, limits)


def ended(code: str, enabled: bool = True, limits: Limits = SMALL, access: Access | None = None) -> Ended:
    """How a Python program ends by itself, within a time in which it would not without a limit."""
    began = start([sys.executable, "-c", code], enabled, limits, access)
    try:
        result = began.wait(30)
        assert result is not None, "no limit struck"
        return result
    finally:
        began.stop()


def processes_with(word: str) -> list[int]:
    """Processes on the whole machine with `word` as an argument."""
    found: list[int] = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and word.encode() in Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0"):
                found.append(int(name))
        except OSError:
            continue
    return found


@BOTH
def test_the_status_and_the_output_come_through(enabled: bool) -> None:
    result = ended("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)", enabled)
    assert (result.status, result.struck, sorted(result.log.split())) == (7, None, ["err", "out"])


@BOTH
def test_a_signal_is_told_as_the_shell_tells_it(enabled: bool) -> None:
    assert ended("import os; os.kill(os.getpid(), 11)", enabled).status == 128 + signal.SIGSEGV


@BOTH
def test_memory_is_limited(enabled: bool) -> None:
    assert ended("x = b'x' * (200 << 20)" + WAIT, enabled).struck == "it used more than 96 MiB of memory"


def test_memory_is_limited_for_all_processes_together() -> None:
    code = "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        x = b'x' * (32 << 20)\n        break\ntime.sleep(60)"
    assert ended(code).struck == "it used more than 96 MiB of memory"


@BOTH
@pytest.mark.parametrize(
    "memory",
    [
        "m = __import__('mmap').mmap(-1, 120 << 20); m.write(b'x' * (120 << 20))",
        "fds = [os.memfd_create('x') for _ in range(3)]; [os.write(fd, bytes(40 << 20)) for fd in fds]",
    ],
    ids=["shared", "memory files that nobody maps"],
)
def test_shared_memory_counts(enabled: bool, memory: str) -> None:
    assert ended(f"import os; {memory}{WAIT}", enabled).struck == "it used more than 96 MiB of memory"


@BOTH
def test_threads_count_as_processes(enabled: bool) -> None:
    code = "import threading, time; [threading.Thread(target=time.sleep, args=(60,)).start() for _ in range(40)]"
    result = ended(code, enabled)
    assert result.struck == "it had more than 24 processes and threads at a time" or "can't start new thread" in result.log


@BOTH
def test_a_fork_bomb_is_stopped_and_gone(enabled: bool) -> None:
    word = f"bomb-{os.getpid()}-{enabled}"
    # Its processes are few, and end by themselves should the limit fail.
    code = "import os, sys, time\nfor _ in range(6):\n    try: os.fork()\n    except OSError: pass\ntime.sleep(20)"
    began = start([sys.executable, "-c", code, word], enabled)
    result = began.wait(15)
    assert result is not None
    assert result.struck == "it had more than 24 processes and threads at a time"
    assert processes_with(word) == []


@BOTH
def test_files_in_the_folder_that_it_may_write_are_limited_together(enabled: bool, tmp_path: Path) -> None:
    access = Access(read=sandbox.python_paths(), write=(tmp_path,), directory=tmp_path)
    sizes = "[open(f'file{n}', 'wb').write(bytes(1 << 20)) for n in range(12)]"
    assert ended(sizes + WAIT, enabled, access=access).struck == "it wrote more than 8 MiB of files"
    for file in tmp_path.iterdir():
        file.unlink()
    many = "import os; os.makedirs('a/b'); [open(f'a/b/{n}', 'w') for n in range(60)]"
    assert ended(many + WAIT, enabled, access=access).struck == "it wrote more than 50 files"


def test_a_file_that_was_deleted_but_is_open_counts(tmp_path: Path) -> None:
    access = Access(read=sandbox.python_paths(), write=(tmp_path,), directory=tmp_path)
    code = "import os; f = open('x', 'wb'); os.unlink('x'); f.write(bytes(12 << 20)); f.flush()"
    assert ended(code + WAIT, access=access).struck == "it wrote more than 8 MiB of files"


def test_what_was_written_at_the_last_moment_counts(tmp_path: Path) -> None:
    access = Access(read=sandbox.python_paths(), write=(tmp_path,), directory=tmp_path)
    assert ended("open('x', 'wb').write(bytes(12 << 20))", access=access).struck == "it wrote more than 8 MiB of files"


@BOTH
def test_output_without_end_neither_grows_nor_stalls(enabled: bool) -> None:
    """Some 100 MB, drained by the supervisor, whose own memory stays small; only the end is kept."""
    code = "import os\nfor _ in range(100): os.write(1, b'x' * (1 << 20))\nos.write(1, b'the end')"
    began = start([sys.executable, "-c", code], enabled)
    peaks: list[int] = []
    while (result := began.wait(0.02)) is None:
        peaks.append(_peak_kib(began.pid))
    assert result.struck is None and result.log.endswith("the end") and len(result.log) <= 64 * 1024
    assert max(peaks, default=0) < 60 * 1024


@BOTH
def test_stopping_leaves_no_process(enabled: bool) -> None:
    """Daemons too, which have left their session and lost their parent."""
    word = f"daemon-{os.getpid()}-{enabled}"
    code = "import os, time\nfor _ in range(2):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\nprint('ready', flush=True)\ntime.sleep(60)"
    began = start([sys.executable, "-c", code, word], enabled)
    _wait_until(lambda: len(processes_with(word)) >= 3)
    began.stop()
    assert processes_with(word) == []
    assert unfinished() == []
    assert not Path(f"/proc/{began.pid}").exists()


@BOTH
def test_daemons_of_a_command_that_has_ended_are_ended(enabled: bool) -> None:
    word = f"left-{os.getpid()}-{enabled}"
    code = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)"
    began = start([sys.executable, "-c", code, word], enabled)
    result = began.wait(15)
    assert result is not None and result.status == 0
    assert processes_with(word) == []


@BOTH
def test_all_of_it_ends_when_the_harness_is_killed(enabled: bool) -> None:
    word = f"orphan-{os.getpid()}-{enabled}"
    code = f"""
import sys, time
from kernelwright_harness.sandbox import Access, python_paths
from kernelwright_harness.supervised import Supervised
Supervised([sys.executable, "-c", "import os, time; os.fork(); os.setsid() if os.getppid() != 1 and False else None; time.sleep(60)", {word!r}], Access(read=python_paths()), {enabled})
time.sleep(60)
"""
    root = Path(sandbox.__file__).parents[1]
    parent = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(root)})
    _wait_until(lambda: len(processes_with(word)) >= 2)
    parent.kill()
    parent.wait()
    _wait_until(lambda: processes_with(word) == [])


def test_a_killed_supervisor_takes_the_sandbox_along() -> None:
    word = f"alone-{os.getpid()}"
    began = start([sys.executable, "-c", "import time; time.sleep(60)", word])
    # The supervisor, two of bubblewrap and the command: bubblewrap ties its processes together only while it sets up.
    _wait_until(lambda: len(processes_with(word)) >= 4)
    os.kill(began.pid, signal.SIGKILL)
    result = began.stop()
    assert result.status == 128 + signal.SIGKILL
    _wait_until(lambda: processes_with(word) == [])


@BOTH
def test_a_supervisor_that_fails_leaves_nothing(enabled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    word = f"unwatched-{os.getpid()}-{enabled}"
    failing = "import sys; sys.path.insert(0, sys.argv.pop(1)); from kernelwright_harness.supervisor import main as m; m._Supervisor._exceeded = lambda *_, **__: 1 / 0; sys.exit(m.main(sys.argv[1:]))"
    monkeypatch.setattr(sandbox, "_SUPERVISOR", ["-I", "-S", "-B", "-c", failing])
    began = start([sys.executable, "-c", "import os, time; os.fork(); time.sleep(60)", word], enabled)
    result = began.wait(15)
    assert result is not None and result.status == 125 and "ZeroDivisionError" in result.log
    assert processes_with(word) == []


@BOTH
def test_whoever_is_at_the_other_end_of_a_socket_sees_its_end(enabled: bool) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        code = f"import socket; s = socket.socket(fileno={theirs.fileno()}); s.sendall(b'hello')"
        began = Supervised([sys.executable, "-c", code], Access(read=sandbox.python_paths()), enabled, SMALL, pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(15)
        assert ours.recv(5) == b"hello"
        assert ours.recv(1) == b""
        began.stop()


def test_a_command_that_cannot_be_started_says_so() -> None:
    began = start(["/nowhere/program"])
    result = began.wait(15)
    assert result is not None and result.status != 0 and "/nowhere/program" in result.log


def test_stopping_twice_says_the_same() -> None:
    began = start(["sleep", "60"])
    assert began.wait(0.2) is None
    first = began.stop()
    assert first.status == 128 + signal.SIGKILL and began.stop() == first and began.wait(0) == first


def test_the_kernel_would_take_it_first_when_memory_runs_out() -> None:
    assert ended("print(open('/proc/self/oom_score_adj').read())").log.strip() == "1000"


PINNED = "x = torch.empty(6 << 30, dtype=torch.uint8, pin_memory=True)"
MANAGED = """
import ctypes
torch.ones(1, device='cuda')
cuda, address = ctypes.CDLL('libcuda.so.1'), ctypes.c_uint64()
assert cuda.cuMemAllocManaged(ctypes.byref(address), ctypes.c_size_t(16 << 30), 1) == 0
ctypes.memset(address.value, 1, 16 << 30)
"""


@pytest.mark.gpu
@pytest.mark.parametrize("memory", [PINNED, MANAGED], ids=["pinned", "managed"])
def test_host_memory_that_cuda_takes_counts(memory: str) -> None:
    access = Access(read=(*sandbox.python_paths(), *sandbox.library_paths()), gpu=True, environment=gpu_environment())
    began = start([sys.executable, "-c", f"import torch, time\n{memory}\ntime.sleep(60)"], limits=Limits(memory_bytes=4 << 30), access=access)
    try:
        result = began.wait(50)
        assert result is not None and result.struck == "it used more than 4 GiB of memory", result
    finally:
        began.stop()


@pytest.mark.gpu
def test_a_runner_on_a_gpu_stays_within_the_default_limits() -> None:
    access = Access(read=(*sandbox.python_paths(), *sandbox.library_paths()), gpu=True, environment=gpu_environment())
    code = "import torch, time; x = torch.randn(8192, 8192, device='cuda'); print(float((x @ x).mean().cpu()) < 1e9); time.sleep(2)"
    result = ended(code, limits=Limits(), access=access)
    assert (result.status, result.struck, result.log.split()[-1:]) == (0, None, ["True"]), result


def _peak_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
