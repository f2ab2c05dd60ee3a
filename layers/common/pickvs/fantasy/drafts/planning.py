"""Looks after a league, from its start to its end.

It is started when its first window opens, its next drafts are planned, what has changed is taken up, and some time
after its season it is archived.
"""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.core.errors import Conflict
from pickvs.fantasy.drafts import queries
from pickvs.fantasy.drafts.carrying import carry_out
from pickvs.fantasy.drafts.commands import Tick
from pickvs.fantasy.drafts.rules import plan
from pickvs.fantasy.drafts.schedule import Window, next_window, windows_of
from pickvs.fantasy.drafts.storing import keeping
from pickvs.fantasy.drafts.storing.keeping import terms_of
from pickvs.fantasy.leagues import reading as leagues
from pickvs.fantasy.leagues.ending import archive
from pickvs.fantasy.leagues.queries import LeagueRow, LockedLeague
from pickvs.fantasy.leagues.rules import ARCHIVED_AFTER, CHANGEABLE
from pickvs.fantasy.leagues.starting import start


def look_after_league(connection: Connection, league_id: int) -> datetime | None:
    """Do what is due in a league, in the caller's transaction. Returns when to look again; None if something will tell.

    Whatever happens to the league or to its season's events has it looked after again, and so has a draft that ends.
    """
    locked = leagues.lock_league(connection, league_id)
    league = leagues.league_of(connection, league_id)
    if locked is None or league is None:
        return None
    now = clock.now()
    if locked.state == "finished" and league.finished_at is not None and league.finished_at + ARCHIVED_AFTER <= now:
        archive(connection, league_id, now)
    if locked.state not in CHANGEABLE:
        return None
    if locked.state == "forming":
        again = _start_if_due(connection, league, locked, now)
        if again is not None:
            return again
        league = leagues.league_of(connection, league_id)
    if league is not None and league.state == "running":
        _plan_next(connection, league, now)
        for draft_id in queries.lock_drafts_to_follow(connection, league_id):
            carry_out(connection, draft_id, Tick())
    return None


def _start_if_due(connection: Connection, league: LeagueRow, locked: LockedLeague, now: datetime) -> datetime | None:
    """Start a league whose next window is open. Returns when to look again if it does not start.

    With too few constructors the event is passed over: the next look is at the next opening.
    """
    for window in windows_of(connection, league):
        if window.opens_at is None or window.lock_at is None or window.lock_at <= now:
            continue
        if window.opens_at > now:
            return window.opens_at
        try:
            start(connection, league, locked.seed, now, by=None)
        except Conflict:
            continue
        return None
    return None


def _plan_next(connection: Connection, league: LeagueRow, now: datetime) -> None:
    """Plan the drafts of the next event: one for each group that has constructors."""
    window = next_window(connection, league, now)
    if window is None:
        return
    groups = {each.group_no for each in leagues.constructors_of(connection, league.id) if each.retired_at is None}
    planned = queries.groups_with_draft(connection, league.id, window.event.id)
    for group in sorted(number for number in groups if number is not None and number not in planned):
        _plan(connection, league, window, group, now)


def _plan(connection: Connection, league: LeagueRow, window: Window, group: int, now: datetime) -> None:
    if window.opens_at is None or window.lock_at is None:
        return
    clock_wanted = league.clock_seconds
    outcome = plan(terms_of(league.settings), window.opens_at, window.lock_at, clock_wanted, now)
    draft_id = queries.insert_draft(
        connection,
        league.id,
        window.event.id,
        group,
        at=outcome.state.last_at,
        opens_at=window.opens_at,
        lock_at=window.lock_at,
        clock=clock_wanted,
    )
    if draft_id is not None:
        keeping.keep_first(connection, draft_id, outcome.entries[0])
