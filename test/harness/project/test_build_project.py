"""How a project is compiled: what is compiled anew, and what the package is made of. Sources without PyTorch's headers, which take half a minute each; the
acceptance test has those."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from projects import PACKAGE, a_project, a_source, build_in

from kernelwright_harness.build.cache import BuildCache
from kernelwright_harness.build.project import objects
from kernelwright_harness.build.project.architecture import Unbuildable, architecture_for
from kernelwright_harness.build.project.description import parse_project
from kernelwright_harness.build.project.includes import included_by
from kernelwright_harness.runner.python_source import import_source
from kernelwright_harness.target_files import content_of, unpack

BINDING = """#include "registration.h"
#include "kernels.h"
extern "C" __attribute__((visibility("default"))) int answer() { return first() + second(); }
REGISTER_EXTENSION(TORCH_EXTENSION_NAME)
"""
KERNEL = """#include "kernels.h"
#include "shared.cuh"
__global__ void NAME_kernel(int* y) { if (threadIdx.x == 3) *y = ANSWER; }
int NAME() { int* y; cudaMallocManaged(&y, 4); NAME_kernel<<<1, 32>>>(y); cudaDeviceSynchronize(); return *y; }
"""
TEXTS = {
    "torch-ext/binding.cpp": BINDING,
    "torch-ext/kernels.h": "int first();\nint second();\n",
    "cuda/first.cu": KERNEL.replace("NAME", "first").replace("ANSWER", "40"),
    "cuda/second.cu": KERNEL.replace("NAME", "second").replace("ANSWER", "TWO"),
    "cuda/shared.cuh": "#define TWO 2\n",
    "torch-ext/answer/__init__.py": "import ctypes\nfrom . import OPERATORS as library\nanswer = ctypes.CDLL(library.__file__).answer\n",
}


def answer_project(**more: Any) -> dict[str, Any]:
    sources = [a_source(path, include=["torch-ext"]) for path in ("cuda/first.cu", "cuda/second.cu", "torch-ext/binding.cpp")]
    return a_project(name="answer", sources=sources, package=["torch-ext/answer/__init__.py"], **more)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that a compiler is started for."""
    started: list[str] = []

    class Counting(objects.Compiler):
        def __init__(self, job: Any, command: list[str], *args: Any, **kwargs: Any) -> None:
            started.append(command[command.index("-c") + 1].removeprefix("kernelwright-emulated/"))
            super().__init__(job, command, *args, **kwargs)

    monkeypatch.setattr(objects, "Compiler", Counting)
    return started


def test_a_candidate_that_changes_one_kernel_has_only_that_one_compiled(tmp_path: Path, compiled: list[str]) -> None:
    project = answer_project()
    operators = parse_project(project).operators("emulated")
    assert operators == "_answer_emulated_0123abcd"
    texts = {**TEXTS, "torch-ext/answer/__init__.py": TEXTS["torch-ext/answer/__init__.py"].replace("OPERATORS", operators)}
    (tmp_path / "cache").mkdir()
    cache = BuildCache(tmp_path / "cache")
    first = build_in(tmp_path / "a", project, texts, cache)
    assert first.outcome == "built", first.log
    assert (sorted(compiled), first.cached) == (["cuda/first.cu", "cuda/second.cu", "torch-ext/binding.cpp"], False)
    compiled.clear()
    again = build_in(tmp_path / "b", project, texts, cache)
    assert (compiled, again.cached) == ([], True)
    changed = build_in(tmp_path / "c", project, {**texts, "cuda/first.cu": texts["cuda/first.cu"].replace("40", "41")}, cache)
    assert compiled == ["cuda/first.cu"]
    compiled.clear()
    header = build_in(tmp_path / "d", project, {**texts, "cuda/shared.cuh": "#define TWO 3\n"}, cache)
    assert sorted(compiled) == ["cuda/first.cu", "cuda/second.cu"]
    assert [answer_of(build.library) for build in (again, changed, header)] == [42, 43, 43]


