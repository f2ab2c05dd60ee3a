"""SQL of reading boards."""

from datetime import datetime
from decimal import Decimal

from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.leagues.queries import VISIBLE

# Everything that a board's version is made of, in one row. An event is on the board when it has rows there.
_HEAD = SQL("""
    SELECT league.id, league.state IN ('finished', 'archived') AS is_over, league.version, league.board_version,
           facts.scored, facts.unsettled, facts.are_frozen, facts.reviews, facts.as_of,
           (SELECT coalesce(left(md5(string_agg(owner.username, ' ' ORDER BY constructor.id)), 8), '')
            FROM constructors constructor
            JOIN users owner ON owner.id = constructor.user_id
            WHERE constructor.league_id = league.id) AS names,
           %(event)s::bigint IS NULL OR EXISTS (
             SELECT FROM events event
             WHERE event.id = %(event)s AND (event.sport, event.season) = (league.sport, league.season)
           ) AS is_of_season
    FROM leagues league
    CROSS JOIN LATERAL (
      SELECT count(counted.version) AS scored,
             count(*) FILTER (WHERE coalesce(result.standing, 'awaited') IN ('awaited', 'provisional')
                                AND result.is_void IS NOT TRUE) AS unsettled,
             coalesce(bool_and(result.is_frozen IS TRUE OR result.is_void IS TRUE), false) AS are_frozen,
             (SELECT count(*) FROM fantasy_reviews review
              WHERE review.event_id = ANY(array_agg(session.event_id)) AND review.kind IN ('result', 'substitution')
                AND review.closed_at IS NULL) AS reviews,
             max(version.known_at) AS as_of
      FROM event_sessions session
      LEFT JOIN session_results result
             ON result.event_id = session.event_id AND result.session = session.session
      LEFT JOIN league_results counted
             ON counted.league_id = league.id AND counted.event_id = session.event_id
            AND counted.session = session.session
      LEFT JOIN result_versions version
             ON version.event_id = counted.event_id AND version.session = counted.session
            AND version.version = counted.version
      WHERE session.scores AND (%(event)s::bigint IS NULL OR session.event_id = %(event)s)
        AND session.event_id IN (SELECT event_id FROM board_rows WHERE league_id = league.id)
    ) facts
    WHERE league.id = %(league)s AND {visible}
""").format(visible=VISIBLE)

_SEASON = """
    SELECT total.constructor_id, constructor.team_name, owner.username,
           constructor.retired_at IS NOT NULL AS is_retired, total.points, total.countback, total.best,
           NULL::numeric AS second, total.rank, total.is_tied
    FROM league_totals total
    JOIN constructors constructor ON constructor.id = total.constructor_id
    JOIN users owner ON owner.id = constructor.user_id
    WHERE total.league_id = %(league)s
    ORDER BY total.rank, total.constructor_id
"""

_EVENT = """
    SELECT own.constructor_id, constructor.team_name, owner.username,
           constructor.retired_at IS NOT NULL AS is_retired, own.points, '{}'::bigint[] AS countback, own.best,
           own.second, own.rank, own.is_tied
    FROM board_rows own
    JOIN constructors constructor ON constructor.id = own.constructor_id
    JOIN users owner ON owner.id = constructor.user_id
    WHERE own.league_id = %(league)s AND own.event_id = %(event)s
    ORDER BY own.rank, own.constructor_id
"""

_EVENTS = """
    SELECT own.event_id, own.constructor_id, own.points, own.best, own.second, own.rank, own.is_tied
    FROM board_rows own
    JOIN events event ON event.id = own.event_id
    WHERE own.league_id = %s AND NOT event.is_void
    ORDER BY event.day, event.id, own.rank, own.constructor_id
"""


class HeadRow(TableRow, frozen=True):
    """What a board says of itself: see rules.state_of.

    as_of: when its latest result became known. names: a digest of its owners' usernames, in hex.
    """

    id: int
    is_over: bool
    version: int
    board_version: int
    scored: int
    unsettled: int
    are_frozen: bool
    reviews: int
    as_of: datetime | None
    names: str
    is_of_season: bool


class PlaceRow(TableRow, frozen=True):
    """A constructor on a board. countback: empty on the board of an event. second: None on that of a season."""

    constructor_id: int
    team_name: str
    username: str
    is_retired: bool
    points: Decimal
    countback: list[int]
    best: Decimal | None
    second: Decimal | None
    rank: int
    is_tied: bool


class BoardRow(TableRow, frozen=True):
    """A constructor's event, as it is kept."""

    event_id: int
    constructor_id: int
    points: Decimal
    best: Decimal | None
    second: Decimal | None
    rank: int
    is_tied: bool


def find_head(connection: Connection, league_id: int, event_id: int | None, user_id: int) -> HeadRow | None:
    """Return what a board says of itself. event_id: None for the season. None if the user may not see the league."""
    values = {"league": league_id, "event": event_id, "user": user_id}
    with connection.cursor(row_factory=row_of(HeadRow)) as cursor:
        return cursor.execute(_HEAD, values).fetchone()


def board_of_season(connection: Connection, league_id: int) -> list[PlaceRow]:
    """Return the board of a season, the leader first."""
    with connection.cursor(row_factory=row_of(PlaceRow)) as cursor:
        return cursor.execute(_SEASON, {"league": league_id}).fetchall()


def board_of_event(connection: Connection, league_id: int, event_id: int) -> list[PlaceRow]:
    """Return the board of an event, the winner first."""
    with connection.cursor(row_factory=row_of(PlaceRow)) as cursor:
        return cursor.execute(_EVENT, {"league": league_id, "event": event_id}).fetchall()


def rows_of_events(connection: Connection, league_id: int) -> list[BoardRow]:
    """Return the boards of all events of a league, by the day of the event."""
    with connection.cursor(row_factory=row_of(BoardRow)) as cursor:
        return cursor.execute(_EVENTS, (league_id,)).fetchall()
