"""Has a league looked after: started when its time has come, and its drafts kept up to date."""

from datetime import datetime

from pickvs.agenda import service as agenda
from pickvs.core.database import Connection

TICK_DRAFTS = "tick_drafts"
"""Name of the function that does what is due in leagues and drafts."""


def key_of(league_id: int) -> str:
    """Return the key under which a league's work is on the agenda."""
    return f"league:{league_id}"


def look_after(connection: Connection, league_id: int, at: datetime) -> None:
    """Have a league looked after at a time, in the caller's transaction. Replaces an earlier or later time."""
    agenda.put(connection, TICK_DRAFTS, key_of(league_id), at, {"league_id": league_id})
