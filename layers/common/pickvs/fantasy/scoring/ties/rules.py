"""Ranks of constructors, in an event and over a season. Pure.

Ranks are competition ranks: 1, 1, 3. Who cannot be separated shares one.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PODIUM = 3


@dataclass(frozen=True, slots=True)
class EventRow:
    """A constructor's event. best, second: points of its best and second pick; None if it had none.

    is_tied: another constructor has the same rank.
    """

    constructor: int
    points: Decimal
    best: Decimal | None
    second: Decimal | None
    rank: int
    is_tied: bool


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A constructor's season. countback: how often it was first, second, third … in an event. best: its best event."""

    constructor: int
    points: Decimal
    countback: tuple[int, ...]
    best: Decimal | None
    rank: int
    is_tied: bool

    @property
    def wins(self) -> int:
        """Events in which it was first, alone or not."""
        return sum(self.countback[:1])

    @property
    def podiums(self) -> int:
        """Events in which it was among the first three."""
        return sum(self.countback[:PODIUM])


def event_ranks(picks: Mapping[int, Sequence[Decimal]]) -> tuple[EventRow, ...]:
    """Return the board of an event, in its order. picks: the points of each constructor's picks, in any order.

    By points, then by the best single pick, then by the second. No pick is less than any.
    """
    sums = {constructor: sum(points, Decimal()) for constructor, points in picks.items()}
    sorted_picks = {constructor: tuple(sorted(points, reverse=True)) for constructor, points in picks.items()}

    def key(constructor: int) -> tuple[Any, ...]:
        # A tuple that ends is less than one that goes on: no pick is less than a pick of minus 20.
        return sums[constructor], sorted_picks[constructor][:2]

    return tuple(
        EventRow(constructor, sums[constructor], *_first_two(sorted_picks[constructor]), rank, is_tied)
        for constructor, rank, is_tied in _ranked(picks, key)
    )


def season_ranks(events: Sequence[Sequence[EventRow]], constructors: Sequence[int] = ()) -> tuple[SeasonRow, ...]:
    """Return the board of a season, in its order. constructors: who is on it with or without an event.

    By points, then by countback of event ranks (more firsts, then more seconds, and so on), then by the best event.
    """
    rows: dict[int, list[EventRow]] = {constructor: [] for constructor in constructors}
    for event in events:
        for row in event:
            rows.setdefault(row.constructor, []).append(row)
    last = max((row.rank for own in rows.values() for row in own), default=0)
    sums = {constructor: sum((row.points for row in own), Decimal()) for constructor, own in rows.items()}
    best = {constructor: max((row.points for row in own), default=None) for constructor, own in rows.items()}
    counts = {}
    for constructor, own in rows.items():
        ranks = Counter(row.rank for row in own)
        counts[constructor] = tuple(ranks[rank] for rank in range(1, last + 1))

    def key(constructor: int) -> tuple[Any, ...]:
        top = best[constructor]
        return sums[constructor], counts[constructor], () if top is None else (top,)

    return tuple(
        SeasonRow(constructor, sums[constructor], counts[constructor], best[constructor], rank, is_tied)
        for constructor, rank, is_tied in _ranked(rows, key)
    )


def _first_two(points: tuple[Decimal, ...]) -> tuple[Decimal | None, Decimal | None]:
    first, second, *_ = *points, None, None
    return first, second


def _ranked(constructors: Mapping[int, object], key: Callable[[int], tuple[Any, ...]]) -> list[tuple[int, int, bool]]:
    """Return constructors with their ranks, and whether these are shared. Equals stand in the order of their ids."""
    ordered = sorted(sorted(constructors), key=key, reverse=True)
    keys = Counter(key(constructor) for constructor in ordered)
    found: list[tuple[int, int, bool]] = []
    for index, constructor in enumerate(ordered):
        own = key(constructor)
        rank = found[-1][1] if index > 0 and key(ordered[index - 1]) == own else index + 1
        found.append((constructor, rank, keys[own] > 1))
    return found
