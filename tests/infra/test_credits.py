"""Which sports a stage may fetch, and what that costs in the provider's credits."""

import re
from dataclasses import replace

import pytest

from cdk.config import STAGES
from cdk.credits import DailyCredits, statement
from cdk.errors import DeploymentError
from cdk.schedules import runs_a_day
from cdk.settings.odds_api import OddsApi
from local.odds_api import MONTHLY_CREDITS
from pickvs.sports.rules import SPORTS

NBA, EPL, NHL = "basketball_nba", "soccer_epl", "icehockey_nhl"


def test_every_sport_of_the_table_can_be_fetched() -> None:
    settings = OddsApi(sports=tuple(SPORTS))
    assert settings.environment()["ODDS_API_SPORTS"].split(",") == list(SPORTS)
    assert [each.odds for each in settings.daily_credits()] == [len(sport.markets) for sport in SPORTS.values()]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_fetches_the_nba_for_five_credits_a_day(stage: str) -> None:
    assert STAGES[stage].odds_api.daily_credits() == [DailyCredits(NBA, odds=3, scores=2)]


@pytest.mark.parametrize(
    ("sports", "said"),
    [
        (("nba",), "'nba' is not a covered sport; did you mean basketball_nba or "),
        ((NBA, "basketball_nab"), "'basketball_nab' is not a covered sport; did you mean "),
        (("NHL",), "'NHL' is not a covered sport; did you mean icehockey_nhl or "),
        (("soccer_eppl",), "did you mean soccer_epl or "),
        (("quidditch",), "'quidditch' is not a covered sport; they are in sports.json"),
        ((NBA, EPL, NBA), "basketball_nba is there twice"),
        ((), "is empty, so nothing would be fetched"),
    ],
)
def test_a_sport_that_cannot_be_fetched_is_refused_with_what_may_be_meant(sports: tuple[str, ...], said: str) -> None:
    with pytest.raises(DeploymentError, match=f"^odds_api.sports.*{re.escape(said)}"):
        replace(STAGES["prod"].odds_api, sports=sports)


@pytest.mark.parametrize(
    ("expression", "runs"),
    [("cron(0 5 * * ? *)", 1), ("cron(15 3,9,15,21 * * ? *)", 4), ("rate(45 minutes)", 32), ("rate(2 days)", 0.5)],
)
def test_the_runs_of_a_schedule_a_day(expression: str, runs: float) -> None:
    assert runs_a_day(expression) == runs


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("cron(0 5 * * ? *)", "05:00"),
        ("cron(15 21,3 * * ? *)", "03:15,21:15"),
        ("rate(8 hours)", "00:00,08:00,16:00"),
        ("rate(2 days)", "00:00"),
    ],
)
def test_the_planner_of_credits_knows_when_the_daily_odds_are_fetched(expression: str, times: str) -> None:
    assert OddsApi(fetch_odds_schedule=expression).environment()["ODDS_TIMES"] == times


def test_the_plan_is_the_free_one_but_on_the_laptop() -> None:
    plans = {stage: config.odds_api.environment()["MONTHLY_CREDITS"] for stage, config in STAGES.items()}
    assert plans == {"local": str(MONTHLY_CREDITS), "dev": "500", "prod": "500"}
    with pytest.raises(DeploymentError, match="monthly_credits must be positive"):
        OddsApi(monthly_credits=0)


def test_markets_regions_and_runs_multiply_and_scores_cost_two_a_run() -> None:
    settings = OddsApi(
        sports=(NBA, EPL),
        regions=("us", "eu"),
        fetch_odds_schedule="cron(0 5,17 * * ? *)",
        process_results_schedule="rate(1 hour)",
    )
    found = settings.daily_credits()
    assert found == [DailyCredits(NBA, odds=12, scores=48), DailyCredits(EPL, odds=12, scores=48)]
    assert statement(found) == (
        "The Odds API costs 120 credits a day in season (basketball_nba 12 for odds and 48 for scores, soccer_epl 12 "
        "for odds and 48 for scores), 3,650 a month: more than the 500 of the free plan"
    )
    assert statement([DailyCredits(NBA, 3, 2)]).endswith(", 152 a month: within the 500 of the free plan")


@pytest.mark.parametrize(("expression", "runs"), [("cron(0 9 * * ? *)", "1"), ("cron(0 3,9 * * ? *)", "2")])
def test_the_planner_of_credits_keeps_credits_for_all_daily_results(expression: str, runs: str) -> None:
    assert OddsApi(process_results_schedule=expression).environment()["RESULTS_A_DAY"] == runs
