"""Records what a source says of races: results, who drove, the standings before the next race, replacements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Named
from pickvs.fantasy.events.formula_one.identity.rules import KnownDriver, identified
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE, AnyResult, Entrant, Kind
from pickvs.fantasy.events.formula_one.seating import seat
from pickvs.fantasy.events.formula_one.statements import statement_of
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.results.service import Answer, Changed
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.rules import Fact, Seated, Statement
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.fantasy.events.schedules.rules import event_of

SPORT = FORMULA_ONE.sport


@dataclass(frozen=True, slots=True)
class Heard:
    """Where results come from. run_id: of the run that brought them."""

    place: Place
    source: str
    at: datetime
    run_id: int | None = None


@dataclass(slots=True)
class Recorded:
    """What results have changed.

    changes: of sessions. entered: events whose entries have changed. unknown: results of events that we do not have.
    """

    changes: list[Changed] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)
    unknown: list[AnyResult] = field(default_factory=list)


def record_results(
    connection: Connection,
    season: int,
    told: Sequence[AnyResult],
    heard: Heard,
    *,
    asked: Collection[tuple[int, str]],
) -> Recorded:
    """Record the results that a source has of a season.

    asked: events and sessions about which it was asked. One that it does not tell has no result there: if it had one
    before, that is gone. What it says as before changes nothing.
    """
    recorded = Recorded()
    known = schedules.known_events(connection, SPORT, season)
    by_event: defaultdict[int, dict[Kind, AnyResult]] = defaultdict(dict)
    for each in told:
        event_id = event_of(known, heard.source, each.season, each.circuit, each.race_day)
        if event_id is None:
            recorded.unknown.append(each)
        else:
            by_event[event_id][each.kind] = each
    said: dict[tuple[int, str], Statement | None] = dict.fromkeys(asked)
    ids = entries.ids_of(connection, SPORT, heard.source)
    for event_id, sessions in by_event.items():
        ids |= _identified(connection, event_id, sessions, ids, heard)
        for kind, statement in _statements(connection, event_id, sessions, ids, heard.place).items():
            said[event_id, kind] = statement
    news = results.news_of(connection, heard.place, said)
    for event_id, session in news:
        answer = Answer(heard.place, heard.source, said[event_id, session], heard.run_id)
        changed = results.hear(connection, event_id, session, answer, heard.at)
        if changed.acts:
            recorded.changes.append(changed)
    if heard.place == "first":
        for event_id in sorted({event_id for event_id, _ in news} & by_event.keys()):
            recorded.entered |= seat(connection, event_id, heard.at)
    return recorded


def _statements(
    connection: Connection, event_id: int, sessions: Mapping[Kind, AnyResult], ids: Mapping[str, int], place: Place
) -> dict[Kind, Statement]:
    """Return what a source says of each session. Qualifying and race are judged together."""
    found: dict[Kind, Statement] = {}
    qualifying = sessions.get("qualifying")
    qualified = frozenset(row.entrant.driver for row in qualifying.rows) if qualifying is not None else None
    for kind, result in sessions.items():
        if kind != "qualifying":
            found[kind] = statement_of(result, ids, qualified=qualified)
    if qualifying is not None:
        raced: Sequence[Fact] = (
            found["race"].facts if "race" in found else results.said_by(connection, event_id, "race", place)
        )
        found["qualifying"] = statement_of(qualifying, ids, raced=raced)
    return found


def _identified(
    connection: Connection,
    event_id: int,
    sessions: Mapping[Kind, AnyResult],
    ids: Mapping[str, int],
    heard: Heard,
) -> dict[str, int]:
    """Return the contestants that a source means, by its ids. Whom it means otherwise, an administrator is asked."""
    entrants = {row.entrant.driver: row.entrant for result in sessions.values() for row in result.rows}
    new = [each for driver, each in entrants.items() if driver not in ids]
    if not new:
        return {}
    if heard.place == "first":
        found, doubtful = entries.register(connection, SPORT, heard.source, map(_named, new), heard.at)
        unknown = [each.source_id for each in doubtful]
    else:
        found = identified(list(entrants.values()), ids, _drivers(connection, event_id))
        for driver in found.keys() - ids.keys():
            entries.name(connection, SPORT, heard.source, driver, found[driver], heard.at)
        unknown = [each.driver for each in new if each.driver not in found]
    for driver in unknown:
        question = {"source": heard.source, "source_id": driver, "number": entrants[driver].car_number}
        question |= {"code": entrants[driver].code, "name": _named(entrants[driver]).name}
        subject = f"{heard.source} {driver}"
        reviews.ask(connection, event_id, "contestant", subject, ["unknown"], question, heard.at)
    return found


def _named(entrant: Entrant) -> Named:
    family = entrant.family_name or entrant.driver
    name = f"{entrant.given_name} {family}" if entrant.given_name else family
    return Named(entrant.driver, name, family, entrant.code)


def _drivers(connection: Connection, event_id: int) -> list[KnownDriver]:
    return [
        KnownDriver(row.contestant_id, row.number, row.code, row.short_name)
        for row in entries.entries_of(connection, event_id)
    ]


def record_entered(
    connection: Connection, source: str, event_id: int, drivers: Iterable[Entrant], at: datetime
) -> set[int]:
    """Record who takes part in an event, as the first source tells it before. Returns the event if that is news.

    Whoever was expected and is not named is withdrawn. A list of less than half of those is not believed.
    """
    listed = list(drivers)
    expected = [row for row in entries.entries_of(connection, event_id) if not row.left_early]
    if 2 * len(listed) < max(len(expected), 1):
        return set()
    ids, _ = entries.register(connection, SPORT, source, map(_named, listed), at)
    seated = [Seated(ids[each.driver], each.car_number, entries.UNKNOWN_SEAT) for each in listed if each.driver in ids]
    return entries.enter(connection, SPORT, event_id, seated, at)


def register_drivers(
    connection: Connection, source: str, season: int, drivers: Iterable[Entrant], at: datetime
) -> set[int]:
    """Add the drivers of a season that the first source lists. Returns the events whose entries have changed.

    They are expected in the events about which nothing else is known: before the first results of a season, a source
    says who drives, and not for whom.
    """
    listed = list(drivers)
    ids, _ = entries.register(connection, SPORT, source, map(_named, listed), at)
    events = [each.id for each in schedules.known_events(connection, SPORT, season)]
    seated = [Seated(ids[each.driver], each.car_number, entries.UNKNOWN_SEAT) for each in listed if each.driver in ids]
    return entries.expect(connection, events, seated, at)
