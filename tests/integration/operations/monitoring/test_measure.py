"""The gauges: the values that `measure` reports, for any database and at any moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable
from pickvs.core.platform import platform
from pickvs.ingestion.settling import settle
from pickvs.jobs.freshness import note_good
from pickvs.operations.monitoring import queries
from tests.support.contest import Contest
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.logs import logged
from tests.support.measured import measured, measuring, values

NOW = datetime(2026, 1, 16, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GAUGES = {
    "DatabaseReachable",
    "UnsettledGames",
    "SettleDelay",
    "ClvCoverage",
    "PicksGradedLastWeek",
    "PicksLastDay",
    "PicksSettledLastDay",
    "PickersLastDay",
    "OpenDrafts",
    "AutopickShare",
    "DraftOverdue",
    "FantasyReviewAge",
    "ProvisionalResultAge",
}
NOTHING_IN_FANTASY = dict.fromkeys(("OpenDrafts", "DraftOverdue", "FantasyReviewAge", "ProvisionalResultAge"), 0)
NBA, NHL = SPORTS = ("basketball_nba", "icehockey_nhl")
MARKETS = ("moneyline", "spread", "total")
AGES = {
    *(f"OddsAge/{sport}/{market}" for sport in SPORTS for market in MARKETS),
    *(f"ResultsAge/{sport}" for sport in SPORTS),
}
EVENT = {"id": "17f2a6c0-0000-4000-8000-000000000001", "detail-type": "Scheduled Event", "source": "aws.scheduler"}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return measuring(monkeypatch, capsys)


@pytest.fixture(autouse=True)
def sports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", ",".join(SPORTS))


def measure(at: datetime = NOW) -> dict[str, Any]:
    with clock.held_at(at):
        answer: dict[str, Any] = load("measure/handler").handler(EVENT, LambdaContext())
    assert set(answer) in (GAUGES | AGES, {"DatabaseReachable"})
    return answer


def good(job: str, at: datetime, sport: str = NBA, *parts: str) -> None:
    """Note that the job's data was good at `at`, in all its parts unless some are named."""
    every = MARKETS if job == "fetch_odds" else ("all",)
    with transaction() as connection:
        note_good(connection, job=job, subject=sport, parts=parts or every, at=at)


def settle_at(moment: datetime) -> None:
    with transaction() as connection:
        settle(connection, moment)


def put(contest: Contest, game: int, status: str) -> None:
    contest.connection.execute("UPDATE games SET status = %s WHERE id = %s", (status, game))


def home(contest: Contest, game: int, placed_at: datetime) -> int:
    """Add a quote for a pick made at `placed_at`."""
    return contest.quote(game, "moneyline", "home", None, -110, made_at=placed_at)


def test_an_empty_database_says_what_can_be_said_of_it(contest: Contest, printed: Callable[[], str]) -> None:
    assert measure() == {
        **dict.fromkeys(AGES),
        "DatabaseReachable": 1,
        "UnsettledGames": 0,
        "SettleDelay": None,
        "ClvCoverage": None,
        "PicksGradedLastWeek": 0,
        "PicksLastDay": 0,
        "PicksSettledLastDay": 0,
        "PickersLastDay": 0,
        "AutopickShare": None,
        **NOTHING_IN_FANTASY,
    }
    assert values(printed()) == {
        "DatabaseReachable": 1,
        "UnsettledGames": 0,
        "PicksGradedLastWeek": 0,
        "PicksLastDay": 0,
        "PicksSettledLastDay": 0,
        "PickersLastDay": 0,
        **NOTHING_IN_FANTASY,
    }


def test_what_is_measured_is_answered_and_written(contest: Contest, printed: Callable[[], str]) -> None:
    for sport in SPORTS:
        good("fetch_odds", NOW - 7 * HOUR, sport)
        good("process_results", NOW - 3 * HOUR, sport)
    game = contest.game(NOW - 12 * HOUR)
    contest.pick(contest.user(), home(contest, game, NOW - 13 * HOUR))
    contest.final(game, 101, 99, NOW - 3 * HOUR)
    settle_at(NOW - 3 * HOUR)
    answer = measure()
    assert [name for name, value in answer.items() if value is None] == ["AutopickShare"]
    found = measured(printed())
    known = {name: value for name, value in answer.items() if value is not None}
    assert {"/".join((each.metric.name, *list(each.dimensions.values())[1:])): each.value for each in found} == known
    assert {each.metric.name: each.unit for each in found if each.unit != "Count"} == {
        "OddsAge": "Seconds",
        "ResultsAge": "Seconds",
        "SettleDelay": "Seconds",
        "ClvCoverage": "Percent",
        "DraftOverdue": "Seconds",
        "FantasyReviewAge": "Seconds",
        "ProvisionalResultAge": "Seconds",
    }


