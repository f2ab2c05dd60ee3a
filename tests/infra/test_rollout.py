"""How a new version takes over in the stages that roll out, and that the others pay nothing for it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from cdk import config
from cdk.errors import DeploymentError
from cdk.rollout import Rollout
from cdk.routes import ENDPOINTS
from local.api_blueprint import read_api
from local.assembly import read_assembly
from local.blueprint import read_blueprint
from local.deployment import Deployment
from tests.infra.assembly import Assemblies, Assembly, synthesise
from tests.infra.house_rules import MAX_RESOURCES
from tests.infra.test_changes import _changes
from tests.support.cloudwatch import calculated

pytestmark = pytest.mark.xdist_group("infra")

MOVED = {*(endpoint.name for endpoint in ENDPOINTS), "authorizer"}
RELEASES = ("AWS::Lambda::Alias", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup")


@pytest.fixture(params=["neon", "aurora"])
def prod(request: pytest.FixtureRequest, assembly_of: Assemblies) -> Assembly:
    """The templates of the stage that rolls out, in each database mode."""
    return assembly_of("prod", request.param)


def test_what_answers_requests_rolls_out_and_nothing_else(prod: Assembly) -> None:
    groups = {each.properties["DeploymentGroupName"] for each in prod.resources("AWS::CodeDeploy::DeploymentGroup")}
    assert groups == {f"pickvs-prod-{name}" for name in MOVED}
    assert {each.stack for each in prod.resources(*RELEASES)} == {"api"}
    assert {each.properties["Name"] for each in prod.resources("AWS::Lambda::Alias")} == {"live"}


def test_closing_the_api_closes_what_answers_requests_and_nothing_else(assembly: Assembly) -> None:
    """The runbook takes every function of this stack for it, and what sets a concurrency would be undone by opening."""
    functions = list(assembly.resources("AWS::Lambda::Function", stack="api"))
    assert {each.properties["FunctionName"] for each in functions} == {
        f"pickvs-{assembly.stage}-{name}" for name in MOVED
    }
    assert not [each for each in functions if "ReservedConcurrentExecutions" in each.properties]


def test_a_tenth_of_the_requests_goes_first(prod: Assembly) -> None:
    Template.from_json(prod.templates["api"]).has_resource_properties(
        "AWS::CodeDeploy::DeploymentConfig",
        {
            "ComputePlatform": "Lambda",
            "TrafficRoutingConfig": {
                "Type": "TimeBasedCanary",
                "TimeBasedCanary": {"CanaryInterval": 10, "CanaryPercentage": 10},
            },
        },
    )


def _watching(prod: Assembly, function: str) -> Mapping[str, Any]:
    (alarm,) = (
        each
        for each in prod.resources("AWS::CloudWatch::Alarm", stack="api")
        if each.properties["AlarmName"] == f"pickvs-prod-{function}-fails"
    )
    return alarm.properties


def _rings(alarm: Mapping[str, Any], **values: float) -> bool:
    """Whether the alarm of a template rings, by what its metrics were in five minutes; those not named said nothing."""
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
    """A crash counts like a request that is answered 5xx, of which nothing is said while there are none."""
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


@pytest.mark.parametrize("database", ["neon", "aurora"])
def test_there_is_room_for_a_web_client(
    database: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every path then has a method more, which the gateway answers to browsers."""
    open_to_pages = replace(config.STAGES["prod"], web_origin="https://pickvs.example")
    monkeypatch.setitem(config.STAGES, "prod", open_to_pages)
    assembly = synthesise("prod", tmp_path, sources, database)
    assert [
        each for each in assembly.resources("AWS::ApiGateway::Method") if each.properties["HttpMethod"] == "OPTIONS"
    ]
    assert len(assembly.templates["api"]["Resources"]) < MAX_RESOURCES


def test_the_schema_is_there_before_whatever_serves(prod: Assembly) -> None:
    """And so before traffic moves: a deployment that fails in its migration changes nothing that answers."""
    assert prod.folder is not None
    artifacts = json.loads((prod.folder / "manifest.json").read_text())["artifacts"]

    def before(name: str) -> set[str]:
        direct = set(artifacts[name].get("dependencies", []))
        return direct.union(*(before(each) for each in direct))

    using = {each.stack for each in prod.functions() if "DATABASE_SECRET_ARN" in json.dumps(each.properties)}
    assert {"api", "ingestion", "operations", "recovery"} <= using
    for stack in using - {"schema"}:
        assert "pickvs-prod-schema" in before(f"pickvs-prod-{stack}"), stack
    assert "pickvs-prod-alerts" in before("pickvs-prod-api")


def test_an_edited_endpoint_is_a_new_version_of_it_alone(
    assembly_of: Assemblies, checkout: Path, tmp_path: Path
) -> None:
    file = checkout / "functions" / "api" / "login.py"
    file.write_text(file.read_text() + "\n# edited\n")
    after = synthesise("prod", tmp_path / "out", checkout)
    changed = _changes(assembly_of("prod"), after)
    login = after.function("login")
    (alias,) = (each for each in after.resources("AWS::Lambda::Alias") if login.logical_id in str(each.properties))
    assert changed.pop(str(login)) == {"Code"}
    assert changed.pop(str(alias)) == {"FunctionVersion"}
    assert sorted(what.pop() for what in changed.values()) == ["(gone)", "(new)"]  # the version
    assert all("LoginCodeFunctionCurrentVersion" in name for name in changed)


def test_business_logic_is_a_new_version_of_everything(assembly_of: Assemblies, checkout: Path, tmp_path: Path) -> None:
    file = checkout / "layers" / "common" / "pickvs" / "core" / "clock.py"
    file.write_text(file.read_text() + "\n# edited\n")
    changed = _changes(assembly_of("prod"), synthesise("prod", tmp_path / "out", checkout))
    aliases = {str(each) for each in assembly_of("prod").resources("AWS::Lambda::Alias")}
    assert {name for name, what in changed.items() if what == {"FunctionVersion"}} == aliases
    assert len(aliases) == len(MOVED)


def test_the_laptop_finds_the_functions_behind_the_aliases(assembly_of: Assemblies) -> None:
    folder = assembly_of("prod").folder
    assert folder is not None
    deployment = Deployment(read_assembly(folder))
    functions = {each.arn: each.full_name for each in read_blueprint(deployment).functions}
    routes = read_api(deployment).routes
    assert {functions[str(each.answered_by)] for each in routes} == {f"pickvs-prod-{each.name}" for each in ENDPOINTS}
    guards = {functions[each.authorizer.function] for each in routes if each.authorizer is not None}
    assert guards == {"pickvs-prod-authorizer"}


@pytest.mark.parametrize(("percent", "minutes"), [(0, 5), (100, 5), (-1, 5), (10, 0), (10, 2881)])
def test_a_rollout_that_is_none_is_refused(percent: int, minutes: int) -> None:
    with pytest.raises(DeploymentError, match=r"is none; state 1 to (99|2880)$"):
        Rollout(percent=percent, minutes=minutes)


def test_snapshots_without_versions_are_refused() -> None:
    with pytest.raises(DeploymentError, match="snap_start needs a rollout"):
        replace(config.STAGES["prod"], rollout=None)
