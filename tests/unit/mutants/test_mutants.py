"""`make mutants` tells what a test kills from what it does not, and from what says nothing. Its list fits the code."""

from pathlib import Path

import pytest

from tools.mutants import catalogue
from tools.mutants.catalogue import CatalogueError, Mutant
from tools.mutants.runs import Outcome, Verdict, judged

ROOT = Path(__file__).parents[3]
TEST = "tests/test_limits.py::test_the_limit"


def outcome(test: str = TEST, *, ended: str = "failed", phase: str = "call", error: str = "AssertionError") -> Outcome:
    return Outcome(test, phase, ended, error)


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([outcome()], Verdict.KILLED),
        ([outcome(f"{TEST}[one]", ended="passed"), outcome(f"{TEST}[two]")], Verdict.KILLED),
        ([outcome(ended="passed", error="")], Verdict.ALIVE),
        ([outcome(ended="skipped", error="Skipped")], Verdict.ALIVE),
        ([outcome(), outcome(phase="teardown")], Verdict.KILLED),
        ([outcome(phase="setup")], Verdict.NO_VERDICT),
        ([outcome(phase="teardown")], Verdict.NO_VERDICT),
        ([outcome(phase="collect", error="collection")], Verdict.NO_VERDICT),
        ([outcome(error="NameError")], Verdict.NO_VERDICT),
        ([outcome(error="TimeoutError")], Verdict.NO_VERDICT),
        ([outcome(f"{TEST}_of_others")], Verdict.NO_VERDICT),
        ([], Verdict.NO_VERDICT),
        (None, Verdict.NO_VERDICT),
    ],
)
def test_a_verdict(outcomes: list[Outcome] | None, verdict: Verdict) -> None:
    mutant = Mutant("accounts/limit", "", "limits.py", "<", "<=", (TEST,))
    assert judged(mutant, outcomes)[0] is verdict


def test_each_named_test_must_fail() -> None:
    other = "tests/test_limits.py::test_another"
    mutant = Mutant("accounts/limit", "", "limits.py", "<", "<=", (TEST, other))
    assert judged(mutant, [outcome(), outcome(other)])[0] is Verdict.KILLED
    assert judged(mutant, [outcome(), outcome(other, ended="passed")])[0] is Verdict.ALIVE


ENTRY = """
[[mutant]]
name = "limit"
guard = "no more than ten"
file = "limits.py"
old = "tries < 10"
new = "tries <= 10"
killed_by = ["test_limits.py::test_the_limit"]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A checkout with one guard, its test and its mutation."""
    (tmp_path / "limits.py").write_text("def allowed(tries):\n    return tries < 10\n")
    (tmp_path / "test_limits.py").write_text("def test_the_limit():\n    pass\n")
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "accounts.toml").write_text(ENTRY)
    return tmp_path


def test_a_list_that_fits(small: Path) -> None:
    [mutant] = found = catalogue.read(small / "list")
    assert (mutant.name, mutant.killed_by) == ("accounts/limit", ("test_limits.py::test_the_limit",))
    assert list(catalogue.faults(found, small)) == []


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("limits.py", "def allowed(tries):\n    return tries <= 9\n", "its old text occurs 0 times in limits.py"),
        ("limits.py", "tries < 10 or tries < 10", "its old text occurs 2 times in limits.py"),
        ("test_limits.py", "def test_another():\n    pass\n", "there is no test test_limits.py::test_the_limit"),
    ],
)
def test_a_mutation_that_no_longer_fits_is_stale(small: Path, file: str, text: str, says: str) -> None:
    (small / file).write_text(text)
    assert list(catalogue.faults(catalogue.read(small / "list"), small)) == [f"accounts/limit: stale: {says}"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('guard = "no more than ten"\n', "", "lacks, or does not know, guard"),
        ('new = "tries <= 10"', 'new = "tries < 10"', "changes nothing"),
        ('["test_limits.py::test_the_limit"]', "[]", "no test is named"),
        ("[[mutant]]", ENTRY + "[[mutant]]", "the name is there twice"),
    ],
)
def test_a_list_that_is_wrong_is_refused(small: Path, old: str, new: str, says: str) -> None:
    (small / "list" / "accounts.toml").write_text(ENTRY.replace(old, new))
    with pytest.raises(CatalogueError, match=says):
        catalogue.read(small / "list")


def test_the_list_of_this_checkout_fits_it_and_is_long_enough() -> None:
    mutants = catalogue.read()
    assert list(catalogue.faults(mutants, ROOT)) == []
    assert len(mutants) >= 120
    areas = {each.name.partition("/")[0] for each in mutants}
    assert {"accounts", "core", "http", "idempotency", "laptop", "picks", "policies", "recovery", "schema"} <= areas
