"""A runner that goes beyond its limits: what the judge says of it. The libraries are plain C, loaded by the emulated device's runtime."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from kernelwright_harness.judge.devices import EmulatedDevice
from kernelwright_harness.judge.runner_process import RunnerFailed, RunnerProcess
from kernelwright_harness.limits import MIB, Limits
from kernelwright_harness.supervised import unfinished

SMALL = Limits(memory_bytes=256 * MIB, processes=24)
SETUP: dict[str, Any] = {"program": "library", "entry": "entry", "memory": 0, "parts": [], "guards": [], "slots": 1, "arguments": []}
INCLUDES = "#include <pthread.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"


def library(folder: Path, body: str, before: str = "") -> Path:
    source, built = folder / "candidate.c", folder / "candidate.so"
    source.write_text(f"{INCLUDES}{before}\nvoid entry(void) {{ {body} }}\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-w", str(source), "-o", str(built)], check=True, timeout=60)
    return built


def failure(candidate: Path, limit_s: float = 20.0, limits: Limits = SMALL) -> RunnerFailed:
    with RunnerProcess(EmulatedDevice(), "launcher", sandbox=True, limits=limits, library=candidate) as runner, pytest.raises(RunnerFailed) as failed:
        runner.setup({**SETUP, "library": str(candidate)}, [], 20.0)
        runner.run([0], False, limit_s)
    assert unfinished() == []
    return failed.value


EAT = "char* p = malloc(400 << 20); for (long i = 0; i < (400l << 20); i += 4096) p[i] = 1; sleep(60);"


def test_memory_in_a_call(tmp_path: Path) -> None:
    failed = failure(library(tmp_path, EAT))
    assert (failed.outcome, failed.detail) == ("crashed", "it used more than 256 MiB of memory")


def test_memory_in_a_constructor(tmp_path: Path) -> None:
    failed = failure(library(tmp_path, "", f"__attribute__((constructor)) static void early(void) {{ {EAT} }}"))
    assert (failed.outcome, failed.detail) == ("crashed", "it used more than 256 MiB of memory")


def test_processes(tmp_path: Path) -> None:
    failed = failure(library(tmp_path, "for (int i = 0; i < 6; i++) fork(); sleep(20);"), limits=Limits(processes=24))
    assert (failed.outcome, failed.detail) == ("crashed", "it had more than 24 processes and threads at a time")


def test_time_and_a_process_that_ignores_every_signal(tmp_path: Path) -> None:
    failed = failure(library(tmp_path, "for (int i = 1; i < 32; i++) signal(i, SIG_IGN); if (fork() == 0) setsid(); for (;;) pause();"), limit_s=1.0)
    assert (failed.outcome, failed.detail) == ("timed-out", "no answer within 1 s")


def test_a_hundred_megabytes_of_output_fail_nothing(tmp_path: Path) -> None:
    candidate = library(tmp_path, "static char line[1 << 16]; memset(line, 'x', sizeof line); for (int i = 0; i < 1600; i++) write(1, line, sizeof line);")
    with RunnerProcess(EmulatedDevice(), "launcher", sandbox=True, limits=SMALL, library=candidate) as runner:
        runner.setup({**SETUP, "library": str(candidate)}, [], 20.0)
        assert runner.run([0], False, 20.0).calls == 1


def test_it_has_no_other_descriptors(tmp_path: Path) -> None:
    """The runner's socket is the only descriptor beyond its streams; what candidate code prints comes back in the log, when it fails."""
    failed = failure(library(tmp_path, 'char name[32]; for (int fd = 0; fd < 64; fd++) { snprintf(name, 32, "/proc/self/fd/%d", fd); if (access(name, F_OK) == 0) dprintf(1, "[%d]", fd); } abort();'))
    assert failed.outcome == "crashed"
    listed = failed.log.split("]")[:-1]
    assert [word.rsplit("[")[-1] for word in listed][:3] == ["0", "1", "2"] and len(listed) == 4, failed.log
