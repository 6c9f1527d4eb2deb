"""`python -m kernelwright_harness.project_package.inside REQUEST`: in the sandbox, runs a project's tests by pytest against its built package, and the
verifications of its benchmarks."""

import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from kernelwright_harness.project_package.assembled import import_package
from kernelwright_harness.project_package.benchmarks import Workload, workloads_in
from kernelwright_harness.project_package.recorder import MOST_BYTES
from kernelwright_harness.runner.program import LoadError

_TOLERANCE = 1e-2
"""That of the command `kernels benchmark`, which these verifications were written for."""


def main(request: dict[str, Any]) -> int:
    folder = Path(request["directory"])
    try:
        package = import_package(request, folder)
    except LoadError as error:
        print(error, file=sys.stderr)
        return 1
    project = request["project"]
    results = _tested(folder, project) if project["tests"] else []
    results += _verified(folder, project["benchmarks"], package, request["device"])
    Path(request["answer"]).write_text(json.dumps(results))
    return 0


def _tested(folder: Path, project: dict[str, Any]) -> list[dict[str, str]]:
    try:
        import pytest
    except ModuleNotFoundError:
        return [{"name": "tests", "status": "skipped", "message": "pytest is not installed beside PyTorch"}]
    home = folder / project["folder"]
    os.chdir(home)
    sys.path.insert(0, str(home))
    heard = _Results()
    pytest.main(["-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={home}", "-W", "ignore", str(home / "tests")], plugins=[heard])
    return heard.results()


class _Results:
    """A plugin of pytest that keeps what became of each test."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, str]] = {}

    def pytest_configure(self, config: Any) -> None:
        config.addinivalue_line("markers", "kernels_ci: what kernel-builder runs in CI")

    def pytest_runtest_logreport(self, report: Any) -> None:
        known = self._found.get(report.nodeid)
        # A test is reported when it is set up, called and torn down; the worst of them counts.
        if known is None or (report.failed and known["status"] != "failed") or (report.skipped and known["status"] == "passed"):
            self._found[report.nodeid] = {"name": report.nodeid, "status": report.outcome, "message": _message(report)}

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._found[report.nodeid] = {"name": report.nodeid, "status": "failed", "message": _message(report)}

    def results(self) -> list[dict[str, str]]:
        return list(self._found.values())


def _message(report: Any) -> str:
    """Its last line: what was raised."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr or "")
    return " ".join(text.split()) if crash is not None else " ".join(text.strip().splitlines()[-1:])


def _verified(folder: Path, paths: list[str], package: ModuleType, device: str) -> list[dict[str, str]]:
    """What `verify_NAME` says of each workload that has it."""
    try:
        found = [workload for workload in workloads_in(folder, paths) if workload.has_verification]
    except (Exception, SystemExit) as error:
        return [{"name": "benchmarks", "status": "failed", "message": f"{type(error).__name__}: {error}"}]
    return [{"name": f"{workload.path}::{workload.of.__name__}::verify_{workload.name}", **_agrees(workload, package, device)} for workload in found]


def _agrees(workload: Workload, package: ModuleType, device: str) -> dict[str, str]:
    try:
        instance = workload.prepare(package, "cuda" if device == "cuda" else "cpu")
        if device != "cuda" and sum(value.nbytes for value in vars(instance).values() if isinstance(value, torch.Tensor)) > MOST_BYTES:
            return {"status": "skipped", "message": "it is too large for the emulated device"}
        workload.run(instance)
        expected = workload.expected(instance)
        if torch.allclose(instance.out, expected, atol=_TOLERANCE):
            return {"status": "passed", "message": ""}
        worst = (instance.out.double() - expected.double()).abs().max().item()
        return {"status": "failed", "message": f"self.out differs from the verification's result by up to {worst:.3g}, allowed {_TOLERANCE}"}
    except (Exception, SystemExit) as error:
        return {"status": "failed", "message": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text())))
