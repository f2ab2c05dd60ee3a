"""Files that are made to take long: each reader looks at a cell of any length in time that grows with the length.

The counts of characters are those of the longest line that is split into cells. Quadratic time would be minutes.
"""

import time
from collections.abc import Callable
from itertools import islice, permutations

import pytest

from pickvs.dfs.files.entries import cell_player
from pickvs.dfs.files.games import read_game
from pickvs.dfs.files.names import Known
from pickvs.dfs.files.projections import read_projections
from pickvs.dfs.files.report import SHOWN
from pickvs.dfs.files.standings import read_standings
from pickvs.dfs.files.text import LONGEST_LINE

BUDGET = 5.0
"""Processor seconds for a file's worth of lines. Linear readers need a hundredth of it, quadratic ones minutes."""
LINES = 30
"""Lines of this length that a file of two million bytes has."""


@pytest.mark.parametrize(
    "read",
    [lambda cell: cell_player(cell, "draftkings"), lambda cell: cell_player(cell, "fanduel"), read_game],
    ids=["draftkings slot", "fanduel slot", "game"],
)
@pytest.mark.parametrize("middle", [" ", "(1) ", "1/1/2025 ", "@"])
def test_a_long_cell_is_soon_refused(read: Callable[[str], object], middle: str) -> None:
    cell = "A" + (middle * LONGEST_LINE)[:LONGEST_LINE] + "B"
    began = time.process_time()
    for _ in range(LINES):
        assert read(cell) is None
        assert time.process_time() - began < BUDGET


@pytest.mark.parametrize("mates", [60, 600])
def test_names_that_are_all_near_each_other_are_soon_compared(mates: int) -> None:
    names = ["".join(each) * 8 for each in islice(permutations("abcdefghij"), mates + 2_400)]
    known = [Known((str(number),), name, "BOS", 5_000) for number, name in enumerate(names[:mates])]
    rows = ["Name,Team,Fpts", *(f"{name},BOS,20" for name in names[mates:] + names[:mates] * (2_400 // mates))]
    began = time.process_time()
    report = read_projections("\n".join(rows).encode(), known).report
    assert time.process_time() - began < BUDGET
    assert (report.rows, report.accepted, len(report.problems)) == (4_800, mates, SHOWN)


def test_lineups_of_more_slots_than_a_contest_are_no_pattern_for_others() -> None:
    header = "Rank,EntryId,EntryName,TimeRemaining,Points,Lineup,,Player,Roster Position,%Drafted,FPTS"
    lineups = ["C A " * 400] * 2 + ["C A " * 402]
    lines = [f"{number},{number},user,0,1,{lineup},," for number, lineup in enumerate(lineups, 1)]
    began = time.process_time()
    report = read_standings("\n".join([header, *lines]).encode()).report
    assert time.process_time() - began < BUDGET
    assert (report.accepted, report.rejected) == (0, 3)
