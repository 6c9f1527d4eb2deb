"""What benchmarks derive from."""

from typing import Any


class Benchmark:
    """`setup_NAME` or else `setup` makes the tensors, `benchmark_NAME` calls `self.kernel`, and `verify_NAME` returns what `self.out` should then hold."""

    seed: int | None = None
    device: str = "cpu"

    def __init__(self) -> None:
        self.kernel: Any = None
        self.out: Any = None

    def setup(self) -> None:
        pass
