"""What the harness's tests share."""

import shutil
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if marked and (why := _why_no_gpu()):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=why))


def _why_no_gpu() -> str | None:
    import torch

    if not torch.cuda.is_available():
        return "torch sees no NVIDIA GPU on this machine"
    return None if shutil.which("nvcc") or Path("/usr/local/cuda/bin/nvcc").exists() else "there is a GPU, but no nvcc"
