"""Reading a cloud assembly, and resolving its intrinsic functions."""

from pathlib import Path
from typing import Any

import pytest

from local.api_blueprint import Throttle, read_api
from local.assembly import read_assembly
from local.blueprint import read_blueprint
from local.errors import LaptopError
from local.intrinsics import Resolver
from tests.local.assemblies import AssemblyWriter, allow, arn


def resolver(**template: Any) -> Resolver:
    return Resolver(
        stack="test",
        pseudo_parameters={"AWS::Region": "us-east-1", "AWS::Partition": "aws"},
        template=template,
        reference=lambda name: f"<{name}>",
        attribute=lambda name, attribute: f"<{name}:{attribute}>",
        exports={"other:Thing": "thing"},
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Table"}, "<Table>"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "Size"}, "small"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "<Table:Arn>"),
        ({"Fn::GetAtt": "Table.Stream.Arn"}, "<Table:Stream.Arn>"),
        ({"Fn::Join": [":", ["a", {"Ref": "B"}, 3]]}, "a:<B>:3"),
        ({"Fn::Sub": "${AWS::Partition}-${Table}-${Table.Arn}-${!Literal}"}, "aws-<Table>-<Table:Arn>-${Literal}"),
        ({"Fn::Sub": ["${Own}/${Table}", {"Own": {"Ref": "X"}}]}, "<X>/<Table>"),
        ({"Fn::ImportValue": "other:Thing"}, "thing"),
        ({"Fn::ImportValue": {"Fn::Join": ["", ["other", ":Thing"]]}}, "thing"),
        ({"Fn::Select": [1, {"Fn::Split": [":", "a:b:c"]}]}, "b"),
        ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "key"]}, "found"),
        ({"Fn::Base64": "text"}, "dGV4dA=="),
        ({"Fn::If": ["Here", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Elsewhere", "yes", {"Ref": "No"}]}, "<No>"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [1, {"Ref": "AWS::NoValue"}]}, {"b": [1]}),
        ({"Statement": {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}}, None),
    ],
)
def test_intrinsic_functions_resolve(value: Any, expected: Any) -> None:
    resolved = resolver(
        Parameters={"Size": {"Default": "small"}},
        Mappings={"Map": {"us-east-1": {"key": "found"}}},
        Conditions={
            "Here": {"Fn::And": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}, {"Fn::Not": [False]}]},
            "Elsewhere": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Not": [{"Condition": "Here"}]}]},
        },
    ).resolve(value)

    assert resolved == (value if expected is None else expected)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"Fn::ImportValue": "nobody:Knows"}, "no earlier stack exports nobody:Knows"),
        ({"Fn::Transform": {}}, "Fn::Transform is not supported"),
        ({"Fn::If": ["Unknown", 1, 2]}, "there is no condition Unknown"),
        ("{{resolve:ssm:/name}}", "dynamic references"),
    ],
)
def test_what_cannot_be_resolved_is_said(value: Any, reason: str) -> None:
    with pytest.raises(LaptopError, match=reason):
        resolver().resolve(value)


def test_a_function_is_read_with_all_that_it_needs(assembly: AssemblyWriter) -> None:
    secret = assembly.secret("Key", "test/key", GenerateSecretString={})
    assembly.function(
        "Work",
        "",
        statements=[allow("secretsmanager:GetSecretValue", secret)],
        environment={"KEY": secret, "COUNT": 3},
        Timeout=7,
        ReservedConcurrentExecutions=1,
        Layers=[{"Ref": "Layer"}],
    )
    assembly.api["Layer"] = {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {"Content": assembly.asset("layer", {"python/common.py": ""})},
    }
    assembly.api["More"] = {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "more",
            "Roles": [{"Ref": "WorkRole"}],
            "PolicyDocument": {"Statement": allow("s3:PutObject", "*")},
        },
    }
    assembly.api["Queue"] = {"Type": "AWS::SQS::Queue"}
    assembly.api["Config"] = {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": {"Ref": "Work"},
            "MaximumRetryAttempts": 0,
            "MaximumEventAgeInSeconds": 60,
            "DestinationConfig": {"OnFailure": {"Destination": arn("Queue")}},
        },
    }

    (function,) = read_blueprint(assembly.deployment()).functions

    key = function.environment["KEY"]
    assert key.startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:test/key-")
    assert function.environment["COUNT"] == "3"
    assert (function.name, function.full_name, function.timeout, function.memory_mb) == ("work", "test-work", 7, 256)
    assert function.reserved_concurrency == 1
    assert function.code == assembly.folder / "asset.work"
    assert function.layers == (assembly.folder / "asset.layer",)
    assert [(statement.actions, statement.resources) for statement in function.statements] == [
        (("secretsmanager:GetSecretValue",), (key,)),
        (("s3:PutObject",), ("*",)),
    ]
    assert (function.retries, function.max_event_age) == (0, 60)
    assert function.on_failure == "arn:aws:sqs:us-east-1:123456789012:test-api-Queue"


