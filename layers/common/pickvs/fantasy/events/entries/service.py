"""Records who takes part in events, in the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.errors import Conflict
from pickvs.fantasy.events.entries import queries
from pickvs.fantasy.events.entries.queries import EntryRow, SubstitutionRow
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.rules import Seated

UNKNOWN_SEAT = ""
"""The expected seat of whoever takes part and whose seat is not known."""


@dataclass(frozen=True, slots=True)
class Named:
    """A contestant as a source names it. short_name: such as a family name. code: None where the source has none."""

    source_id: str
    name: str
    short_name: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A contestant's place in the official standings before an event."""

    event: int
    contestant: int
    position: int
    points: Decimal


def ids_of(connection: Connection, sport: str, source: str) -> dict[str, int]:
    """Return the contestants that a source knows, by its ids."""
    return queries.ids(connection, sport, source)


def register(
    connection: Connection, sport: str, source: str, named: Iterable[Named], at: datetime
) -> tuple[dict[str, int], tuple[Named, ...]]:
    """Add the contestants that the first source names, and bring their names up to date.

    Returns all that are known by its ids, and those who are doubtful: a new id with the code of somebody who is known
    may be another name of the same person, so nobody is added.
    """
    known = queries.ids(connection, sport, source)
    codes = queries.codes(connection, sport)
    doubtful: list[Named] = []
    for each in named:
        values = {"sport": sport, "source": source, "source_id": each.source_id, "at": at}
        values |= {"name": each.name, "short": each.short_name, "code": each.code}
        if each.source_id in known:
            queries.rename(connection, values | {"contestant": known[each.source_id]})
        elif each.code is not None and each.code in codes:
            doubtful.append(each)
        else:
            known[each.source_id] = queries.add(connection, values)
            if each.code is not None:
                codes[each.code] = [known[each.source_id]]
    return known, tuple(doubtful)


def add(connection: Connection, sport: str, source: str, named: Named, at: datetime) -> int:
    """Add a contestant by an administrator's word, and return its id."""
    values = {"sport": sport, "source": source, "source_id": named.source_id, "at": at}
    return queries.add(connection, values | {"name": named.name, "short": named.short_name, "code": named.code})


def name(connection: Connection, sport: str, source: str, source_id: str, contestant: int, at: datetime) -> None:
    """Record that a source calls a contestant so. Raises Conflict if one of the two has another such name."""
    if not queries.name(connection, sport, source, source_id, contestant, at):
        raise Conflict("CONTESTANT_NAMED", "This source knows the contestant by another id, or the id as another one.")


def entries_of(connection: Connection, event_id: int) -> list[EntryRow]:
    """Return the entries of an event."""
    return queries.entries(connection, [event_id])


def seat(
    connection: Connection,
    sport: str,
    event_id: int,
    seated: Collection[Seated],
    at: datetime,
    *,
    named: Collection[int],
    is_everybody: bool,
) -> set[int]:
    """Record who was in which seat, and expect them in the events to come.

    named: everybody who was in any session, as it is known now. Whoever else has a seat was named by mistake, and loses
    it. is_everybody: whether whoever was expected and has no seat is withdrawn. Returns the events whose entries have
    changed.
    """
    seats = [{"contestant": each.contestant, "number": each.number, "seat": each.seat} for each in seated]
    changed = queries.seat(connection, event_id, sport, seats, at)
    changed += queries.unseat(connection, event_id, named, at)
    if is_everybody:
        changed += queries.withdraw(connection, event_id, at)
    if not changed:
        return set()
    return {event_id, *queries.carry_forward(connection, event_id, at)}


def expect(connection: Connection, events: Collection[int], seated: Iterable[Seated], at: datetime) -> set[int]:
    """Expect contestants in events about which nothing is known yet. Returns the events whose entries have changed."""
    listed = [{"contestant": each.contestant, "number": each.number, "seat": each.seat} for each in seated]
    return set(queries.expect(connection, events, listed, at))


def enter(connection: Connection, sport: str, event_id: int, seated: Collection[Seated], at: datetime) -> set[int]:
    """Record who takes part in an event before it is run. Returns the event if its entries have changed.

    Whoever was expected keeps number and seat; whoever is not named is withdrawn.
    """
    listed = [{"contestant": each.contestant, "number": each.number, "seat": each.seat} for each in seated]
    return {event_id} if queries.enter(connection, event_id, sport, listed, at) else set()


def rank(connection: Connection, events: Collection[int], places: Sequence[Placed]) -> None:
    """Replace the standings before events, which rank their pools."""
    rows: list[dict[str, Any]] = [
        {"event": each.event, "contestant": each.contestant, "position": each.position, "points": str(each.points)}
        for each in places
    ]
    queries.rank(connection, events, rows)


def are_ranked(connection: Connection, event_id: int) -> bool:
    """Whether the standings before an event are known."""
    return event_id in queries.ranked(connection, [event_id])


def substitute(
    connection: Connection,
    event_id: int,
    drafted: int,
    scores_as: int | None,
    at: datetime,
    *,
    reason: str,
    by: Decider | None = None,
) -> None:
    """Record who scores for a contestant that was drafted and is not entered, and close the question about it.

    scores_as: None for nobody. by: who has decided; None if it follows from the entries.
    """
    values = {"event": event_id, "drafted": drafted, "scores_as": scores_as, "at": at, "reason": reason}
    queries.substitute(connection, values | {"by": by.user_id if by is not None else None})
    decision = "nobody" if scores_as is None else f"contestant {scores_as}"
    reviews.settle(connection, event_id, "substitution", str(drafted), at, decision=decision, by=by)


def take_back(connection: Connection, event_id: int, drafted: int) -> None:
    """Forget who scores for a contestant, because it has turned out to be entered, or the other one not."""
    queries.take_back(connection, event_id, drafted)


def substitutions_of(connection: Connection, event_id: int) -> Mapping[int, SubstitutionRow]:
    """Return who scores for those that are not entered in an event, by the contestant that was drafted."""
    return {row.drafted: row for row in queries.substitutions(connection, event_id)}
