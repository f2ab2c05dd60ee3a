"""Settles what is due. Safe to repeat: a settled game is due again only when it gets another result."""

from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.picks.settlement import queries


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one settlement did: of which games, how many picks were graded and how many taken back."""

    games: tuple[int, ...] = ()
    graded: int = 0
    taken_back: int = 0


def grade_all_pending_picks(connection: Connection, at: datetime) -> Settlement:
    """Grade every pick of every game whose result is not settled yet, inside the caller's transaction.

    Finals grade, voids void, a corrected or reopened game's earlier entries are taken back first. `at` is the time of
    booking. A constant number of statements, whatever the number of picks.
    """
    due = queries.lock_due_games(connection)
    if not due:
        return Settlement()
    games = [game for game, _ in due]
    taken_back = queries.take_back(connection, [game for game, settled_before in due if settled_before], at)
    graded = queries.grade(connection, games, at)
    queries.mark_settled(connection, games)
    return Settlement(tuple(games), graded, taken_back)


def hold_settlements(connection: Connection) -> None:
    """Let no settlement happen until this transaction ends; waits for one that is under way."""
    queries.take_turn(connection)
