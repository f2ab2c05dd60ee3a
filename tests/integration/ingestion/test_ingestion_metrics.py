"""The metrics of an ingestion run. All its log lines carry the id of the event that caused it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.jobs.runs import IngestionFailed
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import KEY, Surroundings, scheduled
from tests.support.logs import logged
from tests.support.measured import STAGE, measured, measuring, values
from tests.support.odds_api import Reply, event, failure, h2h, score, spreads, totals

NOON = datetime(2024, 1, 10, 12, tzinfo=UTC)
LATER = datetime(2024, 1, 11, 9, tzinfo=UTC)
TEAMS = ("Denver Nuggets", "Los Angeles Lakers")
BOTH = {name: [h2h(-140, 120), spreads(-2.5), totals(220.5)] for name in ("draftkings", "fanduel")}


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was measured, without what the credit planner says of its decision, which has tests of its own."""
    read = measuring(monkeypatch, capsys)
    planner = ("CreditsForecast", "CreditNeedsGivenUp")
    return lambda: "\n".join(line for line in read().splitlines() if not any(name in line for name in planner))


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.held_at(NOON):
        yield


def run(function: str, event_id: str = "first") -> Any:
    return load(f"{function}/handler").handler(scheduled(event_id), LambdaContext())


def test_odds_and_results_say_what_they_did(around: Surroundings, printed: Callable[[], str]) -> None:
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    run("fetch_odds")
    text = printed()
    assert values(text) == {
        "Runs": 1,
        "FailedRuns": 0,
        "SkippedShare": 0,
        "GamesSeen": 1,
        "OddsWritten": 12,
        "QuotesMade": 6,
        "PicksGraded": 0,
        "GamesSettled": 0,
        "EventsInReview": 0,
        "UnknownTeamNames": 0,
        "CreditsRemaining": 488,
    }
    assert {each.metric.name for each in measured(text) if each.dimensions == {"stage": STAGE}} == {
        "GamesSeen",
        "OddsWritten",
        "QuotesMade",
        "PicksGraded",
        "GamesSettled",
        "EventsInReview",
        "UnknownTeamNames",
        "CreditsRemaining",
    }
    [run_dimensions] = {each.dimensions.get("job") for each in measured(text)} - {None}
    assert run_dimensions == "fetch_odds"
    around.server.answer("scores", Reply([score(1, *TEAMS, 101, 99)]))
    with clock.held_at(LATER):
        run("process_results")
    text = printed()
    assert values(text) == {
        "Runs": 1,
        "FailedRuns": 0,
        "SkippedShare": 0,
        "PicksGraded": 0,
        "GamesSettled": 1,
        "EventsInReview": 0,
        "UnknownTeamNames": 0,
        "CreditsRemaining": 488,
    }
    assert {each.dimensions.get("job") for each in measured(text)} == {"process_results", None}
    assert KEY not in text


@pytest.mark.parametrize("function", ["fetch_odds", "process_results"])
def test_a_failure_is_a_run_that_failed(around: Surroundings, printed: Callable[[], str], function: str) -> None:
    kind = {"fetch_odds": "odds", "process_results": "scores"}[function]
    around.server.answer(kind, *[Reply(b"down", 500)] * 3)
    with logged() as lines, pytest.raises(IngestionFailed):
        run(function)
    assert values(printed()) == {"Runs": 1, "FailedRuns": 1, "CreditsRemaining": 488}
    assert [line["message"] for line in lines()][-1] == "invocation failed"
    assert {(line["correlation_id"], line["request_id"]) for line in lines()} == {("first", "lambda-request")}
    assert KEY not in str(lines())


def test_a_second_delivery_is_no_second_run(around: Surroundings, printed: Callable[[], str]) -> None:
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    run("fetch_odds")
    printed()
    assert run("fetch_odds")["runs"][0]["status"] == "duplicate"
    assert values(printed()) == {"Runs": 0, "FailedRuns": 0}


def test_a_run_that_another_has_taken_over_ended_for_nobody(around: Surroundings, printed: Callable[[], str]) -> None:
    def take_over() -> None:
        around.rows("UPDATE ingestion_runs SET attempt = attempt + 1 RETURNING id")

    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)], meanwhile=take_over))
    assert run("fetch_odds")["runs"][0]["status"] == "overlapping"
    assert values(printed()) == {"Runs": 0, "FailedRuns": 0, "CreditsRemaining": 488}


@pytest.mark.parametrize(
    ("headers", "remaining"),
    [
        ({"x-requests-used": "5000060", "x-requests-remaining": "-60"}, -60),
        ({"x-requests-used": "500", "x-requests-remaining": "0"}, 0),
        ({}, None),
        ({"x-requests-remaining": "many"}, None),
    ],
)
def test_credits_are_what_the_provider_says_and_absent_if_it_says_nothing(
    around: Surroundings, printed: Callable[[], str], headers: dict[str, str], remaining: int | None
) -> None:
    around.server.answer("odds", replace(failure(401, "OUT_OF_USAGE_CREDITS"), headers=headers))
    run("fetch_odds")
    assert values(printed()) == {"Runs": 1, "FailedRuns": 1} | (
        {} if remaining is None else {"CreditsRemaining": remaining}
    )


def test_each_sport_s_run_counts(
    around: Surroundings, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", "basketball_nba,quidditch")
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    with pytest.raises(IngestionFailed, match="quidditch"):
        run("fetch_odds")
    runs = [(each.metric.name, each.value) for each in measured(printed()) if "job" in each.dimensions]
    assert runs == [("Runs", 1), ("FailedRuns", 0), ("SkippedShare", 0), ("Runs", 1), ("FailedRuns", 1)]


def test_a_metric_that_cannot_be_written_costs_no_run(
    around: Surroundings, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("no metrics today")

    monkeypatch.setattr("aws_lambda_powertools.metrics.EphemeralMetrics", refuse)
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    assert run("fetch_odds")["runs"][0]["status"] == "succeeded"
    assert measured(printed()) == []
    assert [row["status"] for row in around.runs()] == ["succeeded"]


def test_outside_of_a_stage_a_run_measures_nothing(
    around: Surroundings, printed: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PICKVS_STAGE")
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    run("fetch_odds")
    assert measured(printed()) == []


def test_a_picked_game_s_settlement_is_measured_in_the_function_s_own_lines(
    around: Surroundings, printed: Callable[[], str]
) -> None:
    around.server.answer("odds", Reply([event(1, *TEAMS, books=BOTH)]))
    run("fetch_odds")
    around.rows(
        """
        WITH anna AS (
          INSERT INTO users (username, email, password_hash, created_at)
          VALUES ('anna', 'anna@example.com', '$argon2id$v=19$', '2024-01-01') RETURNING id
        )
        INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
        SELECT anna.id, game_id, market, selection, quotes.id, line, price, 1, captured_at FROM quotes, anna
        WHERE selection IN ('home', 'over') RETURNING id
        """
    )
    around.server.answer("scores", Reply([score(1, *TEAMS, 101, 99)]))
    printed()
    with clock.held_at(LATER + timedelta(minutes=1)):
        run("process_results")
    assert values(printed())["PicksGraded"] == 3
