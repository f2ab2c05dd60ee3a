"""Clusters of tip-offs: which games one closing capture serves. Kinds of calls, and what is left of the month. Pure.

An odds call costs the same however many games it answers for, so games that tip off close together share one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

type Kind = Literal["morning", "closing", "check", "grading"]
"""What a call is for: the daily odds, the odds before tip-off, scores of the evening, the daily results."""

type Outcome = Literal["bought", "met", "deferred", "given_up"]
"""What was decided. `met`: an earlier answer does. `deferred`: a check that waits for a later one, without loss."""

JOBS: Mapping[Kind, str] = MappingProxyType(
    {"morning": "fetch_odds", "closing": "fetch_odds", "check": "process_results", "grading": "process_results"}
)
"""The job that makes each kind of call."""

KINDS: tuple[Kind, ...] = tuple(JOBS)

SCORES_COST = 2
"""Credits of a call for scores that looks back."""

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

_OK = 200


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


@dataclass(frozen=True, slots=True)
class Call:
    """A call of this month that has ended. remaining, last: as the provider reported, if it did.

    list_price: what such a call costs. http_status: None if there was no answer.
    """

    ended_at: datetime
    remaining: int | None
    last: int | None
    list_price: int
    http_status: int | None

    @property
    def cost(self) -> int:
        """What it cost. Without a report, an answer of success and silence count in full, and a refusal is free."""
        if self.last is not None:
            return self.last
        return self.list_price if self.http_status in {None, _OK} else 0


def left_of(monthly_credits: int, calls: Iterable[Call], *, underway: int) -> tuple[int, bool]:
    """Return the credits that are left of the month, and whether the provider has reported them. May be negative.

    calls: those of this month. The latest report counts, less what the calls after it cost. Without any report, the
    plan counts instead. underway: credits of calls that were decided and have not ended.
    """
    left, reported = monthly_credits, False
    for call in sorted(calls, key=lambda call: call.ended_at):
        left, reported = (left - call.cost, reported) if call.remaining is None else (call.remaining, True)
    return left - underway, reported
