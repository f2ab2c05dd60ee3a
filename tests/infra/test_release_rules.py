"""Each house rule for releases detects its violation."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.infra import release_rules as rules
from tests.infra.assembly import Assemblies, Assembly
from tests.infra.house_rules import Rule

pytestmark = pytest.mark.xdist_group("infra")

type Body = dict[str, Any]
type Damage = Callable[[Body], object]


def _properties(change: Callable[[Body], object]) -> Damage:
    return lambda body: change(body["Properties"])


def _entry(properties: Body, name: str) -> Body:
    metrics: list[Body] = properties["Metrics"]
    (found,) = (each for each in metrics if "MetricStat" in each and _name(each) == name)
    return found


def _metric(properties: Body, name: str) -> Body:
    return dict(_entry(properties, name)["MetricStat"])["Metric"]  # type: ignore[no-any-return]


def _name(entry: Body) -> str:
    return str(entry["MetricStat"]["Metric"]["MetricName"])


def _condition(body: Body) -> Body:
    return dict(body)["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]  # type: ignore[no-any-return]


def _work(body: Body) -> Body:
    return dict(body)["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]  # type: ignore[no-any-return]


SUBJECT = f"{rules.GITHUB}:sub"
ALIAS, GROUP, ALARM, LOGIN = "LoginCodeLive", "LoginCodeRollout", "LoginCodeFailsAlarm", "LoginCodeFunction"
DAMAGES: list[tuple[Rule, str, str, str, Damage]] = [
    (
        rules.requests_go_through_the_alias,
        "gateway",
        "AuthorizerCodeLiveApiMayCall",
        "may call past the alias",
        _properties(lambda p: p.update(FunctionName="pickvs-prod-authorizer")),
    ),
    (
        rules.requests_go_through_the_alias,
        "api-accounts",
        ALIAS,
        "what was deployed last",
        _properties(lambda p: p.update(FunctionVersion="$LATEST")),
    ),
    (rules.new_versions_take_over_watched, "api-accounts", ALIAS, "at once", lambda body: body.pop("UpdatePolicy")),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        GROUP,
        "another stack's application",
        _properties(lambda p: p.update(ApplicationName={"Fn::ImportValue": "pickvs-prod-gateway:Application"})),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        "RolloutApplication",
        "called after another stack",
        _properties(lambda p: p.update(ApplicationName="pickvs-prod-gateway")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        GROUP,
        "no alarm",
        _properties(lambda p: p["AlarmConfiguration"].update(Alarms=[])),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        GROUP,
        "an alarm that is nowhere",
        _properties(lambda p: p["AlarmConfiguration"].update(Alarms=[{"Name": "forgotten"}])),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        GROUP,
        "alarms that do not count",
        _properties(lambda p: p["AlarmConfiguration"].update(Enabled=False)),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        GROUP,
        "goes on when an alarm rings",
        _properties(lambda p: p["AutoRollbackConfiguration"]["Events"].remove("DEPLOYMENT_STOP_ON_ALARM")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        GROUP,
        "all at once",
        _properties(lambda p: p.update(DeploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        "RolloutConfig",
        "all at once",
        _properties(lambda p: p.update(TrafficRoutingConfig={"Type": "AllAtOnce"})),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        ALARM,
        "of another function",
        _properties(lambda p: p.pop("Metrics")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api-accounts",
        ALARM,
        "of however many requests",
        _properties(lambda p: p["Metrics"].remove(_entry(p, "Invocations"))),
    ),
    (
        rules.new_versions_take_over_watched,
        "gateway",
        "AuthorizerCodeFailsAlarm",
        "wrong tokens",
        _properties(lambda p: _metric(p, "5XXError").update(MetricName="Errors")),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api-accounts",
        ALIAS,
        "an alias of another function",
        _properties(lambda p: p.update(FunctionName="pickvs-prod-register", FunctionVersion="1")),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api-accounts",
        LOGIN,
        "storage",
        _properties(lambda p: p.update(EphemeralStorage={"Size": 1024})),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api-accounts",
        LOGIN,
        "a file system",
        _properties(lambda p: p.update(FileSystemConfigs=[{"Arn": "arn:efs"}])),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api-accounts",
        LOGIN,
        "an image",
        _properties(lambda p: p.update(PackageType="Image")),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api-accounts",
        ALIAS,
        "environments that are kept ready",
        _properties(lambda p: p.update(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1})),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "operations",
        "OperatorFunction",
        "a function without an alias",
        _properties(lambda p: p.update(SnapStart={"ApplyOn": "PublishedVersions"})),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Deploy",
        "every repository of theirs",
        lambda body: _condition(body)["StringEquals"].update({SUBJECT: "repo:pickvs/*:environment:prod"}),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Deploy",
        "every branch",
        lambda body: _condition(body)["StringEquals"].update({SUBJECT: "repo:pickvs/pickvs:ref:refs/heads/any"}),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Deploy",
        "another environment",
        lambda body: _condition(body)["StringEquals"].update({SUBJECT: "repo:pickvs/pickvs:environment:dev"}),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Diff",
        "a pattern",
        lambda body: _condition(body).update(StringLike=_condition(body).pop("StringEquals")),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Deploy",
        "every role",
        lambda body: _work(body).update(Resource="*"),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Deploy",
        "a role of its own",
        lambda body: _work(body).update(Resource="arn:aws:iam::1:role/Administrator"),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Diff",
        "the reader of everything",
        lambda body: _work(body).update(Action="sts:AssumeRole", Resource="arn:aws:iam::1:role/cdk-x-lookup-role-1-r"),
    ),
    (
        rules.only_one_repository_deploys,
        "delivery",
        "Diff",
        "what is written",
        lambda body: _work(body).update(Action=["cloudformation:GetTemplate", "cloudformation:UpdateStack"]),
    ),
]


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(furnished: Assembly, rule: Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = furnished.to_damage(stack)
    damage(damaged.named(stack, resource).body)
    assert list(rule(damaged))


def test_bites_who_goes_past_the_alias(assembly_of: Assemblies) -> None:
    """Violations: calling a gradual function directly, and calling something that is not a function of the stack."""
    damaged = assembly_of("prod").to_damage("api-accounts", "gateway")
    method = damaged.named("api-accounts", "PathsImportedApiauthloginPOST")
    method.properties["Integration"]["Uri"] = {"Fn::GetAtt": [damaged.function("login").logical_id, "Arn"]}
    authorizer = damaged.named("gateway", "Authorizer")
    authorizer.properties["AuthorizerUri"] = {"Fn::GetAtt": [damaged.function("authorizer").logical_id, "Arn"]}
    permission = damaged.named("api-accounts", "LogoutCodeFunctionApiMayCall")
    permission.properties["FunctionName"] = "pickvs-prod-logout"
    assert sorted(rules.requests_go_through_the_alias(damaged)) == sorted(
        [
            f"{method} goes past the alias",
            f"{authorizer} goes past the alias",
            f"{permission} calls nothing that its stack makes",
        ]
    )


def test_bites_when_an_alias_is_not_what_the_row_says(assembly_of: Assemblies) -> None:
    damaged = assembly_of("prod").to_damage("api-accounts")
    alias = damaged.named("api-accounts", ALIAS)
    alias.properties["FunctionName"] = {"Ref": damaged.function("logout").logical_id}
    lines = set(rules.requests_go_through_the_alias(damaged))
    assert {
        "pickvs-prod-login has no alias",
        "pickvs-prod-logout has an alias that its row does not ask for",
    } <= lines


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_bites_when_old_versions_pile_up(assembly_of: Assemblies, policy: str) -> None:
    damaged = assembly_of("prod").to_damage("api-picks")
    version = next(damaged.resources("AWS::Lambda::Version", stack="api-picks"))
    version.body[policy] = "Retain"
    assert list(rules.old_versions_are_not_kept(damaged)) == [f"{version} is kept"]


@pytest.mark.parametrize(
    "kind", ["AWS::Lambda::Alias", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"]
)
def test_bites_when_a_cheap_stage_rolls_out(assembly_of: Assemblies, kind: str) -> None:
    damaged = assembly_of("dev").to_damage("api-picks")
    damaged.templates["api-picks"]["Resources"]["Extra"] = {"Type": kind, "Properties": {}}
    assert list(rules.requests_go_through_the_alias(damaged)) == ["api-picks/Extra is of no use"]


def test_bites_when_a_cheap_stage_has_snapshots(assembly_of: Assemblies) -> None:
    damaged = assembly_of("dev").to_damage("api-accounts")
    login = damaged.function("login")
    login.properties["SnapStart"] = {"ApplyOn": "PublishedVersions"}
    assert f"{login} has snapshots, which its stage does not want" in set(
        rules.snapshots_are_of_what_lambda_takes_them_of(damaged)
    )


@pytest.mark.parametrize("kind", ["AWS::IAM::User", "AWS::IAM::AccessKey"])
def test_bites_when_a_key_lives_long(assembly_of: Assemblies, kind: str) -> None:
    damaged = assembly_of("prod").to_damage("front")
    damaged.templates["front"]["Resources"]["Extra"] = {"Type": kind, "Properties": {}}
    assert list(rules.only_one_repository_deploys(damaged)) == ["front/Extra has credentials that do not end"]


def test_each_rule_is_shown_to_bite() -> None:
    assert {rule for rule, *_ in DAMAGES} | {rules.old_versions_are_not_kept} == set(rules.RELEASE_RULES)
