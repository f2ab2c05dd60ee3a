"""Leagues of ten whose drafts are open for their picks: made by rows, opened by the functions' own code."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.fantasy.drafts.planning import look_after_league
from pickvs.fantasy.drafts.ticks import tick_drafts
from tests.support.alarms import watch_alarms
from tests.support.databases import Databases
from tests.support.fantasy_leagues import add_leagues
from tests.support.leagues import Paddock

CONSTRUCTORS, ROUNDS, DRIVERS = 10, 2, 22
_SEASON = 2199
_LONGEST = timedelta(hours=20)

_MEMBERS = """
    INSERT INTO league_members (league_id, user_id, role, joined_at)
    SELECT league_id, user_id, CASE place WHEN 1 THEN 'commissioner' ELSE 'member' END, joined_at
    FROM (SELECT *, row_number() OVER (PARTITION BY league_id ORDER BY id) AS place FROM constructors) own
    WHERE league_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft before its first pick. order: constructor and owner of each slot, from the first."""

    draft: int
    race: int
    order: Sequence[tuple[int, int]]
    drivers: Sequence[int]


def open_drafts(databases: Databases, url: str, number: int) -> list[OpenDraft]:
    """Open the drafts of `number` new leagues for a race. The owners are the first ten users.

    Drafts open in the week of their lock, which is today or tomorrow: 20 hours from now, and on a Sunday by midnight.
    """
    now = datetime.now(UTC)
    days_left = 6 - now.weekday()
    week_ends = datetime.combine(now.date() + timedelta(days=days_left), time(23, 59), UTC)
    with closing(Paddock(url, events=0, pool=DRIVERS, founded=now - timedelta(days=7))) as paddock:
        race = paddock.event("Race", min(now + _LONGEST, week_ends), season=_SEASON)
        drivers, table = paddock.pool, paddock.table_id
    settings = {"season": _SEASON, "at": now - timedelta(days=7), "name": "Bench ", "table": table, "opens": "00:00"}
    with psycopg.connect(url) as rows:
        leagues = add_leagues(rows, number, settings)
        rows.execute(_MEMBERS, (leagues,))
    with databases.in_use(url), pytest.MonkeyPatch.context() as patch:
        watch_alarms(patch, "tick_drafts", "deliver_notices")
        for league in leagues:
            with transaction() as connection:
                look_after_league(connection, league)
        tick_drafts()
    with psycopg.connect(url) as rows:
        found = rows.execute(
            """
            SELECT draft.id, array_agg(slot.constructor_id ORDER BY slot_no), array_agg(owner.user_id ORDER BY slot_no)
            FROM drafts draft
            JOIN draft_slots slot ON slot.draft_id = draft.id
            JOIN constructors owner ON owner.id = slot.constructor_id
            WHERE draft.league_id = ANY(%s) AND draft.phase = 'open'
            GROUP BY draft.id ORDER BY draft.id
            """,
            (leagues,),
        ).fetchall()
    assert len(found) == number, "a draft did not open"
    return [
        OpenDraft(draft, race, list(zip(constructors, owners, strict=True)), drivers)
        for draft, constructors, owners in found
    ]
