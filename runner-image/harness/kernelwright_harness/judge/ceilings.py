"""What a GPU can do at most: memory bandwidth and arithmetic rates, measured once for each GPU and driver and kept.

The cache is a small JSON file; deleting it costs a second at the next start. Rates are of dense matrix products, the fastest
arithmetic that there is for a type, whatever unit does it: a floor must hold for kernels that use tensor cores too.
"""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

_COPY_BYTES = 2 << 30
_MATRIX = 8192
_REPEATS = 12
_VERSION = 1


@dataclass(frozen=True)
class Ceilings:
    bytes_per_us: float
    """Read plus written, of the largest copy; 4.3e6 on an H200."""
    flops_per_us: float
    """Of bf16 products with float32 sums; 7.9e8 on an H200."""


def ceilings_of(key: str, measure: Callable[[], Ceilings], folder: Path | None = None) -> Ceilings:
    """The ceilings known under `key`, measured if need be. A cache that cannot be read or written is no error."""
    path = (folder or cache_folder()) / f"ceilings-{key}.json"
    try:
        known = json.loads(path.read_text())
        if known.pop("version") == _VERSION:
            return Ceilings(**known)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass
    measured = measure()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump({"version": _VERSION, **asdict(measured)}, file)
        os.replace(file.name, path)
    except OSError:
        pass
    return measured


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kernelwright"


def measure_ceilings() -> Ceilings:
    """The best of several runs on the current GPU; takes about half a second, and gives the memory back that it took."""
    try:
        return Ceilings(bytes_per_us=_copy_rate(), flops_per_us=_matrix_rate())
    finally:
        torch.cuda.empty_cache()


def _copy_rate() -> float:
    free = torch.cuda.mem_get_info()[0]
    source = torch.empty(min(_COPY_BYTES, free // 8), dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    return 2 * source.numel() / _fastest_us(lambda: target.copy_(source))


def _matrix_rate() -> float:
    a = torch.randn(_MATRIX, _MATRIX, dtype=torch.bfloat16, device="cuda")
    b = torch.randn(_MATRIX, _MATRIX, dtype=torch.bfloat16, device="cuda")
    return 2 * _MATRIX**3 / _fastest_us(lambda: torch.mm(a, b))


def _fastest_us(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(_REPEATS):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        work()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) * 1e3)
    return min(times)
