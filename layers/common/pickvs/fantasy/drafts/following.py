"""Has leagues follow what becomes of events: sessions that move, entries that change, an event that is void."""

from collections.abc import Collection
from datetime import datetime

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import Work
from pickvs.core.database import Connection
from pickvs.fantasy.leagues import reading as leagues
from pickvs.fantasy.leagues.waking import TICK_DRAFTS, key_of


def follow(connection: Connection, event_ids: Collection[int], at: datetime) -> int:
    """Have the leagues of the seasons of these events looked after, in the caller's transaction. Returns their number.

    To be called when the schedule, the entries or the life of an event has changed. The leagues follow in transactions
    of their own, after the commit.
    """
    found = leagues.leagues_of_events(connection, event_ids) if event_ids else []
    agenda.put_all(connection, [Work(TICK_DRAFTS, key_of(league), at, {"league_id": league}) for league in found])
    return len(found)


def follow_all(connection: Connection, at: datetime) -> int:
    """Have all leagues that form or run, or are to be archived, looked after: the daily net. Returns their number."""
    found = [*leagues.living_leagues(connection), *leagues.leagues_to_archive(connection, at)]
    agenda.put_all(connection, [Work(TICK_DRAFTS, key_of(league), at, {"league_id": league}) for league in found])
    return len(found)
