"""A made-up season of races: drivers, events a week apart, and results that differ from race to race."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from pickvs.core.database import Connection
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Named
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Answer, Changed
from pickvs.fantasy.events.rules import Fact, Seated, Statement
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.fantasy.events.schedules.rules import Scheduled, ScheduledSession

SPORT, YEAR = "formula_one", 2031
FIRST = datetime(YEAR, 3, 2, 14, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True)
class MadeSeason:
    """Events and drivers, by id. The race of event n begins n weeks after FIRST, its qualifying a day before."""

    events: tuple[int, ...]
    drivers: tuple[int, ...]

    def race_at(self, number: int) -> datetime:
        return FIRST + number * WEEK

    def statement(self, seed: int) -> Statement:
        """A race: everybody is classified but one, from a grid of its own."""
        chance = Random(seed)  # noqa: S311 - a recording, not a secret
        order, grid = chance.sample(self.drivers, len(self.drivers)), chance.sample(range(1, 41), len(self.drivers))
        facts = [
            Fact(contestant=driver, status="classified", position=place, grid=start, official_points=Decimal())
            for place, (driver, start) in enumerate(zip(order, grid, strict=True), start=1)
        ]
        facts[-1] = Fact(contestant=order[-1], status="dnf", official_points=Decimal())
        return Statement(facts=tuple(facts), states=frozenset())

    def hear(self, connection: Connection, number: int, statement: Statement, at: datetime) -> list[Changed]:
        """Both sources say the same of a race."""
        answers = (Answer("first", "one", statement), Answer("second", "two", statement))
        return [results.hear(connection, self.events[number], "race", answer, at) for answer in answers]


def make_season(connection: Connection, events: int, drivers: int = 20) -> MadeSeason:
    """Add a season to an empty database."""
    at = FIRST - 30 * DAY
    items = [
        Scheduled(
            season=YEAR,
            venue=f"circuit_{number}",
            name=f"Race {number + 1}",
            day=date.fromordinal((FIRST + number * WEEK).toordinal()),
            sessions=(
                ScheduledSession(
                    "qualifying",
                    FIRST + number * WEEK - DAY,
                    scores=True,
                    locks=("first_competitive", "qualifying"),
                ),
                ScheduledSession("race", FIRST + number * WEEK, scores=True, locks=("race",)),
            ),
        )
        for number in range(events)
    ]
    schedules.record(connection, SPORT, YEAR, "first", "one", items, at, is_whole=True)
    ids = [each.id for each in schedules.known_events(connection, SPORT, YEAR)]
    named = [Named(f"driver_{number}", f"Driver {number}", f"Driver {number}", None) for number in range(drivers)]
    known, _ = entries.register(connection, SPORT, "one", named, at)
    seated = [Seated(driver, number, f"team_{number // 2}") for number, driver in enumerate(known.values())]
    entries.expect(connection, ids, seated, at)
    return MadeSeason(tuple(ids), tuple(known.values()))