def test_data_is_as_old_as_what_was_last_good_of_each_sport_and_market(contest: Contest) -> None:
    good("fetch_odds", NOW - 31 * HOUR)
    good("fetch_odds", NOW - 7 * HOUR, NBA, "moneyline", "total")
    good("fetch_odds", NOW - 90 * HOUR, NHL, "moneyline")
    good("fetch_odds", NOW, "soccer_epl")  # no longer fetched
    good("process_results", NOW + timedelta(seconds=5))
    ages = {name: value for name, value in measure().items() if name in AGES and value is not None}
    assert ages == {
        f"OddsAge/{NBA}/moneyline": 7 * 3600,
        f"OddsAge/{NBA}/spread": 31 * 3600,
        f"OddsAge/{NBA}/total": 7 * 3600,
        f"OddsAge/{NHL}/moneyline": 90 * 3600,
        f"ResultsAge/{NBA}": 0,
    }


WAITING = {
    # hours since tip-off (the last scores came three hours ago); status; whether its picks are waiting
    "is over and never named again": (10, "scheduled", True),
    "is over and still live": (10, "live", True),
    "has been put before an administrator": (30, "review", True),
    "may have gone on when scores last came": (8.9, "live", False),
    "was over just then": (9, "live", True),
    "is to come": (-1, "scheduled", False),
}


@pytest.mark.parametrize(("hours", "status", "waiting"), WAITING.values(), ids=WAITING.keys())
def test_a_game_without_a_result_is_unsettled_once_scores_should_have_had_it(
    contest: Contest, hours: float, status: str, *, waiting: bool
) -> None:
    good("process_results", NOW - 3 * HOUR)
    put(contest, contest.game(NOW - hours * HOUR), status)
    assert measure()["UnsettledGames"] == int(waiting)


@pytest.mark.parametrize(("hours", "waiting"), [(23.9, 0), (24, 1)])
@pytest.mark.parametrize("results_at", [None, NOW - timedelta(days=3)])
def test_where_no_scores_come_at_all_a_game_is_late_after_a_day(
    contest: Contest, results_at: datetime | None, hours: float, waiting: int
) -> None:
    if results_at is not None:
        good("process_results", results_at)
    contest.game(NOW - hours * HOUR)
    assert measure()["UnsettledGames"] == waiting


def test_a_game_with_a_result_is_unsettled_until_its_picks_have_it(contest: Contest) -> None:
    good("process_results", NOW)
    games = [contest.game(NOW - 10 * HOUR) for _ in range(4)]
    contest.final(games[0], 101, 99, NOW)
    contest.void(games[1], NOW)
    contest.reopen(games[2], NOW)
    put(contest, games[2], "cancelled")
    put(contest, games[3], "postponed")  # no pick waits for a score on this date
    assert measure()["UnsettledGames"] == 3
    settle_at(NOW)
    assert measure()["UnsettledGames"] == 0
    contest.final(games[0], 101, 98, NOW)
    assert measure()["UnsettledGames"] == 1


def test_a_voided_game_that_is_still_to_come_makes_nobody_wait(contest: Contest) -> None:
    contest.void(contest.game(NOW + 10 * HOUR), NOW)
    assert measure()["UnsettledGames"] == 0