def test_triggers_name_the_function_behind_the_version(assembly: AssemblyWriter) -> None:
    assembly.function("Migrate", "")
    assembly.trigger("Run", "Migrate")

    blueprint = read_blueprint(assembly.deployment())

    assert [trigger.function for trigger in blueprint.triggers] == [blueprint.functions[0].arn]
    assert [function.name for function in blueprint.functions] == ["migrate"], "CDK's provider is not one of ours"


def test_the_api_is_read_with_paths_throttles_and_authorizer(assembly: AssemblyWriter) -> None:
    assembly.function("Show", "")
    assembly.function("Guard", "")
    assembly.rest_api(
        stage={
            "MethodSettings": [
                {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100},
                {"ResourcePath": "/~1games~1{id}", "HttpMethod": "GET", "LoggingLevel": "ERROR"},
                {"ResourcePath": "/~1games", "HttpMethod": "GET", "ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 6},
            ]
        }
    )
    assembly.authorizer("Authorizer", "Guard")
    assembly.route("GET", "/games", "Show")
    assembly.route("GET", "/games/{id}", "Show", authorizer="Authorizer", TimeoutInMillis=9000)

    api = read_api(assembly.deployment())

    by_path = {route.resource: route for route in api.routes}
    assert api.stage == "api"
    assert by_path["/games"].throttle == Throttle(5, 6)
    assert by_path["/games/{id}"].throttle == Throttle(50, 100)
    assert by_path["/games"].authorizer is None
    assert by_path["/games"].timeout == 29
    assert by_path["/games/{id}"].timeout == 9
    assert by_path["/games/{id}"].authorizer is not None
    assert by_path["/games/{id}"].authorizer.function.endswith(":function:test-guard")
    assert by_path["/games/{id}"].authorizer.identity_sources == ("method.request.header.Authorization",)


def test_an_alias_leads_to_its_function(assembly: AssemblyWriter) -> None:
    assembly.function("Show", "")
    assembly.function("Guard", "")
    assembly.alias("ShowLive", "Show")
    assembly.alias("GuardLive", "Guard")
    assembly.rest_api()
    assembly.authorizer("Authorizer", "GuardLive")
    assembly.route("GET", "/games", "ShowLive", authorizer="Authorizer")
    deployment = assembly.deployment()

    functions = {function.name: function.arn for function in read_blueprint(deployment).functions}
    (route,) = read_api(deployment).routes

    assert functions["show"].endswith(":function:test-show")
    assert route.answered_by == functions["show"]
    assert route.authorizer is not None
    assert route.authorizer.function == functions["guard"]


@pytest.mark.parametrize(
    ("kind", "properties", "reason"),
    [
        ("AWS::DynamoDB::Table", {}, "neither runs nor leaves out knowingly: AWS::DynamoDB::Table \\(Thing\\)"),
        ("AWS::Events::Rule", {"EventPattern": {}}, "does not support event patterns"),
    ],
)
def test_what_cannot_run_on_a_laptop_is_refused(
    assembly: AssemblyWriter, kind: str, properties: dict[str, Any], reason: str
) -> None:
    assembly.api["Thing"] = {"Type": kind, "Properties": properties}

    with pytest.raises(LaptopError, match=reason):
        read_blueprint(assembly.deployment())


def test_another_python_is_refused(assembly: AssemblyWriter) -> None:
    assembly.function("Old", "", Runtime="python3.12")

    with pytest.raises(LaptopError, match=r"wants python3\.12"):
        read_blueprint(assembly.deployment())


def test_what_is_left_out_knowingly_still_has_a_name(assembly: AssemblyWriter) -> None:
    assembly.api["Logs"] = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/lambda/work"}}
    assembly.function("Work", "", environment={"LOGS": {"Ref": "Logs"}, "ARN": arn("Logs")})

    (function,) = read_blueprint(assembly.deployment()).functions

    assert function.environment["LOGS"] == "/aws/lambda/work"
    assert function.environment["ARN"] == "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/work:*"


def test_a_missing_or_broken_assembly_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(LaptopError, match=r"manifest\.json is missing; write the assembly with `cdk synth"):
        read_assembly(tmp_path)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(LaptopError, match="cannot be read"):
        read_assembly(tmp_path)
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(LaptopError, match="there is no stack"):
        read_assembly(tmp_path)
