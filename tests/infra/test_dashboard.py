"""The dashboard, which shows the health of a stage on one page."""

import json

import pytest

from cdk.alarm import RUNBOOK
from cdk.alarms import alarms
from cdk.config import stage_config
from cdk.dashboard import questions
from cdk.platform_names import METRICS, METRICS_NAMESPACE
from cdk.routes import ENDPOINTS
from cdk.settings.delivery import Delivery
from pickvs.predictions.scoring.daily.rules import FAR_POINTS, OTHER_POPULATION, THRESHOLD
from tests.infra.assembly import Assemblies, Assembly, Resource
from tests.infra.watching import asked_by_dashboard, widgets

pytestmark = pytest.mark.xdist_group("infra")

OF_SOURCES = {
    *("SourcesOff", "BoxScores", "BoxScoresInReview", "StatsErrorsWaiting", "InjuryStatuses", "StatsSourcesOff"),
    "InjuriesAge",
    *("OpenDrafts", "AutopickShare", "DraftOverdue", "TickLateness", "FantasyReviewAge", "ProvisionalResultAge"),
}
"""Metrics of sources that a stage may have: of second scores, of statistics, and of races, on which drafts rest."""


def the(assembly: Assembly) -> Resource:
    (found,) = assembly.resources("AWS::CloudWatch::Dashboard")
    return found


def test_it_answers_three_questions(assembly: Assembly) -> None:
    dashboard = the(assembly)
    assert dashboard.properties["DashboardName"] == f"pickvs-{assembly.stage}"
    headings = [
        each["properties"]["markdown"]
        for each in widgets(dashboard)
        if each["type"] == "text" and each["properties"]["markdown"].startswith("# ")
    ]
    assert headings == ["# Is it healthy?", "# Is the data fresh?", "# What does it cost?"]
    titles = [each["properties"]["title"] for each in widgets(dashboard) if each["type"] == "metric"]
    table = questions(stage_config(assembly.stage, database=assembly.database))
    assert titles == [chart.title for question in table for chart in question.charts]
    assert len(titles) == len(set(titles))


def test_widgets_lie_beside_each_other_and_on_no_other(assembly: Assembly) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets(the(assembly)):
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_it_shows_all_that_the_functions_measure(assembly: Assembly) -> None:
    """The canary's metrics are shown only in stages where it is scheduled, and no stage here has these sources."""
    shown = {each.name for each in asked_by_dashboard(the(assembly)) if each.namespace == METRICS_NAMESPACE}
    left_out = set() if assembly.stage == "dev" else {"CanaryFailures", "CanarySteps"}
    assert shown == METRICS - left_out - OF_SOURCES


def test_it_shows_the_sources_that_a_stage_has(furnished: Assembly) -> None:
    assert {each.name for each in asked_by_dashboard(the(furnished))} >= OF_SOURCES


def test_it_marks_the_limits_past_which_forecasts_have_drifted() -> None:
    marked = {
        next(iter(chart.lines.values())).name: chart.limit
        for question in questions(stage_config("prod"))
        for chart in question.charts
        if chart.limit and chart.lines
    }
    limits = {"LineDistance": FAR_POINTS, "InputShift": OTHER_POPULATION, "LossCusum": THRESHOLD}
    assert {name: marked[name] for name in limits} == {name: ("an alarm rings", limits[name]) for name in limits}


def test_it_shows_every_alarm_of_its_stack(assembly: Assembly) -> None:
    (status,) = (each for each in widgets(the(assembly)) if each["type"] == "alarm")
    table = alarms(stage_config(assembly.stage, database=assembly.database))
    assert len(status["properties"]["alarms"]) == len(table)
    text = json.dumps(the(assembly).properties)
    for alarm in assembly.resources("AWS::CloudWatch::Alarm", stack="observability"):
        assert f'["{alarm.logical_id}", "Arn"]' in text


def test_what_lambda_bills_is_reckoned_with_the_memory_that_functions_have(assembly: Assembly) -> None:
    (chart,) = (
        each
        for each in widgets(the(assembly))
        if each["type"] == "metric" and each["properties"]["title"].startswith("Lambda a day")
    )
    lines = chart["properties"]["metrics"]
    (formula,) = (each[0]["expression"] for each in lines if isinstance(each[0], dict))
    called = {each[3].removeprefix(f"pickvs-{assembly.stage}-"): each[-1]["id"] for each in lines if len(each) > 1}
    assert {each.name for each in ENDPOINTS} | {"authorizer", "fetch_odds", "back_up", "measure"} <= set(called)
    inner = formula.removeprefix("SUM([").removesuffix("]) / 1024 / 1000")
    for group in inner.split("SUM([")[1:]:
        names, rest = group.split("]) * ")
        for name in names.split(", "):
            (function,) = (each for each, its in called.items() if its == name)
            memory = assembly.function(function).properties["MemorySize"]
            assert memory == int(rest.rstrip(", ")), function
            del called[function]
    assert not called


def test_it_leads_to_the_runbook(assembly_of: Assemblies, furnished: Assembly) -> None:
    def text(assembly: Assembly) -> str:
        (found,) = (
            each["properties"]["markdown"]
            for each in widgets(the(assembly))
            if each["type"] == "text" and RUNBOOK in each["properties"]["markdown"]
        )
        return str(found)

    plain = text(assembly_of("prod"))
    assert "](" not in plain
    assert all(each.section in plain for each in alarms(stage_config("prod")))
    page = f"https://github.com/pickvs/pickvs/blob/main/{RUNBOOK}"
    assert f"[odds-stale]({page}#odds-stale)" in text(furnished)


def test_the_page_of_a_repository_is_not_called_by_its_numbers() -> None:
    """Immutable token subjects contain numeric ids, which the repository's web address does not."""
    delivery = Delivery(repository="someone@123/picks@456", provider_exists=True)
    assert delivery.address == "https://github.com/someone/picks"
