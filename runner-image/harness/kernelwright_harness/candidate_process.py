"""How the harness's own programs are started in the sandbox, those in which candidate code runs."""

import os
import sys
from pathlib import Path

from kernelwright_harness.sandbox import PACKAGE_ROOT, Access, library_paths, python_paths, readable, toolchain


def module_command(module: str, *arguments: str) -> list[str]:
    """The command line of a module of this package."""
    return [sys.executable, "-s", "-B", "-m", f"kernelwright_harness.{module}", *arguments]


def module_access(
    *read: Path | None,
    gpu: bool,
    compiles: bool,
    write: tuple[Path, ...] = (),
    environment: dict[str, str] | None = None,
    tracing: bool = False,
    packages: tuple[str, ...] | None = None,
) -> Access:
    """What such a program sees: Python with this package, the driver's libraries and `read`. `compiles` adds the CUDA toolkit, for code
    that builds kernels while it runs; the rest is as in `Access`."""
    return Access(
        read=readable(*read, *python_paths(), *library_paths(), *(toolchain() if compiles else ())),
        write=write,
        gpu=gpu,
        environment={"PYTHONPATH": str(PACKAGE_ROOT), "PYTHONDONTWRITEBYTECODE": "1", **(gpu_environment() if gpu else {}), **(environment or {})},
        directory=PACKAGE_ROOT,
        tracing=tracing,
        packages=packages,
    )


def gpu_environment() -> dict[str, str]:
    """What CUDA needs to know in a sandbox: where the driver is, and which GPU."""
    passed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES") if name in os.environ}
    return {"CUDA_CACHE_DISABLE": "1", **passed}
