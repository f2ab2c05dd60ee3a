"""Recorded seasons through the services: schedules and results of two sources, at the times at which they came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pickvs.core.database import Connection
from pickvs.fantasy.events.formula_one.ranking import rank_events, rank_first
from pickvs.fantasy.events.formula_one.recording import SPORT, Heard, Recorded, record_results, register_drivers
from pickvs.fantasy.events.formula_one.rules import AnyResult, Entrant
from pickvs.fantasy.events.formula_one.schedule.rules import scheduled
from pickvs.fantasy.events.results.rules import Source as Place
from pickvs.fantasy.events.schedules import service as schedules
from tests.support.formula_one import Event, Tables

SOURCES: dict[Place, str] = {"first": "jolpica", "second": "f1db"}
SCORING = ("qualifying", "sprint", "race")

RESERVE = Entrant(driver="reserve", team="", car_number=98, code="RSV", family_name="Reserve")


def mistaken(results: Iterable[Any], driver: str) -> list[Any]:
    """Return results with a reserve driver in the place of a driver."""
    return [
        replace(
            result,
            rows=tuple(
                replace(row, entrant=replace(RESERVE, team=row.entrant.team)) if row.entrant.driver == driver else row
                for row in result.rows
            ),
        )
        for result in results
    ]


def race_time(event: Event) -> datetime:
    """When the race began; at noon where that is not recorded."""
    return event.weekend.starts.get("race") or datetime.combine(event.weekend.race_day, time(12), UTC)


@dataclass
class Season:
    """A recorded season in the database."""

    tables: Tables
    year: int
    events: Sequence[Event]
    ids: dict[int, int] = field(default_factory=dict)
    """The ids of events by their rounds."""

    @property
    def begins(self) -> datetime:
        """Before the first session of the season."""
        return race_time(self.events[0]) - timedelta(days=20)

    def schedule(self, connection: Connection, place: Place = "first", at: datetime | None = None) -> Any:
        """Tell the schedule of the season."""
        items = [scheduled(event.weekend) for event in self.events]
        at = at or self.begins
        told = schedules.record(connection, SPORT, self.year, place, SOURCES[place], items, at, is_whole=True)
        known = {(each.day): each.id for each in schedules.known_events(connection, SPORT, self.year)}
        self.ids = {event.round: known[event.weekend.race_day] for event in self.events}
        return told

    def drivers(self, connection: Connection) -> set[int]:
        """Tell who drives, as it is known before the first race, and how the season before ended."""
        rows = {row.entrant.driver: row.entrant for row in self.events[0].race.rows}
        listed = [
            Entrant(
                driver=each.driver, team="", car_number=each.car_number, code=each.code, family_name=each.family_name
            )
            for each in rows.values()
        ]
        changed = register_drivers(connection, SOURCES["first"], self.year, listed, self.begins)
        before = self.tables.of_season(self.year - 1)
        if before:
            last = [row for row in self.tables.rows("driver_standings") if row["raceId"] == before[-1]["raceId"]]
            names = {row["driverId"]: row["driverRef"] for row in self.tables.rows("drivers")}
            rank_first(
                connection,
                self.year,
                SOURCES["first"],
                [(names[row["driverId"]], int(row["position"]), row["points"]) for row in last],  # type: ignore[misc]
            )
        return changed

    def result(
        self,
        connection: Connection,
        event: Event,
        place: Place = "first",
        at: datetime | None = None,
        told: Iterable[AnyResult] | None = None,
    ) -> Recorded:
        """Tell all sessions of an event."""
        heard = Heard(place, SOURCES[place], at or race_time(event) + timedelta(hours=3))
        results = list(event.sessions.values() if told is None else told)
        asked = [(self.ids[event.round], session) for session in event.sessions]
        recorded = record_results(connection, self.year, results, heard, asked=asked)
        if any(change.moves_points for change in recorded.changes):
            rank_events(connection, self.year)
        return recorded
