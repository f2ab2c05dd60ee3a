"""Leagues and constructors as responses show them."""

from datetime import time

from pickvs.core.database import Connection
from pickvs.fantasy.leagues.access import look
from pickvs.fantasy.leagues.queries import LeagueRole, LeagueRow
from pickvs.fantasy.leagues.roster.queries import ConstructorRow
from pickvs.fantasy.leagues.rules import WEEKDAYS
from pickvs.fantasy.leagues.schemas import Constructor, League, LeagueSettings, Opening, Quiet


def seen(connection: Connection, user_id: int | None, league_id: int) -> League:
    """Return a league for who may see it. Raises NotFound (LEAGUE_NOT_FOUND)."""
    found = look(connection, user_id, league_id)
    return shown(found.league, found.role)


def shown(row: LeagueRow, role: LeagueRole | None) -> League:
    """Return a league as a member with this role, or a spectator, sees it."""
    quiet = None
    if row.quiet_begin is not None and row.quiet_end is not None:
        quiet = Quiet(begin=_clock(row.quiet_begin), end=_clock(row.quiet_end))
    settings = LeagueSettings.of(
        row.settings,
        opens=Opening(weekday=WEEKDAYS[row.opens_weekday], at=_clock(row.opens_time)),
        quiet=quiet,
    )
    seed = None if row.shown_seed is None else row.shown_seed.hex()
    return League.of(row, role=role, settings=settings, seed_commitment=row.seed_sha256, seed=seed)


def shown_constructor(row: ConstructorRow) -> Constructor:
    """Return a constructor."""
    return Constructor.of(row, group=row.group_no)


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
