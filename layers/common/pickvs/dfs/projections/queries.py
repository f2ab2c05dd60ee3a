"""The SQL of projections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.rows import scalar_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.dfs.projections.rules import Projection, SetKind

_SET = SQL("""
    SELECT made.id, made.slate_id, made.user_id, made.version, made.kind, made.parent_id, made.upload_id,
           made.parameters, made.made_at,
           (SELECT count(*) FROM projections projection WHERE projection.set_id = made.id) AS players
    FROM projection_sets made
    WHERE (made.user_id IS NULL OR made.user_id = %(user)s)
""")

_FIND = SQL("{} AND made.id = %(set)s").format(_SET)

_IN_ORDER = SQL(
    "{} AND made.slate_id = %(slate)s AND made.id < %(before)s ORDER BY made.id DESC LIMIT %(limit)s"
).format(_SET)

# One at a time for each user and slate, so that versions have no gap and no two are the same.
_TAKE_TURN = SQL("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-projections:' || %s || ':' || %s, 0))")

_LAST_VERSION = SQL("""
    SELECT coalesce(max(version), 0) FROM projection_sets WHERE slate_id = %s AND user_id IS NOT DISTINCT FROM %s
""")

_INSERT = SQL("""
    INSERT INTO projection_sets (slate_id, user_id, version, kind, parent_id, upload_id, parameters, made_at)
    VALUES (%(slate)s, %(user)s, %(version)s, %(kind)s, %(parent)s, %(upload)s, %(parameters)s, %(at)s)
    RETURNING id
""")

_INSERT_ALL = SQL("""
    INSERT INTO projections
      (set_id, slate_id, slate_player_id, points, deviation, floor, ceiling, ownership, minutes, field_points)
    SELECT %(set)s, %(slate)s, said.*
    FROM unnest(%(players)s::bigint[], %(points)s::numeric[], %(deviations)s::numeric[], %(floors)s::numeric[],
                %(ceilings)s::numeric[], %(ownerships)s::numeric[], %(minutes)s::numeric[],
                %(field_points)s::numeric[]) AS said
""")

_ALL = SQL("""
    SELECT slate_player_id AS player, points, deviation, floor, ceiling, ownership, minutes, field_points
    FROM projections WHERE set_id = %s ORDER BY slate_player_id
""")

_SHOWN = SQL("""
    SELECT projection.slate_player_id AS player_id, player.name, player.team, player.salary, projection.points,
           projection.deviation, projection.floor, projection.ceiling, projection.ownership, projection.minutes,
           projection.field_points
    FROM projections projection
    JOIN slate_players player ON player.id = projection.slate_player_id
    WHERE projection.set_id = %(set)s
      AND (-projection.points, projection.slate_player_id) > (%(after_points)s::numeric, %(after_id)s)
    ORDER BY projection.points DESC, projection.slate_player_id
    LIMIT %(limit)s
""")


class SetRow(TableRow, frozen=True):
    """A set of projections. user_id: whose it is, None for a public one. players: how many it has."""

    id: int
    slate_id: int
    user_id: int | None
    version: int
    kind: SetKind
    parent_id: int | None
    upload_id: int | None
    parameters: dict[str, Any]
    made_at: datetime
    players: int


class ShownRow(TableRow, frozen=True):
    """A projection with its player."""

    player_id: int
    name: str
    team: str
    salary: int
    points: Decimal
    deviation: Decimal | None
    floor: Decimal | None
    ceiling: Decimal | None
    ownership: Decimal | None
    minutes: Decimal | None
    field_points: Decimal | None


def find(connection: Connection, set_id: int, user_id: int) -> SetRow | None:
    """Return a set that the user may see. None if there is none."""
    with connection.cursor(row_factory=row_of(SetRow)) as cursor:
        return cursor.execute(_FIND, {"set": set_id, "user": user_id}).fetchone()


def in_order(connection: Connection, user_id: int, slate_id: int, *, before: int, limit: int) -> list[SetRow]:
    """Return up to `limit` sets of a slate that the user may see, newest first, with ids below `before`."""
    values = {"user": user_id, "slate": slate_id, "before": before, "limit": limit}
    with connection.cursor(row_factory=row_of(SetRow)) as cursor:
        return cursor.execute(_IN_ORDER, values).fetchall()


def next_version(connection: Connection, slate_id: int, user_id: int | None) -> int:
    """Return the number of the user's next set for a slate. Nobody else gets it before the transaction ends."""
    connection.execute(_TAKE_TURN, (str(slate_id), str(user_id)))
    with connection.cursor(row_factory=scalar_row) as cursor:
        [last] = cursor.execute(_LAST_VERSION, (slate_id, user_id)).fetchall()
    return int(last) + 1


def insert(
    connection: Connection,
    *,
    slate_id: int,
    user_id: int | None,
    version: int,
    kind: SetKind,
    parent_id: int | None,
    upload_id: int | None,
    parameters: Mapping[str, Any],
    at: datetime,
) -> int:
    """Insert a set without projections, and return its id."""
    values = {
        "slate": slate_id,
        "user": user_id,
        "version": version,
        "kind": kind,
        "parent": parent_id,
        "upload": upload_id,
        "parameters": Jsonb(dict(parameters)),
        "at": at,
    }
    with connection.cursor(row_factory=scalar_row) as cursor:
        [set_id] = cursor.execute(_INSERT, values).fetchall()
    return int(set_id)


def insert_all(connection: Connection, set_id: int, slate_id: int, projections: Sequence[Projection]) -> None:
    """Insert the projections of a set. Their players must be of the slate."""
    values = {
        "set": set_id,
        "slate": slate_id,
        "players": [each.player for each in projections],
        "points": [each.points for each in projections],
        "deviations": [each.deviation for each in projections],
        "floors": [each.floor for each in projections],
        "ceilings": [each.ceiling for each in projections],
        "ownerships": [each.ownership for each in projections],
        "minutes": [each.minutes for each in projections],
        "field_points": [each.field_points for each in projections],
    }
    connection.execute(_INSERT_ALL, values)


def all_of(connection: Connection, set_id: int) -> list[Projection]:
    """Return the projections of a set, by player."""
    return [Projection(**row) for row in connection.execute(_ALL, (set_id,))]


def shown(connection: Connection, set_id: int, *, after: tuple[Decimal, int], limit: int) -> list[ShownRow]:
    """Return up to `limit` projections of a set, most points first, after the position of negative points and id."""
    values = {"set": set_id, "after_points": after[0], "after_id": after[1], "limit": limit}
    with connection.cursor(row_factory=row_of(ShownRow)) as cursor:
        return cursor.execute(_SHOWN, values).fetchall()
