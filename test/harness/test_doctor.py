import json
import shutil

import pytest

from kernelwright_harness import doctor, sandbox


def findings(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, str]]:
    assert doctor.main(list(arguments)) == 0
    return {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}


def test_nothing_is_missing_here_for_the_emulated_device(capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(capsys, "--device", "emulated")
    assert {"python", "torch", "sandbox", "nvcc", "g++"} <= set(found)
    assert [f for f in found.values() if f["status"] == "missing" and f["name"] != "cuda-bindings"] == []


def test_a_missing_compiler_is_named_with_what_to_do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    found = findings(capsys, "--device", "emulated", "--sandbox", "off")
    assert found["g++"]["status"] == "missing" and "apt-get install g++" in found["g++"]["detail"]


def test_nvcc_is_needed_for_a_gpu_only(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "cuda_home", lambda: None)
    assert findings(capsys, "--device", "emulated")["nvcc"]["status"] == "optional"
    needed = findings(capsys, "--device", "cuda")["nvcc"]
    assert needed["status"] == "missing" and "CUDA_HOME" in needed["detail"]


def test_a_sandbox_that_cannot_start_is_missing_and_one_that_is_off_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "why_unavailable", lambda: "no user namespaces")
    assert findings(capsys)["sandbox"] == {"name": "sandbox", "status": "missing", "detail": "no user namespaces"}
    assert findings(capsys, "--sandbox", "off")["sandbox"]["status"] == "optional"
