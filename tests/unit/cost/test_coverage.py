from typing import Any

import pytest

from tests.support import bills
from tools.cost.assumptions import Assumptions
from tools.cost.coverage import FREE, PRICED, not_estimated
from tools.cost.errors import CostError
from tools.cost.footprint import footprint
from tools.cost.inventory import inventory_of
from tools.cost.lines import Line
from tools.cost.model import estimate


def left_out(template: bills.Template) -> list[str]:
    return not_estimated(inventory_of({"pickvs-dev-all": template}))


def bill(template: bills.Template) -> list[Line]:
    return estimate(footprint(inventory_of({"pickvs-dev-all": template})), 1_000_000, Assumptions())


def test_a_type_is_priced_or_free_and_free_has_a_reason() -> None:
    assert not PRICED & FREE.keys()
    assert all(FREE.values())


@pytest.mark.parametrize("kind", sorted(PRICED))
def test_what_is_called_priced_changes_the_bill(kind: str) -> None:
    template = bills.stage()
    assert kind in {body["Type"] for body in bills.resources(template).values()}
    without = {"Resources": {name: body for name, body in bills.resources(template).items() if body["Type"] != kind}}
    if kind == "AWS::Lambda::Function":
        with pytest.raises(CostError):
            bill(without)
    else:
        assert bill(without) != bill(template)


def test_a_type_without_a_price_is_named() -> None:
    template = bills.stage()
    assert left_out(template) == []
    bills.resources(template)["Gate"] = {"Type": "AWS::EC2::TransitGateway"}
    bills.resources(template)["OtherGate"] = {"Type": "AWS::EC2::TransitGateway"}
    assert left_out(template) == ["AWS::EC2::TransitGateway (2): no price is known for this type"]


@pytest.mark.parametrize(
    ("logical_id", "properties", "named"),
    [
        ("Stage", {"CacheClusterEnabled": True}, "a cache"),
        ("LoginLive", {"ProvisionedConcurrencyConfig": {}}, "provisioned concurrency"),
        ("Read", {"EphemeralStorage": {"Size": 1024}}, "more than 512 MB of storage"),
        ("Daily", {"EventBusName": "own"}, "an event bus of its own"),
        ("Bucket", {"ReplicationConfiguration": {}}, "a replica"),
        (
            "ToBuckets",
            {"VpcEndpointType": "GatewayLoadBalancer"},
            "an endpoint that is neither a gateway nor an interface",
        ),
        ("Database", {"StorageType": "aurora-iopt1"}, "storage without a price for reads and writes"),
        ("Database", {"DatabaseInsightsMode": "advanced"}, "Database Insights beyond the free mode"),
        ("Reader", {"DBInstanceClass": "db.r8g.large"}, "an instance that is not serverless"),
        (
            "Reader",
            {"PerformanceInsightsRetentionPeriod": 465},
            "insights that are kept for more than a week",
        ),
        (
            "Share",
            {"Metrics": [{"Id": "a", "Expression": 'SELECT MAX(Errors) FROM SCHEMA("AWS/Lambda", FunctionName)'}]},
            "metrics that only CloudWatch can count",
        ),
        (
            "Wall",
            {
                "Rules": [
                    {
                        "Statement": {
                            "ManagedRuleGroupStatement": {
                                "VendorName": "AWS",
                                "Name": "AWSManagedRulesBotControlRuleSet",
                            }
                        }
                    }
                ]
            },
            "rules that are bought or subscribed to",
        ),
    ],
)
def test_a_setting_that_costs_extra_is_named(logical_id: str, properties: dict[str, Any], named: str) -> None:
    template = bills.stage()
    resource = bills.resources(template)[logical_id]
    resource["Properties"] |= properties
    assert left_out(template) == [f"pickvs-dev-all/{logical_id} ({resource['Type']}): {named}"]


def test_logs_that_are_kept_for_ever_are_named() -> None:
    template = bills.stage()
    bills.resources(template)["Logs"]["Properties"] = {}
    assert left_out(template) == ["pickvs-dev-all/Logs (AWS::Logs::LogGroup): no end of retention"]


def test_the_common_rules_of_aws_cost_what_a_rule_costs() -> None:
    template = bills.stage()
    common = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    bills.resources(template)["Wall"]["Properties"]["Rules"] = [{"Statement": common}]
    assert left_out(template) == []
