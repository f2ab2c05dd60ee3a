"""The platform's own metrics, billed for each hour in which they are written."""

import pytest

from cdk.platform_names import METRICS
from tests.support import bills
from tools.cost.assumptions import Assumptions
from tools.cost.footprint import footprint
from tools.cost.inventory import inventory_of
from tools.cost.metrics import WRITTEN_BY, metrics_of_schedules, sports_of
from tools.cost.model import estimate

DAY, HOUR, FIVE_MINUTES = 365 / 12, 730, 8760


def test_it_is_known_who_writes_each_metric() -> None:
    assert frozenset().union(*WRITTEN_BY.values()) == METRICS - {"ServerErrors"}


@pytest.mark.parametrize(
    ("runs", "metrics"),
    [
        ({}, 0),
        ({"operator": HOUR}, 0),
        # Thirteen gauges, and for each of two sports the ages of its results, its odds on three markets and its models.
        ({"measure": FIVE_MINUTES}, 13 + 2 * 5),
        ({"canary": HOUR}, 2),
        # Thirteen metrics, and one for each of three kinds of calls, in one hour of 24.
        ({"fetch_odds": DAY}, (13 + 3) / 24),
        # Graded, settled, three of credits, events and names are one metric each, and calls given up are three, written
        # by both jobs in two hours of 24. Runs, failures and shares are two metrics each. Results say how many sources
        # are off, how five figures of the forecasts of each sport stand, and how many are past their limits.
        ({"fetch_odds": DAY, "process_results": DAY}, (3 + (7 + 3) * 2 + 3 * 2 + 1 + 5 * 2 + 1) / 24),
        ({"fetch_odds": DAY, "process_results": HOUR}, 3 / 24 + 7 + 3 + 3 / 24 + 3 + 1 + 5 * 2 + 1),
    ],
)
def test_a_metric_costs_the_hours_in_which_it_is_written(runs: dict[str, float], metrics: float) -> None:
    named = [(f"pickvs-dev-{job}", times) for job, times in runs.items()]
    assert metrics_of_schedules(named, sports=2) == pytest.approx(metrics)


def test_the_sports_are_those_of_the_functions() -> None:
    template = bills.stage()
    assert sports_of(inventory_of({"pickvs-dev-all": template})) == 1
    (function, *_) = (each for each in bills.resources(template).values() if each["Type"] == "AWS::Lambda::Function")
    function["Properties"]["Environment"] = {"Variables": {"ODDS_API_SPORTS": "basketball_nba,icehockey_nhl"}}
    assert sports_of(inventory_of({"pickvs-dev-all": template})) == 2


def test_what_is_watched_is_not_counted_twice() -> None:
    template = bills.stage()
    resources = bills.resources(template)
    resources["Missed"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": bills.metric("PickVs", "Exports")}
    resources["Broken"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": bills.metric("PickVs", "ServerErrors")}
    stage = footprint(inventory_of({"pickvs-dev-all": template}))
    # Picks, games and the filtered metrics, as in every such template. Exports and their bytes count every hour.
    assert stage.metrics == pytest.approx(3 + 2)
    (line,) = (each for each in estimate(stage, 0, Assumptions()) if each.name == "CloudWatch: own metrics")
    assert line.usd == pytest.approx(1.50)
