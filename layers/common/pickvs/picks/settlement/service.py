"""Settles due games. Idempotent: a settled game becomes due again only when it gets another result."""

from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.picks.settlement import queries


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of one settlement: games, and numbers of picks graded and taken back.

    corrected: the games that had been settled by an earlier result.
    """

    games: tuple[int, ...] = ()
    graded: int = 0
    taken_back: int = 0
    corrected: tuple[int, ...] = ()


def grade_all_pending_picks(connection: Connection, at: datetime) -> Settlement:
    """Grade every pick of every game whose result is not settled yet, in the caller's transaction.

    A final grades the picks, and a void game voids them. If a game was corrected or reopened, its earlier entries are
    reversed first. `at` is the booking time. Runs a constant number of statements for any number of picks.
    """
    due = queries.lock_due_games(connection)
    if not due:
        return Settlement()
    games = [game for game, _ in due]
    corrected = [game for game, settled_before in due if settled_before]
    taken_back = queries.take_back(connection, corrected, at)
    graded = queries.grade(connection, games, at)
    queries.mark_settled(connection, games)
    return Settlement(tuple(games), graded, taken_back, tuple(corrected))


def hold_settlements(connection: Connection) -> None:
    """Block settlements until this transaction ends. Waits for one that is in progress."""
    queries.take_turn(connection)
