"""The held clock and the driver: everything happens once, in the order of the held time, whatever the machine does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.replay.clock import VARIABLE, HeldClock
from local.replay.driver import Driver, StuckError, Together
from pickvs.core import clock as platform_clock
from pickvs.core import config
from pickvs.core.errors import ConfigurationError

NOON = datetime(2024, 1, 15, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Timetable:
    """A source of the driver with fixed times."""

    def __init__(self, name: str, clock: HeldClock, times: list[datetime], log: list[tuple[str, datetime]]) -> None:
        self.name, self.clock, self.times, self.log = name, clock, times, log

    def next_due(self) -> datetime | None:
        return min(self.times, default=None)

    def fire_due(self) -> None:
        self.log.append((self.name, self.clock.now()))
        self.times = [each for each in self.times if each > self.clock.now()]


@pytest.fixture
def clock(tmp_path: Path) -> HeldClock:
    return HeldClock(tmp_path / "clock", NOON)


def test_all_sources_happen_in_the_order_of_time_and_ties_in_the_order_of_the_sources(clock: HeldClock) -> None:
    log: list[tuple[str, datetime]] = []
    first = Timetable("first", clock, [NOON + HOUR, NOON + 3 * HOUR], log)
    second = Timetable("second", clock, [NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 9 * HOUR], log)
    settled: list[datetime] = []

    events = Driver(clock, [first, second, clock], settle=lambda: settled.append(clock.now())).run(NOON + 5 * HOUR)

    hours = [(name, (at - NOON) // HOUR) for name, at in log]
    assert hours == [("first", 1), ("second", 2), ("first", 3), ("second", 3)]
    assert events == 4
    assert settled == [at for _, at in log], "the driver waits before it moves the clock"
    assert clock.now() == NOON + 5 * HOUR


def test_a_timer_fires_after_its_seconds_of_the_held_time(clock: HeldClock) -> None:
    fired: list[datetime] = []

    def again() -> None:
        fired.append(clock.now())
        if len(fired) < 3:
            clock.later(90, again)

    clock.later(60, again)
    Driver(clock, [clock], settle=lambda: None).run(NOON + HOUR)

    assert [(at - NOON).total_seconds() for at in fired] == [60, 150, 240]


def test_what_is_overdue_does_not_turn_the_clock_back(clock: HeldClock) -> None:
    log: list[tuple[str, datetime]] = []
    Driver(clock, [Timetable("late", clock, [NOON - HOUR], log)], settle=lambda: None).run(NOON + HOUR)
    assert log == [("late", NOON)]
    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(NOON)


def test_a_source_that_is_due_for_ever_is_an_error(clock: HeldClock) -> None:
    stuck = Timetable("stuck", clock, [NOON], [])
    stuck.fire_due = lambda: None  # type: ignore[method-assign]
    with pytest.raises(StuckError):
        Driver(clock, [stuck], settle=lambda: None).run(NOON + HOUR)


def test_a_speed_makes_time_pass_evenly(clock: HeldClock) -> None:
    slept: list[float] = []
    table = Timetable("a", clock, [NOON + HOUR], [])
    Driver(clock, [table], settle=lambda: None, speed=3600, sleep=slept.append).run(NOON + 3 * HOUR)
    assert slept == [1.0, 2.0]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    def tell(environment: dict[str, str]) -> None:
        monkeypatch.setattr(config, "settings", lambda: config.Settings(environment))

    return tell


def test_functions_follow_the_file(clock: HeldClock, told: Callable[[dict[str, str]], None]) -> None:
    told({"PICKVS_STAGE": "local", **clock.environment})
    assert platform_clock.now() == NOON
    clock.move_to(NOON + HOUR)
    assert platform_clock.now() == NOON + HOUR
    with platform_clock.held_at(NOON):
        assert platform_clock.now() == NOON


@pytest.mark.parametrize("stage", ["dev", "prod", ""])
def test_no_deployed_stage_can_be_held(clock: HeldClock, told: Callable[[dict[str, str]], None], stage: str) -> None:
    told({"PICKVS_STAGE": stage, **clock.environment})
    with pytest.raises(ConfigurationError, match=VARIABLE):
        platform_clock.now()


@pytest.mark.parametrize("content", [None, "", "yesterday", "2024-01-15T12:00:00"])
def test_a_clock_that_cannot_be_read_is_no_reason_to_take_the_real_time(
    tmp_path: Path, told: Callable[[dict[str, str]], None], content: str | None
) -> None:
    file = tmp_path / "clock"
    if content is not None:
        file.write_text(content, encoding="ascii")
    told({"PICKVS_STAGE": "local", VARIABLE: str(file)})
    with pytest.raises(ConfigurationError, match="held clock"):
        platform_clock.now()


def test_sources_that_are_one_happen_at_the_same_moment_without_a_wait_between(clock: HeldClock) -> None:
    log: list[tuple[str, datetime]] = []
    first = Timetable("first", clock, [NOON + HOUR, NOON + 3 * HOUR], log)
    second = Timetable("second", clock, [NOON + 2 * HOUR, NOON + 3 * HOUR], log)
    settled: list[datetime] = []

    Driver(clock, [Together(first, second)], settle=lambda: settled.append(clock.now())).run(NOON + 5 * HOUR)

    hours = [(name, (at - NOON) // HOUR) for name, at in log]
    assert hours == [("first", 1), ("second", 2), ("first", 3), ("second", 3)]
    assert settled == [NOON + hours * HOUR for hours in (1, 2, 3)]
