"""Whatever happens to processes and alarms, due work is done exactly once, and no run leaves behind what is due."""

import heapq
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from pickvs.agenda import service as agenda
from pickvs.agenda.rules import WAITS
from pickvs.agenda.service import Due
from pickvs.core import database as core_database
from pickvs.core.database import Connection
from tests.integration.agenda.conftest import FUNCTION, Agenda, note
from tests.support.rivals import all_at_once

START = datetime(2026, 1, 9, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ROWS = 500
WRITER_KILLS, WORKER_KILLS = 50, 50


class Killed(BaseException):
    """The end of the process, which nothing in it survives."""


class House:
    """A writer that puts work for the day, and the runs that alarms and the daily rule begin. Both are killed at times.

    Alarms are lost, late by up to two minutes, doubled, and so out of order.
    """

    def __init__(self, work: Agenda, random: Random) -> None:
        self.work = work
        self.random = random
        self.events: list[tuple[datetime, int]] = []
        self.fired: set[str] = set()
        self.due: dict[str, datetime] = {}
        self.killed: set[str] = set()
        self.deaths: list[str] = []
        self.runs = 0

    def write(self, at: datetime, keys: list[str], *, dies: bool) -> None:
        """Put work at a time. `dies`: after the commit and before the alarms."""
        self.work.alarms.fails = Killed() if dies else None
        try:
            with self.work.at(at) as connection:
                for key in keys:
                    self.due[key] = at + self.random.randint(-60, 6 * 3600) * SECOND
                    agenda.put(connection, FUNCTION, key, self.due[key], {})
        except Killed:
            self.die("writer")
        self.work.alarms.fails = None
        self.listen()

    def run(self, at: datetime, dying: set[str]) -> None:
        """Run the function at a time. It dies in the work of the keys `dying`, before or after the effect."""

        def do(connection: Connection, due: Due) -> None:
            if due.key in dying:
                dying.discard(due.key)
                self.killed.add(due.key)
                if self.random.random() < 0.5:
                    note(connection, due)
                raise Killed
            note(connection, due)

        self.runs += 1
        try:
            self.work.run(at, do)
        except Killed:
            self.die("worker")
        else:
            [left] = self.work.owner.execute(
                "SELECT count(*) AS rows FROM agenda WHERE next_at <= %s", (at,)
            ).fetchall()
            assert left["rows"] == 0
        self.listen()

    def die(self, who: str) -> None:
        """Lose the connection as a process does that ends: the server rolls back what was not committed."""
        self.deaths.append(who)
        core_database.close()

    def listen(self) -> None:
        """Let the alarms that were set since the last time fire one day: late, twice or not at all."""
        for name, at in self.work.alarms.set.items():
            if name in self.fired:
                continue
            self.fired.add(name)
            for _ in range(self.random.choice((0, 1, 1, 1, 2))):
                heapq.heappush(self.events, (at + self.random.uniform(0, 120) * SECOND, len(self.fired)))
        self.work.alarms.set.clear()


def test_each_work_is_done_once_through_a_hundred_deaths(work: Agenda) -> None:
    random = Random(0)  # noqa: S311
    house = House(work, random)
    keys = [f"work {number}" for number in range(ROWS)]
    dying = set(random.sample(keys, WORKER_KILLS))
    written = sorted(START + random.uniform(0, 12 * 3600) * SECOND for _ in range(ROWS // 4))
    fatal = set(random.sample(range(ROWS // 4), WRITER_KILLS))
    for number, at in enumerate(written):
        while house.events and house.events[0][0] <= at:
            house.run(heapq.heappop(house.events)[0], dying)
        house.write(at, keys[4 * number : 4 * number + 4], dies=number in fatal)
    while house.events:
        house.run(heapq.heappop(house.events)[0], dying)
    for day in range(1, 9):  # the daily rule: at most so many runs, each of which may die
        while work.owner.execute("SELECT FROM agenda WHERE next_at <= %s", (START + day * DAY,)).rowcount:
            house.run(START + day * DAY, dying)
    assert work.rows == []
    assert house.deaths.count("writer") == WRITER_KILLS
    assert house.deaths.count("worker") == WORKER_KILLS
    effects = {each["key"]: each for each in work.effects}
    assert len(work.effects) == len(effects) == ROWS
    assert all(each["at"] >= house.due[key] == each["due_at"] for key, each in effects.items())
    # Only what a death interrupted, or whose alarms were all lost, waited for longer than an alarm may be late.
    patience = timedelta(minutes=3) + WAITS[0]
    late = {key for key, each in effects.items() if each["at"] - house.due[key] > patience}
    assert len(late) < ROWS / 2


def test_runs_at_once_share_the_work(work: Agenda, database: str) -> None:
    rows = 200
    with work.at(START) as connection:
        for number in range(rows):
            agenda.put(connection, FUNCTION, str(number), START, {})
    run = partial(agenda.take_due, FUNCTION, note, seconds=60)
    assert all_at_once(database, [run] * 4, at=START, processes=4) == ["made"] * 4
    assert len({each["key"] for each in work.effects}) == len(work.effects) == rows
    assert work.rows == []
