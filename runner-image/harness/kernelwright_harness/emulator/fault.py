"""Finds the one thing that matters in what a stopped process wrote on stderr."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A report comes last and is short; what stands before it is the candidate's own output, which may be long and hostile.
_MAX_CHARACTERS = 128 * 1024
_DIAGNOSIS = re.compile(r"^kernelwright emulator: (?:(.+?):(\d+): )?(.*)$", re.MULTILINE)
_ASSERTION = re.compile(r"(Assertion `[^\n]{0,400}?' failed)\.")
_UNDEFINED = re.compile(r"^.*?:\d+:\d+: runtime error: (.*)$", re.MULTILINE)
_ADDRESS = re.compile(r"ERROR: AddressSanitizer: (.*)")
_WHERE_IN_MEMORY = re.compile(r" on (?:unknown )?address .*| \(pc 0x.*")
_ACCESS = re.compile(r"^(READ|WRITE) of size (\d+)", re.MULTILINE)
_THREAD = re.compile(r"^kernelwright emulator ran (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What stopped a kernel: one sentence, and the line (from 1) of the source where it happened, if the report names one."""

    message: str
    line: int | None
    path: str | None = None
    """Of the file that the line is of."""


def find_fault(stderr: str, *paths: str) -> Fault | None:
    """The fault that `stderr` reports for the sources `paths`, or None when it reports none.

    The first stack frame inside one of them counts: an atomic or a load with a cache hint faults in a header that the author never saw.
    """
    stderr = stderr[-_MAX_CHARACTERS:]
    diagnosis = _DIAGNOSIS.search(stderr)
    if diagnosis is not None:
        return Fault(diagnosis.group(3), int(diagnosis.group(2)), diagnosis.group(1)) if diagnosis.group(2) else Fault(diagnosis.group(3), None)
    for pattern in (_ASSERTION, _UNDEFINED, _ADDRESS):
        report = pattern.search(stderr)
        if report is not None:
            line_start = stderr.rfind("\n", 0, report.start()) + 1
            names = "|".join(map(re.escape, paths))
            place = re.compile(rf"(?:^|\s|/)({names}):(\d+)", re.MULTILINE).search(stderr, line_start)
            message = _sentence(report.group(1), stderr)
            return Fault(message, int(place.group(2)), place.group(1)) if place else Fault(message, None)
    return None


def _sentence(report: str, stderr: str) -> str:
    text = _WHERE_IN_MEMORY.sub("", report).strip()
    if (access := _ACCESS.search(stderr)) is not None:
        verb = "reads" if access.group(1) == "READ" else "writes"
        text += f": {verb} {access.group(2)} bytes outside what it may touch"
    elif text == "SEGV":  # the signal comes from the checker's own look-up, so its READ or WRITE says nothing
        text += ": touches memory that does not exist"
    thread = _THREAD.search(stderr)
    return f"{text}, in {thread.group(1)}" if thread is not None else text

