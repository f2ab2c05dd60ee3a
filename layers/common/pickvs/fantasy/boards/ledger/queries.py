"""SQL of a constructor's points: its events, the results that count in its league, its picks and the lines of each."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.drafts.state import MadeBy

_EVENTS = """
    SELECT own.event_id, event.name, event.day, own.points, own.rank, own.is_tied
    FROM board_rows own
    JOIN events event ON event.id = own.event_id
    WHERE own.league_id = %(league)s AND own.constructor_id = %(constructor)s
      AND (%(event)s::bigint IS NULL OR own.event_id = %(event)s)
    ORDER BY event.day DESC, event.id DESC
"""

# previous: the version that was scored before the one that counts, by the league's table. latest: a later one came
# after the league's cut-off, and is shown without counting.
_SESSIONS = """
    SELECT counted.event_id, counted.session, counted.version, kept.source, kept.reason, kept.known_at,
           CASE WHEN result.version = counted.version THEN result.standing ELSE kept.standing END AS standing,
           (SELECT max(done.version) FROM scored_versions done
            WHERE done.event_id = counted.event_id AND done.session = counted.session
              AND done.table_id = %(table)s AND done.version < counted.version) AS previous,
           result.latest
    FROM league_results counted
    JOIN result_versions kept USING (event_id, session, version)
    JOIN session_results result USING (event_id, session)
    JOIN event_sessions planned USING (event_id, session)
    WHERE counted.league_id = %(league)s AND counted.event_id = ANY(%(events)s)
    ORDER BY counted.event_id, planned.starts_at NULLS LAST, counted.session
"""

_PICKS = """
    SELECT draft.event_id, pick.id, pick.slot_no, pick.made_by, pick.contestant_id, drafted.name, drafted.code,
           replaced.drafted IS NOT NULL AS is_replaced, replaced.reason,
           heir.id AS heir_id, heir.name AS heir_name, heir.code AS heir_code
    FROM drafts draft
    JOIN draft_picks pick ON pick.draft_id = draft.id AND pick.voided_seq IS NULL
    JOIN contestants drafted ON drafted.id = pick.contestant_id
    LEFT JOIN substitutions replaced
           ON replaced.event_id = draft.event_id AND replaced.drafted = pick.contestant_id
    LEFT JOIN contestants heir ON %(inherits)s AND heir.id = replaced.scores_as
    WHERE pick.constructor_id = %(constructor)s AND draft.phase = 'locked' AND draft.event_id = ANY(%(events)s)
    ORDER BY draft.event_id, pick.slot_no
"""

_LINES = """
    SELECT line.event_id, line.session, line.version, line.contestant_id, line.rule, line.detail, line.points
    FROM unnest(%(events)s::bigint[], %(sessions)s::text[], %(versions)s::bigint[]) AS said (event_id, session, version)
    JOIN score_lines line USING (event_id, session, version)
    WHERE line.table_id = %(table)s AND line.contestant_id = ANY(%(contestants)s)
      AND (%(shortens)s OR line.rule <> 'shortened')
    ORDER BY line.event_id, line.session, line.contestant_id, line.place
"""


class EventRow(TableRow, frozen=True):
    """A constructor's event on the board."""

    event_id: int
    name: str
    day: date
    points: Decimal
    rank: int
    is_tied: bool


class SessionRow(TableRow, frozen=True):
    """A session's result as it counts in a league. previous: None for one that was never changed."""

    event_id: int
    session: str
    version: int
    source: str
    reason: str | None
    known_at: datetime
    standing: str
    previous: int | None
    latest: int


class PickRow(TableRow, frozen=True):
    """A pick. is_replaced: somebody else scores for it, or nobody, if there is no heir."""

    event_id: int
    id: int
    slot_no: int
    made_by: MadeBy
    contestant_id: int
    name: str
    code: str | None
    is_replaced: bool
    reason: str | None
    heir_id: int | None
    heir_name: str | None
    heir_code: str | None

    @property
    def scores_as(self) -> int | None:
        """The contestant whose points count. None: nobody's do."""
        return self.heir_id if self.is_replaced else self.contestant_id


class LineRow(TableRow, frozen=True):
    """Why a contestant has these points by a version of a result."""

    event_id: int
    session: str
    version: int
    contestant_id: int
    rule: str
    detail: str
    points: Decimal


def events_of(connection: Connection, league_id: int, constructor_id: int, event_id: int | None) -> list[EventRow]:
    """Return a constructor's events on the board, the latest first; or one of them."""
    values = {"league": league_id, "constructor": constructor_id, "event": event_id}
    with connection.cursor(row_factory=row_of(EventRow)) as cursor:
        return cursor.execute(_EVENTS, values).fetchall()


def sessions_of(connection: Connection, league_id: int, table_id: int, events: Collection[int]) -> list[SessionRow]:
    """Return the results that count in a league, by event and in the order of the sessions."""
    values = {"league": league_id, "table": table_id, "events": list(events)}
    with connection.cursor(row_factory=row_of(SessionRow)) as cursor:
        return cursor.execute(_SESSIONS, values).fetchall()


def picks_of(connection: Connection, constructor_id: int, events: Collection[int], *, inherits: bool) -> list[PickRow]:
    """Return a constructor's picks in drafts that were held.

    inherits: whether somebody else scores for those who are not entered.
    """
    values = {"constructor": constructor_id, "events": list(events), "inherits": inherits}
    with connection.cursor(row_factory=row_of(PickRow)) as cursor:
        return cursor.execute(_PICKS, values).fetchall()


def lines_of(
    connection: Connection,
    table_id: int,
    versions: Collection[tuple[int, str, int]],
    contestants: Collection[int],
    *,
    shortens: bool,
) -> list[LineRow]:
    """Return the lines of contestants by versions of results: event, session and number.

    shortens: whether the league takes away what a shortened session does not give.
    """
    values = {
        "events": [event for event, _, _ in versions],
        "sessions": [session for _, session, _ in versions],
        "versions": [version for _, _, version in versions],
        "table": table_id,
        "contestants": list(contestants),
        "shortens": shortens,
    }
    with connection.cursor(row_factory=row_of(LineRow)) as cursor:
        return cursor.execute(_LINES, values).fetchall()
