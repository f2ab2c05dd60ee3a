"""Shows, adds and checks scoring tables for visitors and users."""

from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.fantasy.events import reading
from pickvs.fantasy.scoring import service
from pickvs.fantasy.scoring.config import tables_per_user
from pickvs.fantasy.scoring.personal import ADDING
from pickvs.fantasy.scoring.queries import TableInStore
from pickvs.fantasy.scoring.schemas import CheckedPoints, CheckedTable, ScoringTable, ScoringTables
from pickvs.fantasy.scoring.tables import kept, name_of

if TYPE_CHECKING:
    from pickvs.fantasy.scoring.requests import TableBody, TableCheck


def list_tables() -> ScoringTables:
    """Return the tables that every league may choose, by name and version."""
    with transaction() as connection:
        return ScoringTables(tables=[_shown(row) for row in service.named_tables(connection)])


def show_table(table: str) -> ScoringTable:
    """Return a table by its name and version, or by its id. Raises NotFound (SCORING_TABLE_NOT_FOUND)."""
    with transaction() as connection:
        return _shown(kept(connection, table))


def add_table(user_id: int, session: UUID | None, body: "TableBody") -> ScoringTable:
    """Add a table that leagues can name by its id. An equal one stays one.

    Raises Invalid (SCORING_TABLE_INVALID) with every rule that cannot be used, TooManyRequests, and Unauthenticated if
    the account or the session has ended.
    """
    limits.admit_user(ADDING, user_id, tables_per_user())
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=None)
        return _shown(service.keep_table(connection, body, clock.now()))


def check_table(wanted: "TableCheck") -> CheckedTable:
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


def _shown(row: TableInStore) -> ScoringTable:
    return ScoringTable(
        table=name_of(row),
        is_preset=row.name is not None,
        sport=row.sport,
        rules=row.body["rules"],
        sha256=row.sha256,
    )
