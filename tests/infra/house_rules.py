"""House rules for the deployment. Each takes the templates of a stage and yields one line for each violation."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from local.replay.clock import VARIABLE
from tests.infra.assembly import Assembly, Resource

type Rule = Callable[[Assembly], Iterator[str]]

MAX_RESOURCES = 450
GATEWAY_TIMEOUT = 29
READ_SECRET = "secretsmanager:GetSecretValue"
WRITE_LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
MAKE_LOGS = {"logs:CreateLogGroup", "logs:PutRetentionPolicy"}
READ_LOGS = {"logs:DescribeLogStreams", "logs:GetLogEvents"}
INTERFACES = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
"""Actions that Lambda performs with the role of a function in a network."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: Resource) -> Iterator[dict[str, Any]]:
    for policy in role.properties.get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]


def readable_secrets(assembly: Assembly, function: Resource) -> set[str]:
    """Return the secrets that a function's role allows it to read, as written in the template."""
    return {
        json.dumps(resource)
        for statement in statements(assembly.role_of(function))
        if READ_SECRET in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def gateway_functions(assembly: Assembly) -> Iterator[Resource]:
    """Yield the functions that a request waits for: those behind a method, and the authorizer."""
    for resource in assembly.resources("AWS::ApiGateway::Method", "AWS::ApiGateway::Authorizer"):
        if resource.properties.get("HttpMethod") == "OPTIONS":
            continue
        yield from functions_named(
            assembly, resource.stack, resource.properties.get("Integration", resource.properties)
        )


def functions_named(assembly: Assembly, stack: str, value: Any) -> Iterator[Resource]:
    """Yield the functions of the stack that `value` refers to, directly or through a version or an alias."""
    named = references(value)
    for pointer in assembly.resources("AWS::Lambda::Alias", "AWS::Lambda::Version", stack=stack):
        if pointer.logical_id in named:
            named |= references(pointer.properties["FunctionName"])
    for function in assembly.resources("AWS::Lambda::Function", stack=stack):
        if function.logical_id in named:
            yield function


def references(value: Any) -> set[str]:
    """Return the logical ids that a value refers to."""
    match value:
        case {"Ref": str(logical_id)} | {"Fn::GetAtt": [str(logical_id), _]}:
            return {logical_id}
        case dict():
            return set[str]().union(*map(references, value.values()))
        case list():
            return set[str]().union(*map(references, value))
    return set()


def each_function_has_its_own_role(assembly: Assembly) -> Iterator[str]:
    users = Counter(json.dumps([f.stack, f.properties["Role"]]) for f in assembly.functions())
    for function in assembly.functions():
        role = function.properties["Role"]
        if "Fn::GetAtt" not in role:
            yield f"{function} uses a role that its stack does not make"
        elif users[json.dumps([function.stack, role])] > 1:
            yield f"{function} shares its role"
        elif assembly.role_of(function).properties.get("ManagedPolicyArns"):
            yield f"{function} has a policy that somebody else manages"
    for policy in assembly.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        yield f"{policy} gives a role something that its own definition does not say"


def wildcards_are_explained(assembly: Assembly) -> Iterator[str]:
    for role in assembly.resources("AWS::IAM::Role"):
        for statement in statements(role):
            if statement["Effect"] == "Deny":
                continue
            actions = set(as_list(statement["Action"]))
            for resource in as_list(statement["Resource"]):
                if "*" in json.dumps(resource) and not _explained(role, actions, json.dumps(resource)):
                    yield f"{role} may {sorted(actions)} on {resource}"
            if any("*" in action for action in actions):
                yield f"{role} may {sorted(actions)}"


def _explained(role: Resource, actions: set[str], resource: str) -> bool:
    # X-Ray does not support resources. Names of raw answers, exports, artefacts, function versions and stacks are made
    # later.
    # CodeDeploy moves the aliases of its stage's functions, and describes alarms in batches.
    return (
        (resource == '"*"' and actions == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"})
        or (
            actions == {"s3:PutObject"}
            and resource.endswith(tuple(f'"/{provider}/*"]]}}' for provider in PROVIDERS))
            and "RawAnswers" in resource
        )
        or (actions == {"s3:GetObject", "s3:PutObject"} and resource.endswith('"/*"]]}') and "ModelsBucket" in resource)
        or (actions == {"s3:PutObject"} and resource.endswith('"/registry/*"]]}') and "ModelsBucket" in resource)
        or (
            actions in ({"s3:PutObject", "s3:AbortMultipartUpload"}, {"s3:GetObject"})
            and resource.endswith('"/exports/*"]]}')
            and "DatabaseExportsBucket" in resource
        )
        or (
            actions in ({"s3:GetObject"}, {"s3:PutObject"}, {"s3:DeleteObject"}, {"s3:GetObject", "s3:PutObject"})
            and resource.endswith(('"/files/*"]]}', '"/incoming/*"]]}'))
            and "UploadsBucket" in resource
        )
        # EC2's describe actions do not support them either. Lambda's network interfaces are created later.
        or (resource == '"*"' and actions == INTERFACES)
        # Enhanced Monitoring creates one log group, and writes to one stream for each instance.
        or (actions == MAKE_LOGS and resource.endswith(':log-group:RDSOSMetrics:*"]]}'))
        or (actions == {*WRITE_LOGS, *READ_LOGS} and resource.endswith(':log-group:RDSOSMetrics:log-stream:*"]]}'))
        # Alarms are named by the minute. All of them are in the group of one function.
        or (
            actions == {"scheduler:CreateSchedule"}
            and re.search(r'":schedule/pickvs-[a-z]+-[a-z0-9_]+/\*"\]\]}$', resource) is not None
        )
        or (actions == {"lambda:InvokeFunction"} and "TriggerCustomResourceProvider" in role.logical_id)
        or (
            actions == {"lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"}
            and '":function:pickvs-' in resource
            and role.logical_id.startswith("RolloutRole")
        )
        or (
            actions == {"cloudwatch:DescribeAlarms"}
            and resource.endswith('":alarm:*"]]}')
            and role.logical_id.startswith("RolloutRole")
        )
        or (
            actions == {"cloudformation:DescribeStacks", "cloudformation:GetTemplate"}
            and resource.endswith('-*/*"]]}')
            and role.stack == "delivery"
        )
    )


def each_function_has_its_own_log_group(assembly: Assembly) -> Iterator[str]:
    groups: Counter[str] = Counter()
    for function in assembly.functions():
        group = function.properties.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref")
        groups[f"{function.stack}/{group}"] += 1
        if group is None:
            yield f"{function} has no log group"
            continue
        writable = [
            resource
            for statement in statements(assembly.role_of(function))
            if set(as_list(statement["Action"])) >= WRITE_LOGS
            for resource in as_list(statement["Resource"])
        ]
        if writable != [{"Fn::GetAtt": [group, "Arn"]}]:
            yield f"{function} may not write to its log group alone"
    yield from (f"{group} is shared" for group, count in groups.items() if count > 1)


def logs_end(assembly: Assembly) -> Iterator[str]:
    for group in assembly.resources("AWS::Logs::LogGroup"):
        if not group.properties.get("RetentionInDays"):
            yield f"{group} keeps its lines for ever"


def requests_end_before_the_gateway_gives_up(assembly: Assembly) -> Iterator[str]:
    for function in gateway_functions(assembly):
        if function.properties.get("Timeout", GATEWAY_TIMEOUT) >= GATEWAY_TIMEOUT:
            yield f"{function} may take {function.properties.get('Timeout')} s"


QUEUE = {"train"}
"""Functions whose events wait for the runs before them, each of up to 15 minutes."""
PROVIDERS = (
    *("odds_api", "espn", "balldontlie", "nflverse", "statsapi", "nba_report", "jolpica", "f1db"),
    *("nws", "open_meteo", "draftkings"),
)
"""Whose answers are kept, each in a folder of its name."""
SHARE_THEIR_WORK = {"build_lineups", "simulate_contest", "deliver_notices", "tick_drafts"}
"""Functions whose runs may overlap: each takes work that no other has taken."""


def scheduled_work_is_never_lost(assembly: Assembly) -> Iterator[str]:
    invoke_configs = {
        json.dumps([config.stack, config.properties["FunctionName"]]): config.properties
        for config in assembly.resources("AWS::Lambda::EventInvokeConfig")
    }
    for rule in assembly.resources("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            if "Arn" not in target.get("DeadLetterConfig", {}):
                yield f"{rule} has no dead-letter queue"
            retry = target.get("RetryPolicy", {})
            if retry.get("MaximumRetryAttempts", 185) > 3 or retry.get("MaximumEventAgeInSeconds", 86_400) > 900:
                yield f"{rule} retries too often or too long"
            for function in functions_named(assembly, rule.stack, target["Arn"]):
                config = invoke_configs.get(json.dumps([rule.stack, {"Ref": function.logical_id}]), {})
                if "Destination" not in config.get("DestinationConfig", {}).get("OnFailure", {}):
                    yield f"{function} has no dead-letter queue"
                name = str(function.properties["FunctionName"]).rpartition("-")[2]
                longest = 3 * 3600 if name in QUEUE else 3600
                if (
                    config.get("MaximumRetryAttempts", 3) > 2
                    or config.get("MaximumEventAgeInSeconds", 21_600) > longest
                ):
                    yield f"{function} is retried too often or too long"
                at_once = function.properties.get("ReservedConcurrentExecutions")
                shares = name in SHARE_THEIR_WORK
                if at_once is None or (at_once != 1 and not shares):
                    yield f"{function} may run twice at once"


def each_method_says_who_may_call_it(assembly: Assembly) -> Iterator[str]:
    for method in assembly.resources("AWS::ApiGateway::Method"):
        match method.properties.get("AuthorizationType"):
            case "NONE":
                if "AuthorizerId" in method.properties:
                    yield f"{method} is public and has an authorizer"
            case "CUSTOM":
                if "AuthorizerId" not in method.properties:
                    yield f"{method} has no authorizer"
            case other:
                yield f"{method} says {other}"


def functions_know_the_secrets_they_may_read(assembly: Assembly) -> Iterator[str]:
    """The role of each function grants exactly the secrets that its environment names."""
    for function in assembly.functions():
        named = {
            json.dumps(value)
            for name, value in function.properties.get("Environment", {}).get("Variables", {}).items()
            if name.endswith("_SECRET_ARN")
        }
        if named != readable_secrets(assembly, function):
            yield f"{function} names {sorted(named)} and may read {sorted(readable_secrets(assembly, function))}"


def no_secret_value_in_a_template(assembly: Assembly) -> Iterator[str]:
    for secret in assembly.resources("AWS::SecretsManager::Secret"):
        if "SecretString" in secret.properties:
            yield f"{secret} has its value in the template"
    for name, template in assembly.templates.items():
        text = json.dumps(template)
        # A connection string with a password.
        yield from (f"{name} has {part}" for part in ("postgresql://u", "@localhost") if part in text)
        # CloudFormation's way to copy a secret into a resource. The database can get its password in no other way.
        passwords = [
            json.dumps(each.properties.get("MasterUserPassword"))
            for each in assembly.resources("AWS::RDS::DBCluster", stack=name)
        ]
        if not all("{{resolve:secretsmanager:" in each for each in passwords):
            yield f"{name} has a database's password"
        if text.count("{{resolve:") > "".join(passwords).count("{{resolve:"):
            yield f"{name} copies a secret"
    for function in assembly.functions():
        for variable, value in function.properties.get("Environment", {}).get("Variables", {}).items():
            words = set(variable.lower().split("_"))
            if words & {"key", "password", "secret", "token"} and (words & {"arn"} == set() or isinstance(value, str)):
                yield f"{function} has {variable} in its environment"


def secrets_made_here_are_rotated(assembly: Assembly) -> Iterator[str]:
    """Secrets that AWS generates must be rotated here. Secrets from outside are changed where they come from."""
    schedules = list(assembly.resources("AWS::SecretsManager::RotationSchedule"))
    for secret in assembly.resources("AWS::SecretsManager::Secret"):
        if "GenerateSecretString" not in secret.properties:
            continue
        own = [each for each in schedules if secret.logical_id in json.dumps(each.properties.get("SecretId"))]
        if not own:
            yield f"{secret} is never rotated"
        for schedule in own:
            if not 0 < schedule.properties.get("RotationRules", {}).get("AutomaticallyAfterDays", 0) <= 90:
                yield f"{schedule} does not rotate within 90 days"


def data_is_encrypted(assembly: Assembly) -> Iterator[str]:
    for queue in assembly.resources("AWS::SQS::Queue"):
        if not (queue.properties.get("SqsManagedSseEnabled") or queue.properties.get("KmsMasterKeyId")):
            yield f"{queue} is not encrypted"
        if not refuses_plain_text(assembly, queue, "AWS::SQS::QueuePolicy", "Queues"):
            yield f"{queue} may be used without TLS"
    for bucket in assembly.resources("AWS::S3::Bucket"):
        if "BucketEncryption" not in bucket.properties:
            yield f"{bucket} is not encrypted"
        if not refuses_plain_text(assembly, bucket, "AWS::S3::BucketPolicy", "Bucket"):
            yield f"{bucket} may be used without TLS"


def refuses_plain_text(assembly: Assembly, resource: Resource, policy_type: str, names: str) -> bool:
    return any(
        statement["Effect"] == "Deny" and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for policy in assembly.resources(policy_type, stack=resource.stack)
        if {"Ref": resource.logical_id} in as_list(policy.properties[names])
        for statement in policy.properties["PolicyDocument"]["Statement"]
    )


def buckets_are_private_and_versioned(assembly: Assembly) -> Iterator[str]:
    for bucket in assembly.resources("AWS::S3::Bucket"):
        blocks = bucket.properties.get("PublicAccessBlockConfiguration", {})
        if len(blocks) != 4 or not all(blocks.values()):
            yield f"{bucket} is not private"
        if bucket.properties.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"{bucket} forgets"


def stacks_have_room(assembly: Assembly) -> Iterator[str]:
    for name, template in assembly.templates.items():
        if len(template["Resources"]) >= MAX_RESOURCES:
            yield f"{name} has {len(template['Resources'])} resources"


def stacks_share_no_layer(assembly: Assembly) -> Iterator[str]:
    for function in assembly.functions():
        for layer in function.properties.get("Layers", []):
            if layer.get("Ref") not in assembly.templates[function.stack]["Resources"]:
                yield f"{function} uses the layer of another stack"


def requests_are_traced(assembly: Assembly) -> Iterator[str]:
    for function in assembly.functions():
        ours = function.properties["Runtime"].startswith("python")
        if ours and function.properties.get("TracingConfig") != {"Mode": "Active"}:
            yield f"{function} is not traced"
    for stage in assembly.resources("AWS::ApiGateway::Stage"):
        if stage.properties.get("TracingEnabled") is not True:
            yield f"{stage} is not traced"


def nobody_holds_the_clock(assembly: Assembly) -> Iterator[str]:
    """No function has the variable by which a replay holds the clock. The laptop cloud adds it to its functions."""
    for function in assembly.functions():
        if VARIABLE in function.properties.get("Environment", {}).get("Variables", {}):
            yield f"{function} can be told another time than the real one"


HOUSE_RULES: tuple[Rule, ...] = (
    each_function_has_its_own_role,
    wildcards_are_explained,
    each_function_has_its_own_log_group,
    logs_end,
    requests_end_before_the_gateway_gives_up,
    scheduled_work_is_never_lost,
    each_method_says_who_may_call_it,
    functions_know_the_secrets_they_may_read,
    no_secret_value_in_a_template,
    secrets_made_here_are_rotated,
    data_is_encrypted,
    buckets_are_private_and_versioned,
    stacks_have_room,
    stacks_share_no_layer,
    requests_are_traced,
    nobody_holds_the_clock,
)
