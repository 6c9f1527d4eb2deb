"""Finds the one thing that matters in what a stopped process wrote on stderr."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIAGNOSIS = re.compile(r"^kernelwright emulator: (?:(.+?):(\d+): )?(.*)$", re.MULTILINE)
_ADDRESS = re.compile(r"ERROR: AddressSanitizer: (.*)")
_UNDEFINED = re.compile(r"^.*?:\d+:\d+: runtime error: (.*)$", re.MULTILINE)
_REGISTERS = re.compile(r" on (?:unknown )?address .*| \(pc 0x.*")
_ACCESS = re.compile(r"^(READ|WRITE) of size (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What stopped a kernel: one sentence, and the line (from 1) of the source where it happened, if the report names one."""

    message: str
    line: int | None


def find_fault(stderr: str, path: str) -> Fault | None:
    """The fault that `stderr` reports for the source `path`, or None when it reports none.

    The first stack frame inside `path` counts: an atomic or a load with a cache hint faults in a header that the author never saw.
    """
    diagnosis = _DIAGNOSIS.search(stderr)
    if diagnosis is not None:
        return Fault(diagnosis.group(3), int(diagnosis.group(2)) if diagnosis.group(2) else None)
    for pattern in (_UNDEFINED, _ADDRESS):
        report = pattern.search(stderr)
        if report is not None:
            place = re.compile(rf"(?:^|\s|/){re.escape(path)}:(\d+)", re.MULTILINE).search(stderr, report.start())
            return Fault(_sentence(report.group(1), stderr), int(place.group(1)) if place else None)
    return None


def _sentence(report: str, stderr: str) -> str:
    text = _REGISTERS.sub("", report).strip()
    access = _ACCESS.search(stderr)
    if access is None:
        return text
    return f"{text}: {'reads' if access.group(1) == 'READ' else 'writes'} {access.group(2)} bytes outside what it may touch"
