"""The house rules for what is stored, reached and told hold, and each of them bites."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cdk.config import STAGES
from tests.infra import resource_rules as rules
from tests.infra.assembly import DEPLOYED, Assemblies, Assembly
from tests.infra.house_rules import Rule, gateway_functions, requests_end_before_the_gateway_gives_up

pytestmark = pytest.mark.xdist_group("infra")

type Properties = dict[str, Any]
type Damage = Callable[[Properties], object]


@pytest.mark.parametrize(("stage", "database"), [("local", "neon"), *DEPLOYED])
@pytest.mark.parametrize("rule", rules.RESOURCE_RULES, ids=lambda rule: rule.__name__)
def test_holds(assembly_of: Assemblies, stage: str, database: str, rule: Rule) -> None:
    assert list(rule(assembly_of(stage, database))) == []


def _retag(key: str, value: str) -> Damage:
    return lambda p: next(each for each in p["Tags"] if each["Key"] == key).update(Value=value)


LOGIN = "LoginCodeFunction"
DAMAGES: list[tuple[Rule, str, str, str, Damage]] = [
    (rules.everything_says_whose_it_is, "api", LOGIN, "no tags", lambda p: p.pop("Tags")),
    (rules.everything_says_whose_it_is, "api", LOGIN, "one tag less", lambda p: p["Tags"].pop()),
    (rules.everything_says_whose_it_is, "data", "SecretsOddsApi", "another stage", _retag("stage", "dev")),
    (
        rules.everything_says_whose_it_is,
        "ingestion",
        "FetchOddsDeadLetters",
        "another part",
        _retag("component", "api"),
    ),
    (rules.everything_says_whose_it_is, "schema", "MigrateTriggerLogs", "no tags", lambda p: p.pop("Tags")),
    (
        rules.nothing_is_open_to_everybody,
        "ingestion",
        "FetchOddsDeadLettersPolicy",
        "a queue for all",
        lambda p: p["PolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": {"AWS": "*"}, "Resource": "*"}
        ),
    ),
    (
        rules.nothing_is_open_to_everybody,
        "data",
        "RawAnswersBucketPolicy",
        "a bucket for all",
        lambda p: p["PolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*", "Resource": "*"}
        ),
    ),
    (
        rules.nothing_is_open_to_everybody,
        "api",
        "LoginCodeRole",
        "a role for all",
        lambda p: p["AssumeRolePolicyDocument"]["Statement"][0].update(Principal={"AWS": ["*"]}),
    ),
    (
        rules.events_are_never_lost,
        "ingestion",
        "FetchOddsCodeFunctionEventInvokeConfig",
        "no queue",
        lambda p: p["DestinationConfig"].pop("OnFailure"),
    ),
    (rules.the_api_speaks_modern_tls, "api", "ApiRestApi", "AWS's choice", lambda p: p.pop("SecurityPolicy")),
    (rules.the_api_speaks_modern_tls, "api", "ApiRestApi", "TLS 1.0", lambda p: p.update(SecurityPolicy="TLS_1_0")),
    (
        rules.the_web_acl_stands_in_front,
        "api",
        "WebAclAssociation",
        "before something else",
        lambda p: p.update(ResourceArn="arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/a/b"),
    ),
    (rules.the_web_acl_stands_in_front, "api", "WebAclLogging", "tokens", lambda p: p.pop("RedactedFields")),
    (
        rules.the_web_acl_stands_in_front,
        "api",
        "WebAclLogs",
        "a group that WAF refuses",
        lambda p: p.update(LogGroupName="/aws/waf/pickvs"),
    ),
    (
        rules.routes_are_those_of_the_table,
        "api",
        "ApiRestApipicksPOST",
        "another method",
        lambda p: p.update(HttpMethod="PATCH"),
    ),
    (
        rules.routes_are_those_of_the_table,
        "api",
        LOGIN,
        "another file",
        lambda p: p.update(Handler="register.app"),
    ),
    (
        rules.routes_are_those_of_the_table,
        "api",
        "ApiRestApipicksPOST",
        "open to anybody",
        lambda p: p.update(AuthorizationType="NONE"),
    ),
    (
        rules.nothing_is_stored_in_the_clear,
        "api",
        "ApiRestApiDeploymentStageapi",
        "a plain cache",
        lambda p: p.update(CacheClusterEnabled=True, MethodSettings=[{"CachingEnabled": True}]),
    ),
]


def _damaged(assembly: Assembly) -> Assembly:
    return replace(assembly, templates=copy.deepcopy(assembly.templates))


def _logical_id(assembly: Assembly, stack: str, prefix: str) -> str:
    resources = assembly.templates[stack]["Resources"]
    (found,) = (
        name for name in resources if name == prefix or (name.startswith(prefix) and len(name) == len(prefix) + 8)
    )
    return str(found)


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(assembly_of: Assemblies, rule: Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = _damaged(assembly_of("prod"))
    damage(damaged.templates[stack]["Resources"][_logical_id(damaged, stack, resource)]["Properties"])
    assert list(rule(damaged))


TAGS = [{"Key": "application", "Value": "pickvs"}]
ADDITIONS: list[tuple[Rule, str, Properties]] = [
    (rules.alarms_call_somebody, "AWS::CloudWatch::Alarm", {"MetricName": "Errors"}),
    (rules.alarms_call_somebody, "AWS::CloudWatch::Alarm", {"AlarmActions": []}),
    (rules.alarms_call_somebody, "AWS::CloudWatch::Alarm", {"AlarmActions": ["arn:topic"], "ActionsEnabled": False}),
    (rules.alarms_call_somebody, "AWS::CloudWatch::CompositeAlarm", {"AlarmRule": "ALARM(a)"}),
    (rules.everything_says_whose_it_is, "AWS::SQS::Queue", {"Tags": TAGS}),
    (rules.everything_says_whose_it_is, "AWS::SSM::Parameter", {"Tags": {"application": "pickvs"}}),
    (rules.everything_says_whose_it_is, "AWS::Route53::HostedZone", {"HostedZoneTags": TAGS}),
    (rules.nothing_is_stored_in_the_clear, "AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"}),
    (rules.nothing_is_stored_in_the_clear, "AWS::DynamoDB::Table", {}),
    (rules.nothing_is_stored_in_the_clear, "AWS::EFS::FileSystem", {}),
    (rules.nothing_is_stored_in_the_clear, "AWS::Kinesis::Stream", {}),
    (rules.nothing_is_stored_in_the_clear, "AWS::SNS::Topic", {"TopicName": "alarms"}),
    (rules.nothing_is_stored_in_the_clear, "AWS::SNS::Topic", {"KmsMasterKeyId": "alias/aws/sns"}),
    (rules.nothing_is_open_to_everybody, "AWS::Lambda::Permission", {"Principal": "*", "SourceArn": "arn:a"}),
    (rules.nothing_is_open_to_everybody, "AWS::Lambda::Permission", {"Principal": "apigateway.amazonaws.com"}),
    (rules.nothing_is_open_to_everybody, "AWS::Lambda::Url", {"AuthType": "NONE"}),
    (
        rules.nothing_is_open_to_everybody,
        "AWS::KMS::Key",
        {"KeyPolicy": {"Statement": {"Effect": "Allow", "Principal": "*"}}},
    ),
    (rules.events_are_never_lost, "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:f"}}),
    (rules.events_are_never_lost, "AWS::SNS::Subscription", {"Protocol": "lambda"}),
    (rules.streams_are_never_lost, "AWS::Lambda::EventSourceMapping", {"EventSourceArn": "arn:stream"}),
    (rules.the_api_speaks_modern_tls, "AWS::ApiGateway::DomainName", {"SecurityPolicy": "TLS_1_0"}),
    (rules.the_web_acl_stands_in_front, "AWS::ApiGateway::Stage", {"StageName": "second"}),
    (rules.the_web_acl_stands_in_front, "AWS::WAFv2::WebACL", {"Scope": "REGIONAL"}),
]


@pytest.mark.parametrize(
    ("rule", "kind", "properties"),
    [
        pytest.param(rule, kind, properties, id=f"{rule.__name__}-{kind}-{number}")
        for number, (rule, kind, properties) in enumerate(ADDITIONS)
    ],
)
def test_bites_what_is_not_there_yet(assembly_of: Assemblies, rule: Rule, kind: str, properties: Properties) -> None:
    damaged = _damaged(assembly_of("prod"))
    damaged.templates["api"]["Resources"]["Extra"] = {"Type": kind, "Properties": properties}
    lines = list(rule(damaged))
    assert lines
    assert all(line.startswith("api/Extra ") for line in lines)


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
@pytest.mark.parametrize("resource", ["SecretsSigningKeys", "SecretsDatabasePooled", "RawAnswersBucket"])
def test_bites_when_data_goes_with_its_stack(assembly_of: Assemblies, resource: str, policy: str) -> None:
    damaged = _damaged(assembly_of("prod"))
    name = _logical_id(damaged, "data", resource)
    damaged.templates["data"]["Resources"][name][policy] = "Delete"
    assert list(rules.data_outlives_its_stack(damaged)) == [f"data/{name} goes with its stack"]
    del damaged.templates["data"]["Resources"][name][policy]
    assert list(rules.data_outlives_its_stack(damaged)) == [f"data/{name} goes with its stack"]


def test_bites_when_a_stack_with_data_may_be_removed(assembly_of: Assemblies) -> None:
    assert STAGES["prod"].data_is_kept
    careless = replace(assembly_of("prod"), protected=frozenset())
    assert set(rules.data_outlives_its_stack(careless)) == {"data holds data and is not protected"}


def test_bites_when_a_database_may_be_removed(assembly_of: Assemblies) -> None:
    damaged = _damaged(assembly_of("prod"))
    kept = {"DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot"}
    damaged.templates["data"]["Resources"]["Extra"] = {"Type": "AWS::RDS::DBCluster", **kept}
    assert list(rules.data_outlives_its_stack(damaged)) == ["data/Extra is not protected"]


def test_bites_when_a_route_or_a_function_is_gone(assembly_of: Assemblies) -> None:
    damaged = _damaged(assembly_of("dev"))
    resources = damaged.templates["api"]["Resources"]
    del resources[_logical_id(damaged, "api", "ApiRestApipicksPOST")]
    assert list(rules.routes_are_those_of_the_table(damaged)) == ["no route for create_picks"]
    del resources[_logical_id(damaged, "api", "CreatePicksCodeFunction")]
    assert "create_picks.app has a file or a function, and not both" in rules.routes_are_those_of_the_table(damaged)


def test_a_function_behind_an_alias_is_found(assembly_of: Assemblies) -> None:
    damaged = _damaged(assembly_of("dev"))
    resources = damaged.templates["api"]["Resources"]
    function = _logical_id(damaged, "api", LOGIN)
    method = resources[_logical_id(damaged, "api", "ApiRestApiauthloginPOST")]["Properties"]
    method["Integration"]["Uri"] = {"Ref": "Live"}
    resources["Live"] = {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": function}}}
    assert function in {each.logical_id for each in gateway_functions(damaged)}
    assert not list(rules.routes_are_those_of_the_table(damaged))
    resources[function]["Properties"]["Timeout"] = 30
    assert list(requests_end_before_the_gateway_gives_up(damaged)) == [f"api/{function} may take 30 s"]


def test_each_rule_is_shown_to_bite() -> None:
    shown = {rule for rule, *_ in DAMAGES} | {rule for rule, *_ in ADDITIONS} | {rules.data_outlives_its_stack}
    assert shown == set(rules.RESOURCE_RULES)
