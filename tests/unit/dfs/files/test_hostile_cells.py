"""Cells that are made to take long: each reader looks at a cell of any length in time that grows with the length.

The counts of characters are those of the longest line that is split into cells. Quadratic time would be minutes.
"""

import time
from collections.abc import Callable

import pytest

from pickvs.dfs.files.entries import cell_player
from pickvs.dfs.files.games import read_game
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
