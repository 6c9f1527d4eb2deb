"""With the real bubblewrap: what a process in the sandbox can see, write and reach."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kernelwright_harness import sandbox
from kernelwright_harness.sandbox import Access, Limits, cuda_home, readable, sandboxed, why_unavailable


def run(command: str, access: Access = Access(), enabled: bool = True, limits: Limits = Limits()) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(sandboxed(["sh", "-c", command], access, enabled, limits), capture_output=True, text=True, timeout=30)


def said(command: str, access: Access = Access(), enabled: bool = True) -> str:
    done = run(command, access, enabled)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_there_is_no_network_but_an_idle_loopback() -> None:
    interfaces = [line.split(":")[0].strip() for line in said("cat /proc/net/dev").splitlines()[2:]]
    assert interfaces == ["lo"]
    assert len(said("cat /proc/net/route").splitlines()) <= 1


def test_a_server_outside_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        reach = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        access = Access(read=sandbox.python_paths())
        inside = subprocess.run(sandboxed([sys.executable, "-c", reach], access, True), capture_output=True, text=True, timeout=30)
        assert inside.returncode != 0 and "refused" in inside.stderr
        assert subprocess.run([sys.executable, "-c", reach], timeout=30).returncode == 0


@pytest.mark.parametrize("enabled", [True, False])
def test_the_environment_is_empty_but_for_what_is_named(enabled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a-secret")
    monkeypatch.setenv("LD_PRELOAD_NOT", "a-secret")
    seen = said("cat /proc/self/environ | tr '\\0' '\\n'", Access(environment={"KERNEL": "wright"}), enabled).splitlines()
    names = {line.split("=")[0] for line in seen}
    assert names - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH", "HOME", "USER", "TMPDIR", "LANG", "KERNEL"}
    assert "KERNEL=wright" in seen


def test_homes_workspace_and_the_rest_of_the_machine_are_hidden() -> None:
    for hidden in ("/home", "/root", "/opt", "/var", "/run", "/mnt", "/srv", "/etc/passwd", "/etc/hostname", str(Path(__file__).resolve())):
        assert run(f"test -e {hidden}").returncode == 1, hidden


def test_other_processes_are_hidden() -> None:
    seen = [name for name in said("ls /proc").split() if name.isdigit()]
    assert len(seen) <= 4
    assert run(f"kill -0 {os.getpid()}").returncode != 0


def test_tmp_is_private() -> None:
    outside = Path("/tmp") / f"kernelwright-test-{os.getpid()}"
    outside.write_text("outside")
    try:
        assert said("ls -A /tmp") == ""
        assert said(f"echo inside > {outside} && cat {outside}") == "inside"
        assert outside.read_text() == "outside"
    finally:
        outside.unlink()


def test_the_system_is_read_only() -> None:
    for place in ("/x", "/usr/bin/x", "/usr/x", "/etc/x", "/lib/x"):
        assert run(f"echo x > {place}").returncode != 0, place
    assert run("rm -f /usr/bin/env").returncode != 0


def test_only_what_was_asked_for_can_be_written(tmp_path: Path) -> None:
    readable_only, writable = tmp_path / "read", tmp_path / "write"
    readable_only.mkdir()
    writable.mkdir()
    (readable_only / "file").write_text("content\n")
    access = Access(read=(readable_only,), write=(writable,), directory=writable)
    assert said(f"cat {readable_only}/file && echo made > here && pwd", access).splitlines() == ["content", str(writable)]
    assert (writable / "here").read_text() == "made\n"
    assert run(f"echo changed > {readable_only}/file", access).returncode != 0
    assert (readable_only / "file").read_text() == "content\n"


def test_siblings_of_what_was_asked_for_stay_hidden(tmp_path: Path) -> None:
    (tmp_path / "shown").mkdir()
    (tmp_path / "secret").write_text("secret")
    assert said(f"ls {tmp_path}", Access(read=(tmp_path / "shown",))) == "shown"


def test_the_process_is_nobody_and_has_no_capabilities() -> None:
    assert said("id -u; id -g").split() == ["65534", "65534"]
    capabilities = [line.split()[1] for line in said("grep ^Cap /proc/self/status").splitlines()]
    assert set(capabilities[:3]) == {"0" * 16}  # inheritable, permitted, effective


def test_who_asks_for_the_name_of_the_user_gets_one() -> None:
    """`torch._inductor` does when it is imported, and no list of users is in the sandbox."""
    assert said(f"{sys.executable} -c 'import getpass; print(getpass.getuser())'", Access(read=sandbox.python_paths())) == "nobody"


def test_devices_are_only_those_that_every_program_needs() -> None:
    assert set(said("ls /dev").split()) <= {"console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"}


def test_of_the_installed_packages_only_those_named_can_be_imported() -> None:
    find = "import importlib.util as u, sys; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    command = [sys.executable, "-s", "-c", find, "torch", "numpy", "torchgen"]

    def importable(packages: tuple[str, ...] | None) -> str:
        done = subprocess.run(sandboxed(command, Access(read=sandbox.readable(*sandbox.python_paths()), packages=packages), True), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert importable(None) == "['torch', 'numpy', 'torchgen']"
    assert importable(("torchgen",)) == "['torchgen']"
    assert importable(()) == "[]"


def test_nothing_can_be_put_where_the_packages_were() -> None:
    write = "import sysconfig; open(sysconfig.get_path('purelib') + '/planted.py', 'w')"
    done = subprocess.run(sandboxed([sys.executable, "-c", write], Access(read=sandbox.readable(*sandbox.python_paths()), packages=()), True), capture_output=True, text=True, timeout=60)
    assert "Read-only file system" in done.stderr or "Permission denied" in done.stderr, done.stderr


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    """The parent is killed without a chance to clean up; the sandboxed process must not go on."""
    beat = tmp_path / "beat"
    command = sandboxed(["sh", "-c", f"while true; do date +%N > {beat}; sleep 0.05; done"], Access(write=(tmp_path,)), True)
    parent = subprocess.Popen([sys.executable, "-c", f"import subprocess; subprocess.Popen({command!r}, start_new_session=True).wait()"])
    _wait_until(beat.exists)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    time.sleep(0.3)
    last = beat.read_text()
    time.sleep(0.3)
    assert beat.read_text() == last


@pytest.mark.parametrize("enabled", [True, False])
def test_files_cannot_grow_past_the_limit(enabled: bool, tmp_path: Path) -> None:
    access = Access(write=(tmp_path,))
    grown = run(f"head -c 2000000 /dev/zero > {tmp_path}/big", access, enabled, Limits(file_bytes=1_000_000))
    assert grown.returncode != 0
    assert (tmp_path / "big").stat().st_size <= 1_000_000


def test_the_private_tmp_cannot_grow_past_its_limit() -> None:
    full = run("head -c 3000000 /dev/zero > /tmp/a", limits=Limits(scratch_bytes=1_000_000))
    assert full.returncode != 0 and "No space left" in full.stderr


def test_shared_memory_and_the_other_places_of_the_sandbox_cannot_grow_either() -> None:
    full = run("head -c 3000000 /dev/zero > /dev/shm/a", limits=Limits(shared_bytes=1_000_000))
    assert full.returncode != 0 and "No space left" in full.stderr
    for place in ("/a", "/dev/a", "/proc/a"):
        assert run(f"echo x > {place}").returncode != 0, place
    assert run("echo x > /dev/null && head -c 1 /dev/urandom > /dev/full").returncode != 0
    assert said("echo x > /dev/null && echo fine") == "fine"


def test_a_memory_file_cannot_grow_past_the_limit() -> None:
    grow = "import os; os.ftruncate(os.memfd_create('x'), 2_000_000)"
    done = subprocess.run(sandboxed([sys.executable, "-c", grow], Access(read=sandbox.python_paths()), True, Limits(file_bytes=1_000_000)), capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and "File too large" in done.stderr


def test_there_is_no_sys_and_nothing_of_the_kernel_can_be_set() -> None:
    """Root on the outside owns the kernel's own files on the inside, capabilities or not."""
    assert run("test -e /sys").returncode == 1
    writable = said("find /proc -maxdepth 4 -path '/proc/[0-9]*' -prune -o -type f -writable -print 2>/dev/null; true").splitlines()
    assert [path for path in writable if not path.startswith(("/proc/self/", "/proc/thread-self/"))] == []
    assert said("test -r /proc/sys/vm/overcommit_memory && echo readable") == "readable"
    assert said("echo named > /proc/self/comm && echo written") == "written"  # as CUDA names its threads


