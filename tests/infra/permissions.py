"""Reads from the templates who may do what: each statement of each policy, in words that no build changes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.infra.assembly import Assembly, Resource

EVERY_FUNCTION = "every function"

_ACCOUNT = {"AWS::Partition": "aws", "AWS::Region": "<region>", "AWS::AccountId": "<account>"}
_HASHES = re.compile(r"([0-9A-F]{8}|[0-9A-F]{16})$")
_POLICIES = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")


@dataclass(frozen=True, order=True)
class Permission:
    """One statement about one resource: `who` may, or may not, do something to it."""

    effect: str
    actions: str
    on: str
    when: str
    """The condition; empty if there is none."""
    who: str


class Words:
    """Writes values of a template without what changes between stages and builds."""

    def __init__(self, assembly: Assembly, stack: str, function: Resource | None = None) -> None:
        self._assembly = assembly
        self._stack = stack
        self._own: dict[str, str] = {}
        self.owner = ""
        if function is not None:
            self.owner = self._short(function)
            self._own = dict(self._things_of(function))

    def name(self, resource: Resource) -> str:
        """Return what a resource is called: its function's name, or its stack and logical id."""
        if str(resource) in self._own:
            return self._own[str(resource)]
        if resource.type == "AWS::Lambda::Function" and "FunctionName" in resource.properties:
            return self._short(resource)
        return f"{resource.stack}/{_HASHES.sub('', resource.logical_id)}"

    def of(self, value: Any) -> str:
        if not isinstance(value, dict):
            said = str(value)
        elif "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            said = separator.join(self.of(part) for part in parts)
        elif value.get("Ref") in _ACCOUNT:
            said = _ACCOUNT[value["Ref"]]
        elif "Ref" in value or "Fn::GetAtt" in value or "Fn::ImportValue" in value:
            attribute = value.get("Fn::GetAtt", ["", "Arn"])[1]
            said = self.name(self._assembly.meant(self._stack, value)) + ("" if attribute == "Arn" else f".{attribute}")
        else:
            said = json.dumps(value, sort_keys=True)
        said = said.replace(f"pickvs-{self._assembly.stage}-{self.owner}", "<its name>") if self.owner else said
        return said.replace(f"pickvs-{self._assembly.stage}", "pickvs-<stage>")

    def all_of(self, value: Any) -> Any:
        """Return the value with every reference in it in words."""
        if isinstance(value, list):
            return [self.all_of(each) for each in value]
        if isinstance(value, dict) and not _is_value(value):
            return {key: self.all_of(each) for key, each in value.items()}
        return self.of(value) if isinstance(value, dict | str) else value

    def condition(self, conditions: dict[str, Any]) -> str:
        return "; ".join(
            f"{operator}{f' {key}' if key else ''} {' or '.join(sorted(self.of(each) for each in _as_list(values)))}"
            for operator, tests in sorted(conditions.items())
            for key, values in sorted(
                (tests if isinstance(tests, dict) and not _is_value(tests) else {"": tests}).items()
            )
        )

    def _short(self, function: Resource) -> str:
        name = str(function.properties.get("FunctionName", "")).removeprefix(f"pickvs-{self._assembly.stage}-")
        return name or f"{function.stack}/{_HASHES.sub('', function.logical_id)}"

    def _things_of(self, function: Resource) -> Iterator[tuple[str, str]]:
        group = function.properties.get("LoggingConfig", {}).get("LogGroup")
        if group is not None:
            yield str(self._assembly.meant(function.stack, group)), "its logs"
        for invoked in self._assembly.resources("AWS::Lambda::EventInvokeConfig", stack=function.stack):
            if self._assembly.meant(function.stack, invoked.properties["FunctionName"]) == function:
                target = invoked.properties["DestinationConfig"]["OnFailure"]["Destination"]
                yield str(self._assembly.meant(function.stack, target)), "its dead letters"


def _is_value(value: dict[str, Any]) -> bool:
    return any(key == "Ref" or key.startswith("Fn::") for key in value)


def permissions(assembly: Assembly) -> set[Permission]:
    """Return what all roles, resource policies and invoke permissions of a stage grant and deny.

    What the role of every function of ours says is said once, by EVERY_FUNCTION. The gateway's permissions to call its
    routes are left out: test_stacks.py compares them with the routes.
    """
    functions = {str(assembly.role_of(each)): each for each in assembly.functions()}
    roles: dict[str, set[Permission]] = {}
    for role in assembly.resources("AWS::IAM::Role"):
        words = Words(assembly, role.stack, functions.get(str(role)))
        roles[str(role)] = set(_of_role(role, words))
    ours = [role for role, function in functions.items() if "FunctionName" in function.properties]
    common = set.intersection(*({replace(each, who="") for each in roles[role]} for role in ours))
    found = {
        each for role, said in roles.items() for each in said if role not in ours or replace(each, who="") not in common
    }
    found |= {replace(each, who=EVERY_FUNCTION) for each in common}
    return found | set(_of_resources(assembly)) | set(_invocations(assembly))


def _of_role(role: Resource, words: Words) -> Iterator[Permission]:
    who = words.owner or words.name(role)
    for policy in role.properties.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield from _said(statement, words, who)
    for arn in role.properties.get("ManagedPolicyArns", []):
        yield Permission("Allow", "whatever the policy says", words.of(arn), "", who)
    for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]:
        for trusted in _said({**statement, "Resource": "its role"}, words, ""):
            yield replace(trusted, actions=f"{trusted.actions} by {_principal(statement, words)}", who=who)


def _of_resources(assembly: Assembly) -> Iterator[Permission]:
    for policy in assembly.resources(*_POLICIES):
        words = Words(assembly, policy.stack)
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            yield from _said(statement, words, _principal(statement, words))
    for key in assembly.resources("AWS::KMS::Key"):
        words = Words(assembly, key.stack)
        for statement in key.properties["KeyPolicy"]["Statement"]:
            yield from _said({**statement, "Resource": words.name(key)}, words, _principal(statement, words))


def _invocations(assembly: Assembly) -> Iterator[Permission]:
    for each in assembly.resources("AWS::Lambda::Permission"):
        words, said = Words(assembly, each.stack), each.properties
        if each.stack.startswith("api-") and said["Principal"] == "apigateway.amazonaws.com":
            continue
        conditions = {name: said[name] for name in ("SourceArn", "SourceAccount") if name in said}
        yield Permission(
            "Allow", said["Action"], words.of(said["FunctionName"]), words.condition(conditions), said["Principal"]
        )


def _said(statement: dict[str, Any], words: Words, who: str) -> Iterator[Permission]:
    """Yield a statement, once for each of its resources."""
    negated = "NotAction" in statement
    actions = ("all but " if negated else "") + ", ".join(
        sorted(_as_list(statement["NotAction" if negated else "Action"]))
    )
    resources = _as_list(statement["Resource"]) if "Resource" in statement else [{"all but": statement["NotResource"]}]
    for resource in resources:
        when = words.condition(statement.get("Condition", {}))
        yield Permission(statement["Effect"], actions, words.of(resource), when, who)


def _principal(statement: dict[str, Any], words: Words) -> str:
    principal = statement["Principal"]
    if isinstance(principal, str):
        return principal
    return ", ".join(words.of(each) for value in principal.values() for each in _as_list(value))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
