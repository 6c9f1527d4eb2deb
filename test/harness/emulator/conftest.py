"""Every source is compiled once a session, and all correct calls share one worker."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from emulator_device import KERNELS, Library, build, start_worker


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The shared object of a file in `kernels/`, by its name without the ending."""
    folder = tmp_path_factory.mktemp("emulator")
    done: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in done:
            done[name] = build((KERNELS / f"{name}.cu").read_text(), f"kernels/{name}.cu", folder)
        return done[name]

    return get


@pytest.fixture(scope="session")
def worker() -> Iterator[subprocess.Popen[bytes]]:
    process = start_worker()
    yield process
    process.communicate()


@pytest.fixture(scope="session")
def language(built: Callable[[str], Path], worker: subprocess.Popen[bytes]) -> Library:
    return Library(built("language"), worker)


@pytest.fixture(scope="session")
def cooperation(built: Callable[[str], Path], worker: subprocess.Popen[bytes]) -> Library:
    return Library(built("cooperation"), worker)


@pytest.fixture(scope="session")
def realistic(built: Callable[[str], Path], worker: subprocess.Popen[bytes]) -> Library:
    return Library(built("realistic"), worker)


@pytest.fixture(scope="session")
def float8(built: Callable[[str], Path], worker: subprocess.Popen[bytes]) -> Library:
    return Library(built("float8"), worker)
