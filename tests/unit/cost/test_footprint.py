import json
from typing import Any

import pytest

from tests.support import bills
from tools.cost.errors import CostError
from tools.cost.footprint import Alarms, Footprint, WebAcl, footprint
from tools.cost.inventory import inventory_of


def read(template: bills.Template) -> Footprint:
    return footprint(inventory_of({"pickvs-dev-all": template}))


def test_functions_are_told_apart_by_who_calls_them() -> None:
    stage = read(bills.stage())
    assert (stage.usual.name, stage.usual.memory_mb) == ("read", 1024)
    assert (stage.largest.name, stage.largest.memory_mb) == ("login", 2048)  # invoked through its alias
    assert stage.authorizer is not None
    assert stage.authorizer.name == "authorizer"
    assert [(each.function.name, round(each.runs, 2), each.by_scheduler) for each in stage.scheduled] == [
        ("fetch", 30.42, False),
        ("back_up", 730, True),
    ]
    assert stage.uncalled == ("operator",)


def test_what_is_watched_is_counted_in_metrics() -> None:
    stage = read(bills.stage())
    assert stage.alarms == Alarms(ordinary=3, fast=1, composite=1)
    # Picks (watched twice), games and the filtered ones; two that back_up writes every hour. AWS's own are free.
    assert stage.metrics == 3 + 2


def test_a_dashboard_names_metrics_too() -> None:
    template = bills.stage()
    rows = [
        ["AWS/Lambda", "Errors", "FunctionName", "read"],
        ["PickVs", "picks", {"stat": "Sum"}],  # watched already
        [".", "graded", "sport", "nba"],
        [".", ".", ".", "nfl", {"label": "football"}],
        [{"expression": "m1 / m2"}],
    ]
    body = json.dumps({"widgets": [{"type": "text"}, {"properties": {"metrics": rows, "region": "REGION"}}]})
    parts: list[Any] = [*body.partition("REGION")]
    parts[1] = {"Ref": "AWS::Region"}
    bills.resources(template)["Board"]["Properties"] = {"DashboardBody": {"Fn::Join": ["", parts]}}
    assert read(template).metrics == 5 + 2
    bills.resources(template)["Board"]["Properties"] = {"DashboardBody": "nothing"}
    with pytest.raises(CostError, match="the body of pickvs-dev-all/Board is no dashboard"):
        read(template)


def test_the_rest_is_counted() -> None:
    stage = read(bills.stage())
    assert stage.log_retention_days == 73
    assert (stage.secrets, stage.secrets_under_keys, stage.keys) == (2, 1, 1)
    assert stage.web_acls == (WebAcl(rules=2, logged=True, filtered=True),)


@pytest.mark.parametrize(
    ("logical_id", "properties", "attribute", "expected"),
    [
        ("Authorizer", {"AuthorizerResultTtlInSeconds": 0}, "authorizer_remembers", False),
        ("Stage", {"TracingEnabled": False}, "traced", False),
        ("WallLogs", {"LoggingFilter": {}}, "web_acls", (WebAcl(rules=2, logged=True, filtered=False),)),
    ],
)
def test_a_setting_is_read(logical_id: str, properties: dict[str, Any], attribute: str, expected: object) -> None:
    template = bills.stage()
    before = getattr(read(template), attribute)
    bills.resources(template)[logical_id]["Properties"] |= properties
    assert getattr(read(template), attribute) == expected != before


def test_a_schedule_that_is_off_calls_nobody() -> None:
    template = bills.stage()
    bills.resources(template)["Daily"]["Properties"]["State"] = "DISABLED"
    stage = read(template)
    assert [each.function.name for each in stage.scheduled] == ["back_up"]
    assert "fetch" in stage.uncalled


def test_a_snapshot_is_of_each_version_of_the_function_that_asks_for_it() -> None:
    template = bills.stage()
    version = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Login"}}}
    bills.resources(template).update(LoginOne=version, LoginTwo=version)
    assert [function.name for function in read(template).snapshots] == ["operator"]
    bills.resources(template)["Login"]["Properties"]["SnapStart"] = {"ApplyOn": "PublishedVersions"}
    stage = read(template)
    assert [function.name for function in stage.snapshots] == ["operator", "login", "login"]
    assert (stage.largest.snapshots, stage.usual.snapshots) == (True, False)


def test_what_a_function_is_given_says_what_it_does() -> None:
    template = bills.stage()
    bills.resources(template)["Read"]["Properties"]["TracingConfig"] = {"Mode": "Active"}
    stage = read(template)
    fetch = stage.scheduled[0].function
    assert (fetch.keeps, fetch.in_network, fetch.traced) == (True, True, False)
    assert (stage.usual.keeps, stage.usual.in_network, stage.usual.traced) == (False, False, True)


def test_a_call_that_cannot_be_followed_is_refused() -> None:
    template = bills.stage()
    bills.resources(template)["Daily"]["Properties"]["Targets"] = [{"Arn": {"Fn::ImportValue": "elsewhere"}}]
    with pytest.raises(CostError, match="pickvs-dev-all/Daily calls a function that is not in its stack"):
        read(template)


def test_a_stage_without_routes_has_no_estimate() -> None:
    with pytest.raises(CostError, match="no route"):
        read({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})