def test_the_delay_is_that_of_the_last_day_s_slowest_first_final(contest: Contest) -> None:
    old, quick, slow, corrected, void, not_settled = (
        contest.game(NOW - hours * HOUR) for hours in (80, 9, 14, 60, 40, 50)
    )
    contest.final(old, 1, 0, NOW - 25 * HOUR)
    contest.final(corrected, 1, 0, NOW - 56 * HOUR)
    settle_at(NOW - 25 * HOUR)
    assert measure()["SettleDelay"] is None
    contest.final(quick, 1, 0, NOW - 6 * HOUR)
    contest.final(slow, 1, 0, NOW - 6 * HOUR)
    contest.final(corrected, 2, 0, NOW - 6 * HOUR)
    contest.void(void, NOW - 6 * HOUR)
    settle_at(NOW - 6 * HOUR)
    contest.final(not_settled, 1, 0, NOW - HOUR)
    assert measure()["SettleDelay"] == 8 * 3600
    settle_at(NOW - HOUR)
    assert measure()["SettleDelay"] == 49 * 3600


def test_a_final_after_a_reopening_was_late_once_and_not_again(contest: Contest) -> None:
    game = contest.game(NOW - 60 * HOUR)
    contest.final(game, 1, 0, NOW - 57 * HOUR)
    settle_at(NOW - 57 * HOUR)
    contest.reopen(game, NOW - 30 * HOUR)
    settle_at(NOW - 30 * HOUR)
    contest.final(game, 2, 0, NOW - 2 * HOUR)
    settle_at(NOW - 2 * HOUR)
    assert measure()["SettleDelay"] is None
    assert measure(NOW - 50 * HOUR)["SettleDelay"] == 3 * 3600


def test_the_last_day_s_picks_and_who_made_them(contest: Contest) -> None:
    anna, bert, carl = (contest.user() for _ in range(3))
    games = [contest.game(NOW + HOUR) for _ in range(3)]
    for user, game, hours in (
        (anna, 0, 1),
        (anna, 1, 23.9),
        (bert, 0, 1),
        (carl, 0, 1.5),
        (carl, 2, 24),
        (bert, 2, 40),
    ):
        contest.connection.execute("UPDATE quotes SET superseded_at = captured_at WHERE superseded_at IS NULL")
        contest.pick(user, home(contest, games[game], NOW - hours * HOUR))
    answer = measure()
    assert (answer["PicksLastDay"], answer["PickersLastDay"]) == (4, 3)
    assert measure(NOW - 20 * HOUR)["PicksLastDay"] == 6


def picked(contest: Contest, *, close: bool, tip_off: datetime) -> int:
    """Add a game with one pick. close: whether a quote existed right before tip-off, at the pick's line."""
    game = contest.game(tip_off)
    contest.pick(
        contest.user(),
        contest.quote(
            game,
            "spread",
            "home",
            Decimal("-2.5"),
            -110,
            made_at=tip_off - 12 * HOUR,
            captured_at=tip_off - timedelta(minutes=20) if close else None,
        ),
    )
    return game


def test_coverage_is_of_the_last_week_s_picks_that_were_graded(contest: Contest) -> None:
    def play(day: int, *, close: bool, void: bool = False) -> int:
        at = NOW - timedelta(days=day)
        game = picked(contest, close=close, tip_off=at - 4 * HOUR)
        if void:
            contest.void(game, at)
        else:
            contest.final(game, 101, 99, at)
        settle_at(at)
        return game

    play(8, close=False)
    assert measure()["ClvCoverage"] is None
    play(6, close=False)
    assert measure()["ClvCoverage"] == 0
    play(5, close=True)
    play(4, close=True)
    play(3, close=True, void=True)
    assert measure()["ClvCoverage"] == pytest.approx(200 / 3)
    assert measure()["PicksGradedLastWeek"] == 3
    assert measure()["PicksSettledLastDay"] == 0


def test_a_close_at_another_line_is_a_close(contest: Contest) -> None:
    tip_off = NOW - 28 * HOUR
    moved = tip_off - timedelta(minutes=20)
    game = contest.game(tip_off)
    taken = contest.quote(
        game, "spread", "home", Decimal("-2.5"), -110, made_at=tip_off - 12 * HOUR, superseded_at=moved
    )
    contest.pick(contest.user(), taken)
    contest.quote(game, "spread", "home", Decimal("-3.5"), -105, made_at=moved)
    contest.final(game, 101, 99, NOW - 24 * HOUR)
    settle_at(NOW - 24 * HOUR)
    assert measure()["ClvCoverage"] == 100


