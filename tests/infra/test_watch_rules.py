"""Each house rule for monitoring detects its violation."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.infra import watch_rules as rules
from tests.infra.assembly import Assemblies
from tests.infra.house_rules import Rule

pytestmark = pytest.mark.xdist_group("infra")

type Properties = dict[str, Any]
type Damage = Callable[[Properties], object]

WATCHING = "observability"
ERRORS, OF_A_WING, DEAD_LETTERS, RESULTS, SILENCE = (
    f"Alarms{name}"
    for name in ("FetchOddsErrors", "PredictionsErrors", "FetchOddsDeadLetters", "ResultsStale", "MeasureSilent")
)


def _dimension(name: str, value: str) -> Damage:
    return lambda p: p.update(Dimensions=[{"Name": name, "Value": value}])


def _shown(old: str, new: str) -> Damage:
    def damage(properties: Properties) -> None:
        parts = properties["DashboardBody"]["Fn::Join"][1]
        assert any(old in part for part in parts if isinstance(part, str))
        parts[:] = [part.replace(old, new) if isinstance(part, str) else part for part in parts]

    return damage


DAMAGES: list[tuple[Rule, str, str, str, Damage]] = [
    (rules.alarms_say_what_to_do, WATCHING, RESULTS, "nothing", lambda p: p.pop("AlarmDescription")),
    (
        rules.alarms_say_what_to_do,
        WATCHING,
        RESULTS,
        "no section",
        lambda p: p.update(AlarmDescription="Odds are old. docs/runbook.md: odds-rotten."),
    ),
    (rules.alarms_are_the_stage_s, WATCHING, RESULTS, "another stage's", lambda p: p.update(AlarmName="pickvs-prod-x")),
    (rules.alarms_are_the_stage_s, WATCHING, RESULTS, "AWS's choice", lambda p: p.pop("AlarmName")),
    (rules.alarms_watch_what_is_there, WATCHING, RESULTS, "no metric", lambda p: p.update(MetricName="AgeOfOdds")),
    (rules.alarms_watch_what_is_there, WATCHING, RESULTS, "another stage", _dimension("stage", "prod")),
    (rules.alarms_watch_what_is_there, WATCHING, RESULTS, "no stage", lambda p: p.pop("Dimensions")),
    (
        rules.alarms_watch_what_is_there,
        WATCHING,
        RESULTS,
        "a dimension too many",
        lambda p: p["Dimensions"].append({"Name": "job", "Value": "fetch_odds"}),
    ),
    (
        rules.alarms_watch_what_is_there,
        WATCHING,
        RESULTS,
        "a sport that is not fetched",
        lambda p: next(each for each in p["Dimensions"] if each["Name"] == "sport").update(Value="quidditch"),
    ),
    (
        rules.alarms_watch_what_is_there,
        WATCHING,
        "AlarmsFetchOddsMissed",
        "no such job",
        lambda p: next(each for each in p["Dimensions"] if each["Name"] == "job").update(Value="fetch_scores"),
    ),
    (rules.alarms_watch_what_is_there, WATCHING, ERRORS, "no function", _dimension("FunctionName", "pickvs-dev-x")),
    (rules.alarms_watch_what_is_there, WATCHING, ERRORS, "no metric", lambda p: p.update(MetricName="Failures")),
    (rules.alarms_watch_what_is_there, WATCHING, DEAD_LETTERS, "no queue", _dimension("QueueName", "letters")),
    (rules.alarms_watch_what_is_there, WATCHING, "AlarmsApiSlow", "no API", _dimension("ApiName", "pickvs-dev")),
    (
        rules.alarms_watch_what_is_there,
        WATCHING,
        "AlarmsApiErrors",
        "in a formula",
        lambda p: next(each for each in p["Metrics"] if "MetricStat" in each)["MetricStat"]["Metric"].update(
            MetricName="5xx"
        ),
    ),
    (rules.alarms_watch_what_is_there, WATCHING, ERRORS, "who?", lambda p: p.update(Namespace="AWS/Lambdas")),
    (rules.alarms_begin_quietly, WATCHING, SILENCE, "at once", lambda p: p.update(TreatMissingData="breaching")),
    (
        rules.alarms_look_as_far_back_as_they_may,
        WATCHING,
        SILENCE,
        "eight days",
        lambda p: p.update(Period=86_400, EvaluationPeriods=8),
    ),
    (
        rules.alarms_look_as_far_back_as_they_may,
        WATCHING,
        "AlarmsApiErrors",
        "a day and more",
        lambda p: p.update(EvaluationPeriods=289),
    ),
    (rules.dashboards_show_what_is_there, WATCHING, "DashboardPage", "no metric", _shown("OddsAge", "AgeOfOdds")),
    (
        rules.dashboards_show_what_is_there,
        WATCHING,
        "DashboardPage",
        "no queue",
        _shown("pickvs-dev-canary-dead-letters", "pickvs-dev-canary-letters"),
    ),
    (
        rules.dashboards_show_what_is_there,
        WATCHING,
        "DashboardPage",
        "no function, in a formula",
        _shown("pickvs-dev-get_docs", "pickvs-dev-get_doc"),
    ),
    (
        rules.dashboards_show_what_is_there,
        WATCHING,
        "DashboardPage",
        "where nothing is said",
        _shown('"region":"us-east-1"', '"region":"eu-central-1"'),
    ),
    (rules.scheduled_functions_are_watched, WATCHING, ERRORS, "nobody is told", lambda p: p.pop("AlarmActions")),
    (
        rules.scheduled_functions_are_watched,
        WATCHING,
        ERRORS,
        "another one",
        _dimension("FunctionName", "pickvs-dev-login"),
    ),
    (
        rules.rotations_are_watched,
        WATCHING,
        "AlarmsRotateSigningKeysErrors",
        "another one",
        _dimension("FunctionName", "pickvs-dev-login"),
    ),
    (rules.rotations_are_watched, WATCHING, "AlarmsPasswordsErrors", "one fewer", lambda p: p["Metrics"].pop()),
    (rules.rotations_are_watched, WATCHING, "AlarmsPasswordsErrors", "nobody is told", lambda p: p.pop("AlarmActions")),
    (rules.scheduled_functions_are_watched, WATCHING, OF_A_WING, "one fewer", lambda p: p["Metrics"].pop()),
    (
        rules.scheduled_functions_are_watched,
        WATCHING,
        OF_A_WING,
        "only the least of them",
        lambda p: p["Metrics"][0].update(Expression=p["Metrics"][0]["Expression"].replace("MAX", "MIN")),
    ),
    (
        rules.dead_letters_are_watched,
        WATCHING,
        "AlarmsPredictionsDeadLetters",
        "one fewer",
        lambda p: p["Metrics"].pop(),
    ),
    (rules.dead_letters_are_watched, WATCHING, DEAD_LETTERS, "what was sent", lambda p: p.update(MetricName="Sent")),
    (rules.dead_letters_are_watched, WATCHING, DEAD_LETTERS, "nobody is told", lambda p: p.update(AlarmActions=[])),
]


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(assembly_of: Assemblies, rule: Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = assembly_of("dev").to_damage(stack)
    damage(damaged.named(stack, resource).properties)
    assert list(rule(damaged))


@pytest.mark.parametrize("how", ["DeadLetterConfig", "RedrivePolicy"])
def test_bites_a_new_queue_at_the_end_of_something(assembly_of: Assemblies, how: str) -> None:
    damaged = assembly_of("prod").to_damage("api-picks")
    resources = damaged.templates["api-picks"]["Resources"]
    resources["End"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "pickvs-prod-end"}}
    assert list(rules.dead_letters_are_watched(damaged)) == []
    resources["Hop"] = {"Type": "AWS::SNS::Subscription", "Properties": {how: {"Arn": {"Fn::GetAtt": ["End", "Arn"]}}}}
    assert list(rules.dead_letters_are_watched(damaged)) == ["api-picks/End fills, and nobody is told"]


def test_each_rule_is_shown_to_bite() -> None:
    assert {rule for rule, *_ in DAMAGES} == set(rules.WATCH_RULES)
