"""How candidate code and compilers are started: in bubblewrap, seeing next to nothing.

The root of the sandbox is empty, and only what is named here is bound into it: the system's programs and libraries, Python, the CUDA
toolkit and the paths that the caller asks for. An allow-list, since a runner's machine keeps secrets in unforeseen places (the
Actions runner's own credentials often lie below `/opt` or beside the workspace). Paths are the same inside and outside, so that
running without a sandbox differs in nothing else.
"""

import glob
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives")

GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What one sandboxed process may use. Time is bounded by whoever waits for it."""

    file_bytes: int = 1 * GIB
    open_files: int = 1024
    scratch_bytes: int = 2 * GIB
    """Size of the private /tmp."""


@dataclass(frozen=True)
class Access:
    """What the process may see beside the system: read-only paths, writable paths, and whether it needs the GPU."""

    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    gpu: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict[str, str]())
    directory: Path | None = None
    """Working directory; must be among the paths above."""


def sandboxed(command: list[str], access: Access, enabled: bool, limits: Limits = Limits()) -> list[str]:
    """The command line that runs `command` with `access`. The environment is set there, so the caller passes none."""
    environment = {"PATH": "/usr/local/cuda/bin:/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", **access.environment}
    bounds = ["prlimit", "--core=0", f"--fsize={limits.file_bytes}", f"--nofile={limits.open_files}", "--"]
    assignments = [f"{name}={value}" for name, value in environment.items()]
    if not enabled:
        inside = ["--chdir", str(access.directory)] if access.directory else []
        return [*bounds, "env", *inside, "-i", *assignments, *command]
    arguments = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--clearenv"]
    for path in _SYSTEM:
        arguments += ["--ro-bind-try", path, path]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--size", str(limits.scratch_bytes), "--tmpfs", "/tmp"]
    if access.gpu:
        for device in gpu_device_files():
            arguments += ["--dev-bind", device, device]
    for path in access.read:
        arguments += ["--ro-bind", str(path), str(path)]
    for path in access.write:
        arguments += ["--bind", str(path), str(path)]
    arguments += ["--remount-ro", "/"]  # the empty root is a writable tmpfs until then
    if access.directory:
        arguments += ["--chdir", str(access.directory)]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return [*bounds, "bwrap", *arguments, "--", *command]


def gpu_device_files() -> list[str]:
    return [path for path in sorted(glob.glob("/dev/nvidia*")) if not os.path.isdir(path)]


def python_paths() -> tuple[Path, ...]:
    """What this interpreter needs to start in the sandbox: its installation, its virtual environment and this package."""
    package_root = Path(__file__).resolve().parent.parent
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent, package_root}
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
