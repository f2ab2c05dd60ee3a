"""The house rules for deployments hold, with and without a repository that deploys, and each of them bites."""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cdk import config
from cdk.delivery import Delivery
from tests.infra import release_rules as rules
from tests.infra.assembly import DEPLOYED, Assemblies, Assembly, synthesise
from tests.infra.house_rules import HOUSE_RULES, Rule
from tests.infra.resource_rules import RESOURCE_RULES

pytestmark = pytest.mark.xdist_group("infra")

type Body = dict[str, Any]
type Damage = Callable[[Body], object]


@pytest.fixture(scope="module")
def delivered(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """`prod`, with a repository whose workflows deploy it."""
    delivery = Delivery(repository="pickvs/pickvs", provider_exists=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(config.STAGES, "prod", replace(config.STAGES["prod"], delivery=delivery))
        return synthesise("prod", tmp_path_factory.mktemp("delivered"), sources)


@pytest.mark.parametrize(("stage", "database"), [("local", "neon"), *DEPLOYED])
@pytest.mark.parametrize("rule", rules.RELEASE_RULES, ids=lambda rule: rule.__name__)
def test_holds(assembly_of: Assemblies, stage: str, database: str, rule: Rule) -> None:
    assert list(rule(assembly_of(stage, database))) == []


@pytest.mark.parametrize("rule", [*HOUSE_RULES, *RESOURCE_RULES, *rules.RELEASE_RULES], ids=lambda rule: rule.__name__)
def test_holds_with_a_repository_that_deploys(delivered: Assembly, rule: Rule) -> None:
    assert "delivery" in delivered.templates
    assert list(rule(delivered)) == []


def _properties(change: Callable[[Body], object]) -> Damage:
    return lambda body: change(body["Properties"])


def _call(logical_id: str) -> Damage:
    return _properties(lambda p: p["Integration"].update(Uri={"Fn::GetAtt": [logical_id, "Arn"]}))


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
        "api",
        "ApiRestApiauthloginPOST",
        "past the alias",
        _call("LoginCodeFunction"),
    ),
    (
        rules.requests_go_through_the_alias,
        "api",
        "Authorizer",
        "past the alias",
        _properties(lambda p: p.update(AuthorizerUri={"Fn::GetAtt": ["AuthorizerCodeFunction", "Arn"]})),
    ),
    (
        rules.requests_go_through_the_alias,
        "api",
        "AuthorizerCodeLivepickvsprodapiAuthorizer492D4967Permissions",
        "may call past the alias",
        _properties(lambda p: p.update(FunctionName="pickvs-prod-authorizer")),
    ),
    (
        rules.requests_go_through_the_alias,
        "api",
        ALIAS,
        "what was deployed last",
        _properties(lambda p: p.update(FunctionVersion="$LATEST")),
    ),
    (rules.new_versions_take_over_watched, "api", ALIAS, "at once", lambda body: body.pop("UpdatePolicy")),
    (
        rules.new_versions_take_over_watched,
        "api",
        GROUP,
        "no alarm",
        _properties(lambda p: p["AlarmConfiguration"].update(Alarms=[])),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        GROUP,
        "an alarm that is nowhere",
        _properties(lambda p: p["AlarmConfiguration"].update(Alarms=[{"Name": "forgotten"}])),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        GROUP,
        "alarms that do not count",
        _properties(lambda p: p["AlarmConfiguration"].update(Enabled=False)),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        GROUP,
        "goes on when an alarm rings",
        _properties(lambda p: p["AutoRollbackConfiguration"]["Events"].remove("DEPLOYMENT_STOP_ON_ALARM")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        GROUP,
        "all at once",
        _properties(lambda p: p.update(DeploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        "RolloutConfig",
        "all at once",
        _properties(lambda p: p.update(TrafficRoutingConfig={"Type": "AllAtOnce"})),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        ALARM,
        "of another function",
        _properties(lambda p: p.pop("Metrics")),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        ALARM,
        "of however many requests",
        _properties(lambda p: p["Metrics"].remove(_entry(p, "Invocations"))),
    ),
    (
        rules.new_versions_take_over_watched,
        "api",
        "AuthorizerCodeFailsAlarm",
        "wrong tokens",
        _properties(lambda p: _metric(p, "5XXError").update(MetricName="Errors")),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api",
        ALIAS,
        "an alias of another function",
        _properties(lambda p: p.update(FunctionName="pickvs-prod-register", FunctionVersion="1")),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api",
        LOGIN,
        "storage",
        _properties(lambda p: p.update(EphemeralStorage={"Size": 1024})),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api",
        LOGIN,
        "a file system",
        _properties(lambda p: p.update(FileSystemConfigs=[{"Arn": "arn:efs"}])),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api",
        LOGIN,
        "an image",
        _properties(lambda p: p.update(PackageType="Image")),
    ),
    (
        rules.snapshots_are_of_what_lambda_takes_them_of,
        "api",
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


def _damaged(assembly: Assembly) -> Assembly:
    return replace(assembly, templates=copy.deepcopy(assembly.templates))


def _logical_id(assembly: Assembly, stack: str, prefix: str) -> str:
    resources = assembly.templates[stack]["Resources"]
    (found,) = (name for name in resources if name.startswith(prefix) and len(name) == len(prefix) + 8)
    return str(found)


@pytest.mark.parametrize(
    ("rule", "stack", "resource", "damage"),
    [
        pytest.param(rule, stack, resource, damage, id=f"{rule.__name__}-{resource}-{text}")
        for rule, stack, resource, text, damage in DAMAGES
    ],
)
def test_bites(delivered: Assembly, rule: Rule, stack: str, resource: str, damage: Damage) -> None:
    damaged = _damaged(delivered)
    damage(damaged.templates[stack]["Resources"][_logical_id(damaged, stack, resource)])
    assert list(rule(damaged))


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_bites_when_old_versions_pile_up(assembly_of: Assemblies, policy: str) -> None:
    damaged = _damaged(assembly_of("prod"))
    version = next(damaged.resources("AWS::Lambda::Version", stack="api"))
    version.body[policy] = "Retain"
    assert list(rules.old_versions_are_not_kept(damaged)) == [f"{version} is kept"]


@pytest.mark.parametrize(
    "kind", ["AWS::Lambda::Alias", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"]
)
def test_bites_when_a_cheap_stage_rolls_out(assembly_of: Assemblies, kind: str) -> None:
    damaged = _damaged(assembly_of("dev"))
    damaged.templates["api"]["Resources"]["Extra"] = {"Type": kind, "Properties": {}}
    assert list(rules.requests_go_through_the_alias(damaged)) == ["api/Extra is of no use"]


def test_bites_when_a_cheap_stage_has_snapshots(assembly_of: Assemblies) -> None:
    damaged = _damaged(assembly_of("dev"))
    login = damaged.function("login")
    login.body["Properties"]["SnapStart"] = {"ApplyOn": "PublishedVersions"}
    assert f"{login} has snapshots, which its stage does not want" in set(
        rules.snapshots_are_of_what_lambda_takes_them_of(damaged)
    )


@pytest.mark.parametrize("kind", ["AWS::IAM::User", "AWS::IAM::AccessKey"])
def test_bites_when_a_key_lives_long(assembly_of: Assemblies, kind: str) -> None:
    damaged = _damaged(assembly_of("prod"))
    damaged.templates["api"]["Resources"]["Extra"] = {"Type": kind, "Properties": {}}
    assert list(rules.only_one_repository_deploys(damaged)) == ["api/Extra has credentials that do not end"]


def test_each_rule_is_shown_to_bite() -> None:
    assert {rule for rule, *_ in DAMAGES} | {rules.old_versions_are_not_kept} == set(rules.RELEASE_RULES)
