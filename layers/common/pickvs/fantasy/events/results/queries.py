"""SQL of results: their states, their versions, and what the sources said last."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.results.rules import Standing

_BEGIN = SQL("""
    INSERT INTO session_results (event_id, session, standing, is_decided, is_void, is_frozen, updated_at)
    SELECT event_id, session, 'awaited', false, false, false, %(at)s FROM event_sessions
    WHERE event_id = %(event)s AND session = %(session)s AND scores
    ON CONFLICT DO NOTHING
""")

_STATE = SQL("""
    SELECT result.standing, result.version, result.latest, result.is_decided, result.is_void, result.is_frozen,
           result.complete_since, result.provisional_since, result.official_at,
           held.digest, last.digest AS latest_digest, held.states, held.share
    FROM session_results result
    LEFT JOIN result_versions held
           ON (held.event_id, held.session, held.version) = (result.event_id, result.session, result.version)
    LEFT JOIN result_versions last
           ON (last.event_id, last.session, last.version) = (result.event_id, result.session, result.latest)
    WHERE result.event_id = %s AND result.session = %s
    FOR UPDATE OF result
""")

_FACTS = SQL("""
    SELECT contestant_id AS contestant, status, position, grid, flags, measures, official_points::text
    FROM result_facts WHERE event_id = %s AND session = %s AND version = %s ORDER BY contestant_id
""")

_ANSWERS = SQL("""
    SELECT answer.event_id, answer.session, answer.place, answer.source, answer.digest, answer.is_complete,
           answer.is_refused, answer.problems, answer.states, answer.facts, answer.share, answer.run_id
    FROM result_answers answer
    WHERE answer.event_id = %s AND answer.session = %s
""")

_LAST_SAID = SQL("""
    SELECT event_id, session, digest, problems, share FROM result_answers
    WHERE place = %s AND event_id = ANY(%s)
""")

_KEEP_ANSWER = SQL("""
    INSERT INTO result_answers
      (event_id, session, place, source, digest, is_complete, is_refused, problems, states, facts, share, run_id,
       heard_at)
    VALUES (%(event)s, %(session)s, %(place)s, %(source)s, %(digest)s, %(complete)s, false, %(problems)s, %(states)s,
            %(facts)s, %(share)s, %(run)s, %(at)s)
    ON CONFLICT (event_id, session, place) DO UPDATE SET
      source = excluded.source, digest = excluded.digest, is_complete = excluded.is_complete,
      is_refused = excluded.is_refused, problems = excluded.problems, states = excluded.states,
      facts = excluded.facts, share = excluded.share, run_id = excluded.run_id, heard_at = excluded.heard_at
""")

_REFUSE = SQL("""
    UPDATE result_answers SET is_refused = %s WHERE event_id = %s AND session = %s AND place = %s
""")

_ADD_VERSION = SQL("""
    INSERT INTO result_versions
      (event_id, session, version, digest, standing, is_applied, source, states, share, run_id, decided_by, reason,
       known_at)
    VALUES (%(event)s, %(session)s, %(version)s, %(digest)s, %(standing)s, %(applied)s, %(source)s, %(states)s,
            %(share)s, %(run)s, %(by)s, %(reason)s, %(at)s)
""")

_ADD_FACTS = SQL("""
    INSERT INTO result_facts
      (event_id, session, version, contestant_id, status, position, grid, flags, measures, official_points)
    SELECT %(event)s, %(session)s, %(version)s, fact.contestant, fact.status, fact.position, fact.grid,
           ARRAY(SELECT jsonb_array_elements_text(fact.flags)), fact.measures, fact.official_points
    FROM jsonb_to_recordset(%(facts)s) AS fact
      (contestant bigint, status text, position bigint, grid bigint, flags jsonb, measures jsonb,
       official_points numeric)
""")

_SAVE = SQL("""
    UPDATE session_results SET
      standing = %(standing)s, version = %(version)s, latest = %(latest)s, is_decided = %(decided)s, is_void = %(void)s,
      is_frozen = %(frozen)s, complete_since = %(complete)s, provisional_since = %(provisional)s,
      official_at = %(official)s, updated_at = %(at)s
    WHERE event_id = %(event)s AND session = %(session)s