def test_a_pick_counts_as_it_stands(contest: Contest) -> None:
    kept, corrected, reopened, voided = (
        picked(contest, close=close, tip_off=NOW - 60 * HOUR) for close in (True, False, False, False)
    )
    for game in (kept, corrected, reopened):
        contest.final(game, 101, 99, NOW - 56 * HOUR)
    contest.void(voided, NOW - 56 * HOUR)
    settle_at(NOW - 56 * HOUR)
    assert measure()["ClvCoverage"] == pytest.approx(100 / 3)
    assert measure()["PicksSettledLastDay"] == 0
    contest.final(corrected, 101, 98, NOW - HOUR)
    contest.reopen(reopened, NOW - HOUR)
    settle_at(NOW - HOUR)
    answer = measure()
    assert (answer["PicksSettledLastDay"], answer["ClvCoverage"]) == (1, 50)
    contest.void(reopened, NOW)
    settle_at(NOW)
    answer = measure()
    assert (answer["PicksSettledLastDay"], answer["ClvCoverage"]) == (2, 50)


@pytest.mark.usefixtures("database")
def test_a_database_that_cannot_be_reached_is_said_and_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[[], str]
) -> None:
    address = {"url": "postgresql://pickvs:hunter2@127.0.0.1:1/nothing"}
    monkeypatch.setattr("pickvs.core.database.get_secret", lambda _: address)
    with logged() as lines:
        assert measure() == {"DatabaseReachable": 0}
    text = printed()
    assert values(text) == {"DatabaseReachable": 0}
    assert "hunter2" not in text
    [line] = lines()
    assert (line["level"], line["message"], line["correlation_id"]) == ("ERROR", "database unavailable", EVENT["id"])
    assert "hunter2" not in str(line)


def test_a_reading_that_takes_too_long_is_a_failure_and_no_absence(
    contest: Contest, monkeypatch: pytest.MonkeyPatch, printed: Callable[[], str]
) -> None:
    monkeypatch.setattr("pickvs.operations.monitoring.service._STATEMENT_MS", 100)
    with contest.connection.transaction(), logged() as lines:
        contest.connection.execute("LOCK TABLE picks IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseUnavailable):
            measure()
    assert measured(printed()) == []
    assert [line["message"] for line in lines()] == ["invocation failed"]


@pytest.mark.usefixtures("database")
def test_a_wrong_deployment_is_a_failure(monkeypatch: pytest.MonkeyPatch, printed: Callable[[], str]) -> None:
    monkeypatch.delenv("DATABASE_SECRET_ARN")
    with pytest.raises(ConfigurationError):
        measure()
    assert measured(printed()) == []


def test_measuring_changes_nothing(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(connection: Any, **_: object) -> int:
        connection.execute("UPDATE games SET status = 'live'")
        return 0

    monkeypatch.setattr(queries, "count_unsettled_games", write)
    with pytest.raises(Exception, match="read-only transaction"):
        measure()


def test_every_gauge_of_the_platform_is_measured() -> None:
    counted_elsewhere = {
        "ServerErrors",
        "Runs",
        "FailedRuns",
        "SkippedShare",
        "WorkGivenUp",
        "NoticesSent",
        "DeliveryFailures",
        "DeliveriesGivenUp",
        "DeliveriesSuppressed",
        "GamesSeen",
        "OddsWritten",
        "QuotesMade",
        "PicksGraded",
        "GamesSettled",
        "EventsInReview",
        "UnknownTeamNames",
        "CreditsRemaining",
        "CreditsForecast",
        "CreditsSpare",
        "CreditNeedsGivenUp",
        "SourcesOff",
        "Exports",
        "ExportedBytes",
        "CanaryFailures",
        "CanarySteps",
        "BoxScores",
        "BoxScoresInReview",
        "StatsErrorsWaiting",
        "StatsSourcesOff",
        "InjuryStatuses",
        "InjuriesAge",
        "TrainingSeconds",
        "GatesBlocked",
        "ForecastsPublished",
        "ForecastInvariantsBroken",
        "SlatesWithoutForecasts",
        "MinutesBeforeTipOff",
        "PredictionsScored",
        "LineDistance",
        "InputShift",
        "LossCusum",
        "PlayerCover",
        "ForecastsDrifted",
        "TickLateness",
        "BuildSeconds",
    }
    measured_by_sport = {"TrainingAge", *(name.partition("/")[0] for name in AGES)}
    assert platform().metrics.keys() == GAUGES | measured_by_sport | counted_elsewhere