def test_the_command_gets_its_standard_streams_and_no_other_descriptor() -> None:
    """Also none of the supervisor's, bubblewrap's or the filter's, and none that the caller leaks."""
    ours, theirs = socket.socketpair()
    with ours, theirs, open("/etc/hostname") as leaked:
        os.set_inheritable(leaked.fileno(), True)
        listing = "import os; print(*sorted(os.listdir('/proc/self/fd'), key=int)); print(*(os.path.realpath(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd')))"
        for enabled in (True, False):
            command = sandboxed([sys.executable, "-c", listing], Access(read=sandbox.python_paths()), enabled, pass_fds=[theirs.fileno()])
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, pass_fds=[theirs.fileno(), leaked.fileno()])
            fds, targets = done.stdout.splitlines()
            # One more than was passed: the listing's own.
            assert set(fds.split()) - {"0", "1", "2", str(theirs.fileno())} == {str(min(set(range(3, 99)) - {theirs.fileno()}))}, fds
            assert "hostname" not in targets


def test_processes_and_threads_are_limited() -> None:
    forks = "for i in $(seq 40); do sleep 20 & done; wait"
    began = time.monotonic()
    done = run(forks, limits=Limits(processes=16))
    assert done.returncode != 0 and time.monotonic() - began < 10
    # The supervisor's sentence; or, where the kernel counts (not for root), the shell's own about a fork that failed.
    assert "more than 16 processes and threads" in done.stderr or "fork" in done.stderr


