"""Compilers side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from kernelwright_harness.build.job import Compiled

Step = Callable[[], Compiled]


def at_once(steps: Sequence[Step], most: int | None = None) -> list[Compiled]:
    """How each step ended, in their order, in which they begin too; as many run at a time as there are cores, at `most` that many, and never fewer than two."""
    cores = max(2, os.cpu_count() or 1)
    with ThreadPoolExecutor(min(cores, most or cores)) as pool:
        return list(pool.map(lambda step: step(), steps))


def together(parts: Sequence[Compiled]) -> Compiled:
    """The first that failed; where none did, all that they said."""
    failed = next((part for part in parts if not part.good), None)
    return failed or Compiled(0, "".join(part.log for part in parts))
