"""A pytest plugin that writes how each test ended, as lines of JSON, into a file that an environment variable names."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "PICKVS_MUTANTS_OUTCOMES"


def _write(**line: str) -> None:
    with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the phase and the type of error of a test that failed, and the test that passed."""
    report = yield
    error = call.excinfo.typename if call.excinfo is not None else ""
    if report.failed or (report.passed and call.when == "call") or report.skipped:
        _write(test=item.nodeid, phase=str(call.when), outcome=str(report.outcome), error=error)
    return report


def pytest_collectreport(report: Any) -> None:
    """Write that a file could not be collected."""
    if report.failed:
        _write(test=report.nodeid, phase="collect", outcome="failed", error="collection")
