"""The alarm topic: its subscribers, its publishers, and the budget."""

import json
from typing import Any

import pytest

from tests.infra.assembly import Assemblies, Assembly, Resource
from tests.infra.conftest import MAIL
from tests.infra.house_rules import as_list

pytestmark = pytest.mark.xdist_group("infra")

STACK = "alerts"
CLOUDWATCH, BUDGETS = ({"Service": f"{name}.amazonaws.com"} for name in ("cloudwatch", "budgets"))


def the(assembly: Assembly, kind: str) -> Resource:
    (found,) = assembly.resources(kind, stack=STACK)
    return found


def _allowed(document: dict[str, Any]) -> list[tuple[Any, set[str], str, str]]:
    """Return what a policy allows: principal, actions, source account and source resources."""
    return [
        (
            each["Principal"],
            set(as_list(each["Action"])),
            json.dumps(each["Condition"]["StringEquals"]["aws:SourceAccount"]),
            "".join(
                part if isinstance(part, str) else "*"
                for part in each["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Join"][1]
            ),
        )
        for each in document["Statement"]
        if each["Effect"] == "Allow" and "Service" in each["Principal"]
    ]


def test_alarms_and_the_budget_may_publish_and_nobody_else(assembly: Assembly) -> None:
    topic, key = the(assembly, "AWS::SNS::Topic"), the(assembly, "AWS::KMS::Key")
    assert topic.properties["TopicName"] == f"pickvs-{assembly.stage}-alarms"
    assert topic.properties["KmsMasterKeyId"] == {"Fn::GetAtt": [key.logical_id, "Arn"]}
    account = json.dumps({"Ref": "AWS::AccountId"})
    sources = [(CLOUDWATCH, f"arn:*:cloudwatch:*:*:alarm:pickvs-{assembly.stage}-*"), (BUDGETS, "arn:*:budgets::*:*")]
    policy = the(assembly, "AWS::SNS::TopicPolicy").properties["PolicyDocument"]
    assert _allowed(policy) == [(who, {"sns:Publish"}, account, source) for who, source in sources]
    encrypting = {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert _allowed(key.properties["KeyPolicy"]) == [(who, encrypting, account, source) for who, source in sources]
    for document in (policy, key.properties["KeyPolicy"]):
        others = [
            each for each in document["Statement"] if each["Effect"] == "Allow" and "Service" not in each["Principal"]
        ]
        # The account's administrators manage the key, and can neither use it nor publish.
        assert not {
            action
            for each in others
            for action in as_list(each["Action"])
            if action.startswith("sns:") or "Encrypt" in action or "Decrypt" in action or "Generate" in action
        }
        assert not [each for each in others if "*" in "".join(as_list(each["Action"]))]


def test_the_key_is_rotated_and_can_be_kept_in_order(assembly: Assembly) -> None:
    key = the(assembly, "AWS::KMS::Key")
    assert key.properties["EnableKeyRotation"] is True
    (keepers,) = (each for each in key.properties["KeyPolicy"]["Statement"] if "AWS" in each["Principal"])
    # Without these, KMS refuses the policy, or the policy could never be changed.
    assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DescribeKey"} <= set(keepers["Action"])
    assert json.dumps(keepers["Principal"]).endswith(':root"]]}}')


@pytest.mark.parametrize(
    ("stage", "database", "dollars"),
    [("dev", "neon", 30), ("dev", "aurora", 130), ("prod", "neon", 100), ("prod", "aurora", 450)],
)
def test_the_budget_is_the_stage_s(stage: str, database: str, dollars: int, assembly_of: Assemblies) -> None:
    assembly = assembly_of(stage, database)
    budget = the(assembly, "AWS::Budgets::Budget")
    stated = budget.properties["Budget"]
    assert stated["BudgetLimit"] == {"Amount": dollars, "Unit": "USD"}
    assert (stated["BudgetType"], stated["TimeUnit"]) == ("COST", "MONTHLY")
    # CloudFormation creates the replacement before it deletes this one, whenever its notifications change.
    assert "BudgetName" not in stated
    assert stated["CostFilters"] == {"TagKeyValue": [f"user:stage${stage}"]}
    told = {
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in budget.properties["NotificationsWithSubscribers"]
    }
    assert told == {("ACTUAL", 80), ("FORECASTED", 100)}
    topic = the(assembly, "AWS::SNS::Topic").logical_id
    for each in budget.properties["NotificationsWithSubscribers"]:
        assert each["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": topic}}]
    # AWS Budgets refuses a topic that it may not publish to.
    assert the(assembly, "AWS::SNS::TopicPolicy").logical_id in budget.body["DependsOn"]


def test_nobody_gets_mail_until_somebody_is_named(
    deployed: list[Assembly], furnished: Assembly, furnished_dev: Assembly
) -> None:
    for assembly in deployed:
        assert not list(assembly.resources("AWS::SNS::Subscription"))
    for assembly in (furnished, furnished_dev):
        (subscription,) = assembly.resources("AWS::SNS::Subscription")
        assert subscription.properties["Protocol"] == "email"
        assert subscription.properties["Endpoint"] == MAIL
