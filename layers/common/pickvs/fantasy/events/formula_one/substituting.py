"""Who scores for drivers that were drafted and are not entered, once the entries say so."""

from collections.abc import Mapping
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.formula_one.seats.rules import Unclear, substitutions
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.reviews import service as reviews

_SEAT_TAKEN = "the seat was taken over"
_NO_SEAT = "not entered, and nobody has the seat"
_BY_ITSELF = frozenset({_SEAT_TAKEN, _NO_SEAT})


def substitute(connection: Connection, event_id: int, at: datetime) -> None:
    """Record who scores for drivers that are not entered, as far as it is certain. Ask about the others.

    What is recorded stays, as long as the results that it follows from do, and an administrator's word always. That
    nobody scores is known with the race alone: a driver who misses a session may still come to the next one.
    """
    _take_back(connection, event_id)
    known = entries.substitutions_of(connection, event_id)
    rows = entries.entries_of(connection, event_id)
    pool = {
        row.contestant_id: row.expected_seat for row in rows if row.expected_seat is not None and not row.left_early
    }
    entered = {row.contestant_id: row.seat for row in rows if row.seat is not None}
    if not entered:
        return
    is_over = results.has_result(connection, event_id, "race")
    for found in substitutions(pool, entered):
        if found.drafted in known:
            continue
        if isinstance(found, Unclear):
            if is_over:
                _ask(connection, event_id, found, at)
        elif found.scores_as is not None:
            entries.substitute(connection, event_id, found.drafted, found.scores_as, at, reason=_SEAT_TAKEN)
        elif is_over:
            entries.substitute(connection, event_id, found.drafted, None, at, reason=_NO_SEAT)


def _take_back(connection: Connection, event_id: int) -> None:
    """Take back what followed from results that have turned out to be wrong.

    Who takes a seat over does so at the first session that scores: a driver who misses it is replaced, though he may
    come to the next one.
    """
    sessions = results.contestants_by_session(connection, event_id)
    named = results.named(connection, event_id)
    for drafted, row in entries.substitutions_of(connection, event_id).items():
        if row.reason not in _BY_ITSELF:
            continue
        came = named if row.scores_as is None else (sessions[0] if sessions else frozenset())
        if drafted in came or (row.scores_as is not None and row.scores_as not in named):
            entries.take_back(connection, event_id, drafted)


def _ask(connection: Connection, event_id: int, unclear: Unclear, at: datetime) -> None:
    question: Mapping[str, object] = {
        "drafted": unclear.drafted,
        "seat": unclear.team,
        "left": list(unclear.left),
        "came": list(unclear.came),
    }
    reviews.ask(connection, event_id, "substitution", str(unclear.drafted), ["unclear"], question, at)
