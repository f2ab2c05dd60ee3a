"""Measures late swap of 500 entries, three of which cannot be swapped."""

import time

from bench.table import Line
from pickvs.dfs.optimizer.rules import LineupRules
from pickvs.dfs.optimizer.swaps import swap
from tests.support.late_swaps import evening

ENTRIES, SECONDS = 500, 10.0


def late_swap() -> list[Line]:
    """Swap the entries of a made-up evening."""
    made = evening(ENTRIES)
    began = time.process_time()
    done = list(swap(made.pool, LineupRules(), made.entries, begun=made.begun, starts=made.starts))
    taken = time.process_time() - began
    kept = {each.entry: each.kept for each in done if each.kept is not None}
    assert len(done) == ENTRIES
    assert kept == made.impossible, kept
    swapped = len(done) - len(kept)
    return [
        Line(f"late swap of {ENTRIES} entries, {swapped} swapped, against {SECONDS:.0f} s", taken, taken / SECONDS, 1.0)
    ]
