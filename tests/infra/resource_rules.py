"""House rules for resources: storage, access, notification and ownership."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from cdk.config import stage_config
from cdk.constructs.rest_api import STAGE_NAME
from cdk.routes import WINGS
from cdk.routes.model import Auth, Wing
from tests.infra.assembly import ROOT, Assembly, Resource
from tests.infra.house_rules import Rule, as_list, functions_named, refuses_plain_text

TAGS = {"application", "stage", "component"}
MODERN_TLS = ("SecurityPolicy_TLS13_1_2_PFS_", "SecurityPolicy_TLS13_1_3_")
HOLDS_DATA = {
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::KMS::Key",
    "AWS::RDS::DBCluster",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
}
"""Resource types whose data is lost with the stack unless retained. Without its key, encrypted data is lost too."""
KEEPS_NOTHING = {"AWS::SNS::Topic"}
"""Resource types that store nothing. A key that only they use may be deleted with them."""
KEPT = {"Retain", "RetainExceptOnCreate", "Snapshot"}

IS_ENCRYPTED: dict[str, Callable[[dict[str, Any]], bool]] = {
    "AWS::ApiGateway::Stage": lambda p: (
        not p.get("CacheClusterEnabled")
        or all(each.get("CacheDataEncrypted") for each in p["MethodSettings"] if each.get("CachingEnabled"))
    ),
    "AWS::DynamoDB::Table": lambda p: bool(p.get("SSESpecification", {}).get("SSEEnabled")),
    "AWS::EFS::FileSystem": lambda p: p.get("Encrypted") is True,
    "AWS::Kinesis::Stream": lambda p: "StreamEncryption" in p,
    "AWS::RDS::DBCluster": lambda p: p.get("StorageEncrypted") is True,
    "AWS::SNS::Topic": lambda p: bool(p.get("KmsMasterKeyId")),
}
"""Types not encrypted by default, except buckets and queues. Secrets and logs are always encrypted."""


@cache
def tag_property(kind: str) -> str | None:
    """Return the property with the tags of a resource type, from CloudFormation's schema; None if not taggable."""
    if not kind.startswith("AWS::"):
        return None
    # Importing it takes seconds, and every test process reads this file.
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    tagging = schema.get("tagging", {})
    if not tagging.get("taggable"):
        return None
    return str(tagging.get("tagProperty", "/properties/Tags")).removeprefix("/properties/")


def everything_says_whose_it_is(assembly: Assembly) -> Iterator[str]:
    for resource in assembly.resources():
        name = tag_property(resource.type)
        if name is None:
            continue
        tags = resource.properties.get(name, [])
        found = tags if isinstance(tags, dict) else {each["Key"]: each["Value"] for each in tags}
        if not set(found) >= TAGS:
            yield f"{resource} lacks the tags {sorted(TAGS - set(found))}"
        elif (found["stage"], found["component"]) != (assembly.stage, resource.stack):
            yield f"{resource} says that it is of {found['stage']} {found['component']}"


def data_outlives_its_stack(assembly: Assembly) -> Iterator[str]:
    if not stage_config(assembly.stage).retention.data_is_kept:
        return
    for resource in assembly.resources(*HOLDS_DATA):
        if resource.type == "AWS::KMS::Key" and _users_of(assembly, resource) <= KEEPS_NOTHING:
            continue
        if not {resource.body.get("DeletionPolicy"), resource.body.get("UpdateReplacePolicy")} <= KEPT:
            yield f"{resource} goes with its stack"
        if resource.stack not in assembly.protected:
            yield f"{resource.stack} holds data and is not protected"
    for cluster in assembly.resources("AWS::RDS::DBCluster"):
        if cluster.properties.get("DeletionProtection") is not True:
            yield f"{cluster} is not protected"


def _users_of(assembly: Assembly, resource: Resource) -> set[str]:
    """Return the types that refer to a resource in its stack. A reference from another stack counts as its own type."""
    named = f'"{resource.logical_id}"'
    outputs = json.dumps(assembly.templates[resource.stack].get("Outputs", {}))
    return {each.type for each in assembly.resources(stack=resource.stack) if named in json.dumps(each.body)} | (
        {resource.type} if named in outputs else set()
    )


def nothing_is_stored_in_the_clear(assembly: Assembly) -> Iterator[str]:
    for resource in assembly.resources(*IS_ENCRYPTED):
        if not IS_ENCRYPTED[resource.type](resource.properties):
            yield f"{resource} is not encrypted"
    for topic in assembly.resources("AWS::SNS::Topic"):
        if not refuses_plain_text(assembly, topic, "AWS::SNS::TopicPolicy", "Topics"):
            yield f"{topic} may be used without TLS"


