"""Records what sources say of schedules, in the caller's transaction.

The first source adds events and moves their sessions, unless it says something that must not be believed: then a
question is open to administrators, and the event is held back until they have chosen whose times hold. The second
source adds nothing. It is what administrators compare with, and whose times they may choose. No event is cancelled by a
schedule alone, and no cancelled one comes back by it: both are questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pickvs.core.database import Connection
from pickvs.core.errors import Conflict
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.schedules import queries
from pickvs.fantasy.events.schedules.queries import KnownRow, StatementRow
from pickvs.fantasy.events.schedules.rules import KnownEvent, Scheduled, event_of, has_lapsed

ABOUT = "schedule"
"""The subject of questions about a schedule: an event has one."""


@dataclass(frozen=True, slots=True)
class Move:
    """A session at another time. before, after: None where it is not told."""

    event_id: int
    session: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a schedule has changed.

    changed: events that are new, moved, held back or set free. unknown: names of the second source's events that the
    first one does not have.
    """

    changed: frozenset[int]
    moves: tuple[Move, ...]
    unknown: tuple[str, ...]


def record(
    connection: Connection,
    sport: str,
    season: int,
    place: Place,
    source: str,
    items: Sequence[Scheduled],
    at: datetime,
    *,
    is_whole: bool,
) -> Recorded:
    """Record a source's schedule of a season.

    is_whole: whether these are all events that the source lists. Only then can one be missing.
    """
    known = {row.id: row for row in queries.known_events(connection, sport, season)}
    said = {row.event_id: row for row in queries.statements(connection, list(known)) if row.source == source}
    changed: set[int] = set()
    moves: list[Move] = []
    unknown: list[str] = []
    seen: set[int] = set()
    for item in items:
        event_id = _identified(connection, sport, source, item, known, at, adds=place == "first")
        if event_id is None:
            unknown.append(item.name)
            continue
        seen.add(event_id)
        if _is_same(said.get(event_id), item):
            continue
        queries.state(connection, event_id, source, item, at)
        if place == "first":
            is_void = event_id in known and known[event_id].is_void
            moves += _taken(connection, event_id, source, item, said.get(event_id), at, is_void=is_void)
            changed.add(event_id)
        elif reviews.is_open(connection, event_id, "schedule", ABOUT):
            _compare(connection, event_id, at)  # what is decided stays decided
    gone = {row.event_id for row in said.values() if row.gone_at is None} - seen if is_whole else set()
    for event_id in gone:
        queries.note_gone(connection, event_id, source, at)
        if place == "first":
            _doubt_life(connection, event_id, source, "gone", at, is_void=known[event_id].is_void)
            changed.add(event_id)
    return Recorded(frozenset(changed), tuple(moves), tuple(unknown))


def choose(connection: Connection, event_id: int, source: str, by: Decider, at: datetime) -> Recorded:
    """Give an event the times of a source by an administrator's word, and close the question.

    Raises Conflict if the source does not list the event.
    """
    said = next((row for row in queries.statements(connection, [event_id]) if row.source == source), None)
    if said is None or said.gone_at is not None:
        raise Conflict("NOTHING_TO_DECIDE", "This source does not list the event. Choose another one.")
    before = queries.starts(connection, event_id)
    sessions = queries.from_json(said.sessions)
    queries.rename(connection, event_id, said.name, said.day, at)
    queries.set_sessions(connection, event_id, source, sessions, at)
    reviews.settle(connection, event_id, "schedule", ABOUT, at, decision=f"times of {source}", by=by)
    after = {each.name: each.starts_at for each in sessions}
    return Recorded(frozenset({event_id}), tuple(_moves(event_id, before, after)), ())


def keep(
    connection: Connection, event_id: int, decision: Literal["cancelled", "held"], by: Decider, at: datetime
) -> None:
    """Decide that an event stays cancelled, or is held as before, although a source says otherwise.

    Raises Conflict if that was not asked.
    """
    if not reviews.settle(connection, event_id, "cancellation", ABOUT, at, decision=decision, by=by):
        raise Conflict("NOTHING_TO_DECIDE", "No source says otherwise about this event.")


def lapsed(connection: Connection, sport: str, season: int, at: datetime) -> list[int]:
    """Return the events whose date has passed without a result in any source, so that they count as cancelled."""
    return [
        row.id
        for row in queries.known_events(connection, sport, season)
        if not row.is_void and not row.has_result and has_lapsed(row.day, row.last_start, at)
    ]


def known_events(connection: Connection, sport: str, season: int) -> list[KnownEvent]:
    """Return the events of a season as they are recognised: see rules.event_of."""
    return [_as_known(row) for row in queries.known_events(connection, sport, season)]


