"""Clusters of tip-offs: which games one closing capture serves. Pure.

An odds call costs the same however many games it answers for, so games that tip off close together share one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

type Kind = Literal["morning", "closing", "check", "grading"]
"""What a call is for: the daily odds, the odds before tip-off, scores of the evening, the daily results."""

type Outcome = Literal["bought", "met", "deferred", "given_up"]
"""What was decided. `met`: an earlier answer does. `deferred`: a check that waits for a later one, without loss."""

LEAD = timedelta(minutes=8)
"""Time from a closing capture to the earliest tip-off that it serves.

An alarm may come 2 minutes late, and a failed capture is tried again 2 minutes later, by an alarm that may be rounded
up by 1 minute and come 2 minutes late as well: the second try still comes before tip-off.
"""

LEAST_LEAD = timedelta(minutes=2)
"""Least time from a capture to a tip-off that it serves. Games have begun up to 2 minutes before their announced
tip-off, and odds in play are no close."""

REACH = timedelta(minutes=22)
"""Time from a capture to the latest tip-off that it serves.

A close must not be older than 30 minutes when the game really begins (rules.md), which is up to 8 minutes after the
announced tip-off.
"""

PAST = timedelta(days=28)
"""How far back the games and picks are looked at that the forecast rests on: four of each day of the week."""

AHEAD = timedelta(days=8)
"""How far ahead games to come are looked at: providers list a week of them at most."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Games that one closing capture serves. games: ids in the order of their tip-offs."""

    due_at: datetime
    games: tuple[int, ...]


def clusters(tip_offs: Mapping[int, datetime], *, lead: timedelta = LEAD, reach: timedelta = REACH) -> list[Cluster]:
    """Return the fewest captures, each due `lead` before its earliest tip-off, that serve all games, in order.

    tip_offs: by game id, of one sport. A capture serves the tip-offs up to `reach` after it is due.
    """
    found: list[Cluster] = []
    for game, tip_off in sorted(tip_offs.items(), key=lambda item: (item[1], item[0])):
        if found and tip_off <= found[-1].due_at + reach:
            found[-1] = Cluster(found[-1].due_at, (*found[-1].games, game))
        else:
            found.append(Cluster(tip_off - lead, (game,)))
    return found
