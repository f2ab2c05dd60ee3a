"""How often sources are asked about races, and which seasons. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

COLLECT_F1 = "collect_f1"
"""Name of the function that asks."""

MOST_AN_HOUR = 20
"""Requests an hour to a source beside the daily round, of the 500 that the first source allows."""

PLANNED_AHEAD = timedelta(days=10)
"""How far ahead sessions are put on the agenda. The daily round plans the following ones."""

_NEXT_SEASON_FROM = 11
"""The month from which the season to come is asked about as well."""


def seasons_of(day: date) -> tuple[int, ...]:
    """Return the seasons to ask about on a day. A season is a year."""
    return (day.year, day.year + 1) if day.month >= _NEXT_SEASON_FROM else (day.year,)


def second_again(at: datetime, hour: timedelta) -> datetime:
    """Return when the second source is asked again while a result waits for its opinion. hour: of a weekend."""
    return at + hour


def requests_left(asked: Sequence[tuple[datetime, int]], at: datetime, hour: timedelta = timedelta(hours=1)) -> int:
    """Return how many requests a source may get now. asked: times of runs with their numbers of requests."""
    return max(0, MOST_AN_HOUR - sum(number for moment, number in asked if moment > at - hour))


def allowed_at(
    asked: Sequence[tuple[datetime, int]], requests: int, at: datetime, hour: timedelta = timedelta(hours=1)
) -> datetime:
    """Return the first moment, from `at` on, at which a source may get this many requests.

    asked: as for requests_left. Raises ValueError for more requests than an hour allows.
    """
    if requests > MOST_AN_HOUR:
        raise ValueError(f"{requests} requests at once are more than the {MOST_AN_HOUR} of an hour")
    moments = [at, *sorted(moment + hour for moment, _ in asked if moment > at - hour)]
    return next(each for each in moments if requests_left(asked, each, hour) >= requests)


def session_key(event_id: int, session: str) -> str:
    """Return the key of the work that asks about a session."""
    return f"session:{event_id}:{session}"


def session_of(key: str) -> tuple[int, str] | None:
    """Return event and session of a key, or None if it is another one."""
    kind, _, rest = key.partition(":")
    event, _, session = rest.partition(":")
    return (int(event), session) if kind == "session" and event.isdecimal() and session else None


def second_key(season: int) -> str:
    """Return the key of the work that asks the second source about a season."""
    return f"second:{season}"
