"""`python -m kernelwright_harness doctor`: is everything here that a measurement needs? One JSON object on standard output."""

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Literal

from kernelwright_harness import sandbox
from kernelwright_harness.options import Options, parse_options


@dataclass(frozen=True)
class Finding:
    name: str
    status: Literal["ok", "missing", "optional"]
    """`optional` is absent too, but work goes on without it."""
    detail: str


def main(arguments: list[str]) -> int:
    options = parse_options("doctor", arguments)
    findings = [_python(), *_torch(options), _sandbox(options), *_compilers(options)]
    json.dump([asdict(f) for f in findings], sys.stdout)
    return 0


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 10)
    return Finding("python", "ok" if good else "missing", f"{version} at {sys.executable}" + ("" if good else "; 3.10 or later is needed"))


def _torch(options: Options) -> list[Finding]:
    if absent := [name for name in ("torch", "numpy") if find_spec(name) is None]:
        return [Finding("torch", "missing", f"{' and '.join(absent)} cannot be imported: run runner-image/install.sh")]
    import torch

    found = Finding("torch", "ok", torch.__version__)
    if torch.cuda.is_available():
        return [found, Finding("gpu", "ok", torch.cuda.get_device_name(0)), _cuda_bindings()]
    if options.device == "cuda":
        return [found, Finding("gpu", "missing", "torch sees no GPU: check nvidia-smi and that this torch is a CUDA build, or choose the device emulated")]
    return [found, Finding("gpu", "optional", "none: kernels run on the emulated device, results are checked, and no speedup is measured")]


def _cuda_bindings() -> Finding:
    if find_spec("cuda") is None or find_spec("cuda.bindings") is None:
        return Finding("cuda-bindings", "missing", "the Python package cuda-bindings cannot be imported: install it beside torch")
    return Finding("cuda-bindings", "ok", "importable")


def _sandbox(options: Options) -> Finding:
    if not options.sandbox:
        return Finding("sandbox", "optional", "off: candidates can reach everything that this user can")
    why = sandbox.why_unavailable()
    return Finding("sandbox", "missing", why) if why else Finding("sandbox", "ok", "bubblewrap starts")


def _compilers(options: Options) -> list[Finding]:
    emulated = options.device == "emulated" or (options.device == "auto" and not _gpu())
    home = sandbox.cuda_home()
    nvcc = Finding("nvcc", "ok", str(home / "bin" / "nvcc")) if home else Finding(
        "nvcc",
        "optional" if emulated else "missing",
        "not found" + (": candidates are compiled for the emulated device only" if emulated else ": install the CUDA toolkit, or set CUDA_HOME to where it is"),
    )
    gxx = shutil.which("g++")
    return [nvcc, Finding("g++", "ok", gxx) if gxx else Finding("g++", "missing", "not found: run runner-image/install.sh, or `apt-get install g++`")]


def _gpu() -> bool:
    if find_spec("torch") is None:
        return os.path.exists("/dev/nvidia0")
    import torch

    return torch.cuda.is_available()