""")

_ADD_ACT = SQL("""
    INSERT INTO result_acts (event_id, session, seq, act, version, causes, decided_by, reason, at)
    SELECT %(event)s, %(session)s, coalesce(max(seq), 0) + 1, %(act)s, %(version)s, %(causes)s, %(by)s, %(reason)s,
           %(at)s
    FROM result_acts WHERE event_id = %(event)s AND session = %(session)s
""")

_IN_SESSIONS = """
    SELECT planned.session, fact.contestant_id
    FROM event_sessions planned
    JOIN session_results result USING (event_id, session)
    JOIN result_facts fact USING (event_id, session, version)
    WHERE planned.event_id = %s
    ORDER BY planned.starts_at NULLS LAST, planned.session
"""
_SAID_OF = """
    SELECT (fact ->> 'contestant')::bigint AS contestant_id
    FROM result_answers answer CROSS JOIN LATERAL jsonb_array_elements(answer.facts) fact
    WHERE answer.event_id = %s AND answer.place = 'first'
"""
_SEATS_TOLD = SQL("""
    SELECT answer.session, answer.is_complete, seated.contestant, seated.number, seated.seat
    FROM result_answers answer
    JOIN event_sessions planned USING (event_id, session)
    CROSS JOIN LATERAL jsonb_to_recordset(answer.facts) AS seated (contestant bigint, number bigint, seat text)
    WHERE answer.event_id = %s AND answer.place = 'first' AND seated.seat IS NOT NULL
    ORDER BY planned.starts_at NULLS FIRST, planned.session, seated.contestant
""")


class StateRow(TableRow, frozen=True):
    """The state of a session's result. digest, states, share: of the version in force."""

    standing: Standing
    version: int | None
    latest: int | None
    is_decided: bool
    is_void: bool
    is_frozen: bool
    complete_since: datetime | None
    provisional_since: datetime | None
    official_at: datetime | None
    digest: str | None
    latest_digest: str | None
    states: list[str] | None
    share: str | None


class AnswerRow(TableRow, frozen=True):
    """What a source said last of a session."""

    event_id: int
    session: str
    place: Place
    source: str
    digest: str
    is_complete: bool
    is_refused: bool
    problems: list[str]
    states: list[str]
    facts: list[dict[str, Any]]
    share: str
    run_id: int | None


class SeatRow(TableRow, frozen=True):
    """The seat of a contestant in a session as the first source told it last. is_complete: of the whole answer."""

    session: str
    is_complete: bool
    contestant: int
    number: int
    seat: str


class SaidRow(TableRow, frozen=True):
    """The fingerprint of what a source said last of a session."""

    event_id: int
    session: str
    digest: str
    problems: list[str]
    share: str


def lock_state(connection: Connection, event_id: int, session: str, at: datetime) -> StateRow | None:
    """Return the state of a session's result, locked until the transaction ends. None if no such session scores."""
    connection.execute(_BEGIN, {"event": event_id, "session": session, "at": at})
    with connection.cursor(row_factory=row_of(StateRow)) as cursor:
        return cursor.execute(_STATE, (event_id, session)).fetchone()


def facts(connection: Connection, event_id: int, session: str, version: int) -> list[dict[str, Any]]:
    """Return the facts of a version as JSON: see `stored`."""
    return connection.execute(_FACTS, (event_id, session, version)).fetchall()


def answers(connection: Connection, event_id: int, session: str) -> list[AnswerRow]:
    """Return what each source said last of a session."""
    with connection.cursor(row_factory=row_of(AnswerRow)) as cursor:
        return cursor.execute(_ANSWERS, (event_id, session)).fetchall()


def last_said(connection: Connection, place: Place, events: Collection[int]) -> list[SaidRow]:
    """Return the fingerprints of what the source at this place said last of events."""
    with connection.cursor(row_factory=row_of(SaidRow)) as cursor:
        return cursor.execute(_LAST_SAID, (place, list(events))).fetchall()


