"""`python -m kernelwright_harness judge`: one long-lived process for a GPU, asked by JSON lines on standard input.

Requests are `{"id", "method": "hello" | "measure", …}`; answers are `{"id", "result"}` or `{"id", "error"}`, and in between there may be
`{"id", "progress": text}`. The end of standard input ends the process.
"""

import fcntl
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kernelwright_harness import sandbox
from kernelwright_harness.judge.devices import Device, DeviceUnavailable, device_report, open_device
from kernelwright_harness.judge.health import HealthWatch
from kernelwright_harness.judge.measurement import measure
from kernelwright_harness.options import Options, parse_options
from kernelwright_harness.specification import parse_target


def main(arguments: list[str]) -> int:
    options = parse_options("judge", arguments)
    # Libraries print to standard output as they please; answers go to a private copy of it that they do not know.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    device: Device | None = None
    health: HealthWatch | None = None

    def say(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")

    for line in sys.stdin:
        request = json.loads(line)
        try:
            device = device or _open(options)
            health = health or HealthWatch(device)
            say({"id": request["id"], "result": _answer(device, health, options, request, lambda text: say({"id": request["id"], "progress": text}))})
        except DeviceUnavailable as error:
            say({"id": request["id"], "error": str(error)})
        except Exception:
            say({"id": request["id"], "error": f"the judge failed, which is a bug in Kernelwright:\n{traceback.format_exc()}"})
    return 0


def _open(options: Options) -> Device:
    if options.sandbox and (why := sandbox.why_unavailable()):
        raise DeviceUnavailable(why)
    return open_device(options.device)


def _answer(device: Device, health: HealthWatch, options: Options, request: dict[str, Any], progress: Any) -> dict[str, Any]:
    match request["method"]:
        case "hello":
            return {"device": device_report(device), "sandbox": "bubblewrap" if options.sandbox else "off"}
        case "measure":
            with _alone_on(device):
                return health.guard(lambda: measure(device, request, parse_target(request["target"]), options, progress))
        case other:
            raise ValueError(f"unknown method {other!r}")


@contextmanager
def _alone_on(device: Device) -> Iterator[None]:
    """One measurement at a time on a GPU, whichever process asks for it: two runners on one host must not disturb each other."""
    name = device.lock_name()
    if name is None:
        yield
        return
    descriptor = _open_lock(Path(tempfile.gettempdir()) / f"kernelwright-{name}.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open_lock(path: Path) -> int:
    """A lock needs no right to write, and with `fs.protected_regular` nobody may even name O_CREAT for another user's file in /tmp."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
