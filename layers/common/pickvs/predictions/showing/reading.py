"""Forecasts of games for other rooms, in their transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from pickvs.core.database import Connection
from pickvs.predictions.showing import queries

_CONTESTANT = "no-market"
"""The model that knows no line: what a line says beside it is not said twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedScore:
    """The mean points of both teams, as the latest forecast says that knows no line."""

    home: float
    away: float


def expected_scores(connection: Connection, games: Sequence[int]) -> dict[int, ExpectedScore]:
    """Return the expected scores of the games that are forecast, by game."""
    found = {}
    for row in queries.latest(connection, games, contestant=_CONTESTANT):
        margin, total = (row.figures[name]["mean"] for name in ("margin", "total"))
        found[row.game_id] = ExpectedScore(home=(total + margin) / 2, away=(total - margin) / 2)
    return found
