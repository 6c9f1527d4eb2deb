"""A project's benchmarks, as the command `kernels benchmark` runs them: each `benchmark_NAME` of each class is a workload."""

import importlib.util
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

_METHOD = "benchmark_"


@dataclass(frozen=True)
class Workload:
    of: type
    name: str
    path: str
    """Of the file, from the root of the repository."""

    @property
    def label(self) -> str:
        return f"{self.of.__name__}.{self.name}"

    @property
    def has_verification(self) -> bool:
        return hasattr(self.of, f"verify_{self.name}")

    def prepare(self, kernel: Any, device: str) -> Any:
        """A fresh instance that was set up. Raises what its own code does."""
        instance = self.of()
        instance.kernel, instance.device = kernel, device
        if instance.seed is not None:
            torch.manual_seed(instance.seed)
            random.seed(instance.seed)
        setup: Callable[[], None] = getattr(instance, f"setup_{self.name}", instance.setup)
        setup()
        return instance

    def run(self, instance: Any) -> None:
        getattr(instance, f"{_METHOD}{self.name}")()

    def expected(self, instance: Any) -> Any:
        return getattr(instance, f"verify_{self.name}")()


def workloads_in(folder: Path, paths: Sequence[str]) -> Iterator[Workload]:
    """Of the files named `benchmark*.py`, in their order. Raises what a file does when it is imported."""
    from kernels.benchmark import Benchmark  # pyright: ignore[reportMissingImports] -- the stand-in, which `import_package` has made importable

    for path in paths:
        if not Path(path).name.startswith("benchmark"):
            continue
        module = _imported(folder / path)
        for found in vars(module).values():
            # Only what the file itself defines: it may import what others derive from.
            if isinstance(found, type) and issubclass(found, Benchmark) and found.__module__ == module.__name__:
                for method in dir(found):
                    if method.startswith(_METHOD):
                        yield Workload(found, method.removeprefix(_METHOD), path)


def _imported(path: Path) -> ModuleType:
    name = f"kernelwright_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    return module
