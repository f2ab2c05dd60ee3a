"""Concurrent submissions, and submissions concurrent with other changes to their games."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import Conflict
from pickvs.ingestion.settling import settle
from pickvs.markets.queries import lock_games
from pickvs.picks import queries, service
from pickvs.picks.requests import Submission
from pickvs.picks.schemas import PicksCreated
from tests.support import markets
from tests.support.contest import TIP_OFF, Contest
from tests.support.picking import set_pick_rules, stored, want
from tests.support.rivals import submit_at_once
from tests.support.waiting import blocked

AT = TIP_OFF - timedelta(hours=3)


@pytest.fixture(autouse=True)
def pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def submission(contest: Contest, *quotes: int) -> Submission:
    return Submission.model_validate({"picks": [want(contest, quote) for quote in quotes]})


def submit_blocked(
    thread: ThreadPoolExecutor, contest: Contest, user: int, wanted: Submission, at: datetime | None = AT
) -> Future[PicksCreated]:
    """Submit in the background until the submission waits for a lock. The clock is held at `at`, or runs."""

    def submit() -> PicksCreated:
        if at is None:
            return service.submit(user, wanted)
        with clock.held_at(at):
            return service.submit(user, wanted)

    return blocked(thread, contest, submit)


def refusal(outcome: Future[PicksCreated]) -> Conflict:
    with pytest.raises(Conflict) as caught:
        outcome.result(timeout=10)
    return caught.value


# ------------------------------------------------------------------------------------------- against other submissions


def test_two_hundred_submissions_of_one_pick_make_one(contest: Contest, database: str) -> None:
    anna = contest.user()
    wanted = submission(contest, contest.quote(contest.game(), "moneyline", "home", None, -110))
    outcomes = submit_at_once(database, anna, [wanted] * 200, at=AT, processes=4)
    assert sorted(outcomes) == ["DUPLICATE_PICK"] * 199 + ["made"]
    assert len(stored(contest)) == 1


def test_submissions_that_share_picks_are_made_whole_or_not_at_all(contest: Contest, database: str) -> None:
    """Each may name the games in any order. They never deadlock."""
    anna, random = contest.user(), Random(20240105)  # noqa: S311 - a slip is no secret
    quotes = [contest.quote(contest.game(), "moneyline", "home", None, -110) for _ in range(40)]
    slips = [random.sample(quotes, random.randint(1, 6)) for _ in range(200)]
    outcomes = submit_at_once(database, anna, [submission(contest, *slip) for slip in slips], at=AT, processes=4)
    assert set(outcomes) == {"DUPLICATE_PICK", "made"}
    made = [quote for slip, outcome in zip(slips, outcomes, strict=True) if outcome == "made" for quote in slip]
    assert sorted(made) == sorted(pick["quote_id"] for pick in stored(contest))


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_pick_that_was_not_visible_when_the_decision_was_made(
    contest: Contest, database: str, thread: ThreadPoolExecutor, end: str
) -> None:
    anna, game = contest.user(), contest.game()
    home = contest.quote(game, "spread", "home", Decimal("-2.5"), -110)
    over = contest.quote(game, "total", "over", Decimal(210), -110)
    with psycopg.connect(database, row_factory=dict_row) as other:
        queries.insert_picks(other, anna, [(home, Decimal(1))], AT)
        outcome = submit_blocked(thread, contest, anna, submission(contest, over, home))
        other.execute(end)
    if end == "commit":
        error = refusal(outcome)
        assert error.code == "DUPLICATE_PICK"
        assert [problem.field for problem in error.errors] == ["picks[1].market"]
        assert [pick["quote_id"] for pick in stored(contest)] == [home]
    else:
        assert outcome.result(timeout=10).picks_created == 2
        assert {pick["quote_id"] for pick in stored(contest)} == {home, over}


# ------------------------------------------------------------------------------------------------ against the game


def test_the_clock_is_read_when_the_wait_for_the_game_is_over(contest: Contest, thread: ThreadPoolExecutor) -> None:
    with transaction():
        pass  # connects first, since that may take time
    lock = datetime.now(UTC) + timedelta(seconds=2)
    game = contest.game(lock + timedelta(seconds=120))
    wanted = submission(
        contest, contest.quote(game, "moneyline", "home", None, -110, made_at=lock - timedelta(hours=1))
    )
    anna = contest.user()
    with contest.connection.transaction():
        contest.connection.execute("SELECT FROM games FOR NO KEY UPDATE")
        outcome = submit_blocked(thread, contest, anna, wanted, at=None)
        assert datetime.now(UTC) < lock, "the submission must have begun before the lock"
        time.sleep((lock - datetime.now(UTC)).total_seconds())
    assert refusal(outcome).code == "GAME_LOCKED"
    assert stored(contest) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE games SET status = 'live'",
        "UPDATE games SET status = 'postponed'",
        "UPDATE games SET commence_time = commence_time - interval '3 hours'",
    ],
)
def test_a_game_that_locks_while_the_submission_waits(
    contest: Contest, thread: ThreadPoolExecutor, change: str
) -> None:
    wanted = submission(contest, contest.quote(contest.game(), "moneyline", "home", None, -110))
    anna = contest.user()
    with contest.connection.transaction():
        contest.connection.execute(change)
        outcome = submit_blocked(thread, contest, anna, wanted)
    assert refusal(outcome).code == "GAME_LOCKED"
    assert stored(contest) == []


def test_odds_that_move_while_the_submission_waits(contest: Contest, thread: ThreadPoolExecutor) -> None:
    anna, game = contest.user(), contest.game()
    shown = contest.quote(game, "moneyline", "home", None, -110)
    wanted = submission(contest, shown)
    with contest.connection.transaction():
        contest.connection.execute("SELECT FROM games FOR NO KEY UPDATE")
        outcome = submit_blocked(thread, contest, anna, wanted)
        contest.connection.execute("UPDATE quotes SET superseded_at = captured_at")
        new = contest.quote(game, "moneyline", "home", None, -125)
    error = refusal(outcome)
    assert error.code == "ODDS_MOVED"
    assert [quote.quote_id for quote in error.extra["quotes"]] == [new]


def test_a_pick_on_its_way_in_is_settled_with_the_rest(
    contest: Contest, database: str, thread: ThreadPoolExecutor
) -> None:
    """The final waits for picks that have locked their game, so that it settles all of them."""
    game = markets.list_game()
    anna, late = contest.user(), markets.TIP_OFF + timedelta(hours=3)

    def finish() -> None:
        markets.record(markets.final(markets.fixture(), 110, 100), at=late)
        with transaction() as connection:
            settle(connection, late)

    with psycopg.connect(database, row_factory=dict_row) as other:
        lock_games(other, [game.id])
        queries.insert_picks(other, anna, [(game.quote("moneyline", "home").id, Decimal(1))], markets.CAPTURED)
        settled = blocked(thread, contest, finish)
    settled.result(timeout=10)
    [pick] = stored(contest)
    assert [entry[:2] for entry in contest.ledger(pick["id"])] == [(1, "win")]
