"""What a board says of itself: how final it is, and how the season has moved. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from pickvs.fantasy.scoring.ties.rules import EventRow, season_ranks

type BoardState = Literal["awaited", "provisional", "under_review", "official", "frozen"]
"""How final a board is: without a result yet; with one that only one source tells, or in the middle of an event; with
an open question to an administrator; as both sources say; or closed to every change."""

MAX_AGE: Mapping[BoardState, int] = MappingProxyType(
    {"awaited": 30, "provisional": 30, "under_review": 30, "official": 300, "frozen": 14_400}
)
"""Seconds for which a reader may keep a board without asking again."""


def state_of(*, scored: int, unsettled: int, reviews: int, is_frozen: bool) -> BoardState:
    """Return how final a board is.

    scored: sessions whose results count on it. unsettled: sessions of its events whose results are awaited or
    provisional. reviews: open questions about their results. is_frozen: nothing that comes changes it any more.
    """
    if is_frozen:
        return "frozen"
    if reviews:
        return "under_review"
    if not scored:
        return "awaited"
    return "provisional" if unsettled else "official"


def places_gained(events: Sequence[Sequence[EventRow]]) -> Mapping[int, int]:
    """Return the places that constructors have gained in the season by its last event; negative for places lost.

    events: the boards of events in their order. Without those who were in no event before the last.
    """
    before = {row.constructor: row.rank for row in season_ranks(events[:-1])}
    now = {row.constructor: row.rank for row in season_ranks(events)}
    return {constructor: rank - now[constructor] for constructor, rank in before.items()}
