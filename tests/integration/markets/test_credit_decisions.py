"""Decisions on credits in the database: what they rest on, and that each need counts once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import DatabaseUnavailable
from pickvs.ingestion.buying import ask_to_buy
from pickvs.jobs.freshness import note_good
from pickvs.markets.credits.rules import Kind
from pickvs.markets.credits.service import Decision, Left, left
from tests.support.administration import credits_of_the_month, make_admin
from tests.support.contest import TIP_OFF, Contest
from tests.support.measured import measuring, values

NBA, NHL = "basketball_nba", "icehockey_nhl"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEFORE = TIP_OFF - 8 * MINUTE
MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stage(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ODDS_API_SPORTS": f"{NBA},{NHL}",
        "ODDS_API_REGIONS": "us",
        "MONTHLY_CREDITS": "500",
        "ODDS_TIMES": "05:00",
        "RESULTS_A_DAY": "1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return measuring(monkeypatch, capsys)


def ask(kind: Kind, *games: int, at: datetime = BEFORE, sport: str = NBA) -> Decision:
    with clock.held_at(at), transaction() as connection:
        return ask_to_buy(connection, kind, sport, games, at)


def remaining(at: datetime) -> Left:
    with transaction() as connection:
        return left(connection, at)


def run(
    contest: Contest,
    job: str,
    at: datetime,
    *,
    remaining: int | None = None,
    last: int | None = None,
    status: int | None = 200,
    sport: str = NBA,
    ended: bool = True,
    good: bool = True,
) -> None:
    """Insert a run that ended ten seconds after its begin. good: whether the answer had something in it."""
    state = "running" if not ended else "succeeded" if status == 200 else "failed"
    contest.connection.execute(
        """
        INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at, http_status, credits_remaining,
                                    credits_last, error_code)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            *(job, sport, state, at, at + timedelta(seconds=10) if ended else None, status, remaining, last),
            "PROVIDER_DOWN" if state == "failed" else None,
        ),
    )
    if state == "succeeded" and good:
        with transaction() as connection:
            note_good(connection, job=job, subject=sport, parts=["moneyline"], at=at)


def pick(contest: Contest, game: int) -> None:
    contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, 100))


def decisions(contest: Contest) -> list[dict[str, Any]]:
    return contest.connection.execute("SELECT * FROM credit_decisions ORDER BY id").fetchall()


# What is left


def test_what_is_left_follows_the_provider_s_reports_and_what_was_asked_since(contest: Contest) -> None:
    at = MIDNIGHT + 10 * DAY
    run(contest, "fetch_odds", MIDNIGHT - MINUTE, remaining=7)  # of last month
    assert remaining(at) == Left(500, reported=False)
    run(contest, "fetch_odds", MIDNIGHT + HOUR)
    run(contest, "process_results", MIDNIGHT + 2 * HOUR, status=None)
    run(contest, "process_results", MIDNIGHT + 3 * HOUR, status=503)
    assert remaining(at) == Left(500 - 3 - 2, reported=False)
    run(contest, "process_results", MIDNIGHT + 4 * HOUR, remaining=-60, last=2)
    run(contest, "fetch_odds", MIDNIGHT + 5 * HOUR, last=3)
    run(contest, "fetch_odds", MIDNIGHT + 6 * HOUR, ended=False)
    assert remaining(at) == Left(-63, reported=True)
    assert remaining(datetime(2024, 2, 1, tzinfo=UTC)) == Left(500, reported=False)


def test_a_bought_call_is_deducted_until_its_run_has_ended(contest: Contest) -> None:
    run(contest, "fetch_odds", BEFORE - DAY, remaining=400)
    game = contest.game()
    pick(contest, game)
    assert ask("closing", game).bought
    assert remaining(BEFORE + MINUTE) == Left(397, reported=True)
    assert remaining(BEFORE + 16 * MINUTE) == Left(400, reported=True)  # it was never made
    run(contest, "fetch_odds", BEFORE + MINUTE, remaining=397, last=3)
    assert remaining(BEFORE + 2 * MINUTE) == Left(397, reported=True)


# Each need counts once


def test_a_need_has_one_decision_however_often_it_is_asked_about(contest: Contest) -> None:
    game, same_time, later = contest.game(), contest.game(), contest.game(TIP_OFF + HOUR)
    for each in (game, later):
        pick(contest, each)
    first = ask("closing", game, same_time)
    assert (first.bought, first.next_check_minutes) == (True, None)
    assert first.budget is not None
    again = ask("closing", same_time, at=BEFORE + 2 * MINUTE)  # a second try of the same capture
    assert (again.bought, again.budget) == (True, None)
    assert ask("closing", later, at=BEFORE + HOUR).budget is not None
    for moment, number in ((BEFORE, 1), (BEFORE + 4 * MINUTE, 1), (BEFORE + 5 * MINUTE, 2)):
        ask("morning", at=moment)
        assert len([each for each in decisions(contest) if each["kind"] == "morning"]) == number
    ask("morning", sport=NHL)
    closing, other, *mornings = decisions(contest)
    assert (closing["games"], closing["games_with_picks"], closing["tip_off"]) == ([game, same_time], 1, TIP_OFF)
    assert (closing["at"], closing["cost"], closing["decision"], closing["reason"]) == (BEFORE, 3, "bought", None)
    assert (other["games"], other["tip_off"]) == ([later], TIP_OFF + HOUR)
    assert [each["sport"] for each in mornings] == [NBA, NBA, NHL]


