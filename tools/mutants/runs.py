"""Runs tests in a copy of the checkout, and judges a mutation by how they end."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tools.mutants import forked
from tools.mutants.catalogue import Mutant
from tools.mutants.outcomes import VARIABLE
from tools.mutants.trees import Tree

_SECONDS = 240
"""Time for the tests of one mutation. One that takes longer says nothing."""
_BASELINE_SECONDS = 1_500
_PLUGINS = ("xdist.plugin", "_hypothesis_pytestplugin", "tools.mutants.outcomes")
_NOT_A_VERDICT = {
    "SyntaxError",
    "IndentationError",
    "NameError",
    "ImportError",
    "ModuleNotFoundError",
    "TimeoutError",
    "UndefinedColumn",
}
"""Errors that say that the mutated text is nonsense or the machine busy, not that a test saw what it does."""


class Verdict(StrEnum):
    """What became of a mutation."""

    KILLED = "killed"
    ALIVE = "ALIVE"
    NO_VERDICT = "NO VERDICT"


@dataclass(frozen=True, slots=True)
class Result:
    """A mutation, what became of it and why."""

    mutant: Mutant
    verdict: Verdict
    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one phase of a test ended."""

    test: str
    phase: str
    outcome: str
    error: str

    def is_of(self, test: str) -> bool:
        """Return whether this is the test, or a case of it."""
        return self.test == test or self.test.startswith(f"{test}[")


def unhealthy(tree: Tree, tests: Sequence[str]) -> list[str]:
    """Run tests in an unmutated copy, and return those that do not pass."""
    outcomes = _run(tree, tests, _BASELINE_SECONDS)
    if outcomes is None:
        return ["the tests did not end in time"]
    failed = sorted({f"{each.test} ({each.phase}: {each.error})" for each in outcomes if each.outcome == "failed"})
    unseen = [test for test in tests if not any(each.is_of(test) and each.outcome == "passed" for each in outcomes)]
    return [*failed, *(f"{test} (no case of it passed)" for test in unseen)]


def judge(tree: Tree, mutant: Mutant) -> Result:
    """Mutate the copy, run the named tests, and say whether each of them failed."""
    began = time.monotonic()
    with tree.mutated(mutant):
        outcomes = _run(tree, mutant.killed_by, _SECONDS)
    verdict, why = judged(mutant, outcomes)
    return Result(mutant, verdict, why, time.monotonic() - began)


def judged(mutant: Mutant, outcomes: list[Outcome] | None) -> tuple[Verdict, str]:
    """Return what became of a mutation, and why, from how its tests ended. `outcomes` is None if they did not."""
    if outcomes is None:
        return Verdict.NO_VERDICT, "the tests did not end in time"
    failed = {each.test for each in outcomes if each.outcome == "failed" and each.phase == "call"}
    for each in outcomes:
        if each.phase == "teardown" and each.test in failed:
            continue  # it follows from the failure
        if each.outcome == "failed" and (each.phase != "call" or each.error in _NOT_A_VERDICT):
            return Verdict.NO_VERDICT, f"{each.test}: {each.error} in {each.phase}"
    for test in mutant.killed_by:
        of_it = [each for each in outcomes if each.is_of(test)]
        if not of_it:
            return Verdict.NO_VERDICT, f"{test} did not run"
        if not any(each.outcome == "failed" for each in of_it):
            return Verdict.ALIVE, f"{test} passes"
    return Verdict.KILLED, ""


def _run(tree: Tree, tests: Sequence[str], seconds: float) -> list[Outcome] | None:
    """Run tests, and return how they ended. None if they did not end in time."""
    tree.outcomes.unlink(missing_ok=True)
    environment = {
        VARIABLE: str(tree.outcomes),
        "PICKVS_TESTS_SERVER": str(tree.server),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # one of them takes longer to import than most tests take to run
    }
    arguments = ["-q", "--tb=no", "-p", "no:cacheprovider", "-n", "0"]
    arguments += [part for plugin in _PLUGINS for part in ("-p", plugin)]
    arguments += ["-o", "addopts=--strict-markers --import-mode=importlib", *tests]
    if forked.run(tree.root, arguments, environment, seconds) is None:
        tree.new_server()
        return None
    lines = tree.outcomes.read_text(encoding="utf-8").splitlines() if tree.outcomes.exists() else []
    return [Outcome(**json.loads(line)) for line in lines]
