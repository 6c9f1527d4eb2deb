"""A pytest plugin that writes how many tests passed, failed and were skipped, and why, as JSON to the file --counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--counts", type=Path, required=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Counts(config.getoption("--counts")))


class Counts:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.passed: set[str] = set()
        self.failed: set[str] = set()
        self.skipped: dict[str, str] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped[report.nodeid] = reason_of(report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:  # in set-up, call or tear-down
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped[report.nodeid] = reason_of(report)
        elif report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        skipped = [{"test": test, "reason": reason} for test, reason in self.skipped.items()]
        counts = {"passed": len(self.passed - self.failed), "failed": len(self.failed), "skipped": skipped}
        self.file.write_text(json.dumps(counts), encoding="utf-8")


def reason_of(report: pytest.CollectReport | pytest.TestReport) -> str:
    expected_failure = getattr(report, "wasxfail", None)
    if expected_failure is not None:
        return f"expected to fail: {expected_failure}"
    if isinstance(report.longrepr, tuple):  # path, line, "Skipped: reason"
        return report.longrepr[2].removeprefix("Skipped: ")
    return "no reason given"