def test_what_is_rolled_back_was_not_decided(contest: Contest) -> None:
    def fail() -> None:
        with transaction() as connection:
            ask_to_buy(connection, "morning", NBA, (), BEFORE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert decisions(contest) == []


def test_decisions_wait_for_each_other(contest: Contest, database: str) -> None:
    """All sports share what is left: nobody decides on credits that another is about to spend."""
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('pickvs-credits', 0))")
        with pytest.raises(DatabaseUnavailable), transaction(lock_timeout_ms=50) as connection:
            ask_to_buy(connection, "morning", NBA, (), BEFORE)
    assert ask("morning").bought


def test_a_capture_of_no_known_game_and_a_sport_that_is_not_fetched_are_refused(contest: Contest) -> None:
    with pytest.raises(ValueError, match="known games"):
        ask("closing", 4711)
    with pytest.raises(KeyError):
        ask("morning", sport="soccer_epl")
    assert decisions(contest) == []


# What decisions rest on


def a_busy_month(contest: Contest) -> None:
    """Insert two picked games a night of the two weeks before, all final, and a report that credits are short."""
    for back in range(14, 0, -1):
        for hours in (0, 1):
            game = contest.game(TIP_OFF - back * DAY + hours * HOUR)
            pick(contest, game)
            contest.final(game, 100, 90, TIP_OFF - back * DAY + 3 * HOUR)
    run(contest, "fetch_odds", TIP_OFF - DAY, remaining=260, last=3)


def test_under_thrift_earlier_answers_do(contest: Contest) -> None:
    a_busy_month(contest)
    game, _ = contest.game(), contest.game(TIP_OFF + DAY)
    pick(contest, game)
    five, nine = TIP_OFF.replace(hour=5, minute=0), TIP_OFF.replace(hour=9, minute=0)
    # An answer without any odds, such as of a closing capture that came to nothing, leaves them as old as they were.
    run(contest, "fetch_odds", TIP_OFF + MINUTE, last=0, remaining=260, good=False)
    assert ask("morning", at=five).bought
    run(contest, "fetch_odds", TIP_OFF + HOUR, last=3, remaining=257)
    run(contest, "process_results", TIP_OFF + 3 * HOUR, last=2, remaining=255)
    met = ask("morning", at=five + 6 * MINUTE)
    assert (met.outcome, met.reason) == ("met", "the odds of 01:30 UTC do")
    assert ask("grading", at=nine).bought  # the game waits for its final
    contest.final(game, 101, 99)
    assert ask("grading", at=nine + 6 * MINUTE).outcome == "met"
    # A failed run is no answer.
    contest.connection.execute("UPDATE ingestion_runs SET status = 'failed', error_code = 'BAD_ANSWER'")
    assert ask("grading", at=nine + 12 * MINUTE).bought


def test_what_is_given_up_is_named_measured_and_shown(
    contest: Contest, database: str, printed: Callable[[], str]
) -> None:
    """Captures first: the games, the sport and the reason are in the record, the metrics and the report."""
    admin = make_admin(contest, database)
    run(contest, "process_results", BEFORE - 2 * DAY, remaining=56, last=2)
    games = [contest.game(), contest.game(TIP_OFF + MINUTE), contest.game(TIP_OFF + HOUR)]
    contest.game(TIP_OFF + DAY)
    for game in games:
        pick(contest, game)
    given_up = ask("closing", *games[:2])
    assert given_up.outcome == "given_up"
    assert given_up.reason is not None
    assert given_up.reason.startswith("of the 56 credits left, 54 are kept for gradings and 81 for the morning odds")
    text = printed()
    # 28 nights with picks until the 31st: 54 for gradings, 81 for mornings, 56 for extra checks; of the two captures a
    # night one replaces a morning, and those of the last night are February's.
    assert values(text) == {
        "CreditsForecast": 56 - 54 - 81 - 56 - 27 * 3,
        "CreditsSpare": 56 - 54 - 81,
        "CreditNeedsGivenUp": 1,
    }
    ask("closing", *games[:2])
    assert values(printed()) == {}  # counted before
    assert ask("grading", at=BEFORE + MINUTE).bought
    with clock.held_at(BEFORE + 2 * MINUTE):
        credits_of_the_month(contest.user("eve")).problem(403, "ROLE_REQUIRED")
        report = credits_of_the_month(admin).body
    assert (report["month"], report["monthly_credits"], report["left"], report["left_is_reported"]) == (
        "2024-01",
        500,
        54,
        True,
    )
    assert report["reserve"] == {"gradings": 54, "morning_odds": 81, "extra_checks": 56, "closing_captures": -137}
    assert report["thrift"]
    assert report["check_minutes"] is None
    assert report["forecast"]["gives_up"]
    assert report["spent"] == [{"kind": "grading", "sport": NBA, "calls": 1, "credits": 2}]
    [need] = report["given_up"]
    assert need == {"kind": "closing", "sport": NBA, "needs": 1, "games": 2, "games_with_picks": 2}
    [latest] = report["latest_given_up"]
    assert (latest["games"], latest["reason"]) == (games[:2], given_up.reason)
    assert [(each["games"], each["games_with_picks"], each["outcome"]) for each in report["tonight"]] == [
        (games[:2], 2, "given_up"),
        (games[2:], 1, "given_up"),
    ]
    assert report["order"][-1] == "the morning odds"
    assert report["forecast"]["left_on_the_first"] < 0
