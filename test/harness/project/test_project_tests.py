"""A project's own tests run against what was built, and its benchmarks tell how it is called. A package of Python alone, which needs no compiler."""

from pathlib import Path
from typing import Any

import pytest
from projects import PACKAGE, a_project, build_in, files_of

from kernelwright_harness.describe.service import Undescribed, describe
from kernelwright_harness.project_package.service import NotRun, run_tests

TESTS = """import kernels
import pytest
import torch

twice = kernels.get_kernel("somebody/twice-kernel", version=1)


@pytest.mark.kernels_ci
@pytest.mark.parametrize("n", [1, 5])
def test_double(n):
    x = torch.randn(n)
    torch.testing.assert_close(twice.double(x), 2 * x)


def test_all_ways_lead_to_the_package():
    import twice as own
    from pathlib import Path
    assert kernels.get_local_kernel(Path("."), "twice") is own is kernels.load_kernel("twice", lockfile=None)
    assert kernels.LocalLayerRepository(repo_path=Path("."), layer_name="Double").load() is own.layers.Double
    assert kernels.has_kernel("example/twice") and not kernels.has_kernel("example/thrice")


def test_layers():
    class Slow(torch.nn.Module):
        def forward(self, x):
            return x + x + 1

    kernels.replace_kernel_forward_from_hub(Slow, "Double")
    with kernels.use_kernel_mapping({"Double": {"cuda": kernels.LayerRepository("example/twice", layer_name="Double")}}):
        model = kernels.kernelize(Slow(), mode=kernels.Mode.INFERENCE, device="cuda")
    torch.testing.assert_close(model(torch.ones(2)), torch.full((2,), 2.0))


def test_another_kernel():
    kernels.get_kernel("example/thrice")


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass


def test_wrong():
    assert twice.double(torch.ones(1)).item() == 3
"""
BENCHMARKS = """import torch
from kernels.benchmark import Benchmark


class Twice(Benchmark):
    seed = 1

    def setup(self):
        self.x = torch.randn(4, 6, device=self.device)
        self.index = torch.tensor([3, 0, 5], device=self.device)
        self.out = torch.empty_like(self.x)

    def setup_long(self):
        self.setup()
        self.x = torch.randn(8, 6, device=self.device)
        self.out = torch.empty_like(self.x)

    def benchmark_fill(self):
        self.kernel.fill(self.out, self.x, by=3.0, bias=None)

    def verify_fill(self):
        return self.x * 3

    def benchmark_long(self):
        self.kernel.fill(self.out, self.x, by=3.0, bias=None)

    def verify_long(self):
        return self.x * 4

    def benchmark_double(self):
        self.kernel.double(self.index)

    def benchmark_both(self):
        self.kernel.double(self.x)
        self.kernel.fill(self.out, self.x)

    def benchmark_layer(self):
        self.kernel.layers.Double()(self.x)

    def benchmark_broken(self):
        self.kernel.missing(self.x)

    def benchmark_list(self):
        self.kernel.double([self.x])
"""
TEXTS = {"torch-ext/twice/__init__.py": PACKAGE, "tests/test_twice.py": TESTS, "benchmarks/benchmark.py": BENCHMARKS}


@pytest.fixture(scope="module")
def request_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is asked of both programs, but for the folder."""
    project = a_project(tests=["tests/test_twice.py"], benchmarks=["benchmarks/benchmark.py"])
    built = build_in(tmp_path_factory.mktemp("build") / "job", project, TEXTS)
    assert built.library is not None, built.log
    return {"device": "emulated", "files": files_of(**TEXTS), "built": str(built.library), "project": project}


def test_the_projects_tests_see_the_built_package_and_no_other(request_of: dict[str, Any], tmp_path: Path) -> None:
    results = {r["name"]: (r["status"], r["message"]) for r in run_tests({**request_of, "directory": str(tmp_path)}, sandbox=True)}
    assert results["tests/test_twice.py::test_double[1]"] == results["tests/test_twice.py::test_double[5]"] == ("passed", "")
    assert results["tests/test_twice.py::test_all_ways_lead_to_the_package"] == ("passed", "")
    assert results["tests/test_twice.py::test_layers"] == ("passed", "")
    assert results["tests/test_twice.py::test_another_kernel"] == (
        "failed",
        "kernels._provided.Refused: example/thrice is not this project's kernel, and there is no network here to fetch another",
    )
    assert results["tests/test_twice.py::test_skipped"][0] == "skipped"
    assert results["tests/test_twice.py::test_wrong"][0] == "failed"
    assert results["tests/test_twice.py::test_wrong"][1].startswith("assert 2.0 == 3")
    assert results["benchmarks/benchmark.py::Twice::verify_fill"] == ("passed", "")
    status, message = results["benchmarks/benchmark.py::Twice::verify_long"]
    assert status == "failed" and message.startswith("self.out differs from the verification's result by up to")


def test_a_package_that_cannot_be_imported_is_told(request_of: dict[str, Any], tmp_path: Path) -> None:
    built = tmp_path / "broken.json"
    built.write_text('{"twice/__init__.py": "import no_such_module"}')
    (tmp_path / "run").mkdir()
    with pytest.raises(NotRun, match="No module named 'no_such_module'"):
        run_tests({**request_of, "built": str(built), "directory": str(tmp_path / "run")}, sandbox=True)


def test_benchmarks_tell_how_the_package_is_called(request_of: dict[str, Any], tmp_path: Path) -> None:
    asked = {**request_of, "directory": str(tmp_path), "source": "twice/__init__.py", "entry": "", "kind": "kernel-builder", "init": [], "convention": "benchmarks"}
    found = describe(asked, sandbox=True)["benchmarks"]
    workloads = {w["name"]: w for w in found["workloads"]}
    assert workloads["Twice.fill"] == {
        "name": "Twice.fill",
        "entry": "fill",
        "inputs": [
            {"kind": "tensor", "name": "out", "role": "inout", "dtype": "f32", "shape": [4, 6]},
            {"kind": "tensor", "name": "x", "role": "input", "dtype": "f32", "shape": [4, 6]},
            {"kind": "scalar", "name": "by", "type": "f64", "value": 3.0},
        ],
        "outputs": [],
        "fixed": {"bias": None},
    }
    assert workloads["Twice.double"]["inputs"] == [{"kind": "tensor", "name": "x", "role": "input", "dtype": "i64", "shape": [3], "range": {"low": 0, "high": 6}}]
    assert workloads["Twice.double"]["outputs"] == [{"dtype": "i64", "shape": [3]}]
    assert sorted(workloads) == ["Twice.double", "Twice.fill", "Twice.long"]
    assert {each["name"]: each["because"] for each in found["left_out"]} == {
        "Twice.both": "calls double and fill, 2 calls in all; a workload is one call",
        "Twice.layer": "calls no function of the package",
        "Twice.broken": "fails: AttributeError: module 'twice' has no attribute 'missing'",
        "Twice.list": found["left_out"][-1]["because"],
    }


def test_benchmarks_that_cannot_be_imported_are_told(request_of: dict[str, Any], tmp_path: Path) -> None:
    broken = files_of(**{**TEXTS, "benchmarks/benchmark.py": "import no_such_module\n"})
    asked = {**request_of, "files": broken, "directory": str(tmp_path), "source": "", "entry": "", "kind": "kernel-builder", "init": [], "convention": "benchmarks"}
    with pytest.raises(Undescribed, match="No module named 'no_such_module'"):
        describe(asked, sandbox=True)
