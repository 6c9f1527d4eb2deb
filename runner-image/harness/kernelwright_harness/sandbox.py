"""How candidate code and compilers are started: in bubblewrap, seeing next to nothing.

The root of the sandbox is empty, and only what is named here is bound into it: the system's programs and libraries, Python, the CUDA
toolkit and the paths that the caller asks for. An allow-list, since a runner's machine keeps secrets in unforeseen places (the
Actions runner's own credentials often lie below `/opt` or beside the workspace). Paths are the same inside and outside, so that
running without a sandbox differs in nothing else.

Every command runs under a supervisor (`supervisor/main.py`), with the sandbox and without: it holds the command and all that it starts
to their limits, and ends only when nothing of them is left. Callers that want to know why a command ended use `Supervised`.
"""

import os
import shutil
import site
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from kernelwright_harness.gpu_device_files import gpu_device_files
from kernelwright_harness.limits import MIB, Limits
from kernelwright_harness.supervisor.settings import Settings, to_arguments

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives")

PACKAGE_ROOT = Path(__file__).resolve().parent.parent
# -I -S: nothing of the caller's environment or of site-packages is imported, which also makes it start in some 10 ms.
_SUPERVISOR = ["-I", "-S", "-B", "-c", "import sys; sys.path.insert(0, sys.argv.pop(1)); from kernelwright_harness.supervisor.main import main; sys.exit(main(sys.argv[1:]))"]


@dataclass(frozen=True)
class Access:
    """What the process may see beside the system: read-only paths, writable paths, and whether it needs the GPU."""

    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    gpu: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict[str, str]())
    directory: Path | None = None
    """Working directory; must be among the paths above."""
    tracing: bool = False
    """May its processes trace each other, as debuggers and profilers do?"""
    packages: tuple[str, ...] | None = None
    """The only installed Python packages that it may import, by the names of their folders; None for all."""


