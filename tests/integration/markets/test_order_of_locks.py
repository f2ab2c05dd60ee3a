"""Ingestion locks games in the order of their ids, as submissions of picks do, so that neither waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.support.contest import Contest
from tests.support.markets import TIP_OFF, fixture, odds, playing, record, store
from tests.support.waiting import blocked

MINUTE = timedelta(minutes=1)
OTHER_ID = "b" * 32
AT = TIP_OFF - 30 * MINUTE
JAZZ, BEGUN = (
    fixture(OTHER_ID, home="Utah Jazz", away="Miami Heat", tip_off=tip_off) for tip_off in (TIP_OFF, AT - MINUTE)
)


def a_score_before_the_tip_off() -> None:
    record(playing(fixture(), 10, 8), playing(BEGUN, 3, 2), at=AT)


def a_score_that_is_taken_back() -> None:
    record(playing(fixture()), playing(BEGUN, 5, 2), at=AT)


def a_team_that_nobody_knows() -> None:
    store(odds(fixture(home="Miami Heat", away="Sails")), odds(BEGUN), at=AT)


@pytest.mark.parametrize("work", [a_score_before_the_tip_off, a_score_that_is_taken_back, a_team_that_nobody_knows])
def test_a_later_game_is_not_locked_before_an_earlier_one(
    contest: Contest, database: str, work: Callable[[], None]
) -> None:
    store(odds(), odds(JAZZ))
    first, last = (row["id"] for row in contest.connection.execute("SELECT id FROM games ORDER BY id").fetchall())
    if work is a_score_that_is_taken_back:
        record(playing(fixture(), 10, 8), at=AT - MINUTE)
    with ThreadPoolExecutor(1) as thread:
        with contest.connection.transaction():
            contest.connection.execute("SELECT FROM games WHERE id = %s FOR SHARE", (first,))
            waiting = blocked(thread, contest, work)
            with psycopg.connect(database) as submission:
                submission.execute("SELECT FROM games WHERE id = %s FOR SHARE NOWAIT", (last,))
        waiting.result(timeout=20)
