"""SQL of what visitors see of races: states and versions of results, drivers and what they did."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.events.results.rules import Standing

_STATES = SQL("""
    SELECT planned.event_id, planned.session, planned.source, result.standing, result.version, result.latest,
           result.official_at, coalesce(result.is_void, false) AS is_void,
           coalesce(result.is_frozen, false) AS is_frozen,
           EXISTS (SELECT FROM fantasy_reviews review
                   WHERE review.event_id = planned.event_id AND review.kind = 'result'
                     AND review.subject = planned.session AND review.closed_at IS NULL) AS is_in_review
    FROM event_sessions planned
    LEFT JOIN session_results result USING (event_id, session)
    WHERE planned.event_id = ANY(%s)
""")

_VERSIONS = SQL("""
    SELECT session, version, standing, is_applied, source, share, known_at, decided_by IS NOT NULL AS is_by_hand, reason
    FROM result_versions WHERE event_id = %s ORDER BY session, version
""")

_ROWS = SQL("""
    SELECT fact.session, fact.contestant_id, contestant.name, contestant.code, fact.status, fact.position, fact.grid,
           fact.flags, fact.official_points
    FROM result_facts fact
    JOIN contestants contestant ON contestant.id = fact.contestant_id
    WHERE fact.event_id = %(event)s
      AND (fact.session, fact.version) IN (SELECT * FROM unnest(%(sessions)s::text[], %(versions)s::bigint[]))
    ORDER BY fact.session, fact.position NULLS LAST, contestant.short_name, contestant.id
""")

_DRIVERS = SQL("""
    SELECT contestant.id, contestant.name, contestant.short_name, contestant.code, entered.number
    FROM contestants contestant
    JOIN LATERAL (
      SELECT entry.number
      FROM event_entries entry JOIN events event ON event.id = entry.event_id
      WHERE entry.contestant_id = contestant.id AND event.season = %(season)s
      ORDER BY entry.seat IS NULL, event.day DESC, event.id DESC
      LIMIT 1
    ) entered ON true
    WHERE contestant.sport = %(sport)s
      AND (%(after_name)s::text IS NULL OR (contestant.short_name, contestant.id) > (%(after_name)s, %(after_id)s))
    ORDER BY contestant.short_name, contestant.id
    LIMIT %(limit)s
""")

_RESULTS_OF = SQL("""
    SELECT event.id AS event_id, event.name AS event, event.day, fact.session, result.version, fact.status,
           fact.position, fact.grid, fact.flags, fact.official_points
    FROM result_facts fact
    JOIN session_results result USING (event_id, session, version)
    JOIN events event ON event.id = fact.event_id
    WHERE fact.contestant_id = %(contestant)s AND event.season = %(season)s AND NOT result.is_void
    ORDER BY event.day, event.id, fact.session
""")

_SEASONS_OF = SQL("""
    SELECT DISTINCT event.season FROM event_entries entry JOIN events event ON event.id = entry.event_id
    WHERE entry.contestant_id = %s ORDER BY event.season
""")


class StateRow(TableRow, frozen=True):
    """A session and the state of its result. standing: None if nobody has been asked about it yet."""

    event_id: int
    session: str
    source: str
    standing: Standing | None
    version: int | None
    latest: int | None
    official_at: datetime | None
    is_void: bool
    is_frozen: bool
    is_in_review: bool


class VersionRow(TableRow, frozen=True):
    """A version of a session's result. share: of its points that the session gives, such as `1/2`."""

    session: str
    version: int
    standing: Standing
    is_applied: bool
    source: str
    share: str
    known_at: datetime
    is_by_hand: bool
    reason: str | None


class FactRow(TableRow, frozen=True):
    """What a driver did in a session."""

    session: str
    contestant_id: int
    name: str
    code: str | None
    status: str
    position: int | None
    grid: int | None
    flags: list[str]
    official_points: Decimal | None


class DriverRow(TableRow, frozen=True):
    """A driver. number: of the car, in the latest race of the season."""

    id: int
    name: str
    short_name: str
    code: str | None
    number: int


class DriverResultRow(TableRow, frozen=True):
    """What a driver did in a session of a season, by the version in force."""

    event_id: int
    event: str
    day: date
    session: str
    version: int
    status: str
    position: int | None
    grid: int | None
    flags: list[str]
    official_points: Decimal | None


def states(connection: Connection, events: Collection[int]) -> list[StateRow]:
    """Return the states of the results of events' sessions."""
    with connection.cursor(row_factory=row_of(StateRow)) as cursor:
        return cursor.execute(_STATES, (list(events),)).fetchall()


def versions(connection: Connection, event_id: int) -> list[VersionRow]:
    """Return all versions of an event's results, by session and number."""
    with connection.cursor(row_factory=row_of(VersionRow)) as cursor:
        return cursor.execute(_VERSIONS, (event_id,)).fetchall()


def rows(connection: Connection, event_id: int, wanted: dict[str, int]) -> list[FactRow]:
    """Return the rows of one version for each session, the classified first. wanted: versions by session."""
    values = {"event": event_id, "sessions": list(wanted), "versions": list(wanted.values())}
    with connection.cursor(row_factory=row_of(FactRow)) as cursor:
        return cursor.execute(_ROWS, values).fetchall()


def drivers(
    connection: Connection, sport: str, season: int, *, after: tuple[str, int] | None, limit: int
) -> list[DriverRow]:
    """Return up to `limit` drivers who are entered in a season, by name. after: name and id of the last one before."""
    name, number = after or (None, None)
    values = {"sport": sport, "season": season, "after_name": name, "after_id": number, "limit": limit}
    with connection.cursor(row_factory=row_of(DriverRow)) as cursor:
        return cursor.execute(_DRIVERS, values).fetchall()


def results_of(connection: Connection, contestant_id: int, season: int) -> list[DriverResultRow]:
    """Return what a driver did in a season, by race."""
    with connection.cursor(row_factory=row_of(DriverResultRow)) as cursor:
        return cursor.execute(_RESULTS_OF, {"contestant": contestant_id, "season": season}).fetchall()


def seasons_of(connection: Connection, contestant_id: int) -> list[int]:
    """Return the seasons in which a driver is entered, in their order."""
    return [int(row["season"]) for row in connection.execute(_SEASONS_OF, (contestant_id,))]