def sandboxed(
    command: list[str],
    access: Access,
    enabled: bool,
    limits: Limits = Limits(),
    *,
    pass_fds: Sequence[int] = (),
    supervised: bool = False,
) -> list[str]:
    """The command line that runs `command` with `access`. The environment is set there, so the caller passes none.

    `pass_fds` are the descriptors, inheritable here, that the command gets beside the standard streams; every other is closed.
    `supervised` is for `Supervised`: see the supervisor.
    """
    environment = {"PATH": "/usr/local/cuda/bin:/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "USER": "nobody", "TMPDIR": "/tmp", "LANG": "C.UTF-8", **access.environment}
    inner = _walled(command, access, environment, limits) if enabled else _unwalled(command, access, environment)
    settings = Settings(
        limits.memory_bytes,
        limits.processes,
        limits.file_bytes,
        limits.open_files,
        limits.scratch_bytes,
        limits.files,
        supervised=supervised,
        filter=_filter(access) if enabled else "",
        fds=pass_fds,
        folders=[str(path) for path in access.write],
    )
    return [sys.executable, *_SUPERVISOR, str(PACKAGE_ROOT), *to_arguments(settings, inner)]


def _walled(command: list[str], access: Access, environment: dict[str, str], limits: Limits) -> list[str]:
    arguments = ["--unshare-all", *_no_more_namespaces(), "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--clearenv"]
    for path in _SYSTEM:
        arguments += ["--ro-bind-try", path, path]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--size", str(limits.shared_bytes), "--tmpfs", "/dev/shm", "--size", str(limits.scratch_bytes), "--tmpfs", "/tmp"]
    if access.gpu:
        for device in gpu_device_files():
            arguments += ["--dev-bind", device, device]
    for path in access.read:
        arguments += ["--ro-bind", str(path), str(path)]
    for path in access.write:
        arguments += ["--bind", str(path), str(path)]
    if access.packages is not None:
        arguments += _only(access.packages)
    # In /proc, root's files are writable to a sandbox that root has started, without any capability, and bubblewrap covers only folders
    # that are themselves writable: /proc/sys/kernel/core_pattern was not among them. Not all of /proc can be read-only: CUDA's cuInit
    # then answers CUDA_ERROR_OPERATING_SYSTEM (it names its threads through /proc/self).
    for path in _kernel_settings():
        arguments += ["--ro-bind-try", path, path]
    # /dev and / are file systems in memory without a bound.
    for place in ("/dev", "/"):
        arguments += ["--remount-ro", place]
    if access.directory:
        arguments += ["--chdir", str(access.directory)]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return ["bwrap", *arguments, "--", *_few_processes(limits), *command]


def _unwalled(command: list[str], access: Access, environment: dict[str, str]) -> list[str]:
    inside = ["--chdir", str(access.directory)] if access.directory else []
    return ["env", *inside, "-i", *(f"{name}={value}" for name, value in environment.items()), *command]


def _only(packages: tuple[str, ...]) -> list[str]:
    """Covers the folders of installed packages, and lays those with the given names over the cover."""
    arguments: list[str] = []
    for place in _package_folders():
        arguments += ["--size", str(MIB), "--tmpfs", place]
        for name in packages:
            if os.path.isdir(package := os.path.join(place, name)):
                arguments += ["--ro-bind", package, package]
        arguments += ["--remount-ro", place]
    return arguments


def _package_folders() -> list[str]:
    """Of this interpreter and of the installation that its virtual environment was made from."""
    named = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return sorted({path for path in [*named, *site.getsitepackages([sys.prefix, sys.base_prefix])] if os.path.isdir(path)})


def _filter(access: Access) -> str:
    if os.uname().machine not in ("x86_64", "aarch64"):
        return ""
    return "tracing" if access.tracing else "plain"


def _few_processes(limits: Limits) -> list[str]:
    """The kernel's own bound, which a fork bomb hits before the supervisor looks. Since Linux 5.14 it counts by user namespace; before,
    it would count everything that this user runs on the machine. It never binds root."""
    major, minor = (int("".join(c for c in part if c.isdigit()) or 0) for part in os.uname().release.split(".")[:2])
    return ["prlimit", f"--nproc={limits.processes}", "--"] if os.getuid() != 0 and (major, minor) >= (5, 14) else []


@lru_cache
def _no_more_namespaces() -> tuple[str, ...]:
    """Bubblewrap's own way to forbid nested user namespaces, where it has one (0.8) and it works (not where /proc/sys cannot be written).
    The system call filter forbids them too."""
    wanted = ("--unshare-user", "--disable-userns")
    try:
        probe = subprocess.run(["bwrap", "--unshare-all", *wanted, "--ro-bind", "/", "/", "--proc", "/proc", "true"], capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return wanted if probe.returncode == 0 else ()


def _kernel_settings() -> list[str]:
    """What in /proc is about no process and can be written, or may hold what can."""
    with os.scandir("/proc") as entries:
        own = [e for e in entries if not e.name.isdigit() and not e.is_symlink()]
        return sorted(e.path for e in own if e.is_dir() or e.stat().st_mode & 0o222)


def python_paths() -> tuple[Path, ...]:
    """What this interpreter needs to start in the sandbox: its installation, its virtual environment and this package."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent, PACKAGE_ROOT}
    return tuple(sorted(p for p in prefixes if not _is_system(p)))


def cuda_home() -> Path | None:
    """The CUDA toolkit: `$CUDA_HOME`, else the folder of the real nvcc on the PATH, else `/usr/local/cuda`."""
    named = os.environ.get("CUDA_HOME")
    if named and (Path(named) / "bin" / "nvcc").exists():
        return Path(named).resolve()
    if Path("/usr/local/cuda/bin/nvcc").exists():
        return Path("/usr/local/cuda").resolve()
    found = shutil.which("nvcc")
    if found and (home := Path(found).resolve().parent.parent) and (home / "include" / "cuda_runtime.h").exists():
        return home
    return None


def toolchain() -> tuple[Path, ...]:
    """What code needs that compiles kernels while it runs, beside the system's compilers."""
    home = cuda_home()
    return (home,) if home is not None else ()


def library_paths() -> tuple[Path, ...]:
    """Folders of `$LD_LIBRARY_PATH`, where containers often keep the NVIDIA driver."""
    return tuple(Path(p) for p in os.environ.get("LD_LIBRARY_PATH", "").split(":") if p.startswith("/") and os.path.isdir(p))


def readable(*paths: Path | None) -> tuple[Path, ...]:
    """The given paths without those that every sandbox sees anyway."""
    return tuple(dict.fromkeys(p for p in paths if p is not None and not _is_system(p)))


def why_unavailable() -> str | None:
    """None when the sandbox can start here; otherwise a sentence that says what is wrong and what to do."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: run runner-image/install.sh, or `apt-get install bubblewrap`, or set sandbox: off if you trust every candidate."
    try:
        probe = subprocess.run(sandboxed(["true"], Access(), enabled=True), capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap could not be started ({error}): check the installation, or set sandbox: off if you trust every candidate."
    if probe.returncode == 0:
        return None
    said = (probe.stderr.strip().splitlines() or ["no message"])[-1]
    return (
        f"bubblewrap cannot make a sandbox here ({said}): allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
        "kernel.apparmor_restrict_unprivileged_userns=0; in a container a seccomp profile that permits clone and unshare), or set sandbox: off if you trust every candidate."
    )


def _is_system(path: Path) -> bool:
    return any(path == Path(s) or Path(s) in path.parents for s in ("/usr", "/bin", "/sbin", "/lib", "/lib64"))
