"""One implementation in a process of its own, with the memory that this process and the judge share."""

from dataclasses import dataclass
from pathlib import Path

from kernelwright_harness.judge.memory import Memory
from kernelwright_harness.judge.runner_process import RunnerProcess
from kernelwright_harness.specification import Mode


@dataclass(frozen=True)
class Side:
    """Of a pair."""

    runner: RunnerProcess
    memory: Memory
    built: Path
    mode: Mode = "as-is"
