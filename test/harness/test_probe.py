"""The probe's calls and inputs, with the host's memory in place of a GPU's. `test_sanitizers.py` and `test_profile.py` run it on a GPU."""

import array
import ctypes
import math
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kernelwright_harness.dtypes import DTYPES
from kernelwright_harness.runner import probe
from kernelwright_harness.runner.program import Copy, DeviceError, Region
from kernelwright_harness.runner.values import plausible_bytes

_SOURCE = """
static int calls = 0;
extern "C" void doubled(const float* x, float* y, int n, void* stream) {
  for (int i = 0; i < n; ++i) y[i] = 2 * x[i] + (stream != nullptr) * 1000;
  ++calls;
}
extern "C" int calls_so_far() { return calls; }
extern "C" void refused(const float*, float*, int, void*) { calls = -1; }
extern "C" int kernelwright_last_error() { return calls < 0 ? 9 : 0; }
"""


class HostRuntime:
    """As `CudaProbeRuntime`, with the host's memory."""

    def __init__(self, fails: bool = False) -> None:
        self.memory: list[Any] = []
        self.sizes: list[int] = []
        self._fails = fails

    def map(self, fd: int | None, size: int, parts: Sequence[Region], guards: Sequence[Region]) -> list[int]:
        self.sizes += [size for _, size in parts]
        self.memory = [ctypes.create_string_buffer(size) for _, size in parts]
        return [ctypes.addressof(m) for m in self.memory]

    def write(self, address: int, content: bytes) -> None:
        ctypes.memmove(address, content, len(content))

    def stream(self) -> int:
        return 1

    def timed(self, calls: Sequence[Callable[[], None]], flush: bool, copies: Mapping[int, Sequence[Copy]], after: Sequence[Callable[[], None]] = ()) -> list[float]:
        if self._fails:
            raise DeviceError(719)
        for position, call in enumerate(calls):
            call()
            if after:
                after[position]()
        return []


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("probe")
    (folder / "k.cpp").write_text(_SOURCE)
    subprocess.run(["g++", "-shared", "-fPIC", "-o", str(folder / "k.so"), str(folder / "k.cpp")], check=True)
    return folder / "k.so"


def request(library: Path, folder: Path, entry: str = "doubled", sizes: tuple[int, ...] = (5,), calls: int = 1) -> dict[str, Any]:
    def shape(n: int) -> list[dict[str, Any]]:
        x, y = ({"kind": "tensor", "role": role, "dtype": "f32", "bytes": 4 * n} for role in ("input", "output"))
        return [x, y, {"kind": "scalar", "type": "i32", "value": n}, {"kind": "stream"}]

    return {"library": str(library), "entry": entry, "calls": calls, "seed": 7, "shapes": [shape(n) for n in sizes], "token": "t0k3n", "finished": str(folder / "finished")}


def status_of(asked: dict[str, Any], runtime: HostRuntime) -> int:
    return probe.main(asked, lambda: runtime)


def test_every_shape_is_called_as_often_as_asked_with_memory_of_exactly_its_size(library: Path, tmp_path: Path) -> None:
    runtime = HostRuntime()
    before: int = ctypes.CDLL(str(library)).calls_so_far()
    assert status_of(request(library, tmp_path, sizes=(1, 5), calls=3), runtime) == 0
    assert ctypes.CDLL(str(library)).calls_so_far() - before == 6
    assert runtime.sizes == [4, 4, 20, 20]
    x, y = (array.array("f", bytes(m.raw)) for m in runtime.memory)
    assert len(set(x)) == 5 and list(y) == pytest.approx([2 * v + 1000 for v in x], rel=1e-6)


_MODULE = """
import torch
calls = []
class Scale(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(width))
    def forward(self, x, times):
        calls.append(times)
        return self.weight * x * times, x.argmax(dim=1)
"""


def test_a_module_is_called_on_plausible_inputs_and_parameters_once_more_than_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kernelwright_target.a.scale", raising=False)
    x = {"kind": "tensor", "name": "x", "role": "input", "dtype": "f32", "shape": [2, 3], "bytes": 24}
    y, where = {**x, "name": "y", "role": "output"}, {**x, "name": "where", "role": "output", "dtype": "i64", "shape": [2], "bytes": 16}
    weight = {**x, "name": "weight", "role": "parameter", "shape": [3], "bytes": 12}
    python = {"program": "python", "files": {"a/scale.py": _MODULE}, "source": "a/scale.py", "entry": "Scale", "callable": "module", "init": [3], "device": "cpu"}
    shape = [x, {"kind": "scalar", "type": "f32", "value": 1.5}, y, where, weight]
    runtime = HostRuntime()
    asked = {**python, "calls": 2, "seed": 7, "shapes": [shape], "token": "t0k3n", "finished": str(tmp_path / "finished")}
    assert status_of(asked, runtime) == 0
    assert (tmp_path / "finished").read_text() == "t0k3n"
    assert sys.modules["kernelwright_target.a.scale"].calls == [1.5] * 3
    given, result, places, weights = (bytes(memory.raw) for memory in runtime.memory)
    a, b, w = (array.array("f", data) for data in (given, result, weights))
    assert len(set(w)) == 3 and list(b) == pytest.approx([w[i % 3] * a[i] * 1.5 for i in range(6)])
    assert list(array.array("q", places)) == [max(range(3), key=lambda i: a[row * 3 + i]) for row in range(2)]
    monkeypatch.delitem(sys.modules, "kernelwright_target.a.scale")


