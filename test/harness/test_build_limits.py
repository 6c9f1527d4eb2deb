"""Sources that are made to exhaust a compiler: each ends as a failed build that says why, and leaves nothing running."""

from pathlib import Path

import pytest

from kernelwright_harness.build import emulated
from kernelwright_harness.build.compile import Build, Job, build
from kernelwright_harness.limits import MIB, Limits
from kernelwright_harness.supervised import unfinished

DOUBLED = "".join(f"#define D{n + 1} D{n} D{n}\n" for n in range(26))
EXPANDS = f"#define D0 x += 1;\n{DOUBLED}void launch(int x) {{ D26 }}\n"
"""67 million statements."""
FILLS = "int numbers[10000000] = {1};\nint launch() { return numbers[5]; }\n"
"""40 MB of data in the object and again in the library."""
PRINTS = "#define A0 _Pragma(\"message(\\\"a message that the compiler repeats\\\")\")\n" + "".join(f"#define A{n + 1} A{n} A{n}\n" for n in range(14)) + "A14\nint launch;\n"


@pytest.fixture(autouse=True)
def without_nvcc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulated, "cuda_home", lambda: None)


def built(folder: Path, source: str, limits: Limits = Limits(), limit_s: float = 60.0, sandbox: bool = True) -> Build:
    (folder / "fill.cu").write_text(source)
    result = build(Job(folder, "fill.cu", "sm_90", sandbox, limits, limit_s), "emulated")
    assert unfinished() == []
    return result


@pytest.mark.parametrize("sandbox", [True, False])
def test_memory(tmp_path: Path, sandbox: bool) -> None:
    result = built(tmp_path, EXPANDS, Limits(memory_bytes=256 * MIB), sandbox=sandbox)
    assert result.outcome == "failed"
    assert "the compiler was stopped: it used more than 256 MiB of memory" in result.log


@pytest.mark.parametrize("sandbox", [True, False])
def test_time(tmp_path: Path, sandbox: bool) -> None:
    result = built(tmp_path, EXPANDS, limit_s=0.5, sandbox=sandbox)
    assert result.outcome == "failed" and result.seconds < 15
    assert "the compiler did not finish in time and was stopped" in result.log


def test_one_large_file(tmp_path: Path) -> None:
    result = built(tmp_path, FILLS, Limits(file_bytes=16 * MIB))
    assert result.outcome == "failed" and ("File too large" in result.log or "File size limit" in result.log or "SIGXFSZ" in result.log), result.log
    assert all(file.stat().st_size <= 16 * MIB for file in tmp_path.iterdir())


def test_the_private_tmp(tmp_path: Path) -> None:
    result = built(tmp_path, FILLS, Limits(scratch_bytes=16 * MIB, file_bytes=256 * MIB))
    assert result.outcome == "failed" and "No space left on device" in result.log, result.log
    assert built(tmp_path, FILLS).outcome == "built"


def test_messages_without_end(tmp_path: Path) -> None:
    result = built(tmp_path, PRINTS)
    assert 60 * 1024 < len(result.log) <= 64 * 1024 + 200
    assert result.seconds < 60
