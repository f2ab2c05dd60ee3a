"""Each house rule for resources detects its violation."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cdk.config import STAGES
from tests.infra import resource_rules as rules
from tests.infra.assembly import Assemblies
from tests.infra.house_rules import Rule, gateway_functions, requests_end_before_the_gateway_gives_up

pytestmark = pytest.mark.xdist_group("infra")

type Properties = dict[str, Any]
type Damage = Callable[[Properties], object]


def _retag(key: str, value: str) -> Damage:
    return lambda p: next(each for each in p["Tags"] if each["Key"] == key).update(Value=value)


def _source(permission: Properties) -> list[Any]:
    parts: list[Any] = permission["SourceArn"]["Fn::Join"][1]
    return parts


LOGIN = "LoginCodeFunction"
DAMAGES: list[tuple[Rule, str, str, str, Damage]] = [
    (rules.everything_says_whose_it_is, "api-accounts", LOGIN, "no tags", lambda p: p.pop("Tags")),
    (rules.everything_says_whose_it_is, "api-accounts", LOGIN, "one tag less", lambda p: p["Tags"].pop()),
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
        "api-accounts",
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
    (rules.the_api_speaks_modern_tls, "gateway", "ApiRestApi", "AWS's choice", lambda p: p.pop("SecurityPolicy")),
    (rules.the_api_speaks_modern_tls, "gateway", "ApiRestApi", "TLS 1.0", lambda p: p.update(SecurityPolicy="TLS_1_0")),
    (
        rules.the_web_acl_stands_in_front,
        "front",
        "WebAclAssociation",
        "before something else",
        lambda p: p.update(ResourceArn="arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/a/b"),
    ),
    (rules.the_web_acl_stands_in_front, "front", "WebAclLogging", "tokens", lambda p: p.pop("RedactedFields")),
    (
        rules.the_web_acl_stands_in_front,
        "front",
        "WebAclLogs",
        "a group that WAF refuses",
        lambda p: p.update(LogGroupName="/aws/waf/pickvs"),
    ),
    (
        rules.routes_are_those_of_the_table,
        "api-picks",
        "PathsImportedApipicksPOST",
        "another method",
        lambda p: p.update(HttpMethod="PATCH"),
    ),
    (
        rules.routes_are_those_of_the_table,
        "api-accounts",
        LOGIN,
        "another file",
        lambda p: p.update(Handler="register.app"),
    ),
    (
        rules.routes_are_those_of_the_table,
        "api-picks",
        "PathsImportedApipicksPOST",
        "open to anybody",
        lambda p: p.update(AuthorizationType="NONE"),
    ),
    (
        rules.the_gateway_calls_by_the_stage_alone,
        "api-accounts",
        "LoginCodeLiveApiMayCall",
        "any stage, the console's too",
        lambda p: _source(p).append(_source(p).pop().replace("/api/", "/*/")),
    ),
    (
        rules.the_gateway_calls_by_the_stage_alone,
        "api-accounts",
        "LoginCodeLiveApiMayCall",
        "another method",
        lambda p: _source(p).append(_source(p).pop().replace("/POST/", "/*/")),
    ),
    (
        rules.the_gateway_calls_by_the_stage_alone,
        "api-accounts",
        "LoginCodeLiveApiMayCall",
        "another wing's",
        lambda p: _source(p).append("/api/GET/sports") or _source(p).pop(-2),
    ),
    (
        rules.nothing_is_stored_in_the_clear,
        "front",
        "ApiStage",
        "a plain cache",
        lambda p: p.update(CacheClusterEnabled=True, MethodSettings=[{"CachingEnabled": True}]),
    ),
]


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(assembly_of: Assemblies, rule: Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = assembly_of("prod").to_damage(stack)
    damage(damaged.named(stack, resource).properties)
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
    damaged = assembly_of("prod").to_damage("front")
    damaged.templates["front"]["Resources"]["Extra"] = {"Type": kind, "Properties": properties}
    lines = list(rule(damaged))
    assert lines
    assert all(line.startswith("front/Extra ") for line in lines)


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
@pytest.mark.parametrize("resource", ["SecretsSigningKeys", "SecretsDatabasePooled", "RawAnswersBucket"])
def test_bites_when_data_goes_with_its_stack(assembly_of: Assemblies, resource: str, policy: str) -> None:
    damaged = assembly_of("prod").to_damage("data")
    stored = damaged.named("data", resource)
    stored.body[policy] = "Delete"
    assert list(rules.data_outlives_its_stack(damaged)) == [f"{stored} goes with its stack"]
    del stored.body[policy]
    assert list(rules.data_outlives_its_stack(damaged)) == [f"{stored} goes with its stack"]


def test_bites_when_a_stack_with_data_may_be_removed(assembly_of: Assemblies) -> None:
    assert STAGES["prod"].retention.data_is_kept
    careless = replace(assembly_of("prod"), protected=frozenset())
    assert set(rules.data_outlives_its_stack(careless)) == {"data holds data and is not protected"}


def test_bites_when_a_database_may_be_removed(assembly_of: Assemblies) -> None:
    damaged = assembly_of("prod").to_damage("data")
    kept = {"DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot"}
    damaged.templates["data"]["Resources"]["Extra"] = {"Type": "AWS::RDS::DBCluster", **kept}
    assert list(rules.data_outlives_its_stack(damaged)) == ["data/Extra is not protected"]


def test_bites_when_a_route_or_a_function_is_gone(assembly_of: Assemblies) -> None:
    damaged = assembly_of("dev").to_damage("api-picks")
    resources = damaged.templates["api-picks"]["Resources"]
    del resources[damaged.named("api-picks", "PathsImportedApipicksPOST").logical_id]
    assert list(rules.routes_are_those_of_the_table(damaged)) == ["no route for create_picks"]
    del resources[damaged.named("api-picks", "CreatePicksCodeFunction").logical_id]
    assert "create_picks.app has a file or a function, and not both" in rules.routes_are_those_of_the_table(damaged)


def test_bites_when_a_route_is_in_another_wing_s_stack(assembly_of: Assemblies) -> None:
    damaged = assembly_of("dev").to_damage("api-picks", "api-sports")
    method = damaged.named("api-sports", "PathsImportedApisportsGET")
    moved = damaged.templates["api-picks"]["Resources"]
    moved["Moved"] = damaged.templates["api-sports"]["Resources"].pop(method.logical_id)
    moved["Moved"]["Properties"]["ResourceId"] = moved["MovedPath"] = {"Ref": "MovedPath"}
    moved["MovedPath"] = damaged.named("api-sports", "PathsImportedApisports").body
    lines = list(rules.routes_are_those_of_the_table(damaged))
    assert lines == ["api-picks/Moved is of the wing sports", "api-picks/Moved calls [] for GET /sports"]


def test_a_function_behind_an_alias_is_found(assembly_of: Assemblies) -> None:
    wing = "api-accounts"
    damaged = assembly_of("dev").to_damage(wing)
    function = damaged.named(wing, LOGIN)
    damaged.named(wing, "PathsImportedApiauthloginPOST").properties["Integration"]["Uri"] = {"Ref": "Live"}
    damaged.templates[wing]["Resources"]["Live"] = {
        "Type": "AWS::Lambda::Alias",
        "Properties": {"FunctionName": {"Ref": function.logical_id}},
    }
    assert function.logical_id in {each.logical_id for each in gateway_functions(damaged)}
    assert not list(rules.routes_are_those_of_the_table(damaged))
    function.properties["Timeout"] = 30
    assert list(requests_end_before_the_gateway_gives_up(damaged)) == [f"{function} may take 30 s"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda p: p.pop("MethodResponses"),
        lambda p: p["MethodResponses"][0]["ResponseParameters"].popitem(),
        lambda p: p["MethodResponses"][0].update(StatusCode="200"),
        lambda p: p["Integration"].pop("IntegrationResponses"),
    ],
)
def test_bites_when_the_gateway_answers_what_it_does_not_declare(assembly_of: Assemblies, damage: Damage) -> None:
    damaged = assembly_of("dev").to_damage("api-picks")
    damage(damaged.methods()["OPTIONS", "/picks/me"].properties)
    assert len(list(rules.answers_of_the_gateway_are_declared(damaged))) == 1


def test_each_rule_is_shown_to_bite() -> None:
    shown = {rule for rule, *_ in DAMAGES} | {rule for rule, *_ in ADDITIONS}
    shown |= {rules.data_outlives_its_stack, rules.answers_of_the_gateway_are_declared}
    assert shown == set(rules.RESOURCE_RULES)
