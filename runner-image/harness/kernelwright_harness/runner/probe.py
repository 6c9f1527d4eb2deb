"""`python -m kernelwright_harness.runner.probe [REQUEST]`: runs one implementation a few times for a tool that watches it.

compute-sanitizer and the profilers watch a whole process, so this one does nothing but call the entry point. Every tensor is an
allocation of its own of exactly its size: memcheck finds an access out of bounds only past the end of an allocation, and inside a
larger one (such as the judge's buffers with their guard bands) it finds nothing. The inputs are plausible and not secret: results
are not looked at here, `judge/checks.py` does that with other inputs in other processes.

The request is one JSON object in the file REQUEST, or on standard input: `library` and `entry`, or `program` = `python` with what
`runner/python_program.py` needs; `calls`, `seed`, `shapes` (each a list of the launcher's arguments: `{"kind": "tensor", "role", "dtype",
"bytes", "range": [low, high] or null}`, `{"kind": "scalar", "type", "value"}` or `{"kind": "stream"}`; for a module or a function with `name` and `shape`, followed by
its parameters), `token` and `finished`: the path of a file, into which `token` is written once every call has returned and the device is
idle again. With `trace`, the path of another file, torch's profiler records what the device did and lists it there.

Candidate code runs in this process. Whoever starts it must believe neither what it prints nor what it leaves behind.
"""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.runner.program import DeviceError, LaunchError, Loaded, LoadError, Region, Runtime, load_program
from kernelwright_harness.runner.values import plausible_bytes

LOAD_FAILED_STATUS = 31
LAUNCH_FAILED_STATUS = 32
DEVICE_FAILED_STATUS = 33


class ProbeRuntime(Runtime, Protocol):
    def write(self, address: int, content: bytes) -> None:
        """Copies `content` to the device."""
        ...


def main(request: dict[str, Any], runtime: Callable[[], ProbeRuntime]) -> int:
    try:
        opened = runtime()
        for shape in request["shapes"]:
            program = _loaded(opened, request, shape)
            if request.get("program") == "python":
                program.run([0], False, {})  # what is compiled and tried out at the first call is not what there is to see
            with _traced(request.get("trace")):
                program.run([0] * int(request["calls"]), False, {})
    except LoadError as error:
        print(error, file=sys.stderr)
        return LOAD_FAILED_STATUS
    except LaunchError:
        return LAUNCH_FAILED_STATUS
    except DeviceError:
        return DEVICE_FAILED_STATUS
    Path(request["finished"]).write_text(request["token"])
    return 0


def _loaded(runtime: ProbeRuntime, request: dict[str, Any], arguments: Sequence[dict[str, Any]]) -> Loaded:
    tensors = [a for a in arguments if a["kind"] == "tensor"]
    position = iter(range(len(tensors)))
    bound = [{**a, "kind": "pointer", "part": next(position), "offsets": [0], "offset": 0} if a["kind"] == "tensor" else a for a in arguments]
    setup = {**request, "slots": 1, "memory": 0, "parts": [(0, t["bytes"]) for t in tensors], "guards": [], "arguments": bound}
    filled = _Filled(runtime, tensors, request["seed"])
    if request.get("program") != "python":
        return load_program(filled, setup, [])
    from kernelwright_harness.runner.python_program import load_python_program

    def of(*roles: str | None) -> list[dict[str, Any]]:
        return [a for a in bound if a.get("role") in roles]

    called = {"arguments": of("input", "inout", None), "cotangents": of("cotangent"), "parameters": of("parameter"), "results": of("output", "gradient")}
    return load_python_program(filled, {**setup, **called}, [])


class _Filled:
    """A runtime whose memory holds inputs as soon as it is mapped. Outputs stay as they are allocated, for initcheck."""

    def __init__(self, runtime: ProbeRuntime, tensors: Sequence[dict[str, Any]], seed: int) -> None:
        self._runtime = runtime
        self._tensors = tensors
        self._seed = seed
        self.stream = runtime.stream
        self.timed = runtime.timed

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        addresses = self._runtime.map(fd, size, parts, guards)
        for number, (tensor, address) in enumerate(zip(self._tensors, addresses, strict=True)):
            if tensor["role"] not in ("output", "gradient") and tensor["bytes"]:
                self._runtime.write(address, plausible_bytes(DTYPES[tensor["dtype"]], tensor["bytes"], self._seed + number, tensor.get("range")))
        return addresses


def _cuda() -> ProbeRuntime:
    from kernelwright_harness.runner.probe_cuda import CudaProbeRuntime

    return CudaProbeRuntime()


def _traced(path: str | None) -> AbstractContextManager[object]:
    if path is None:
        return nullcontext()
    from kernelwright_harness.runner.trace import traced

    return traced(Path(path))


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text() if len(sys.argv) > 1 else sys.stdin.read()), _cuda))
