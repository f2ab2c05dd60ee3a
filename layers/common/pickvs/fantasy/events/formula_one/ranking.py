"""The official standings before each race, which rank its pool."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby, pairwise

from pickvs.core.database import Connection
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Placed
from pickvs.fantasy.events.formula_one.points.rules import standings
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE, Kind
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.rules import Fact
from pickvs.fantasy.events.schedules import service as schedules

SPORT = FORMULA_ONE.sport
_SCORING: tuple[Kind, ...] = ("sprint", "race")


def rank_events(connection: Connection, season: int) -> None:
    """Make the standings before each event of a season but the first, from the results that are in force."""
    events = [each.id for each in schedules.known_events(connection, SPORT, season)]
    run: list[tuple[Kind, tuple[Fact, ...]]] = []
    by_event = _by_event(results.facts_in_force(connection, SPORT, season, _SCORING))
    places: list[Placed] = []
    later: list[int] = []
    for before, event_id in pairwise(events):
        run += by_event.get(before, [])
        later.append(event_id)
        places += [Placed(event_id, each.contestant, each.position, each.points) for each in standings(run)]
    entries.rank(connection, later, places)


def rank_coming(
    connection: Connection, season: int, source: str, event_id: int, told: Iterable[tuple[str, int | None, Decimal]]
) -> bool:
    """Have the standings before an event order equals as the source does. Returns whether they could be believed.

    told: drivers by the source's id, with position and points. Whom points and countback do not separate after a few
    races, the official standings order nevertheless. They are believed if everybody's points are those that follow from
    the results in force.
    """
    ids = entries.ids_of(connection, SPORT, source)
    places = {ids[driver]: (position, points) for driver, position, points in told if driver in ids}
    events = [each.id for each in schedules.known_events(connection, SPORT, season)]
    by_event = _by_event(results.facts_in_force(connection, SPORT, season, _SCORING))
    run = [each for before in events[: events.index(event_id)] for each in by_event.get(before, [])]
    ours = {each.contestant: each.points for each in standings(run)}
    if not ours or ours != {contestant: points for contestant, (_, points) in places.items()}:
        return False
    ranked = [
        Placed(event_id, contestant, position, points)
        for contestant, (position, points) in places.items()
        if position is not None
    ]
    if len(ranked) < len(places):
        return False
    entries.rank(connection, [event_id], ranked)
    return True


def rank_first(
    connection: Connection, season: int, source: str, last: Iterable[tuple[str, int | None, Decimal]]
) -> None:
    """Record the final standings of the season before, as the first source has them, before a season's first event.

    last: drivers by the source's id, with position and points. Drivers without a position or whom we do not know are
    left out.
    """
    events = schedules.known_events(connection, SPORT, season)
    ids = entries.ids_of(connection, SPORT, source)
    if events:
        first = events[0].id
        places = [
            Placed(first, ids[driver], position, points)
            for driver, position, points in last
            if position is not None and driver in ids
        ]
        entries.rank(connection, [first], places)


def _by_event(
    facts: Iterable[tuple[int, str, Fact]],
) -> Mapping[int, list[tuple[Kind, tuple[Fact, ...]]]]:
    found: dict[int, list[tuple[Kind, tuple[Fact, ...]]]] = {}
    for (event_id, session), group in groupby(facts, key=lambda each: each[:2]):
        kind: Kind = "race" if session == "race" else "sprint"
        found.setdefault(event_id, []).append((kind, tuple(fact for _, _, fact in group)))
    return found
