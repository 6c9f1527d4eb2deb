"""Builds test kernels and calls them in a process of their own, as a runner would."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kernelwright_harness.emulator.compile import compile_command, runtime_environment
from kernelwright_harness.emulator.rewrite import translate

KERNELS = Path(__file__).parent / "kernels"
Array = np.ndarray[Any, Any]


def build(source: str, path: str, folder: Path) -> Path:
    """Translates and compiles `source`; messages will name `path`."""
    translated, output = folder / f"{Path(path).stem}.cpp", folder / f"{Path(path).stem}.so"
    translated.write_text(translate(source, path))
    done = subprocess.run(compile_command(translated, output), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:4000]
    return output


def line_of(source: str, mark: str) -> int:
    """The line of the source that ends in `// FAULT mark`."""
    return next(i for i, line in enumerate(source.splitlines(), 1) if line.endswith(f"// FAULT {mark}"))


def start_worker() -> subprocess.Popen[bytes]:
    """A Python under AddressSanitizer that waits for calls."""
    environment = {**os.environ, **runtime_environment(), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).parent / "emulator_worker.py")]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@dataclass
class Library:
    """The launchers of one built source, called in a long-lived worker."""

    path: Path
    worker: subprocess.Popen[bytes]

    def call(self, function: str, *arguments: Any) -> tuple[int, list[Array]]:
        """The launcher's return value and its array arguments as it left them."""
        assert self.worker.stdin is not None and self.worker.stdout is not None and self.worker.stderr is not None
        pickle.dump((str(self.path), function, arguments), self.worker.stdin)
        self.worker.stdin.flush()
        try:
            return pickle.load(self.worker.stdout)
        except EOFError:
            raise AssertionError(self.worker.stderr.read().decode()[:4000]) from None


def call_and_die(library: Path, function: str, *arguments: Any, timeout_s: float = 30) -> tuple[int, str]:
    """Calls a launcher that is expected to end its process: the exit status and what it said on stderr."""
    worker = start_worker()
    _, error = worker.communicate(pickle.dumps((str(library), function, arguments)), timeout=timeout_s)
    return worker.returncode, error.decode()
