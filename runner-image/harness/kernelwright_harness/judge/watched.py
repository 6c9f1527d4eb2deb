"""Runs the probe (`runner/probe.py`) in the sandbox under a tool of the CUDA toolkit, within a time limit.

The tool has to run inside the sandbox too, since it follows its target through sockets and shared memory that the sandbox closes off
from outside. So whatever it leaves behind lay within reach of candidate code, and is handed on as bytes to distrust.
"""

import json
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernelwright_harness.candidate_process import module_access, module_command
from kernelwright_harness.judge.setup_message import python_fields, scalar_field, tensor_fields
from kernelwright_harness.sandbox import cuda_home, readable
from kernelwright_harness.specification import Scalar, Target, Tensor, Workload
from kernelwright_harness.supervised import Supervised
from kernelwright_harness.target_files import unpack
from kernelwright_harness.untrusted_file import read_untrusted

_REPORT_BYTES = 16 << 20
_NSIGHT_COMPUTE = Path("/opt/nvidia/nsight-compute")
"""Where NVIDIA's packages put what the toolkit's `ncu` starts."""


@dataclass(frozen=True)
class Tool:
    path: Path
    read: tuple[Path, ...]
    """What it needs to see beside the system."""


@dataclass(frozen=True)
class Calls:
    """What the probe is to do."""

    target: Target
    library: Path
    """What was built: a library, or packed Python files."""
    shapes: tuple[Workload, ...]
    count: int = 1
    """Calls at each shape."""


@dataclass(frozen=True)
class Watched:
    status: int | None
    """Exit status of the tool; None when it did not end in time."""
    finished: bool
    """Whether the probe says that every call returned and the device became idle. A library that ends the process early does not come
    this far; one that lies about it could."""
    files: dict[str, bytes]
    """What the tool wrote, by name; only regular files of a sane size."""
    struck: str | None = None
    """The limit of the sandbox that it went beyond, as the rest of a sentence."""


def find_tool(name: str) -> Tool | None:
    """On the PATH, else in the CUDA toolkit."""
    home = cuda_home()
    on_path = shutil.which(name)
    path = Path(on_path).resolve() if on_path else home / "bin" / name if home else None
    if path is None or not path.exists():
        return None
    return Tool(path, readable(home, path.parent, _NSIGHT_COMPUTE if _NSIGHT_COMPUTE.is_dir() else None))


def run_watched(tool: Tool | None, arguments: Callable[[Path], list[str]], calls: Calls, files: Sequence[str], sandbox: bool, limit_s: float, trace: str | None = None) -> Watched:
    """Runs `tool` with `arguments` (made from the folder that it may write to) on the probe; without a tool, the probe alone.

    `files` are the names below that folder to bring back. `trace` names one into which the probe itself lists the kernels.
    """
    with tempfile.TemporaryDirectory(prefix="kernelwright-watched-") as made:
        folder = Path(made).resolve()
        folder.chmod(0o700)
        token = secrets.token_hex(16)
        request = {**_request(calls), "token": token, "finished": str(folder / "finished")} | ({"trace": str(folder / trace)} if trace else {})
        (folder / "request").write_text(json.dumps(request))
        probe = module_command("runner.probe", str(folder / "request"))
        command = [str(tool.path), *arguments(folder), *probe] if tool else probe
        access = module_access(
            calls.library,
            *(tool.read if tool else ()),
            gpu=True,
            compiles=calls.target.is_python,
            write=(folder,),
            environment={"USER": "nobody"},  # torch's profiler asks for a user's name, which nobody has in the sandbox
            tracing=tool is not None,
        )
        process = Supervised(command, access, sandbox)
        try:
            ended = process.wait(limit_s)
        finally:
            process.stop()
        found = {name: content for name in files if (content := read_untrusted(folder / name, _REPORT_BYTES)) is not None}
        return Watched(ended and ended.status, read_untrusted(folder / "finished", _REPORT_BYTES) == token.encode(), found, ended.struck if ended else None)


def _request(calls: Calls) -> dict[str, Any]:
    target = calls.target
    program = python_fields(target, unpack(calls.library), "cuda") if target.is_python else {"program": "library", "library": str(calls.library), "entry": target.entry}
    return {
        **program,
        "calls": calls.count,
        "seed": secrets.randbits(32),
        "shapes": [[_argument(a, shape) for a in (*target.arguments, *target.parameters)] for shape in calls.shapes],
    }


def _argument(argument: object, shape: Workload) -> dict[str, Any]:
    match argument:
        case Tensor(name=name, role=role):
            return {"kind": "tensor", "name": name, "role": role, "of": argument.of, **tensor_fields(argument, shape.values), "bytes": argument.nbytes(shape.values), "range": argument.bounds(shape.values)}
        case Scalar():
            return scalar_field(argument, shape.values)
        case _:
            return {"kind": "stream"}
