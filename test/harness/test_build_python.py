"""Python sources: checked, never run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kernelwright_harness
from kernelwright_harness.build.compile import Build, Job, build
from kernelwright_harness.target_files import unpack


def built(folder: Path, text: str | bytes, sandbox: bool = True) -> Build:
    (folder / "kernels").mkdir(exist_ok=True)
    (folder / "kernels" / "norm.py").write_bytes(text.encode() if isinstance(text, str) else text)
    return build(Job(folder, "kernels/norm.py", "sm_90", sandbox), "cuda")


@pytest.mark.parametrize("sandbox", [True, False])
def test_the_library_of_a_python_source_holds_all_files(tmp_path: Path, sandbox: bool) -> None:
    (tmp_path / "scale.py").write_text("SCALE = 2\n")
    text = "import torch, a_module_that_nobody_has\n\ndef norm(x):\n    return x\n"
    result = built(tmp_path, text, sandbox)
    assert (result.outcome, result.log, result.cached) == ("built", "", False)
    assert result.library is not None and unpack(result.library) == {"kernels/norm.py": text, "scale.py": "SCALE = 2\n"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def norm(x):\n    return x +\n", 'File "kernels/norm.py", line 2\n    return x +\n              ^\nSyntaxError: invalid syntax'),
        ("def norm(x):\nreturn x\n", 'File "kernels/norm.py", line 2'),
        ("x = 1\nreturn x\n", "'return' outside function"),
        (b"x = '\xff'\n", "SyntaxError"),
        ("x = 1\0\n", "null bytes"),
        ("(" * 5000 + ")" * 5000, "SyntaxError: too many nested parentheses"),
    ],
)
def test_what_is_no_python_is_told_with_file_and_line(tmp_path: Path, text: str | bytes, says: str) -> None:
    result = built(tmp_path, text)
    assert (result.outcome, result.library) == ("failed", None)
    assert says in result.log and "Traceback" not in result.log, result.log


@pytest.mark.parametrize("sandbox", [True, False])
def test_nothing_of_it_runs(tmp_path: Path, sandbox: bool) -> None:
    ran = tmp_path / "kernels" / "ran"
    (tmp_path / "kernels").mkdir()
    for module in ("traceback.py", "sys.py", "codecs.py"):
        (tmp_path / module).write_text(f"open({str(ran)!r}, 'w')\n")
    result = built(tmp_path, f"open({str(ran)!r}, 'w')\nraise SystemExit('ran')\n", sandbox)
    assert result.outcome == "built" and "ran" not in result.log
    assert built(tmp_path, "def\n", sandbox).outcome == "failed"
    assert not ran.exists()


def test_a_text_that_breaks_the_parser_is_a_failed_build(tmp_path: Path) -> None:
    """By recursion, or by a crash: which one depends on the version."""
    result = built(tmp_path, "x = " + "-" * 200_000 + "1\n")
    assert result.outcome == "failed" and result.log.strip(), result
    assert result.seconds < 60


def test_a_source_that_is_not_there_is_a_failed_build(tmp_path: Path) -> None:
    result = build(Job(tmp_path, "norm.py", "sm_90", True), "cuda")
    assert result.outcome == "failed" and "No such file" in result.log


def test_the_service_writes_and_checks_it_and_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    request = {"device": "emulated", "arch": "sm_90", "directory": str(tmp_path / "job"), "source": "a/norm.py", "files": [{"path": "a/norm.py", "content": "x = 1\n"}]}
    root = str(Path(kernelwright_harness.__file__).resolve().parents[1])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "KERNELWRIGHT_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-s", "-B", "-m", "kernelwright_harness", "build"]
    said = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=60, cwd=root, env=environment, check=True).stdout
    answer = json.loads(said)
    assert (answer["outcome"], answer["cached"]) == ("built", False)
    assert unpack(Path(answer["library"])) == {"a/norm.py": "x = 1\n"}
    assert not (tmp_path / "cache").exists()