def keep_answer(connection: Connection, values: dict[str, Any]) -> None:
    """Record what a source says of a session, in the place of what it said before."""
    connection.execute(_KEEP_ANSWER, values | {"facts": Jsonb(values["facts"])})


def refuse(connection: Connection, event_id: int, session: str, place: Place, *, is_refused: bool) -> None:
    """Record whether an administrator has decided otherwise than a source says."""
    connection.execute(_REFUSE, (is_refused, event_id, session, place))


def add_version(connection: Connection, values: dict[str, Any], facts: Sequence[dict[str, Any]]) -> None:
    """Add a version of a session's facts."""
    connection.execute(_ADD_VERSION, values)
    keys = {name: values[name] for name in ("event", "session", "version")}
    connection.execute(_ADD_FACTS, keys | {"facts": Jsonb(list(facts))})


def save_state(connection: Connection, values: dict[str, Any]) -> None:
    """Write the state of a session's result."""
    connection.execute(_SAVE, values)


def add_act(connection: Connection, values: dict[str, Any]) -> None:
    """Add to what has happened to a session's result."""
    connection.execute(_ADD_ACT, values)


_IN_FORCE = SQL("""
    SELECT fact.event_id, fact.session, fact.contestant_id AS contestant, fact.status, fact.position, fact.grid,
           fact.flags, fact.measures, fact.official_points::text
    FROM session_results result
    JOIN events event ON event.id = result.event_id
    JOIN result_facts fact USING (event_id, session, version)
    WHERE event.sport = %(sport)s AND event.season = %(season)s AND NOT result.is_void AND NOT event.is_void
      AND result.session = ANY(%(sessions)s)
    ORDER BY event.day, event.id, array_position(%(sessions)s, result.session), fact.contestant_id
""")


def in_force(connection: Connection, sport: str, season: int, sessions: Sequence[str]) -> list[dict[str, Any]]:
    """Return the facts in force of a season's sessions, by event and in the order in which the sessions are named."""
    values = {"sport": sport, "season": season, "sessions": list(sessions)}
    return connection.execute(_IN_FORCE, values).fetchall()


def said_facts(connection: Connection, event_id: int, session: str, place: Place) -> list[dict[str, Any]]:
    """Return the facts of a source's last answer about a session as JSON; none if it has none."""
    rows = connection.execute(
        "SELECT facts FROM result_answers WHERE event_id = %s AND session = %s AND place = %s",
        (event_id, session, place),
    ).fetchall()
    return list(rows[0]["facts"]) if rows else []


def versions_in_force(connection: Connection, event_id: int) -> dict[str, int]:
    """Return the versions of an event that score, by session."""
    rows = connection.execute(
        "SELECT session, version FROM session_results WHERE event_id = %s AND version IS NOT NULL AND NOT is_void",
        (event_id,),
    )
    return {row["session"]: row["version"] for row in rows}


def in_sessions(connection: Connection, event_id: int) -> list[tuple[str, int]]:
    """Return session and contestant of the facts in force of an event, in the order of the sessions."""
    return [(row["session"], row["contestant_id"]) for row in connection.execute(_IN_SESSIONS, (event_id,))]


def said_of(connection: Connection, event_id: int) -> set[int]:
    """Return whom the first source's last answers about an event name."""
    return {row["contestant_id"] for row in connection.execute(_SAID_OF, (event_id,))}


def seats_told(connection: Connection, event_id: int) -> list[SeatRow]:
    """Return the seats in the first source's last answers about an event, in the order of the sessions."""
    with connection.cursor(row_factory=row_of(SeatRow)) as cursor:
        return cursor.execute(_SEATS_TOLD, (event_id,)).fetchall()


def has_result(connection: Connection, event_id: int, session: str) -> bool:
    """Whether facts of a session are in force."""
    row = connection.execute(
        "SELECT FROM session_results WHERE event_id = %s AND session = %s AND version IS NOT NULL AND NOT is_void",
        (event_id, session),
    )
    return row.rowcount == 1