def answer_of(library: Path | None) -> int:
    """Of the package, which is imported as runners import it."""
    assert library is not None
    folder = library.parent / "unpacked"
    for path, text in unpack(library).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content_of(path, text))
    script = f"import sys, torch; sys.path.insert(0, {str(folder)!r}); import answer; print(answer.answer())"
    return int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)


def test_a_source_that_does_not_compile_is_told_by_its_path(tmp_path: Path) -> None:
    result = build_in(tmp_path / "a", answer_project(), {**TEXTS, "cuda/second.cu": "int second() { return nothing; }\n"})
    assert result.outcome == "failed"
    assert "cuda/second.cu:1:" in result.log
    assert str(tmp_path) not in result.log


def test_what_the_emulated_device_cannot_run_is_told(tmp_path: Path) -> None:
    result = build_in(tmp_path / "a", answer_project(), {**TEXTS, "cuda/second.cu": "#include <ATen/cuda/CUDABlas.h>\n"})
    assert result.log == "cuda/second.cu:1: error: the emulated device cannot run this: this header of PyTorch's needs CUDA itself (`ATen/cuda/CUDABlas.h` is included)"


def test_a_project_of_python_alone_is_packed_with_its_namespace(tmp_path: Path) -> None:
    built = build_in(tmp_path / "a", a_project(), {"torch-ext/twice/__init__.py": PACKAGE})
    assert built.library is not None, built.log
    packed = json.loads(built.library.read_text())
    assert sorted(packed) == ["twice/__init__.py", "twice/_ops.py"]
    assert "torch.ops._twice_emulated_0123abcd" in packed["twice/_ops.py"]


def test_a_packages_init_is_imported_once_as_the_package(tmp_path: Path) -> None:
    (tmp_path / "once_only").mkdir()
    (tmp_path / "once_only" / "__init__.py").write_text("import builtins\nbuiltins.seen = getattr(builtins, 'seen', 0) + 1\nfrom . import part\n")
    (tmp_path / "once_only" / "part.py").write_text("")
    import builtins

    import torch

    module = import_source(tmp_path, "once_only/__init__.py", torch.device("cpu"))
    assert (module.__name__, builtins.seen) == ("kernelwright_target.once_only", 1)  # pyright: ignore[reportAttributeAccessIssue]


def test_what_a_source_includes_is_followed_and_a_macro_could_be_anything() -> None:
    texts = {"a/k.cu": '#include "b.h"\n#include <torch/all.h>\n', "a/b.h": '  #  include "../c/d.h"\n', "c/d.h": "", "e.h": ""}
    found = included_by("a/k.cu", texts, ["c", "."])
    assert (found.files, found.others) == (("a/b.h", "a/k.cu", "c/d.h"), ("torch/all.h",))
    assert included_by("a/k.cu", {**texts, "a/b.h": "#include NAME\n"}, []).files == tuple(sorted(texts))


@pytest.mark.parametrize(
    ("listed", "arch", "chosen"),
    [([], "sm_90", "sm_90"), (["8.0", "9.0a"], "sm_90", "sm_90a"), (["9.0", "9.0a"], "sm_90", "sm_90a"), (["8.0"], "sm_86", "sm_86"), (["12.0+PTX"], "sm_120", "sm_120")],
)
def test_the_architecture_follows_the_listed_capabilities(listed: list[str], arch: str, chosen: str) -> None:
    project = parse_project(a_project(sources=[a_source("k.cu", capabilities=listed)]))
    assert architecture_for(project.sources[0], arch) == chosen


@pytest.mark.parametrize(("listed", "arch"), [(["8.0"], "sm_90"), (["9.0a"], "sm_100"), (["10.0a"], "sm_103")])
def test_capabilities_of_other_gpus_are_refused(listed: list[str], arch: str) -> None:
    project = parse_project(a_project(sources=[a_source("k.cu", capabilities=listed)]))
    with pytest.raises(Unbuildable, match="k.cu is for the compute capabilities"):
        architecture_for(project.sources[0], arch)
