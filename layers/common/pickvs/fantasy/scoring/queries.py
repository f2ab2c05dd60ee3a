"""SQL of scoring tables and of the points that they give."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of

_ADD_TABLE = """
    INSERT INTO scoring_tables (sport, name, version, body, sha256, created_at)
    VALUES (%(sport)s, %(name)s, %(version)s, %(body)s, %(sha256)s, %(at)s)
    ON CONFLICT (sha256) DO NOTHING
"""

_TABLES = SQL("""
    SELECT id, sport, name, version, body, sha256, created_at FROM scoring_tables
    WHERE {which} ORDER BY name, version, id
""")
_BY_SHA256 = _TABLES.format(which=SQL("sha256 = %s"))
_BY_IDS = _TABLES.format(which=SQL("id = ANY(%s)"))
_NAMED = _TABLES.format(which=SQL("name IS NOT NULL"))

_UNSCORED = SQL("""
    SELECT kept.event_id, kept.session, kept.version, wanted.table_id, kept.share
    FROM unnest(%(events)s::bigint[], %(sessions)s::text[], %(versions)s::bigint[]) AS said (event_id, session, version)
    JOIN result_versions kept USING (event_id, session, version)
    CROSS JOIN unnest(%(tables)s::bigint[]) AS wanted (table_id)
    WHERE NOT EXISTS (SELECT FROM scored_versions done
                      WHERE (done.event_id, done.session, done.version, done.table_id)
                            = (kept.event_id, kept.session, kept.version, wanted.table_id))
    ORDER BY kept.event_id, kept.session, kept.version, wanted.table_id
""")

_NOTE_SCORED = """
    INSERT INTO scored_versions (event_id, session, version, table_id, scored_at)
    VALUES (%(event)s, %(session)s, %(version)s, %(table)s, %(at)s)
"""

_ADD_LINES = """
    INSERT INTO score_lines (event_id, session, version, table_id, contestant_id, rule, place, detail, points)
    SELECT %(event)s, %(session)s, %(version)s, %(table)s, line.contestant, line.rule, line.place, line.detail,
           line.points
    FROM jsonb_to_recordset(%(lines)s) AS line
      (contestant bigint, rule text, place bigint, detail text, points numeric)
"""


class TableInStore(TableRow, frozen=True):
    """A scoring table. name, version: None for one that a league has brought."""

    id: int
    sport: str
    name: str | None
    version: int | None
    body: dict[str, Any]
    sha256: str
    created_at: datetime


class Unscored(TableRow, frozen=True):
    """A version of a result that has no lines by a table yet. share: of its points that the session gives."""

    event_id: int
    session: str
    version: int
    table_id: int
    share: str


def keep_table(connection: Connection, values: dict[str, Any]) -> TableInStore:
    """Add a table unless there is an equal one, and return it."""
    connection.execute(_ADD_TABLE, values | {"body": Jsonb(values["body"])})
    with connection.cursor(row_factory=row_of(TableInStore)) as cursor:
        [table] = cursor.execute(_BY_SHA256, (values["sha256"],)).fetchall()
    return table


def tables(connection: Connection, ids: Collection[int]) -> list[TableInStore]:
    """Return the tables with these ids."""
    with connection.cursor(row_factory=row_of(TableInStore)) as cursor:
        return cursor.execute(_BY_IDS, (list(ids),)).fetchall()


def named_tables(connection: Connection) -> list[TableInStore]:
    """Return the tables that every league may choose, by name and version."""
    with connection.cursor(row_factory=row_of(TableInStore)) as cursor:
        return cursor.execute(_NAMED).fetchall()


def unscored(
    connection: Connection, versions: Sequence[tuple[int, str, int]], tables: Collection[int]
) -> list[Unscored]:
    """Return which of these versions have no lines by which of these tables."""
    values = {
        "events": [event for event, _, _ in versions],
        "sessions": [session for _, session, _ in versions],
        "versions": [version for _, _, version in versions],
        "tables": list(tables),
    }
    with connection.cursor(row_factory=row_of(Unscored)) as cursor:
        return cursor.execute(_UNSCORED, values).fetchall()


def add_lines(connection: Connection, version: Unscored, lines: Sequence[dict[str, Any]], at: datetime) -> None:
    """Add the lines of a version by a table."""
    values = {"event": version.event_id, "session": version.session, "version": version.version}
    values |= {"table": version.table_id, "at": at, "lines": Jsonb(list(lines))}
    connection.execute(_NOTE_SCORED, values)
    connection.execute(_ADD_LINES, values)
