"""Where the time of a measurement went."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Literal, TypeVar

Phase = Literal["processes", "check", "settle", "time", "watch", "counters"]
"""Starting and ending runners; checking results; waiting until the next runners have opened the device; timing; sanitizers and profiler; the counters
that a screening tells the model."""

_T = TypeVar("_T")


class Phases:
    def __init__(self) -> None:
        self.seconds: dict[Phase, float] = defaultdict(float)

    @contextmanager
    def of(self, phase: Phase) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[phase] += time.perf_counter() - began

    @contextmanager
    def around(self, phase: Phase, context: AbstractContextManager[_T]) -> Iterator[_T]:
        """What entering and leaving `context` takes, without what happens in it."""
        with ExitStack() as entered:
            with self.of(phase):
                value = entered.enter_context(context)
            yield value
            with self.of(phase):
                entered.close()
