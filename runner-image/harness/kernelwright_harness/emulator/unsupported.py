"""The refusal of a source that the emulated device cannot run."""

from __future__ import annotations


class Unsupported(Exception):
    """`line` (from 1) of the source holds something that cannot be emulated; `reason` says what, in one sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason
