"""House rules for releases: how a new version replaces the previous one, and who may deploy it."""

import json
from collections.abc import Iterator
from typing import Any

from cdk.config import stage_config
from cdk.routes import ENDPOINTS
from tests.infra.assembly import Assembly, Resource
from tests.infra.house_rules import Rule, as_list, functions_named, gateway_functions, references, statements

GRADUAL = {"authorizer", *(endpoint.name for endpoint in ENDPOINTS if endpoint.gradual)}
"""Functions with gradual rollout: they are called through an alias, which CodeDeploy moves."""

ROLLS_BACK = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}
SMALLEST_STORAGE_MB = 512
GITHUB = "token.actions.githubusercontent.com"
BOOTSTRAP_ROLES = ("-deploy-role-", "-file-publishing-role-", "-lookup-role-")


def requests_go_through_the_alias(assembly: Assembly) -> Iterator[str]:
    """In stages with rollout, gradual functions are called through their alias only. Other functions have no alias.

    The gateway's permission for the function itself is no violation: after a row has become gradual, the deployed API
    calls the function directly until `front` is updated.
    """
    aliases = list(assembly.resources("AWS::Lambda::Alias"))
    if stage_config(assembly.stage).rollout is None:
        for each in (*aliases, *assembly.resources("AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup")):
            yield f"{each} is of no use"
        return
    gradual = {f"pickvs-{assembly.stage}-{name}" for name in GRADUAL}
    behind = {each.properties["FunctionName"] for alias in aliases for each in _functions_of(assembly, alias)}
    yield from (f"{name} has no alias" for name in sorted(gradual - behind))
    yield from (f"{name} has an alias that its row does not ask for" for name in sorted(behind - gradual))
    for caller, called in _called_by_the_gateway(assembly):
        functions = list(functions_named(assembly, caller.stack, called))
        if not functions:
            yield f"{caller} calls nothing that its stack makes"
        through = {alias.logical_id for alias in aliases if alias.stack == caller.stack} & references(called)
        is_call = caller.type != "AWS::Lambda::Permission"
        if is_call and not through and any(each.properties["FunctionName"] in gradual for each in functions):
            yield f"{caller} goes past the alias"
    for alias in aliases:
        version = references(alias.properties.get("FunctionVersion"))
        if not any(each.logical_id in version for each in assembly.resources("AWS::Lambda::Version")):
            yield f"{alias} leads to no version"


def _functions_of(assembly: Assembly, alias: Resource) -> Iterator[Resource]:
    return functions_named(assembly, alias.stack, {"Ref": alias.logical_id})


def _called_by_the_gateway(assembly: Assembly) -> Iterator[tuple[Resource, Any]]:
    for method in assembly.resources("AWS::ApiGateway::Method"):
        if method.properties["Integration"]["Type"] != "MOCK":
            yield method, method.properties["Integration"].get("Uri")
    for authorizer in assembly.resources("AWS::ApiGateway::Authorizer"):
        yield authorizer, authorizer.properties.get("AuthorizerUri")
    for permission in assembly.resources("AWS::Lambda::Permission"):
        if permission.properties["Principal"] == "apigateway.amazonaws.com":
            yield permission, permission.properties["FunctionName"]


def new_versions_take_over_watched(assembly: Assembly) -> Iterator[str]:
    """CodeDeploy moves each alias, first for a part of the requests, and back when the function's alarm rings."""
    for alias in assembly.resources("AWS::Lambda::Alias"):
        update = alias.body.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate", {})
        named = json.dumps(update.get("DeploymentGroupName"))
        groups = [
            group
            for group in assembly.resources("AWS::CodeDeploy::DeploymentGroup", stack=alias.stack)
            if f'"{group.logical_id}"' in named
        ]
        if not groups:
            yield f"{alias} is moved at once"
        (function,) = _functions_of(assembly, alias)
        for group in groups:
            yield from _unwatched(assembly, group, function)
    for config in assembly.resources("AWS::CodeDeploy::DeploymentConfig"):
        if config.properties.get("TrafficRoutingConfig", {}).get("Type") == "AllAtOnce":
            yield f"{config} moves all requests at once"


def _unwatched(assembly: Assembly, group: Resource, function: Resource) -> Iterator[str]:
    watching = group.properties.get("AlarmConfiguration", {})
    alarms = [
        alarm
        for alarm in assembly.resources("AWS::CloudWatch::Alarm", stack=group.stack)
        if {"Name": {"Ref": alarm.logical_id}} in watching.get("Alarms", [])
    ]
    if not alarms or watching.get("Enabled") is not True or watching.get("IgnorePollAlarmFailure"):
        yield f"{group} looks at no alarm"
    (application,) = assembly.resources("AWS::CodeDeploy::Application", stack=group.stack)
    if application.logical_id not in references(group.properties["ApplicationName"]):
        yield f"{group} is of another stack's application"
    if application.properties["ApplicationName"] != f"pickvs-{assembly.stage}-{group.stack}":
        yield f"{application} is not called after its stack"
    back = group.properties.get("AutoRollbackConfiguration", {})
    if back.get("Enabled") is not True or not set(back.get("Events", [])) >= ROLLS_BACK:
        yield f"{group} does not go back"
    if group.properties.get("DeploymentConfigName") in (None, "CodeDeployDefault.LambdaAllAtOnce"):
        yield f"{group} moves all requests at once"
    is_authorizer = "AuthorizerCode" in function.logical_id
    for alarm in alarms:
        watched = json.dumps(alarm.properties)
        if not is_authorizer and f'"{function.properties["FunctionName"]}"' not in watched:
            yield f"{alarm} watches another function than {function}"
        if not any(f'"{name}"' in watched for name in ("Invocations", "Count")):
            yield f"{alarm} rings at a number of failures, of however many requests"
        # Lambda counts a refused token as an error.
        if is_authorizer and '"Errors"' in watched:
            yield f"{alarm} rings for every wrong token"


