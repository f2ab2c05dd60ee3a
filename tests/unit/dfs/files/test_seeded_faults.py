"""More than fifty faults, each put into a file without one, are reported with line, column and code."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pickvs.dfs.files.entries import read_entries
from pickvs.dfs.files.names import Known
from pickvs.dfs.files.players import read_players_list, read_salaries
from pickvs.dfs.files.projections import read_projections
from pickvs.dfs.files.report import Report
from pickvs.dfs.files.standings import read_standings
from tests.support import dfs_files as made

BETWEEN = datetime(2030, 1, 13, 1, tzinfo=UTC)
"""After the start of the first game, before that of the second."""
KNOWN = [player.known for player in read_salaries(made.salaries()).players]
TWINS = [*KNOWN, Known(("50000001",), "Ty Marsh", "LAL", 3_000)]

FILES: dict[str, tuple[bytes, Callable[[bytes], Report]]] = {
    "salaries": (made.salaries(), lambda data: read_salaries(data).report),
    "showdown": (made.showdown(), lambda data: read_salaries(data).report),
    "list": (made.players_list(), lambda data: read_players_list(data).report),
    "entries": (made.entries(), lambda data: read_entries(data, "draftkings").report),
    "started": (
        made.entries(started=frozenset({"BOS", "NYK"})),
        lambda data: read_entries(data, "draftkings", now=BETWEEN).report,
    ),
    "fanduel": (made.fanduel_entries(), lambda data: read_entries(data, "fanduel").report),
    "projections": (made.projections(2), lambda data: read_projections(data, KNOWN).report),
    "identified": (made.projections(3), lambda data: read_projections(data, KNOWN).report),
    "twins": (made.projections(2), lambda data: read_projections(data, TWINS).report),
    "standings": (made.standings(), lambda data: read_standings(data).report),
}
FIRST_OF_TABLE = 13
"""Place of the table's first cell in a line of the entries."""

# File, line, place of the cell, what is written there; the code and the column's title.
FAULTS: list[tuple[str, int, int, str, str, str]] = [
    ("salaries", 2, 5, "5,4oo", "NOT_A_NUMBER", "Salary"),
    ("salaries", 3, 5, "", "NOT_A_NUMBER", "Salary"),
    ("salaries", 4, 5, "-5400", "NOT_A_NUMBER", "Salary"),
    ("salaries", 5, 5, "54.5", "NOT_A_NUMBER", "Salary"),
    ("salaries", 6, 5, "0", "OUT_OF_RANGE", "Salary"),
    ("salaries", 7, 5, "5450", "OUT_OF_RANGE", "Salary"),
    ("salaries", 8, 5, "5400000", "OUT_OF_RANGE", "Salary"),
    ("salaries", 9, 3, "4000000x", "NOT_A_NUMBER", "ID"),
    ("salaries", 10, 3, "40000001", "AMBIGUOUS_PLAYER", "Name + ID"),
    ("salaries", 11, 2, "", "UNKNOWN_PLAYER", "Name"),
    ("salaries", 12, 2, "Tab\x00Name", "UNKNOWN_PLAYER", "Name"),
    ("salaries", 13, 4, "PG/G/UT!L", "UNKNOWN_SLOT", "Roster Position"),
    ("salaries", 14, 4, "", "UNKNOWN_SLOT", "Roster Position"),
    ("salaries", 15, 0, "", "UNKNOWN_SLOT", "Position"),
    ("salaries", 16, 6, "tonight", "NOT_A_GAME", "Game Info"),
    ("salaries", 17, 6, "LAL@DEN 13/45/2030 07:00PM ET", "NOT_A_GAME", "Game Info"),
    ("salaries", 18, 6, "", "NOT_A_GAME", "Game Info"),
    ("salaries", 19, 7, "MIA", "TEAM_MISMATCH", "TeamAbbrev"),
    ("salaries", 20, 8, "n/a", "NOT_A_NUMBER", "AvgPointsPerGame"),
    ("salaries", 21, 2, '"Lou Fenn', "UNCLOSED_QUOTE", ""),
    ("showdown", 9, 12, "14900", "SALARY_MISMATCH", "Salary"),
    ("showdown", 9, 9, "Somebody Else", "UNKNOWN_PLAYER", "Name"),
    ("list", 2, 0, "9488", "NOT_A_NUMBER", "Id"),
    ("list", 3, 7, "9.800", "NOT_A_NUMBER", "Salary"),
    ("list", 4, 8, "BOS-NYK", "NOT_A_GAME", "Game"),
    ("list", 5, 9, "UTA", "TEAM_MISMATCH", "Team"),
    ("list", 6, 0, "55014-1", "DUPLICATE_ROW", "Id"),
    ("entries", 2, 0, "A4560000001", "UNKNOWN_ENTRY_CONTEST", "Entry ID"),
    ("entries", 3, 2, "", "UNKNOWN_ENTRY_CONTEST", "Contest ID"),
    ("entries", 3, 0, "4560000001", "DUPLICATE_ROW", "Entry ID"),
    ("entries", 2, 4, "D'Arcy O'Mara", "UNKNOWN_PLAYER", "PG"),
    ("entries", 2, 5, "Kay Lindqvist (99999999)", "UNKNOWN_PLAYER", "SG"),
    ("entries", 2, 6, "Gus Petit (40000001)", "AMBIGUOUS_PLAYER", "SF"),
    ("entries", 2, 7, "Hal Bligh (40000067)", "UNKNOWN_SLOT", "PF"),
    ("entries", 2, 9, "D'Arcy O'Mara (40000001)", "DUPLICATE_PLAYER", "G"),
    ("entries", 12, FIRST_OF_TABLE + 5, "cheap", "NOT_A_NUMBER", "Salary"),
    ("started", 2, 4, "D'Arcy O'Mara (40000001)", "LOCK_DISAGREES", "PG"),
    ("started", 2, 6, "Gus Petit (40000043) (LOCKED)", "LOCK_DISAGREES", "SF"),
    ("fanduel", 2, 4, "D'Arcy O'Mara", "UNKNOWN_PLAYER", "PG"),
    ("fanduel", 3, 1, "none", "UNKNOWN_ENTRY_CONTEST", "contest_id"),
    ("projections", 2, 4, "fourty", "NOT_A_NUMBER", "FPTS"),
    ("projections", 3, 4, "", "NOT_A_NUMBER", "FPTS"),
    ("projections", 4, 4, "NaN", "NOT_A_NUMBER", "FPTS"),
    ("projections", 5, 4, "4025", "OUT_OF_RANGE", "FPTS"),
    ("projections", 6, 5, "-1", "OUT_OF_RANGE", "StdDev"),
    ("projections", 7, 7, "130", "OUT_OF_RANGE", "Own%"),
    ("projections", 8, 0, "Bud Carter", "UNKNOWN_PLAYER", "Name"),
    ("projections", 9, 2, "LAL", "TEAM_MISMATCH", "Team"),
    ("projections", 10, 3, "3000", "SALARY_MISMATCH", "Salary"),
    ("projections", 11, 0, "Bub Carter", "DUPLICATE_ROW", "Name"),
    ("identified", 2, 1, "Ty Marsh", "AMBIGUOUS_PLAYER", "Player"),
    ("identified", 2, 7, "80", "OUT_OF_RANGE", "Floor"),
    ("twins", 14, 0, "Ty Marsh", "AMBIGUOUS_PLAYER", "Name"),
    ("standings", 2, 0, "first", "NOT_A_NUMBER", "Rank"),
    ("standings", 3, 4, "", "NOT_A_NUMBER", "Points"),
    ("standings", 4, 5, "C Hal Bligh F Ned Ashby", "UNKNOWN_SLOT", "Lineup"),
    ("standings", 5, 1, "4561000000", "DUPLICATE_ROW", "EntryId"),
    ("standings", 6, 9, "150%", "OUT_OF_RANGE", "%Drafted"),
    ("standings", 7, 10, "-", "NOT_A_NUMBER", "FPTS"),
]


