"""Gradual rollout of new versions. Stages without rollout pay nothing for it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cdk.config import STAGES
from cdk.errors import DeploymentError
from cdk.routes import ENDPOINTS, WINGS
from cdk.settings.rollout import Rollout
from local.api_blueprint import read_api
from local.assembly import read_assembly
from local.blueprint import read_blueprint
from local.deployment import Deployment
from tests.infra.assembly import Assemblies, Assembly, needs
from tests.infra.release_rules import GRADUAL
from tests.support.cloudwatch import calculated

pytestmark = pytest.mark.xdist_group("infra")

MOVED = GRADUAL
STACK_OF = {"authorizer": "gateway"} | {each.name: wing.stack for wing in WINGS for each in wing.endpoints}
RELEASES = ("AWS::Lambda::Alias", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup")


@pytest.fixture(params=["neon", "aurora"])
def prod(request: pytest.FixtureRequest, assembly_of: Assemblies) -> Assembly:
    """The templates of the stage with rollout, in each database mode."""
    return assembly_of("prod", request.param)


def test_what_answers_requests_rolls_out_and_nothing_else(prod: Assembly) -> None:
    groups = {each.properties["DeploymentGroupName"] for each in prod.resources("AWS::CodeDeploy::DeploymentGroup")}
    assert groups == {f"pickvs-prod-{name}" for name in MOVED}
    for kind in RELEASES:
        assert {each.stack for each in prod.resources(kind)} == {STACK_OF[name] for name in MOVED}
    assert {each.properties["Name"] for each in prod.resources("AWS::Lambda::Alias")} == {"live"}
    # One application for each stack, with the stack's name.
    names = [each.properties["ApplicationName"] for each in prod.resources("AWS::CodeDeploy::Application")]
    assert sorted(names) == sorted({f"pickvs-prod-{STACK_OF[name]}" for name in MOVED})


def test_the_endpoints_that_carry_the_traffic_roll_out() -> None:
    """A field of the row, set for about a third of them: each costs four resources and a monthly alarm."""
    assert {
        *("register", "login", "refresh", "get_me", "get_profile", "list_upcoming_games", "list_games", "get_game"),
        *("create_picks", "list_my_picks", "get_leaderboard", "get_draft", "make_draft_pick", "authorizer"),
    } == MOVED


def test_closing_the_api_closes_what_answers_requests_and_nothing_else(assembly: Assembly) -> None:
    """The runbook closes every function of these stacks. Reopening would undo a function's own concurrency setting."""
    functions = [
        each
        for stack in ("gateway", *assembly.wings())
        for each in assembly.resources("AWS::Lambda::Function", stack=stack)
    ]
    assert {
        each.properties["FunctionName"].removeprefix(f"pickvs-{assembly.stage}-"): each.stack for each in functions
    } == STACK_OF
    assert not [each for each in functions if "ReservedConcurrentExecutions" in each.properties]


def test_a_tenth_of_the_requests_goes_first(prod: Assembly) -> None:
    configs = list(prod.resources("AWS::CodeDeploy::DeploymentConfig"))
    assert {each.stack for each in configs} == {STACK_OF[name] for name in MOVED}
    for each in configs:
        assert each.properties == {
            "ComputePlatform": "Lambda",
            "TrafficRoutingConfig": {
                "Type": "TimeBasedCanary",
                "TimeBasedCanary": {"CanaryInterval": 10, "CanaryPercentage": 10},
            },
        }


def _watching(prod: Assembly, function: str) -> Mapping[str, Any]:
    (alarm,) = (
        each
        for each in prod.resources("AWS::CloudWatch::Alarm", stack=STACK_OF[function])
        if each.properties["AlarmName"] == f"pickvs-prod-{function}-fails"
    )
    return alarm.properties


def test_each_that_rolls_out_is_watched(prod: Assembly) -> None:
    for name in MOVED:
        assert _watching(prod, name)["AlarmActions"], name


def _rings(alarm: Mapping[str, Any], **values: float) -> bool:
    """Return whether a template's alarm rings for these metric values of five minutes. Other metrics have no data."""
    found: dict[str, float | None] = {}
    *formulas, last = sorted(
        (each for each in alarm["Metrics"] if "Expression" in each), key=lambda each: bool(each.get("ReturnData", True))
    )
    for each in alarm["Metrics"]:
        if "MetricStat" in each:
            assert (each["MetricStat"]["Period"], each["MetricStat"]["Stat"], each["ReturnData"]) == (300, "Sum", False)
            found[each["Id"]] = values.pop(each["MetricStat"]["Metric"]["MetricName"], None)
    assert not values
    for each in (*formulas, last):
        found[each.get("Id", "")] = calculated(each["Expression"], found)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, "notBreaching")
    share = found[last.get("Id", "")]
    return share is not None and share >= alarm["Threshold"]


