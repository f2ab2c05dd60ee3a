"""The resources of the stacks."""

import json

import pytest
from aws_cdk.assertions import Capture, Match, Template

from cdk.routes import ENDPOINTS, WINGS
from tests.infra.assembly import Assemblies, Assembly, needs

pytestmark = pytest.mark.xdist_group("infra")


def test_data_then_schema_then_the_rest(assembly_of: Assemblies) -> None:
    prod = assembly_of("prod")
    wings = {wing.stack for wing in WINGS}
    rolling = {wing.stack for wing in WINGS if any(each.gradual for each in wing.endpoints)}
    serves = {"gateway", "front", *wings, "ingestion", "jobs-accounts"}
    serves |= {"jobs-dfs", "jobs-fantasy", "jobs-predictions", "operations", "recovery"}
    assert needs(prod) == {
        "alerts": set(),
        "data": set(),
        "schema": {"data"},
        "gateway": {"data", "schema", "alerts"},
        # A stack without gradual rows sends no notifications of rollbacks.
        **{wing: {"data", "schema", "gateway"} | ({"alerts"} if wing in rolling else set()) for wing in wings},
        "front": {"schema", "gateway", *wings},
        "ingestion": {"data", "schema"},
        "jobs-accounts": {"data", "schema", "gateway"},
        "jobs-dfs": {"data", "schema"},
        "jobs-fantasy": {"data", "schema"},
        "jobs-predictions": {"data", "schema"},
        "operations": {"data", "schema"},
        "recovery": {"data", "schema"},
        "observability": {"alerts", "data", *serves},
        "rotation": {"data", "observability", *serves},
    }
    assert prod.protected == {"data"}


def test_the_signing_key_is_made_by_secrets_manager(assembly: Assembly) -> None:
    (secret,) = (
        each
        for each in assembly.resources("AWS::SecretsManager::Secret")
        if each.properties["Name"] == f"pickvs/{assembly.stage}/signing-keys"
    )
    generator = secret.properties["GenerateSecretString"]
    fields = json.loads(generator["SecretStringTemplate"])
    assert fields == {"current_kid": "1", "previous_kid": "", "previous_key": ""}
    assert generator["GenerateStringKey"] == "current_key"
    assert generator["PasswordLength"] == 64  # 62 possible characters each: 381 bits; HS256 requires 256
    assert generator["ExcludePunctuation"] is True


def test_the_other_secrets_are_empty_until_somebody_fills_them(assembly: Assembly) -> None:
    empty = {
        each.properties["Name"]
        for each in assembly.resources("AWS::SecretsManager::Secret")
        if not {"SecretString", "GenerateSecretString"} & set(each.properties)
    }
    outside = {"database/pooled", "database/direct"} if assembly.database == "neon" else set()
    assert empty == {f"pickvs/{assembly.stage}/{name}" for name in {"odds-api", *outside}}


def test_raw_answers_expire(assembly: Assembly) -> None:
    Template.from_json(assembly.templates["data"]).has_resource_properties(
        "AWS::S3::Bucket",
        {
            "LifecycleConfiguration": {
                "Rules": [
                    Match.object_like(
                        {
                            "ExpirationInDays": 400,
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                            "Status": "Enabled",
                        }
                    )
                ]
            }
        },
    )


def test_exports_expire_and_leave_a_line_when_touched(assembly: Assembly) -> None:
    log = Capture()
    template = Template.from_json(assembly.templates["data"])
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "LoggingConfiguration": {"DestinationBucketName": {"Ref": log}},
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "expire",
                        "ExpirationInDays": {"dev": 7, "prod": 35}[assembly.stage],
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                        "Status": "Enabled",
                    }
                ]
            },
        },
    )
    assert "LoggingConfiguration" not in assembly.get("data", log.as_string()).properties


def test_the_database_is_exported_by_rule(assembly: Assembly) -> None:
    function = assembly.function("back_up")
    Template.from_json(assembly.templates["recovery"]).has_resource_properties(
        "AWS::Events::Rule",
        {
            "ScheduleExpression": {"dev": "cron(30 9 * * ? *)", "prod": "rate(45 minutes)"}[assembly.stage],
            "State": "ENABLED",
            "Targets": [Match.object_like({"Arn": {"Fn::GetAtt": [function.logical_id, "Arn"]}})],
        },
    )


def test_an_export_is_never_older_than_an_hour_in_prod(assembly_of: Assemblies) -> None:
    """The age includes the interval between exports and the duration of an export."""
    assembly = assembly_of("prod")
    (rule,) = assembly.resources("AWS::Events::Rule", stack="recovery")
    minutes = int(rule.properties["ScheduleExpression"].removeprefix("rate(").removesuffix(" minutes)"))
    assert minutes * 60 + assembly.function("back_up").properties["Timeout"] <= 3600


def test_one_function_may_write_exports_and_another_read_them(assembly: Assembly) -> None:
    may: dict[str, set[str]] = {}
    for function in assembly.functions():
        for policy in assembly.role_of(function).properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if "DatabaseExports" in json.dumps(statement["Resource"]):
                    actions = statement["Action"]
                    may.setdefault(function.logical_id, set()).update(
                        [actions] if isinstance(actions, str) else actions
                    )
    assert may == {
        assembly.function("back_up").logical_id: {"s3:PutObject", "s3:AbortMultipartUpload"},
        assembly.function("restore").logical_id: {"s3:GetObject", "s3:ListBucket"},
    }


