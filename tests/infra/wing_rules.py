"""House rules for one REST API in several stacks: gateway, one stack for each wing, and front."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from cdk.routes.shared_paths import SHARED_PATHS, shared_part
from tests.infra.assembly import Assembly, Resource, needs
from tests.infra.house_rules import Rule

PATH = "AWS::ApiGateway::Resource"


def paths(assembly: Assembly, stack: str | None = None) -> Iterator[tuple[str, Resource]]:
    """Return the path resources by path."""
    for each in assembly.resources(PATH, stack=stack):
        yield f"{assembly.path(each.stack, each.properties['ParentId'])}/{each.properties['PathPart']}", each


def shared_paths_are_the_gateway_s(assembly: Assembly) -> Iterator[str]:
    """Only shared paths are in the gateway's stack, because CloudFormation cannot move a path between stacks."""
    own = [path for path, each in paths(assembly) if each.stack == "gateway"]
    yield from (f"gateway lacks {path}" for path in SHARED_PATHS if path not in own)
    yield from (f"gateway has {path}, which is not shared" for path in own if path not in SHARED_PATHS)
    for path, each in paths(assembly):
        if each.stack != "gateway" and path in SHARED_PATHS:
            yield f"{each} is the gateway's {path}"


def each_path_has_one_owner(assembly: Assembly) -> Iterator[str]:
    """Each path is created once. Unless it is shared, the same stack creates the paths below it."""
    made = defaultdict[str, list[Resource]](list)
    owners = defaultdict[str, set[str]](set)
    for path, each in paths(assembly):
        made[path].append(each)
        if path not in SHARED_PATHS:
            shared = shared_part(path)
            owners["/".join(path.split("/")[: shared.count("/") + 2])].add(each.stack)
    for path, resources in made.items():
        if len(resources) > 1:
            yield f"{path} is made by {', '.join(sorted(map(str, resources)))}"
    for path, stacks in owners.items():
        if len(stacks) > 1:
            yield f"{path} is shared by {', '.join(sorted(stacks))}"


def the_gateway_exports_what_wings_build_on(assembly: Assembly) -> Iterator[str]:
    """The API, its root, its authorizer and every shared path, even if no wing uses them."""
    exported = [value for stack, value in assembly.exports().values() if stack == "gateway"]
    wanted: dict[str, Any] = {path: {"Ref": each.logical_id} for path, each in paths(assembly, "gateway")}
    for api in assembly.resources("AWS::ApiGateway::RestApi"):
        wanted |= {
            "the API": {"Ref": api.logical_id},
            "its root": {"Fn::GetAtt": [api.logical_id, "RootResourceId"]},
        }
    for authorizer in assembly.resources("AWS::ApiGateway::Authorizer"):
        wanted["the authorizer"] = {"Ref": authorizer.logical_id}
    yield from (f"gateway does not export {name}" for name, value in wanted.items() if value not in exported)
    yield from (f"gateway exports {value}" for value in exported if value not in wanted.values())


def wings_and_front_export_nothing(assembly: Assembly) -> Iterator[str]:
    """Each stack can therefore replace its resources."""
    for name, (stack, _) in assembly.exports().items():
        if stack in {*assembly.wings(), "front"}:
            yield f"{stack} exports {name}"


def front_comes_after_all_wings_and_takes_nothing_of_them(assembly: Assembly) -> Iterator[str]:
    yield from (f"front does not wait for {wing}" for wing in assembly.wings() if wing not in needs(assembly)["front"])
    text = json.dumps(assembly.templates["front"])
    yield from (f"front refers to {wing}" for wing in assembly.wings() if f"pickvs-{assembly.stage}-{wing}" in text)
    for name in imported(assembly.templates["front"]):
        if not name.startswith(f"pickvs-{assembly.stage}-gateway:"):
            yield f"front takes {name}"


def what_is_served_stands_in_front(assembly: Assembly) -> Iterator[str]:
    """There is one deployment and one stage. A second one in any stack would serve an outdated API."""
    for kind in ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"):
        stacks = [each.stack for each in assembly.resources(kind)]
        if stacks != ["front"]:
            yield f"{kind} is in {stacks}"


def imported(value: Any) -> Iterator[str]:
    """Return the names of the exports that a value imports."""
    match value:
        case {"Fn::ImportValue": str(name)}:
            yield name
        case dict():
            for each in value.values():
                yield from imported(each)
        case list():
            for each in value:
                yield from imported(each)


_NAMES = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CodeDeploy::Application": "ApplicationName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Events::Rule": "Name",
}


def names_are_given_once(assembly: Assembly) -> Iterator[str]:
    """No two stacks create resources with the same name, because the second could not be deployed."""
    named = defaultdict[str, list[Resource]](list)
    for each in assembly.resources(*_NAMES):
        name = each.properties.get(_NAMES[each.type])
        if name is not None:
            named[f"{each.type} {json.dumps(name, sort_keys=True)}"].append(each)
    for name, resources in named.items():
        if len(resources) > 1:
            yield f"{name} is made by {', '.join(sorted(map(str, resources)))}"


WING_RULES: tuple[Rule, ...] = (
    shared_paths_are_the_gateway_s,
    each_path_has_one_owner,
    the_gateway_exports_what_wings_build_on,
    wings_and_front_export_nothing,
    front_comes_after_all_wings_and_takes_nothing_of_them,
    what_is_served_stands_in_front,
    names_are_given_once,
)