def revisions(connection: Connection, events: Sequence[int], source: str) -> Mapping[int, str | None]:
    """Return the revisions of a source's records that are known, by event."""
    return {row.event_id: row.revision for row in queries.statements(connection, events) if row.source == source}


def listed(connection: Connection, events: Sequence[int], source: str) -> int:
    """Return how many of these events a source listed when it was last asked."""
    return sum(row.source == source and row.gone_at is None for row in queries.statements(connection, events))


def set_void(connection: Connection, event_id: int, *, is_void: bool, by: Decider | None, at: datetime) -> None:
    """Cancel an event, or take that back, and close the questions about its schedule."""
    queries.set_void(connection, event_id, is_void=is_void, at=at)
    decision = "cancelled" if is_void else "held"
    reviews.settle(connection, event_id, "cancellation", ABOUT, at, decision=decision, by=by)
    reviews.settle(connection, event_id, "schedule", ABOUT, at, decision=decision, by=by)


def _identified(
    connection: Connection,
    sport: str,
    source: str,
    item: Scheduled,
    known: Mapping[int, KnownRow],
    at: datetime,
    *,
    adds: bool,
) -> int | None:
    """Return the event that a source means. One that we do not have is added, or None."""
    event_id = event_of(map(_as_known, known.values()), source, item.season, item.venue, item.day)
    if event_id is not None:
        if source not in known[event_id].venues:
            queries.name_venue(connection, sport, source, item.venue, known[event_id].venue_id)
        return event_id
    if not adds:
        return None
    venue = queries.venue_of(connection, sport, source, item.venue, at)
    return queries.add_event(connection, sport, venue, item, at)


def _taken(
    connection: Connection,
    event_id: int,
    source: str,
    item: Scheduled,
    before: StatementRow | None,
    at: datetime,
    *,
    is_void: bool,
) -> list[Move]:
    """Let an event follow the first source, as far as it may be believed."""
    if item.is_cancelled:
        _doubt_life(connection, event_id, source, "cancelled", at, is_void=is_void)
        return []
    if is_void or (before is not None and (before.gone_at is not None or before.is_cancelled)):
        _doubt_life(connection, event_id, source, "listed", at, is_void=is_void)
    starts = queries.starts(connection, event_id)
    if not item.doubts:
        reviews.settle(connection, event_id, "schedule", ABOUT, at)
    elif starts:
        _compare(connection, event_id, at)
        return []  # what is known stays, and the event is held back
    queries.rename(connection, event_id, item.name, item.day, at)
    queries.set_sessions(connection, event_id, source, item.sessions, at)
    if item.doubts:
        _compare(connection, event_id, at)
    return list(_moves(event_id, starts, item.starts)) if starts else []


def _compare(connection: Connection, event_id: int, at: datetime) -> None:
    """Ask whose times hold, with what each source says, if the times of any must not be believed."""
    said = queries.statements(connection, [event_id])
    if not any(row.doubts for row in said):
        return
    question: dict[str, Any] = {
        "statements": [
            {"source": row.source, "day": row.day.isoformat(), "sessions": row.sessions, "doubts": row.doubts}
            for row in sorted(said, key=lambda each: each.source)
        ]
    }
    doubts = [f"{row.source}: {doubt}" for row in said for doubt in row.doubts]
    reviews.ask(connection, event_id, "schedule", ABOUT, doubts, question, at)


def _doubt_life(
    connection: Connection,
    event_id: int,
    source: str,
    cause: Literal["gone", "cancelled", "listed"],
    at: datetime,
    *,
    is_void: bool,
) -> None:
    """Ask whether an event is held if a source contradicts what counts. Where it says the same, no question is left."""
    if is_void == (cause == "listed"):
        reviews.ask(connection, event_id, "cancellation", ABOUT, [cause], {"source": source}, at)
    else:
        reviews.settle(connection, event_id, "cancellation", ABOUT, at)


def _moves(
    event_id: int, before: Mapping[str, datetime | None], after: Mapping[str, datetime | None]
) -> Sequence[Move]:
    return [
        Move(event_id, session, before.get(session), after.get(session))
        for session in sorted(before.keys() | after.keys())
        if before.get(session) != after.get(session)
    ]


def _is_same(before: StatementRow | None, item: Scheduled) -> bool:
    if before is None or before.gone_at is not None:
        return False
    known = (before.day, before.name, before.sessions, tuple(before.doubts), before.is_cancelled, before.revision)
    sessions = queries.as_json(item.sessions)
    return known == (item.day, item.name, sessions, item.doubts, item.is_cancelled, item.revision)


def _as_known(row: KnownRow) -> KnownEvent:
    return KnownEvent(row.id, row.season, row.day, row.venues)