def nothing_is_open_to_everybody(assembly: Assembly) -> Iterator[str]:
    for resource in assembly.resources():
        for document in ("PolicyDocument", "KeyPolicy", "ResourcePolicy", "AssumeRolePolicyDocument"):
            for statement in as_list(resource.properties.get(document, {}).get("Statement", [])):
                if statement["Effect"] == "Allow" and "Condition" not in statement and _is_anybody(statement):
                    yield f"{resource} lets in everybody"
    for permission in assembly.resources("AWS::Lambda::Permission"):
        # A service acts on behalf of its callers: without a source, any account could use the permission.
        if permission.properties["Principal"] == "*" or not {"SourceArn", "SourceAccount"} & set(permission.properties):
            yield f"{permission} lets in everybody"
    for url in assembly.resources("AWS::Lambda::Url"):
        if url.properties.get("AuthType") != "AWS_IAM":
            yield f"{url} lets in everybody"


def _is_anybody(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    named = list(principal.values()) if isinstance(principal, dict) else [principal]
    return any("*" in as_list(each) for each in named)


def the_gateway_calls_by_the_stage_alone(assembly: Assembly) -> Iterator[str]:
    """Each permission is for a method of its own stack, on the one stage. The console's test stage has no throttle."""
    routes = {(verb, re.sub(r"\{[^}]*\}", "*", path)): method for (verb, path), method in assembly.methods().items()}
    for permission in assembly.resources("AWS::Lambda::Permission"):
        if permission.properties["Principal"] != "apigateway.amazonaws.com":
            continue
        source = permission.properties["SourceArn"]["Fn::Join"][1]
        if source[-2] == "/authorizers/":
            continue
        _, stage, verb, *parts = str(source[-1]).split("/")
        method = routes.get((verb, "/" + "/".join(parts)))
        if stage != STAGE_NAME or method is None or method.stack != permission.stack:
            yield f"{permission} lets in {source[-1]}"
        elif assembly.meant(permission.stack, source[-2]).type != "AWS::ApiGateway::RestApi":
            yield f"{permission} lets in another API"


def alarms_call_somebody(assembly: Assembly) -> Iterator[str]:
    for alarm in assembly.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        if not alarm.properties.get("AlarmActions") or alarm.properties.get("ActionsEnabled") is False:
            yield f"{alarm} rings where nobody is"


def events_are_never_lost(assembly: Assembly) -> Iterator[str]:
    """The same as for EventBridge's rules, for all other ways to invoke a function by an event."""
    kept = {
        json.dumps([config.stack, config.properties["FunctionName"]])
        for config in assembly.resources("AWS::Lambda::EventInvokeConfig")
        if "Destination" in config.properties.get("DestinationConfig", {}).get("OnFailure", {})
    }
    for permission in assembly.resources("AWS::Lambda::Permission"):
        if permission.properties["Principal"] in {f"{each}.amazonaws.com" for each in ("events", "logs", "s3", "sns")}:
            for function in functions_named(assembly, permission.stack, permission.properties["FunctionName"]):
                if json.dumps([function.stack, {"Ref": function.logical_id}]) not in kept:
                    yield f"{function} is called by events and has no dead-letter queue"
    for schedule in assembly.resources("AWS::Scheduler::Schedule"):
        if "Arn" not in schedule.properties["Target"].get("DeadLetterConfig", {}):
            yield f"{schedule} has no dead-letter queue"
    for subscription in assembly.resources("AWS::SNS::Subscription"):
        if subscription.properties["Protocol"] in {"lambda", "sqs"} and "RedrivePolicy" not in subscription.properties:
            yield f"{subscription} has no dead-letter queue"


def streams_are_never_lost(assembly: Assembly) -> Iterator[str]:
    """Events that Lambda polls from a queue or a stream go to another queue if they fail."""
    for mapping in assembly.resources("AWS::Lambda::EventSourceMapping"):
        queues = [
            queue
            for queue in assembly.resources("AWS::SQS::Queue", stack=mapping.stack)
            if f'"{queue.logical_id}"' in json.dumps(mapping.properties["EventSourceArn"])
        ]
        redriven = [queue for queue in queues if "RedrivePolicy" in queue.properties]
        if not redriven and "OnFailure" not in mapping.properties.get("DestinationConfig", {}):
            yield f"{mapping} has no dead-letter queue"


def the_api_speaks_modern_tls(assembly: Assembly) -> Iterator[str]:
    for endpoint in assembly.resources("AWS::ApiGateway::RestApi", "AWS::ApiGateway::DomainName"):
        if not str(endpoint.properties.get("SecurityPolicy")).startswith(MODERN_TLS):
            yield f"{endpoint} takes {endpoint.properties.get('SecurityPolicy')}"


def the_web_acl_stands_in_front(assembly: Assembly) -> Iterator[str]:
    """If a stage has a web ACL, every API stage is associated with it, and its logs contain no tokens."""
    if stage_config(assembly.stage).edge.web_acl is None:
        return
    guarded = [
        json.dumps(each.properties["ResourceArn"]) for each in assembly.resources("AWS::WAFv2::WebACLAssociation")
    ]
    for stage in assembly.resources("AWS::ApiGateway::Stage"):
        if not any(f'"{stage.logical_id}"' in arn for arn in guarded):
            yield f"{stage} has no web ACL"
    logged = {each.properties["ResourceArn"]["Fn::GetAtt"][0]: each for each in _web_acl_logs(assembly)}
    for acl in assembly.resources("AWS::WAFv2::WebACL"):
        if acl.logical_id not in logged:
            yield f"{acl} is not logged"
        elif {"SingleHeader": {"Name": "authorization"}} not in logged[acl.logical_id].properties.get(
            "RedactedFields", []
        ):
            yield f"{acl} logs tokens"


def _web_acl_logs(assembly: Assembly) -> Iterator[Resource]:
    for logging in assembly.resources("AWS::WAFv2::LoggingConfiguration"):
        target = json.dumps(logging.properties["LogDestinationConfigs"])
        for group in assembly.resources("AWS::Logs::LogGroup", stack=logging.stack):
            if f'"{group.logical_id}"' in target and group.properties["LogGroupName"].startswith("aws-waf-logs-"):
                yield logging


def routes_are_those_of_the_table(assembly: Assembly) -> Iterator[str]:
    """ENDPOINTS, the files in functions/api, the functions and the routes agree."""
    yield from routes_are_those_of(WINGS, assembly)
    files = {f"{path.stem}.app" for path in (ROOT / "functions" / "api").glob("*/*.py")}
    handlers = {str(each.properties["Handler"]) for each in assembly.functions()}
    deployed = {handler for handler in handlers if handler.endswith(".app")}
    yield from (f"{handler} has a file or a function, and not both" for handler in sorted(files ^ deployed))


def routes_are_those_of(wings: Sequence[Wing], assembly: Assembly) -> Iterator[str]:
    """Each row has a method in its wing's stack, with the row's authorization and function. There are no others."""
    table = {(each.method, each.path): (wing, each) for wing in wings for each in wing.endpoints}
    routes = {route: method for route, method in assembly.methods().items() if route[0] != "OPTIONS"}
    yield from (f"no route for {row.name}" for route, (_, row) in table.items() if route not in routes)
    for route, method in routes.items():
        if route not in table:
            yield f"{method} is in no table: {' '.join(route)}"
            continue
        wing, row = table[route]
        if method.stack != wing.stack:
            yield f"{method} is of the wing {wing.name}"
        called = {
            function.properties["Handler"]
            for function in functions_named(assembly, method.stack, method.properties["Integration"])
        }
        if called != (set() if row.retired else {f"{row.name}.app"}):
            yield f"{method} calls {sorted(called)} for {' '.join(route)}"
        if (method.properties.get("AuthorizationType") == "NONE") != (row.auth is Auth.PUBLIC):
            yield f"{method} does not ask for what its row says"


def answers_of_the_gateway_are_declared(assembly: Assembly) -> Iterator[str]:
    """For methods without a function: API Gateway refuses responses and headers that are not declared."""
    for method in assembly.resources("AWS::ApiGateway::Method"):
        declared = {
            each["StatusCode"]: set(each.get("ResponseParameters", ()))
            for each in method.properties.get("MethodResponses", ())
        }
        answers = method.properties["Integration"].get("IntegrationResponses", [])
        if method.properties["Integration"]["Type"] == "MOCK" and not answers:
            yield f"{method} answers nothing"
        for answer in answers:
            stated = set(answer.get("ResponseParameters", ()))
            if answer["StatusCode"] not in declared or not stated <= declared[answer["StatusCode"]]:
                yield f"{method} answers {answer['StatusCode']} with what it does not declare"


RESOURCE_RULES: tuple[Rule, ...] = (
    everything_says_whose_it_is,
    data_outlives_its_stack,
    nothing_is_stored_in_the_clear,
    nothing_is_open_to_everybody,
    alarms_call_somebody,
    events_are_never_lost,
    streams_are_never_lost,
    the_api_speaks_modern_tls,
    the_web_acl_stands_in_front,
    routes_are_those_of_the_table,
    answers_of_the_gateway_are_declared,
    the_gateway_calls_by_the_stage_alone,
)
