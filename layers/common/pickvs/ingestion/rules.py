"""Names of the ingestion jobs, and when a second source is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from pickvs.markets.game_clock import rules as game_clock

type JobName = Literal[
    "fetch_odds",
    "process_results",
    "espn_scores",
    "espn_stats",
    "balldontlie_stats",
    "nflverse_stats",
    "statsapi_stats",
    "nba_report_stats",
    "open_meteo_weather",
    "nws_weather",
    "draftkings_slates",
]

FETCH_ODDS: JobName = game_clock.FETCH_ODDS
PROCESS_RESULTS: JobName = game_clock.PROCESS_RESULTS
ESPN_SCORES: JobName = "espn_scores"

LOOKED_BACK = timedelta(days=14)
"""Age of the oldest game that a second source is asked about. Longer than the first source looks back."""
FIRST_ANSWER = timedelta(minutes=10)
"""Age up to which an answer of the first source counts as its latest word."""
STUCK_AFTER = 2
"""Typical lengths of a game after which a live score is no answer."""
YOUNG = timedelta(hours=24)
ASKED_AGAIN = timedelta(minutes=9)
"""Time after which a day is asked about again while one of its games is young. Shorter than between two checks."""
ASKED_AGAIN_LATER = timedelta(hours=20)
"""The same for older games: once a day."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A game without a final, although it should be over. day: its date for the second source.

    live_at: when the first source last showed it under way; None if it never did.
    """

    id: int
    day: date
    tip_off: datetime
    live_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A day, as YYYYMMDD, that the second source was asked about, and when. answered: whether it brought an answer."""

    day: str
    at: datetime
    answered: bool = True


def days_to_ask(
    games: Sequence[Lacking],
    *,
    first_answered_at: datetime | None,
    asked: Iterable[Asked],
    typical_length: timedelta,
    at: datetime,
) -> dict[date, frozenset[int]]:
    """Return the days to ask a second source about, the latest first, each with its games that lack a final.

    first_answered_at: when the latest run of the first source began, if that run brought an answer. asked: the runs of
    the second source. A day whose run failed waits too, however often its games are due. A game that the first source
    has just shown under way is left out, until it has taken twice its typical length.
    """
    known = _by_day(asked)
    silent = [game for game in games if not _is_answered(game, first_answered_at, typical_length, at)]
    found: dict[date, frozenset[int]] = {}
    for day in sorted({game.day for game in silent}, reverse=True):
        own = [game for game in silent if game.day == day]
        pause = ASKED_AGAIN if any(at - game.tip_off < YOUNG for game in own) else ASKED_AGAIN_LATER
        before = known.get(f"{day:%Y%m%d}", ())
        if all(at - run.at >= (pause if run.answered else ASKED_AGAIN) for run in before):
            found[day] = frozenset(game.id for game in own)
    return found


def _by_day(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    days: dict[str, list[Asked]] = {}
    for run in asked:
        days.setdefault(run.day, []).append(run)
    return days


def _is_answered(game: Lacking, first: datetime | None, typical_length: timedelta, at: datetime) -> bool:
    if first is None or game.live_at is None or at - first > FIRST_ANSWER:
        return False
    return game.live_at >= first and at < game.tip_off + STUCK_AFTER * typical_length
