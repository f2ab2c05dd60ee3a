"""Lineups as arrays: rows of places of players, and columns of factors that give their points."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.outcomes import Outcomes

type Lineups = NDArray[np.int32]
"""A row a lineup, a column a slot of the format: places of players in a list."""


def lineup_rows(lineups: Sequence[Sequence[int]], outcomes: Outcomes) -> Lineups:
    """Return lineups of players' ids as rows of places in `outcomes.players`. Raises ValueError for an unknown id."""
    place = {player.id: number for number, player in enumerate(outcomes.players)}
    unknown = {player for lineup in lineups for player in lineup} - place.keys()
    if unknown:
        raise ValueError(f"no projection has the players {sorted(unknown)}")
    return np.array([[place[player] for player in lineup] for lineup in lineups], dtype=np.int32)


def columns(lineups: Lineups, contest_format: Format, players: int) -> NDArray[np.float32]:
    """Return a column a lineup with its players' factors, scaled to whole numbers.

    Points are whole multiples of a unit. So products with this are exact, on every machine and in every order of
    summing up.
    """
    scale = unit_scale(contest_format)
    found = np.zeros((players, len(lineups)), dtype=np.float32)
    each = np.arange(len(lineups))
    for slot, place in zip(contest_format.slots, lineups.T, strict=True):
        found[place, each] += float(slot.factor * scale)
    return found


def unit_scale(contest_format: Format) -> int:
    """Return the number that makes all factors of the format whole: 2 with a captain of 1.5."""
    return lcm(*(Fraction(slot.factor).denominator for slot in contest_format.slots))


def places(scores: NDArray[np.float32], ordered: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many of each row of `ordered`, which ascends, are above each score of the row, and how many equal."""
    above = np.empty(scores.shape, dtype=np.int64)
    tied = np.empty(scores.shape, dtype=np.int64)
    for row, (own, others) in enumerate(zip(scores, ordered, strict=True)):
        right = np.searchsorted(others, own, side="right")
        above[row] = len(others) - right
        tied[row] = right - np.searchsorted(others, own, side="left")
    return above, tied
