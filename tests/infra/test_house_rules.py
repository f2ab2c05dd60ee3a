"""Each house rule detects its violation. test_rules_hold.py tests that the templates comply."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.infra import house_rules as rules
from tests.infra.assembly import Assemblies

pytestmark = pytest.mark.xdist_group("infra")

type Properties = dict[str, Any]
type Damage = Callable[[Properties], object]


def _statement(properties: Properties, policy: str) -> Properties:
    (found,) = (each for each in properties["Policies"] if each["PolicyName"] == policy)
    return dict(found)["PolicyDocument"]["Statement"][0]  # type: ignore[no-any-return]


LOGIN, LOGIN_ROLE = "LoginCodeFunction", "LoginCodeRole"
FETCH_ROLE, FETCH_QUEUE = "FetchOddsCodeRole", "FetchOddsDeadLetters"

DAMAGES: list[tuple[rules.Rule, str, str, str, Damage]] = [
    (
        rules.each_function_has_its_own_role,
        "api-accounts",
        LOGIN,
        "a role from elsewhere",
        lambda p: p.update(Role="arn:r"),
    ),
    (
        rules.each_function_has_its_own_role,
        "api-accounts",
        LOGIN_ROLE,
        "a managed policy",
        lambda p: p.update(ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    ),
    (
        rules.wildcards_are_explained,
        "api-accounts",
        LOGIN_ROLE,
        "every secret",
        lambda p: _statement(p, "secrets").update(Resource="*"),
    ),
    (
        rules.wildcards_are_explained,
        "ingestion",
        FETCH_ROLE,
        "more than adding to the bucket",
        lambda p: _statement(p, "work").update(Action=["s3:PutObject", "s3:GetObject"]),
    ),
    (
        rules.wildcards_are_explained,
        "recovery",
        "BackUpCodeRole",
        "removing exports",
        lambda p: _statement(p, "work").update(Action=["s3:PutObject", "s3:DeleteObject"]),
    ),
    (
        rules.wildcards_are_explained,
        "api-accounts",
        LOGIN_ROLE,
        "every action",
        lambda p: _statement(p, "secrets").update(Action="secretsmanager:*"),
    ),
    (
        rules.each_function_has_its_own_log_group,
        "api-accounts",
        LOGIN,
        "no log group",
        lambda p: p.pop("LoggingConfig"),
    ),
    (
        rules.each_function_has_its_own_log_group,
        "api-accounts",
        LOGIN_ROLE,
        "may write to another group",
        lambda p: _statement(p, "logs").update(Resource={"Fn::GetAtt": ["RegisterCodeLogs9F27C2CD", "Arn"]}),
    ),
    (
        rules.nobody_holds_the_clock,
        "api-accounts",
        LOGIN,
        "a held clock",
        lambda p: p["Environment"]["Variables"].update(PICKVS_CLOCK_FILE="clock"),
    ),
    (rules.logs_end, "front", "ApiStageAccessLogs", "no retention", lambda p: p.pop("RetentionInDays")),
    (rules.requests_end_before_the_gateway_gives_up, "api-accounts", LOGIN, "too slow", lambda p: p.update(Timeout=30)),
    (
        rules.requests_end_before_the_gateway_gives_up,
        "gateway",
        "AuthorizerCodeFunction",
        "a slow authorizer",
        lambda p: p.update(Timeout=29),
    ),
    (
        rules.scheduled_work_is_never_lost,
        "ingestion",
        "FetchOddsRule",
        "no queue behind the rule",
        lambda p: p["Targets"][0].pop("DeadLetterConfig"),
    ),
    (
        rules.scheduled_work_is_never_lost,
        "ingestion",
        "FetchOddsRule",
        "AWS's own retries",
        lambda p: p["Targets"][0].pop("RetryPolicy"),
    ),
    (
        rules.scheduled_work_is_never_lost,
        "ingestion",
        "FetchOddsCodeFunctionEventInvokeConfig",
        "no queue behind the function",
        lambda p: p.pop("DestinationConfig"),
    ),
    (
        rules.scheduled_work_is_never_lost,
        "ingestion",
        "FetchOddsCodeFunction",
        "overlap",
        lambda p: p.pop("ReservedConcurrentExecutions"),
    ),
    (
        rules.each_method_says_who_may_call_it,
        "api-picks",
        "PathsImportedApipicksPOST",
        "no authorizer",
        lambda p: p.pop("AuthorizerId"),
    ),
    (
        rules.each_method_says_who_may_call_it,
        "api-picks",
        "PathsImportedApipicksPOST",
        "nothing stated",
        lambda p: p.pop("AuthorizationType"),
    ),
    (
        rules.functions_know_the_secrets_they_may_read,
        "api-operations",
        "GetHealthCodeRole",
        "one secret too many",
        lambda p: _statement(p, "secrets").update(Resource=["arn:one", "arn:two"]),
    ),
    (
        rules.no_secret_value_in_a_template,
        "data",
        "SecretsOddsApi",
        "its value",
        lambda p: p.update(SecretString='{"api_key": "k"}'),
    ),
    (
        rules.no_secret_value_in_a_template,
        "ingestion",
        "FetchOddsCodeFunction",
        "the key in its environment",
        lambda p: p["Environment"]["Variables"].update(ODDS_API_KEY="k"),
    ),
    (
        rules.no_secret_value_in_a_template,
        "ingestion",
        "FetchOddsCodeFunction",
        "a copied secret",
        lambda p: p.update(Description="{{resolve:secretsmanager:odds}}"),
    ),
    (
        rules.secrets_made_here_are_rotated,
        "rotation",
        "SigningKeysSchedule",
        "of another secret",
        lambda p: p.update(SecretId="arn:other"),
    ),
    (
        rules.secrets_made_here_are_rotated,
        "rotation",
        "SigningKeysSchedule",
        "once a year",
        lambda p: p.update(RotationRules={"AutomaticallyAfterDays": 365}),
    ),
    (rules.data_is_encrypted, "ingestion", FETCH_QUEUE, "plain", lambda p: p.pop("SqsManagedSseEnabled")),
    (rules.data_is_encrypted, "data", "RawAnswersBucket", "plain", lambda p: p.pop("BucketEncryption")),
    (
        rules.data_is_encrypted,
        "data",
        "RawAnswersBucketPolicy",
        "without TLS",
        lambda p: p["PolicyDocument"].update(Statement=[]),
    ),
    (
        rules.buckets_are_private_and_versioned,
        "data",
        "RawAnswersBucket",
        "public",
        lambda p: p["PublicAccessBlockConfiguration"].update(BlockPublicPolicy=False),
    ),
    (
        rules.buckets_are_private_and_versioned,
        "data",
        "RawAnswersBucket",
        "forgets",
        lambda p: p.pop("VersioningConfiguration"),
    ),
    (
        rules.stacks_share_no_layer,
        "api-accounts",
        LOGIN,
        "another stack's layer",
        lambda p: p.update(Layers=[{"Fn::ImportValue": "pickvs-dev-schema:CommonLayer"}]),
    ),
    (rules.requests_are_traced, "api-accounts", LOGIN, "not traced", lambda p: p.pop("TracingConfig")),
    (
        rules.requests_are_traced,
        "front",
        "ApiStage",
        "not traced",
        lambda p: p.update(TracingEnabled=False),
    ),
]


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(assembly_of: Assemblies, rule: rules.Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = assembly_of("dev").to_damage(stack)
    damage(damaged.named(stack, resource).properties)
    assert list(rule(damaged))


def test_bites_when_a_stack_grows_too_large(assembly_of: Assemblies) -> None:
    damaged = assembly_of("dev").to_damage("api-picks")
    damaged.templates["api-picks"]["Resources"].update(
        {f"Extra{number}": {"Type": "AWS::SSM::Parameter"} for number in range(rules.MAX_RESOURCES)}
    )
    assert list(rules.stacks_have_room(damaged))


def test_each_rule_is_shown_to_bite() -> None:
    shown = {rule for rule, *_ in DAMAGES} | {rules.stacks_have_room}
    assert shown == set(rules.HOUSE_RULES)
