"""Which days a season has, from the games of a table: a row whose date is in another season is mistaken."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

type Span = tuple[date, date]
"""The first day of a season, and that of the next one."""


def spans(played: Iterable[tuple[int, date]]) -> Mapping[int, Span]:
    """Return when each season was, from the season and the day of every game.

    Between two seasons the day is taken that leaves the fewest games on the wrong side.
    """
    days: dict[int, list[date]] = {}
    for season, day in played:
        days.setdefault(season, []).append(day)
    for each in days.values():
        each.sort()
    if not days:
        return {}
    order = sorted(days)
    starts = [date.min]
    for earlier, later in pairwise(order):
        starts.append(min(days[later], key=lambda day: _misplaced(days[earlier], days[later], day)))
    return dict(zip(order, zip(starts, [*starts[1:], date.max], strict=True), strict=True))


def _misplaced(earlier: list[date], later: list[date], day: date) -> int:
    return len(earlier) - bisect_left(earlier, day) + bisect_left(later, day)
