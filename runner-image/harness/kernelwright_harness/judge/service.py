"""`python -m kernelwright_harness judge`: one long-lived process for a GPU, asked by JSON lines on standard input.

Requests are `{"id", "method": "hello" | "check" | "measure", …}`; answers are `{"id", "result"}` or `{"id", "error"}`, and in between there may be
`{"id", "progress": text}`. The end of standard input ends the process.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from kernelwright_harness import sandbox
from kernelwright_harness.judge.device_unavailable import DeviceUnavailable
from kernelwright_harness.judge.devices import device_report, open_device
from kernelwright_harness.judge.health import HealthWatch
from kernelwright_harness.judge.measurement import measure
from kernelwright_harness.judge.oracle import reference_problem
from kernelwright_harness.judge.runners import Runners
from kernelwright_harness.options import Options, parse_options
from kernelwright_harness.specification import parse_target


def main(arguments: list[str]) -> int:
    options = parse_options("judge", arguments)
    # Libraries print to standard output as they please; answers go to a private copy of it that they do not know.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    judge: _Judge | None = None

    def say(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")

    def progress(text: str) -> None:
        say({"id": request["id"], "progress": text})

    requests = _lines_of_input()
    try:
        while (line := _next_line(requests, judge)) is not None:
            request = json.loads(line)
            try:
                judge = judge or _Judge(options, progress)
                say({"id": request["id"], "result": judge.answer(request, progress)})
            except DeviceUnavailable as error:
                say({"id": request["id"], "error": str(error)})
            except Exception:
                say({"id": request["id"], "error": f"the judge failed, which is a bug in Kernelwright:\n{traceback.format_exc()}"})
    finally:
        if judge is not None:
            judge.close()
    return 0


def _lines_of_input() -> "SimpleQueue[str | None]":
    """Those of standard input as they arrive, and None at its end. Read by a thread, so that it can be known whether there is one already."""
    lines: SimpleQueue[str | None] = SimpleQueue()

    def read() -> None:
        try:
            for line in sys.stdin:
                lines.put(line)
        finally:
            lines.put(None)

    Thread(target=read, daemon=True).start()
    return lines


_QUIET_S = 0.05
"""Where candidates follow each other without a pause, the next request is there sooner, and there is no time to do anything ahead of it."""


def _next_line(requests: "SimpleQueue[str | None]", judge: "_Judge | None") -> str | None:
    """Waits for it, and has the judge get ready meanwhile."""
    while judge is not None and not judge.is_ready:
        try:
            return requests.get(timeout=_QUIET_S)
        except Empty:
            judge.look_ahead()
    return requests.get()


_COMPANY = "waiting for another judge, which is at work on this GPU"


class _Judge:
    def __init__(self, options: Options, progress: Callable[[str], None]) -> None:
        if options.sandbox and (why := sandbox.why_unavailable()):
            raise DeviceUnavailable(why)
        self._options = options
        self._device = open_device(options.device, lambda: progress(_COMPANY))
        self._runners = Runners(self._device, options.sandbox)
        self._health = HealthWatch(self._device, self._runners)

    def answer(self, request: dict[str, Any], progress: Callable[[str], None]) -> dict[str, Any]:
        match request["method"]:
            case "hello":
                return {"device": device_report(self._device), "sandbox": "bubblewrap" if self._options.sandbox else "off"}
            case "check":
                return {"problem": reference_problem(parse_target(request["target"]))}
            case "measure":
                target = parse_target(request["target"])
                with self._turn(progress) as shared:
                    return self._health.guard(lambda: measure(self._device, self._runners, request, target, self._options, progress), shared)
            case other:
                raise ValueError(f"unknown method {other!r}")

    @contextmanager
    def _turn(self, progress: Callable[[str], None]) -> Iterator[bool]:
        """This judge's turn on the device, and whether it has to share it with another judge. Then no runner of this one is there before or after, or
        still about to leave: each judge must know what memory is free while it measures."""
        with self._device.lock.held(lambda: progress(_COMPANY)):
            shared = self._make_room()
            try:
                yield shared
            finally:
                self._make_room()

    def _make_room(self) -> bool:
        """Takes the runners off the device where another judge shares it; whether one does. To be asked by who holds the lock."""
        shared = self._device.lock.is_shared()
        self._runners.stay_off_device(shared)
        return shared

    @property
    def is_ready(self) -> bool:
        """Whether looking ahead would change nothing."""
        return self._runners.are_awake

    def look_ahead(self) -> None:
        """When nobody asks: lets all waiting runners that have imported open the device, so that the next measurement need not wait for them, and
        keeps others from timing meanwhile. Not where somebody else is measuring."""
        with suppress(DeviceUnavailable), self._device.lock.held_if_free() as free:  # whoever asks next will be told
            if free:
                self._make_room()
                self._runners.wake_all()
                self._runners.finish_waking()

    def close(self) -> None:
        self._runners.drop()
