"""When a game's closing odds are captured, and when its result is asked for (ADR 21). Pure.

A game is awaited while picks wait for its final. Only an awaited game has work on the agenda:

- a closing capture, some minutes before the announced tip-off. It is due early enough for one more attempt before the
  tip-off, two minutes later, with alarms that may be late. One call serves all games of the sport that tip off within
  its reach: a close may be 30 minutes old when the game really begins, and games begin up to eight minutes late.
- result checks, from the end of a typical game on. Their times are multiples of a fixed step, so that all games that
  wait for a final share a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pickvs.markets.values import GameStatus
from pickvs.sports.rules import SPORTS

FETCH_ODDS: Final = "fetch_odds"
"""The function that makes the closing captures."""
PROCESS_RESULTS: Final = "process_results"
"""The function that makes the result checks."""

DECIDED_EARLY = timedelta(minutes=2)
"""Time by which a check may come before the time that the credit planner has named: answers take a moment, and alarms
come on full minutes."""

_CLOSE, _CHECK = "close", "check"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GameTimes:
    """A stage's times of the game clock."""

    closing_lead: timedelta
    """Time from a closing capture to the announced tip-off."""
    closing_reach: timedelta
    """Longest time between a capture and an announced tip-off for which it is the closing capture."""
    first_check: timedelta | None
    """Time from the announced tip-off to the first result check. None: the typical length of the sport's games."""
    check_every: timedelta
    """Step of the result checks, and least time between two of them."""


@dataclass(frozen=True, slots=True)
class AwaitedGame:
    """A game that picks wait for. tip_off: as announced."""

    id: int
    sport: str
    tip_off: datetime
    status: GameStatus
    odds_seen_at: datetime | None
    """When its odds were last captured."""


def close_key(game_id: int) -> str:
    """Return the key of a game's closing capture on the agenda."""
    return f"{_CLOSE}/{game_id}"


def check_key(game_id: int) -> str:
    """Return the key of a game's result check on the agenda."""
    return f"{_CHECK}/{game_id}"


def game_of(key: str) -> int | None:
    """Return the game that work on the agenda is about. None if it is other work."""
    kind, _, number = key.partition("/")
    return int(number) if kind in (_CLOSE, _CHECK) and number.isdecimal() else None


def payload(tip_off: datetime) -> Mapping[str, Any]:
    """Return the payload of a game's work: the announced tip-off for which it was put."""
    return {"tip_off": tip_off.astimezone(UTC).isoformat()}


def stands(put: Mapping[str, Any] | None, game: AwaitedGame, at: datetime, times: GameTimes) -> bool:
    """Return whether the work of a game that was put with a payload needs not be put again at `at`.

    It was put for the announced tip-off. Or the game has begun, some minutes away from it, as most games do: the
    provider then names the real start. Its checks go on as they are.
    """
    if put is None or put == payload(game.tip_off):
        return put is not None
    moved = abs(datetime.fromisoformat(put["tip_off"]) - game.tip_off)
    return game.tip_off <= at and moved <= times.check_every


def closing_capture_at(tip_off: datetime, times: GameTimes) -> datetime:
    """Return when a game's closing odds are captured."""
    return tip_off - times.closing_lead


def typical_length(sport: str, times: GameTimes) -> timedelta:
    """Return the time from a game's tip-off after which it should be over. Raises KeyError for an unknown sport."""
    return times.first_check or timedelta(minutes=SPORTS[sport].typical_minutes)


def first_check_at(sport: str, tip_off: datetime, times: GameTimes) -> datetime:
    """Return when a game's result is asked for first. Raises KeyError if the sport is not covered."""
    return on_step(tip_off + typical_length(sport, times), times)


def next_check_at(at: datetime, wait: timedelta, times: GameTimes) -> datetime:
    """Return when results are asked for again: the step nearest to the end of `wait`, but not before the next step."""
    return on_step(at + max(wait, times.check_every) - times.check_every / 2, times)


def put_off_until(at: datetime, wait: timedelta, times: GameTimes) -> datetime:
    """Return when a check that was not bought is decided on again: the first step by which it may be.

    Not the nearest step, as in `next_check_at`: at one that is too early it would be put off again.
    """
    return on_step(at + max(wait, times.check_every) - min(DECIDED_EARLY, times.check_every / 2), times)


def on_step(moment: datetime, times: GameTimes) -> datetime:
    """Return the first step of the result checks that is not before `moment`."""
    steps = -((_EPOCH - moment) // times.check_every)
    return _EPOCH + steps * times.check_every


def needs_closing_capture(game: AwaitedGame, at: datetime, times: GameTimes) -> bool:
    """Return whether a capture at `at` is a game's closing capture, and no earlier capture was."""
    if game.status != "scheduled" or not at < game.tip_off <= at + times.closing_reach:
        return False
    return game.odds_seen_at is None or game.odds_seen_at < game.tip_off - times.closing_reach
