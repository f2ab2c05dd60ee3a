"""Stores what sources say of races, each answer in one transaction with all that follows."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.collecting.config import race_hour
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.collecting.planning import plan
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.formula_one.providers import f1db, jolpica
from pickvs.fantasy.events.formula_one.ranking import rank_coming, rank_first
from pickvs.fantasy.events.formula_one.recording import (
    SPORT,
    Heard,
    Recorded,
    record_entered,
    record_results,
    register_drivers,
)
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE, AnyResult
from pickvs.fantasy.events.formula_one.schedule.rules import scheduled
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.jobs.runs import Run, Stored
from pickvs.jobs.sources import Capture, Skipped

_RANKED, _UNRANKED = frozenset({"entries", "standings"}), frozenset({"entries"})
MOST_GONE = 3
"""Events that may leave a schedule at once. An answer that lacks more is not believed."""


def store_season(connection: Connection, capture: Capture[jolpica.SeasonAnswer], current: Run, season: int) -> Stored:
    """Store the first source's schedule and drivers of a season."""
    boards.take_turn(connection)
    [answer] = capture.items
    known = schedules.known_events(connection, SPORT, season)
    listed = schedules.listed(connection, [event.id for event in known], jolpica.NAME)
    if listed - len(answer.weekends) > MOST_GONE:
        return Stored({"events": len(answer.weekends)}, unusable=f"the schedule lacks more than {MOST_GONE} events")
    recorded = schedules.record(
        connection,
        SPORT,
        season,
        "first",
        jolpica.NAME,
        [scheduled(weekend, hour=race_hour()) for weekend in answer.weekends],
        current.at,
        is_whole=answer.is_whole,
    )
    entered = register_drivers(connection, jolpica.NAME, season, answer.drivers, current.at)
    first = next(iter(schedules.known_events(connection, SPORT, season)), None)
    if first is not None and not entries.are_ranked(connection, first.id):
        last = [(each.driver, each.position, each.points) for each in answer.last]
        rank_first(connection, season, jolpica.NAME, last)
    follow_facts(connection, [], recorded.changed | entered, current.at)
    plan(connection, season, current.at)
    counts = {"events": len(answer.weekends), "changed": len(recorded.changed), "moves": len(recorded.moves)}
    return Stored(counts, usable=frozenset({"schedule"}))


def store_coming(
    connection: Connection, capture: Capture[jolpica.ComingAnswer], current: Run, season: int, event_id: int
) -> Stored:
    """Store what the first source says before an event: how its pool is ranked, and who takes part."""
    boards.take_turn(connection)
    [answer] = capture.items
    entered = record_entered(connection, jolpica.NAME, event_id, answer.entered, current.at)
    told = [(each.driver, each.position, each.points) for each in answer.places]
    is_ranked = rank_coming(connection, season, jolpica.NAME, event_id, told)
    follow_facts(connection, [], entered, current.at)
    return Stored({"entries": len(answer.entered), "changed": len(entered)}, usable=_RANKED if is_ranked else _UNRANKED)


def store_results(
    connection: Connection, capture: Capture[AnyResult], current: Run, season: int, *, is_whole: bool
) -> Stored:
    """Store the first source's results. is_whole: whether it was asked about all of the season.

    Only then is a result that it does not tell one that has gone, and only if every part could be read.
    """
    boards.take_turn(connection)
    asked = (
        [
            (event.id, session)
            for event in schedules.known_events(connection, SPORT, season)
            for session in FORMULA_ONE.sessions
        ]
        if is_whole and not capture.skipped
        else []
    )
    heard = Heard("first", jolpica.NAME, current.at, current.id)
    recorded = record_results(connection, season, capture.items, heard, asked=asked)
    return _followed(connection, recorded, season, current.at, len(capture.items))


def store_second(
    connection: Connection, capture: Capture[f1db.EventAnswer], current: Run, season: int, revision: str
) -> Stored:
    """Store what the second source says of an event. revision: of its records."""
    boards.take_turn(connection)
    [answer] = capture.items
    item = scheduled(answer.weekend, revision, hour=race_hour())
    told = schedules.record(connection, SPORT, season, "second", f1db.NAME, [item], current.at, is_whole=False)
    if told.unknown:
        return Stored({"events": 0}, (Skipped("an event that the first source does not have", told.unknown[0]),))
    heard = Heard("second", f1db.NAME, current.at, current.id)
    recorded = record_results(connection, season, answer.results, heard, asked=[])
    return _followed(connection, recorded, season, current.at, len(answer.results))


def _followed(connection: Connection, recorded: Recorded, season: int, at: datetime, told: int) -> Stored:
    lacking = boards.events_lacking(connection, SPORT, season)
    applied = follow_facts(connection, recorded.changes, {*recorded.entered, *lacking}, at)
    plan(connection, season, at)
    counts = {"results": told, "changed": len(recorded.changes), "boards": applied.leagues}
    skipped = tuple(Skipped("a result of an event that we do not have", each.circuit) for each in recorded.unknown)
    return Stored(counts, skipped, usable=frozenset({"results"}))