def test_the_end_is_told_by_the_token_only_after_all_calls(library: Path, tmp_path: Path) -> None:
    asked = request(library, tmp_path)
    assert status_of(asked, HostRuntime(fails=True)) == probe.DEVICE_FAILED_STATUS
    assert not (tmp_path / "finished").exists()
    assert status_of(asked, HostRuntime()) == 0
    assert (tmp_path / "finished").read_text() == "t0k3n"


def test_what_cannot_be_loaded_or_launched_has_a_status_of_its_own(library: Path, tmp_path: Path) -> None:
    assert status_of(request(library, tmp_path, "missing"), HostRuntime()) == probe.LOAD_FAILED_STATUS
    assert status_of(request(tmp_path / "none.so", tmp_path), HostRuntime()) == probe.LOAD_FAILED_STATUS
    assert status_of(request(library, tmp_path, "refused"), HostRuntime()) == probe.LAUNCH_FAILED_STATUS
    assert not (tmp_path / "finished").exists()


_FORMATS = {"f64": "d", "f32": "f", "f16": "e", "i8": "b", "i16": "h", "i32": "i", "i64": "q", "u8": "B"}


@pytest.mark.parametrize("name", sorted(_FORMATS))
def test_inputs_are_plausible_and_repeatable(name: str) -> None:
    dtype, count = DTYPES[name], 20_000
    data = plausible_bytes(dtype, count * dtype.size, seed=1)
    assert data == plausible_bytes(dtype, count * dtype.size, seed=1) != plausible_bytes(dtype, count * dtype.size, seed=2)
    values = struct.unpack(f"<{count}{_FORMATS[name]}", data)
    mean = sum(values) / count
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / count)
    if dtype.kind == "float":
        assert abs(mean) < 0.05 and deviation == pytest.approx(1, abs=0.05)
    else:
        assert min(values) == (0 if name == "u8" else -100) and max(values) == 100


def test_bfloat16_and_bool_inputs() -> None:
    halves = array.array("H", plausible_bytes(DTYPES["bf16"], 20_000, seed=1))
    values = [struct.unpack("<f", struct.pack("<I", h << 16))[0] for h in halves]
    assert len(values) == 10_000 and abs(sum(values) / 10_000) < 0.05 and 2 < max(values) < 6
    flags = plausible_bytes(DTYPES["bool"], 1001, seed=1)
    assert len(flags) == 1001 and set(flags) == {0, 1} and 400 < sum(flags) < 600


@pytest.mark.parametrize("name", ["f32", "bf16", "i64", "bool"])
def test_a_tensor_may_be_tiny_or_empty(name: str) -> None:
    assert plausible_bytes(DTYPES[name], 0, seed=1) == b""
    assert len(plausible_bytes(DTYPES[name], DTYPES[name].size, seed=1)) == DTYPES[name].size


@pytest.mark.parametrize(("name", "code", "bounds"), [("i32", "i", (3, 9)), ("f32", "f", (0.5, 1.0)), ("u8", "B", (250, 256))])
def test_plausible_inputs_keep_to_their_range(name: str, code: str, bounds: tuple[float, float]) -> None:
    drawn = array.array(code, plausible_bytes(DTYPES[name], 4000, 1, bounds))
    assert bounds[0] <= min(drawn) < max(drawn) < bounds[1]


@pytest.mark.parametrize("name", ["f8e4m3", "f8e5m2"])
def test_plausible_8_bit_floats_are_what_torch_makes_of_the_same_numbers(name: str) -> None:
    import torch

    drawn = torch.frombuffer(bytearray(plausible_bytes(DTYPES[name], 4000, 1)), dtype=torch.uint8).view(getattr(torch, DTYPES[name].torch_name))
    same = torch.frombuffer(bytearray(plausible_bytes(DTYPES["f64"], 32000, 1)), dtype=torch.float64)
    assert torch.equal(drawn.double(), same.to(drawn.dtype).double())