def test_the_schema_is_brought_up_to_date_by_the_deployment(assembly: Assembly) -> None:
    template = Template.from_json(assembly.templates["schema"])
    version = Capture()
    template.has_resource_properties(
        "Custom::Trigger",
        {
            "HandlerArn": {"Ref": version},
            "InvocationType": "RequestResponse",
            "ExecuteOnHandlerChange": True,
            "Timeout": "600000",
        },
    )
    migrate = assembly.function("migrate")
    assert assembly.get("schema", version.as_string()).properties["FunctionName"] == {"Ref": migrate.logical_id}
    assert migrate.properties["Timeout"] == 600


@pytest.mark.parametrize(
    ("name", "schedule"), [("fetch_odds", "cron(0 5 * * ? *)"), ("process_results", "cron(0 9 * * ? *)")]
)
def test_ingestion_runs_by_rule(assembly: Assembly, name: str, schedule: str) -> None:
    function = assembly.function(name)
    Template.from_json(assembly.templates["ingestion"]).has_resource_properties(
        "AWS::Events::Rule",
        {
            "ScheduleExpression": schedule,
            "State": "ENABLED",
            "Targets": [Match.object_like({"Arn": {"Fn::GetAtt": [function.logical_id, "Arn"]}})],
        },
    )
    variables = function.properties["Environment"]["Variables"]
    assert {key: value for key, value in variables.items() if isinstance(value, str)} == {
        "PICKVS_STAGE": assembly.stage,
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "SECRETS_CACHE_SECONDS": "300",
        "DATABASE_TLS": {"neon": "public-roots", "aurora": "rds-roots"}[assembly.database],
        "DATABASE_POOLED": {"neon": "on", "aurora": "off"}[assembly.database],
        "ODDS_API_BASE_URL": "https://api.the-odds-api.com",
        "ODDS_API_SPORTS": "basketball_nba",
        "ODDS_API_REGIONS": "us",
        "SCORES_DAYS_FROM": "3",
        **({"SCORES_ESPN": "off"} if name == "process_results" else {}),
        "STATS_SOURCES": "none",
        "MAX_RESULTS_AGE_HOURS": "26",
        "MONTHLY_CREDITS": "500",
        "ODDS_TIMES": "05:00",
        "RESULTS_A_DAY": "1",
        "CLOSING_LEAD_SECONDS": "480",
        "CLOSING_REACH_SECONDS": "1320",
        "FIRST_CHECK_SECONDS": "0",
        "CHECK_EVERY_SECONDS": "600",
    }
    assert set(variables) - {key for key, value in variables.items() if isinstance(value, str)} == {
        "DATABASE_SECRET_ARN",
        "ODDS_API_KEY_SECRET_ARN",
        "RAW_ANSWERS_BUCKET",
        "ALARM_CLOCKS",
        "FUNCTIONS_TO_WAKE",
    }


def test_the_api_is_regional_and_called_api(assembly: Assembly) -> None:
    Template.from_json(assembly.templates["gateway"]).has_resource_properties(
        "AWS::ApiGateway::RestApi", {"EndpointConfiguration": {"Types": ["REGIONAL"]}}
    )
    template = Template.from_json(assembly.templates["front"])
    template.has_resource_properties(
        "AWS::ApiGateway::Stage",
        {
            "StageName": "api",
            "MethodSettings": Match.array_with(
                [
                    Match.object_like(
                        {
                            "HttpMethod": "*",
                            "ResourcePath": "/*",
                            "ThrottlingRateLimit": {"dev": 100, "prod": 500}[assembly.stage],
                            "ThrottlingBurstLimit": {"dev": 200, "prod": 1000}[assembly.stage],
                            "DataTraceEnabled": False,
                        }
                    )
                ]
            ),
        },
    )
    assert list(template.find_outputs("*")) == ["ApiUrl"]


def test_access_logs_say_who_asked_for_what_and_carry_no_credentials(assembly: Assembly) -> None:
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")
    line = json.loads(stage.properties["AccessLogSetting"]["Format"])
    assert line["route"] == "$context.resourcePath"
    assert not {"$context.path", "$context.authorizer.username"} & set(line.values()), "names and ids of users"
    assert {"request_id", "status", "route", "ip", "user_id", "api_key_id", "latency_ms"} <= set(line)
    assert all(value.startswith("$context.") for value in line.values())
    group = assembly.get(stage.stack, stage.properties["AccessLogSetting"]["DestinationArn"]["Fn::Join"][1][-1]["Ref"])
    assert group.properties["LogGroupName"] == f"/aws/apigateway/pickvs-{assembly.stage}-access"


def test_the_authorizer_is_asked_once_for_a_token(assembly: Assembly) -> None:
    Template.from_json(assembly.templates["gateway"]).has_resource_properties(
        "AWS::ApiGateway::Authorizer",
        {
            "Type": "REQUEST",
            "IdentitySource": "method.request.header.Authorization",
            "AuthorizerResultTtlInSeconds": 300,
        },
    )


def test_the_gateway_may_call_each_function_for_its_own_route(assembly: Assembly) -> None:
    """On the deployed stage only: the console's test stage has no throttle. A house rule checks the rest."""
    sources = {
        json.dumps(each.properties["SourceArn"])
        for each in assembly.resources("AWS::Lambda::Permission")
        if each.properties["Principal"] == "apigateway.amazonaws.com"
    }
    assert len(sources) == len(ENDPOINTS) + 1  # and the authorizer
    assert len([source for source in sources if '"/api/' in source]) == len(ENDPOINTS)
    assert not any("test-invoke-stage" in source for source in sources)