def with_cell(data: bytes, line: int, place: int, value: str) -> bytes:
    """Return a file with another cell, written without quotes."""
    end = "\r\n" if b"\r\n" in data else "\n"
    lines = data.decode().split(end)
    (cells,) = csv.reader([lines[line - 1]])
    cells += [""] * (place + 1 - len(cells))
    cells[place] = value
    marks = ['"' + cell.replace('"', '""') + '"' if "," in cell else cell for cell in cells]
    lines[line - 1] = ",".join(marks)
    return end.join(lines).encode()


@pytest.mark.parametrize("name", FILES)
def test_the_files_have_no_fault_of_their_own(name: str) -> None:
    data, read = FILES[name]
    assert [problem for problem in read(data).problems if (name, problem.line) not in {("twins", 14)}] == [
        problem for problem in read(data).problems if problem.value == "Gone Away"
    ]


def test_there_are_fifty() -> None:
    assert len({(name, line, place, value) for name, line, place, value, _, _ in FAULTS}) >= 50


@pytest.mark.parametrize(("name", "line", "place", "value", "code", "column"), FAULTS)
def test_a_fault_is_reported(name: str, line: int, place: int, value: str, code: str, column: str) -> None:
    data, read = FILES[name]
    report = read(with_cell(data, line, place, value))
    found = [problem for problem in report.problems if (problem.line, problem.code) == (line, code)]
    assert [problem.column for problem in found] == [column]
    assert found[0].message.endswith(".")
    assert report.accepted + report.rejected == report.rows
    errors = {problem.line for problem in report.problems if problem.severity == "error"}
    assert report.rejected >= len(errors) > 0 or found[0].severity == "warning"


def test_a_suggestion_is_never_applied() -> None:
    data = with_cell(made.projections(2), 8, 0, "Bud Carter")
    file = read_projections(data, KNOWN)
    problem = next(problem for problem in file.report.problems if problem.line == 8)
    assert problem.suggestions == ("Bub Carter (NYK)",)
    assert 6 not in [place for place, _ in file.projections]
