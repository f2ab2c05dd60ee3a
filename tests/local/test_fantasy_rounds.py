"""The daily rounds of a fantasy replay: what a round has missed for good, the next day's round finds, as on a stage."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.replay.clock import HeldClock
from local.replay.driver import Driver
from local.replay.fantasy_rounds import ANSWERED_AFTER, DAY, Rounds

FIRST = datetime(2024, 3, 29, 6, 15, tzinfo=UTC)
RETRIES = timedelta(minutes=3)


def test_after_a_round_that_failed_for_good_there_is_one_on_the_next_morning(tmp_path: Path) -> None:
    clock = HeldClock(tmp_path / "clock", FIRST - DAY)
    fail = [True, True, False, False]
    happened: list[tuple[str, datetime]] = []

    def collect(gave_up: Callable[[], None]) -> None:
        happened.append(("round", clock.now()))
        if fail.pop(0):
            clock.later(RETRIES.total_seconds(), gave_up)

    rounds = Rounds(
        clock, [FIRST, FIRST + 7 * DAY], collect, lambda: happened.append(("answers", clock.now() - ANSWERED_AFTER))
    )
    Driver(clock, [clock, rounds.rounds, rounds.answers], settle=lambda: None).run(FIRST + 30 * DAY)

    mornings = [FIRST, FIRST + DAY, FIRST + 2 * DAY, FIRST + 7 * DAY]
    assert happened == [(what, morning) for morning in mornings for what in ("round", "answers")]
    assert rounds.failed == 2
