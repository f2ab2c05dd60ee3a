"""Finishing a league at the end of its season, and archiving it some time later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.telling.service import Message, tell


def finish(connection: Connection, league_id: int, at: datetime, outcome: Mapping[str, Any]) -> bool:
    """Finish a running league and tell its members. False if it does not run.

    outcome: facts of the board that is now final, such as the champion, as JSON.
    """
    locked = queries.lock_league(connection, league_id)
    if locked is None or locked.state != "running":
        return False
    queries.finish_league(connection, league_id, at)
    queries.append(connection, league_id, at, "finished", **outcome)
    tell(connection, league_id, [Message("league.finished", f"league:{league_id}:finished", outcome)], at=at)
    return True


def archive(connection: Connection, league_id: int, at: datetime) -> None:
    """Archive a league that is finished, in the caller's transaction, which has locked its row."""
    queries.append(connection, league_id, at, "archived")
    queries.set_state(connection, league_id, "archived")
