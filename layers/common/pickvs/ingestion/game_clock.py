"""Keeps the agenda in step with the games that picks wait for (ADR 21)."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.game_clock import service as game_clock
from pickvs.markets.game_clock.rules import AwaitedGame
from pickvs.markets.scores.rules import REVIEW_AFTER
from pickvs.picks.awaited import awaited_games as games_with_picks


def keep_time(connection: Connection, at: datetime) -> None:
    """Put closing captures and result checks of awaited games on the agenda, and take those of all others off it.

    To be called after games have changed, in the same transaction: when a game is new, has another tip-off, is final,
    in review, postponed, called off, reopened, merged or separated.
    """
    game_clock.keep(connection, lambda: awaited_games(connection, at))


def awaited_games(connection: Connection, at: datetime) -> list[AwaitedGame]:
    """Return the games that picks wait for at `at`. One that has had no final for too long is an administrator's."""
    return games_with_picks(connection, at - REVIEW_AFTER)