def snapshots_are_of_what_lambda_takes_them_of(assembly: Assembly) -> Iterator[str]:
    """SnapStart works for published versions only, and not with the features that AWS excludes."""
    aliases = list(assembly.resources("AWS::Lambda::Alias"))
    behind = {str(each) for alias in aliases for each in functions_named(assembly, alias.stack, alias.properties)}
    called = {str(each) for each in gateway_functions(assembly)}
    for function in assembly.functions():
        settings = function.properties
        if settings.get("SnapStart", {}).get("ApplyOn", "None") == "None":
            continue
        if not stage_config(assembly.stage).snap_start:
            yield f"{function} has snapshots, which its stage does not want"
        if str(function) not in behind or str(function) not in called:
            yield f"{function} is called by no alias, so never starts from its snapshot"
        if settings.get("EphemeralStorage", {}).get("Size", SMALLEST_STORAGE_MB) > SMALLEST_STORAGE_MB:
            yield f"{function} has too much storage for a snapshot"
        if settings.get("FileSystemConfigs") or settings.get("PackageType") == "Image":
            yield f"{function} has what no snapshot can be taken with"
        for pointer in (*aliases, *assembly.resources("AWS::Lambda::Version")):
            mine = functions_named(assembly, pointer.stack, pointer.properties["FunctionName"])
            if "ProvisionedConcurrencyConfig" in pointer.properties and str(function) in map(str, mine):
                yield f"{pointer} keeps environments ready, which Lambda does not do beside snapshots"


def old_versions_are_not_kept(assembly: Assembly) -> Iterator[str]:
    """A version with a snapshot is billed by the hour. The previous version is deleted when nothing refers to it."""
    for version in assembly.resources("AWS::Lambda::Version"):
        if version.body.get("DeletionPolicy") != "Delete" or version.body.get("UpdateReplacePolicy") != "Delete":
            yield f"{version} is kept"


def only_one_repository_deploys(assembly: Assembly) -> Iterator[str]:
    """GitHub's jobs assume roles by exact subject only, and may only assume the CDK's roles or read templates."""
    for role in assembly.resources("AWS::IAM::Role"):
        for trust in as_list(role.properties["AssumeRolePolicyDocument"]["Statement"]):
            if trust["Action"] == "sts:AssumeRoleWithWebIdentity":
                yield from _too_trusting(role, trust["Condition"], assembly.stage)
                yield from _too_able(role)
    for kind in ("AWS::IAM::User", "AWS::IAM::AccessKey"):
        yield from (f"{each} has credentials that do not end" for each in assembly.resources(kind))


def _too_trusting(role: Resource, conditions: dict[str, Any], stage: str) -> Iterator[str]:
    exact = conditions.get("StringEquals", {})
    subject = str(exact.get(f"{GITHUB}:sub"))
    if exact.get(f"{GITHUB}:aud") != "sts.amazonaws.com" or set(conditions) != {"StringEquals"}:
        yield f"{role} does not say exactly whose tokens it takes"
    known = (":pull_request", f":environment:{stage}")
    if "*" in subject or not subject.startswith("repo:") or not subject.endswith(known):
        yield f"{role} lets in {subject}"


def _too_able(role: Resource) -> Iterator[str]:
    subject = json.dumps(role.properties["AssumeRolePolicyDocument"])
    for statement in statements(role):
        actions = set(as_list(statement["Action"]))
        resources = [json.dumps(each) for each in as_list(statement["Resource"])]
        if actions == {"sts:AssumeRole"} and ":environment:" in subject:
            wrong = [each for each in resources if "*" in each or not any(part in each for part in BOOTSTRAP_ROLES)]
        elif actions <= {"cloudformation:DescribeStacks", "cloudformation:GetTemplate"}:
            wrong = [each for each in resources if ":stack/pickvs-" not in each]
        else:
            wrong = resources
        if wrong:
            yield f"{role} may {sorted(actions)} on {wrong}"


RELEASE_RULES: tuple[Rule, ...] = (
    requests_go_through_the_alias,
    new_versions_take_over_watched,
    snapshots_are_of_what_lambda_takes_them_of,
    old_versions_are_not_kept,
    only_one_repository_deploys,
)