def void_sessions(connection: Connection, event_id: int) -> list[str]:
    """Return the sessions of an event that are cancelled."""
    rows = connection.execute(
        "SELECT session FROM session_results WHERE event_id = %s AND is_void AND NOT is_frozen ORDER BY session",
        (event_id,),
    )
    return [row["session"] for row in rows]


_FOLLOWED = SQL("""
    WITH listed AS (
      SELECT event.id, event.is_void, row_number() OVER (ORDER BY event.day, event.id) AS number
      FROM events event
      WHERE event.sport = %(sport)s AND event.season = %(season)s
        AND NOT EXISTS (SELECT FROM event_statements said
                        WHERE said.event_id = event.id AND said.source = %(source)s AND said.gone_at IS NOT NULL)
    )
    SELECT listed.id AS event_id, listed.number, session.session, session.starts_at, result.complete_since
    FROM listed
    JOIN event_sessions session ON session.event_id = listed.id
    LEFT JOIN session_results result ON (result.event_id, result.session) = (session.event_id, session.session)
    WHERE session.scores AND session.starts_at <= %(until)s AND NOT listed.is_void AND result.is_void IS NOT TRUE
    ORDER BY session.starts_at, listed.id
""")

_UNCONFIRMED = """
    SELECT count(*) AS waiting
    FROM session_results result JOIN events event ON event.id = result.event_id
    WHERE event.sport = %(sport)s AND event.season = %(season)s AND NOT result.is_void
      AND (result.provisional_since IS NOT NULL
           OR EXISTS (SELECT FROM fantasy_reviews review
                      WHERE (review.event_id, review.subject) = (result.event_id, result.session)
                        AND review.kind = 'result' AND review.closed_at IS NULL))
"""


class FollowedRow(TableRow, frozen=True):
    """A session that scores. number: the event's round in the first source's schedule."""

    event_id: int
    number: int
    session: str
    starts_at: datetime
    complete_since: datetime | None


def followed(connection: Connection, sport: str, season: int, source: str, until: datetime) -> list[FollowedRow]:
    """Return the sessions of a season that score and begin by a time, in the order of time.

    source: the one whose rounds count. It renumbers the rest when an event is cancelled.
    """
    values = {"sport": sport, "season": season, "source": source, "until": until}
    with connection.cursor(row_factory=row_of(FollowedRow)) as cursor:
        return cursor.execute(_FOLLOWED, values).fetchall()


def unconfirmed(connection: Connection, sport: str, season: int) -> int:
    """Return how many results of a season are provisional, or wait for both sources to say the same of a change."""
    [row] = connection.execute(_UNCONFIRMED, {"sport": sport, "season": season}).fetchall()
    return int(row["waiting"])


# Every session that scores is official or cancelled, and no question is open. Else there is no row.
_SETTLED = """
    SELECT max(result.official_at) AS at
    FROM event_sessions session
    LEFT JOIN session_results result ON (result.event_id, result.session) = (session.event_id, session.session)
    WHERE session.event_id = ANY(%(events)s) AND session.scores
    HAVING bool_and(coalesce(result.is_void OR result.standing IN ('official', 'amended'), false))
       AND NOT EXISTS (SELECT FROM fantasy_reviews WHERE event_id = ANY(%(events)s) AND closed_at IS NULL)
"""

_UNFROZEN = """
    SELECT event_id, session FROM session_results WHERE event_id = ANY(%s) AND NOT is_frozen ORDER BY event_id, session
"""


def settled_at(connection: Connection, events: Collection[int]) -> datetime | None:
    """Return when the last result of some events became official. None while one is not, or a question is open."""
    rows = connection.execute(_SETTLED, {"events": list(events)}).fetchall()
    return rows[0]["at"] if rows else None


def unfrozen(connection: Connection, events: Collection[int]) -> list[tuple[int, str]]:
    """Return the sessions of events whose results may still change."""
    return [(row["event_id"], row["session"]) for row in connection.execute(_UNFROZEN, (list(events),))]