def test_open_files_are_limited_and_no_core_is_dumped() -> None:
    assert said("ulimit -n; ulimit -c").split() == ["1024", "0"]


def test_the_exit_status_comes_through() -> None:
    assert run("exit 86").returncode == 86
    assert run("kill -SEGV $$").returncode == 128 + signal.SIGSEGV


def test_off_means_the_same_limits_and_paths_without_the_walls(tmp_path: Path) -> None:
    assert said("pwd; id -u; ulimit -n", Access(directory=tmp_path), enabled=False).split() == [str(tmp_path), str(os.getuid()), "1024"]
    assert said(f"test -e {Path(__file__).resolve()} && echo visible", enabled=False) == "visible"


def test_it_is_available_here() -> None:
    assert why_unavailable() is None


def test_a_missing_bubblewrap_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    why = why_unavailable()
    assert why is not None and "not installed" in why and "apt-get install bubblewrap" in why and "sandbox: off" in why


def test_a_failing_bubblewrap_is_quoted_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "bwrap", "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    why = why_unavailable()
    assert why is not None and "setting up uid map: Permission denied" in why and "user namespaces" in why and "sandbox: off" in why


def test_a_bubblewrap_that_cannot_be_started_is_a_reason_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "bwrap", "exit 0")
    (tmp_path / "bwrap").write_text("#!/nowhere/interpreter\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    why = why_unavailable()
    assert why is not None and "bwrap could not be started" in why and "sandbox: off" in why


def test_what_every_sandbox_sees_is_not_asked_for_again(tmp_path: Path) -> None:
    assert readable(Path("/usr/local/cuda"), Path("/lib"), None, tmp_path, tmp_path) == (tmp_path,)


def test_cuda_home_is_the_one_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    _program(tmp_path / "bin" / "nvcc", "exit 0")
    monkeypatch.setenv("CUDA_HOME", str(tmp_path))
    assert cuda_home() == tmp_path
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "elsewhere"))
    assert cuda_home() != tmp_path


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
