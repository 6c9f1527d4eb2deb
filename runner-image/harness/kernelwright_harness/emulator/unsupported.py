"""The refusal of a source that the emulated device cannot run."""

from __future__ import annotations


class Unsupported(Exception):
    """`line` (from 1) of the source holds something that cannot be emulated; `reason` says what, in one sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason

    def of(self, path: str) -> str:
        """As a compiler would say it of the file."""
        return f"{path}:{self.line}: error: the emulated device cannot run this: {self.reason}"
