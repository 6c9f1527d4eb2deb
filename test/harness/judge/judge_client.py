"""Builder and judge as the orchestrator starts them: processes that are asked by JSON."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import kernelwright_harness

PACKAGE_ROOT = Path(kernelwright_harness.__file__).resolve().parents[1]


def start(program: str, *flags: str, stderr: int | None = None) -> "subprocess.Popen[str]":
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_VISIBLE_DEVICES") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-s", "-B", "-m", "kernelwright_harness", program, *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        cwd=PACKAGE_ROOT,
        env={**environment, "PYTHONPATH": str(PACKAGE_ROOT)},
    )


def build(directory: Path, source: Path, device: str, arch: str = "sm_90") -> dict[str, Any]:
    directory.mkdir(parents=True)
    request = {"device": device, "arch": arch, "directory": str(directory), "source": source.name, "files": [{"path": source.name, "content": source.read_text()}]}
    process = start("build")
    answer, _ = process.communicate(json.dumps(request), timeout=300)
    assert process.returncode == 0
    return json.loads(answer)


def packed(folder: Path, files: dict[str, str]) -> Path:
    """What a builder makes of Python files."""
    into = Path(tempfile.mkdtemp(dir=folder)) / "sources.json"
    into.write_text(json.dumps(files))
    return into


class JudgeClient:
    def __init__(self, *flags: str) -> None:
        self.process = start("judge", *flags)
        self._last_id = 0

    def ask(self, method: str, **request: Any) -> tuple[dict[str, Any], list[str]]:
        """The reply that ends the conversation, and the progress before it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self._last_id += 1
        self.process.stdin.write(json.dumps({"id": self._last_id, "method": method, **request}) + "\n")
        self.process.stdin.flush()
        progress: list[str] = []
        for line in self.process.stdout:
            reply = json.loads(line)
            assert reply["id"] == self._last_id
            if "progress" not in reply:
                return reply, progress
            progress.append(reply["progress"])
        raise AssertionError(f"the judge ended with status {self.process.wait()}")

    def measure(self, target: dict[str, Any], baseline: str, candidate: str, stage: str = "screen") -> dict[str, Any]:
        reply, _ = self.ask("measure", target=target, baseline=baseline, candidate=candidate, stage=stage)
        assert "result" in reply, reply
        return reply["result"]

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0


def remaining_processes(mark: str, patience_s: float = 5.0) -> list[str]:
    """Command lines of processes that name `mark` or have a file mapped that does, once those that are about to end have ended."""
    deadline = time.monotonic() + patience_s
    while (found := _processes(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _processes(mark: str) -> list[str]:
    found: list[str] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_text().replace("\0", " ")
                if mark in command or mark in (folder / "maps").read_text():
                    found.append(command)
            except OSError:  # it has just ended, or is another user's
                continue
    return found
