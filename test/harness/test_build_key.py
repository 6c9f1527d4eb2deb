"""Everything that a library depends on is in the key of its build."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kernelwright_harness.build import key as keys
from kernelwright_harness.build.build_options import BuildOptions
from kernelwright_harness.build.flags import parse_flags
from kernelwright_harness.build.key import build_key, compilers

FILES = [{"path": "kernels/a.cu", "content": "one"}, {"path": "kernels/b.h", "content": "two"}]
REQUEST: dict[str, Any] = {"files": FILES, "source": "kernels/a.cu", "arch": "sm_90", "device": "emulated", "sandbox": True}

OPTIONS = [
    BuildOptions(sources=("kernels/b.cu",)),
    BuildOptions(include=("third_party",)),
    BuildOptions(architectures=("sm_80",)),
    *(BuildOptions(flags=parse_flags([flag])) for flag in ("-DSCALE=2", "-DSCALE=3", "-O2", "-std=c++20", "--use_fast_math", "-lcublas")),
]


def test_no_two_build_options_have_one_key() -> None:
    assert len({changed(options=options) for options in OPTIONS}) == len(OPTIONS)


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    compilers.cache_clear()
    yield
    compilers.cache_clear()


def changed(**parts: Any) -> str:
    return build_key(**{**REQUEST, **parts})


def test_the_same_things_have_the_same_key() -> None:
    assert changed() == changed(files=[dict(file) for file in FILES])
    assert len(changed()) == 64


@pytest.mark.parametrize(
    "parts",
    [
        {"files": [{**FILES[0], "content": "One"}, FILES[1]]},
        {"files": [FILES[0], {**FILES[1], "path": "kernels/c.h"}]},
        {"files": FILES[:1]},
        {"files": [*FILES, {"path": "kernels/empty.h", "content": ""}]},
        {"files": [{"path": "kernels/a.cu", "content": "onetwo"}, {"path": "kernels/b.h", "content": ""}]},
        {"files": [{"path": "kernels/a.cu", "content": 'one"], ["kernels/b.h", "two'}]},
        {"files": [{"path": "kernels/a.cu", "content": "one"}, {"path": "kernels/b.h", "content": "two\udc80"}]},
        {"source": "kernels/b.h"},
        {"arch": "sm_80"},
        {"device": "cuda"},
        {"sandbox": False},
        *({"options": options} for options in OPTIONS),
    ],
)
def test_every_part_of_the_request_makes_another_key(parts: dict[str, Any]) -> None:
    assert changed(**parts) != changed()


def test_other_compilers_make_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    found, known = compilers(), changed()
    for part in ("asked", "said", "files", "libc"):
        monkeypatch.setattr(keys, "compilers", lambda part=part: {**found, part: "another"})
        assert changed() != known


def test_the_compilers_say_their_versions_and_are_known_by_their_files() -> None:
    found = compilers()
    assert any("g++" in said for said in found["said"])
    assert any(state and state[0].endswith("/g++") and state[2] > 0 for state in found["files"])


def test_another_nvcc_or_none_makes_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_nvcc(home: Path | None) -> str:
        monkeypatch.setattr(keys, "cuda_home", lambda: home)
        compilers.cache_clear()
        return changed()

    nvcc = tmp_path / "bin" / "nvcc"
    nvcc.parent.mkdir()
    nvcc.write_text("#!/bin/sh\necho V13.0.88\n")
    nvcc.chmod(0o755)
    os.utime(nvcc, (1000, 1000))
    found = [with_nvcc(None), with_nvcc(tmp_path)]
    assert "V13.0.88\n" in compilers()["said"]
    os.utime(nvcc, (2000, 2000))
    found.append(with_nvcc(tmp_path))
    (nvcc.parent / "ptxas").write_text("")
    found.append(with_nvcc(tmp_path))
    assert len(set(found)) == 4
    assert with_nvcc(tmp_path) == found[-1]


def edited(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A copy of the builder and the emulator, to change files in."""
    package = folder / "kernelwright_harness"
    for name, attribute in (("build", "_BUILD"), ("emulator", "_EMULATOR")):
        shutil.copytree(getattr(keys, attribute), package / name, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(keys, attribute, package / name)
    monkeypatch.setattr(keys, "PRELUDE", package / "build" / "prelude.h")

    def append(path: str, text: str) -> None:
        with open(package / path, "a") as file:
            file.write(text)

    return append


@pytest.mark.parametrize(
    ("path", "on_cuda"),
    [
        ("build/prelude.h", True),
        ("build/nvcc.py", True),
        ("build/job.py", True),
        ("emulator/include/cuda_runtime.h", False),
        ("emulator/include/cuda_fp16.hpp", False),
        ("emulator/include/kernelwright/warp.h", False),
        ("emulator/rewrite.py", False),
        ("emulator/compile.py", False),
    ],
)
def test_what_ships_with_us_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, on_cuda: bool) -> None:
    change = edited(tmp_path, monkeypatch)
    before = [changed(device=device) for device in ("emulated", "cuda")]
    change(path, "\n")
    after = [changed(device=device) for device in ("emulated", "cuda")]
    assert [a != b for a, b in zip(after, before, strict=True)] == [True, on_cuda]
