"""Who was in which seat of an event, by the results that may be believed, and who scores for whom."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE
from pickvs.fantasy.events.formula_one.substituting import substitute
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.rules import Fact, Seated

_ABSENT = "dns"


def seat(connection: Connection, event_id: int, at: datetime) -> set[int]:
    """Record who drove which car, and who scores for whom. Returns the events whose entries have changed.

    To be called when the first source says something else, and when other facts come into force. A seat is believed if
    the first source's answer is complete, or if the contestant is in the facts in force: an administrator may have
    decided for an answer that is not complete.
    """
    in_force = {
        session: results.facts_of(connection, event_id, session, version)
        for session, version in results.versions_in_force(connection, event_id).items()
    }
    seated, is_everybody = _seated(connection, event_id, in_force)
    changed: set[int] = set()
    if seated:
        changed = entries.seat(
            connection,
            FORMULA_ONE.sport,
            event_id,
            list(seated.values()),
            at,
            named=results.named(connection, event_id),
            is_everybody=is_everybody,
        )
    substitute(connection, event_id, at)
    return changed


def _seated(
    connection: Connection, event_id: int, in_force: dict[str, tuple[Fact, ...]]
) -> tuple[dict[int, Seated], bool]:
    """Return who was in which seat, by contestant, and whether everybody who takes part is known."""
    scores = {(session, fact.contestant) for session, facts in in_force.items() for fact in facts}
    is_everybody = "qualifying" in in_force
    seated: dict[int, Seated] = {}
    for row in results.seats_told(connection, event_id):
        if row.is_complete or (row.session, row.contestant) in scores:
            seated[row.contestant] = Seated(row.contestant, row.number, row.seat)
        is_everybody |= row.is_complete and row.session == "qualifying"
    # Facts of an administrator or of the second source have no seats: who was expected sat where that was.
    drove = {fact.contestant for facts in in_force.values() for fact in facts if fact.status != _ABSENT}
    for entry in entries.entries_of(connection, event_id):
        driver = entry.contestant_id
        if driver in drove - seated.keys() and entry.seat is None and entry.expected_seat:
            seated[driver] = Seated(driver, entry.number, entry.expected_seat)
    return seated, is_everybody
