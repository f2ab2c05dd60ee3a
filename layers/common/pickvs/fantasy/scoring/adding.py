"""Adds scoring tables of users' own, and says what one would have given."""

from uuid import UUID

from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.fantasy.events import reading
from pickvs.fantasy.scoring import service
from pickvs.fantasy.scoring.config import tables_per_user
from pickvs.fantasy.scoring.personal import ADDING
from pickvs.fantasy.scoring.requests import TableBody, TableCheck
from pickvs.fantasy.scoring.schemas import CheckedPoints, CheckedTable, ScoringTable
from pickvs.fantasy.scoring.showing import shown


def add_table(user_id: int, session: UUID | None, body: TableBody) -> ScoringTable:
    """Add a table that leagues can name by its id. An equal one stays one.

    Raises Invalid (SCORING_TABLE_INVALID) with every rule that cannot be used, TooManyRequests, and Unauthenticated if
    the account or the session has ended.
    """
    limits.admit_user(ADDING, user_id, tables_per_user())
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=None)
        return shown(service.keep_table(connection, body, clock.now()))


def check_table(wanted: TableCheck) -> CheckedTable:
    """Return what a table would have given in a season, by the results in force. Stores nothing.

    Raises Invalid (SCORING_TABLE_INVALID) with every rule that cannot be used.
    """
    rules = service.checked(wanted.table)
    with transaction() as connection:
        season = wanted.season or reading.last_season_run(connection, rules.sport)
        points = {} if season is None else service.check(connection, wanted.table, season)
        names = reading.contestants_of(connection, points)
    by_points = sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
    return CheckedTable(
        sha256=rules.sha256,
        season=season,
        drivers=[
            CheckedPoints(driver_id=driver, name=names[driver].name, code=names[driver].code, points=total)
            for driver, total in by_points
        ],
    )
