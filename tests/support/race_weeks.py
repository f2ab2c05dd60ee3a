"""A race to draft for on a laptop cloud: as rows, as the collecting of facts would leave them."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg

from tests.support.laptop import Laptop
from tests.support.leagues import SEASON, SPORT, Paddock

__all__ = ["SEASON", "SPORT", "lock_now", "offer_race"]


LOCK_SECONDS = 60
_OPEN = "SELECT id FROM drafts WHERE event_id = %s AND phase = 'open'"


def offer_race(laptop: Laptop, drivers: int, season: int = SEASON) -> int:
    """Store a race with drivers whose draft can be opened at once, and is locked in 20 hours. Return its id.

    Leagues of a season draft for its next race, so a test that needs this one takes a season that no other test plays.
    """
    now = datetime.now(UTC)
    with closing(Paddock(laptop.database_url, events=0, pool=drivers, founded=now)) as paddock:
        return paddock.event("Race of the laptop", now + timedelta(hours=20), season=season)


def lock_now(laptop: Laptop, race: int) -> None:
    """Move the first session of a race to this moment, and have its drafts locked."""
    deadline = time.monotonic() + LOCK_SECONDS
    with psycopg.connect(laptop.database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE event_sessions SET starts_at = now() + interval '1 second'"
            " WHERE event_id = %s AND session = 'qualifying'",
            (race,),
        )
        while connection.execute(_OPEN, (race,)).fetchall():
            assert time.monotonic() < deadline, "a draft is still open"
            laptop.invoke("tick_drafts")
            time.sleep(0.2)