@pytest.mark.parametrize(
    ("values", "rings"),
    [
        ({"Invocations": 200, "Errors": 2}, True),
        ({"Invocations": 200, "Errors": 0, "ServerErrors": 2}, True),
        ({"Invocations": 200, "Errors": 1, "ServerErrors": 1}, True),
        ({"Invocations": 2, "Errors": 1}, False),
        ({"Invocations": 201, "Errors": 2}, False),
        ({"Invocations": 400_000, "Errors": 0, "ServerErrors": 60}, False),
        ({"Invocations": 400_000, "Errors": 0, "ServerErrors": 4_000}, True),
    ],
)
def test_it_takes_two_failures_and_one_request_in_a_hundred(
    prod: Assembly, values: dict[str, float], rings: bool
) -> None:
    """A crash counts like a 5xx response. The 5xx metric has no data while there are no such responses."""
    alarm = _watching(prod, "create_picks")
    assert _rings(alarm, **values) is rings
    live = [("FunctionName", "pickvs-prod-create_picks"), ("Resource", "pickvs-prod-create_picks:live")]
    assert sorted(_asked(alarm)) == [
        ("AWS/Lambda", "Errors", live),
        ("AWS/Lambda", "Invocations", live),
        ("PickVs", "ServerErrors", [("function", "create_picks"), ("stage", "prod")]),
    ]


def _asked(alarm: Mapping[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    metrics = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    return [
        (each["Namespace"], each["MetricName"], [(pair["Name"], pair["Value"]) for pair in each["Dimensions"]])
        for each in metrics
    ]


@pytest.mark.parametrize(
    ("count", "failed", "rings"), [(200, 2, True), (50, 1, False), (400_000, 60, False), (400_000, 4_000, True)]
)
def test_the_authorizer_is_judged_by_what_the_gateway_answers(
    prod: Assembly, count: float, failed: float, rings: bool
) -> None:
    (api,) = prod.resources("AWS::ApiGateway::RestApi")
    (stage,) = prod.resources("AWS::ApiGateway::Stage")
    alarm = _watching(prod, "authorizer")
    assert _rings(alarm, **{"Count": count, "5XXError": failed}) is rings
    gateway = [("ApiName", api.properties["Name"]), ("Stage", stage.properties["StageName"])]
    assert sorted(_asked(alarm)) == [("AWS/ApiGateway", "5XXError", gateway), ("AWS/ApiGateway", "Count", gateway)]


def test_snapshots_are_of_login_registering_and_the_authorizer(assembly: Assembly) -> None:
    snapped = {each.properties["FunctionName"] for each in assembly.functions() if "SnapStart" in each.properties}
    names = ("authorizer", "login", "register") if assembly.stage == "prod" else ()
    assert snapped == {f"pickvs-{assembly.stage}-{name}" for name in names}


@pytest.mark.parametrize("stage", ["local", "dev"])
def test_the_other_stages_pay_nothing_for_it(assembly_of: Assemblies, stage: str) -> None:
    assembly = assembly_of(stage)
    assert not list(assembly.resources(*RELEASES))
    assert {each.stack for each in assembly.resources("AWS::Lambda::Version")} == {"schema"}


def test_the_schema_is_there_before_whatever_serves(prod: Assembly) -> None:
    """Migrations run before traffic moves, so a failed migration does not change the functions that serve."""
    waits = needs(prod)

    def before(name: str) -> set[str]:
        return waits[name].union(*(before(each) for each in waits[name]))

    using = {each.stack for each in prod.functions() if "DATABASE_SECRET_ARN" in json.dumps(each.properties)}
    assert {"gateway", *prod.wings(), "ingestion", "operations", "recovery"} <= using
    for stack in using - {"schema"}:
        assert "schema" in before(stack), stack
    for stack in ("gateway", *prod.wings()):
        assert "alerts" in before(stack)


def test_the_laptop_finds_the_functions_behind_the_aliases(assembly_of: Assemblies) -> None:
    folder = assembly_of("prod").folder
    assert folder is not None
    deployment = Deployment(read_assembly(folder))
    functions = {each.arn: each.full_name for each in read_blueprint(deployment).functions}
    routes = read_api(deployment).routes
    served = {f"pickvs-prod-{each.name}" for each in ENDPOINTS if not each.retired}
    assert {functions[each.answered_by] for each in routes if isinstance(each.answered_by, str)} == served
    guards = {functions[each.authorizer.function] for each in routes if each.authorizer is not None}
    assert guards == {"pickvs-prod-authorizer"}


@pytest.mark.parametrize(("percent", "minutes"), [(0, 5), (100, 5), (-1, 5), (10, 0), (10, 2881)])
def test_a_rollout_that_is_none_is_refused(percent: int, minutes: int) -> None:
    with pytest.raises(DeploymentError, match=r"is none; state 1 to (99|2880)$"):
        Rollout(percent=percent, minutes=minutes)


def test_snapshots_without_versions_are_refused() -> None:
    with pytest.raises(DeploymentError, match="snap_start needs a rollout"):
        replace(STAGES["prod"], rollout=None)
