import json
from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.code import function_code
from cdk.constructs.gradual_rollout import GradualRollout, Requests
from cdk.constructs.log_groups import log_group
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.routes import Endpoint
from cdk.secret_names import SecretName

STAGE_NAME = "api"
"""The REST API's stage, and so the first part of every path, with and without a custom domain."""

TLS_POLICY = apigateway.SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09
"""TLS 1.2 or 1.3, and forward secrecy. What API Gateway itself gives a regional API begins at TLS 1.0."""
ACCESS_MODE = apigateway.EndpointAccessMode.STRICT
"""Every such policy needs a mode. This one refuses a request whose Host is not the name that TLS was asked for."""

AUTHORIZER_TIMEOUT = Duration.seconds(25)
"""As an endpoint's: it may have to wait for the database as long."""

_ACCESS_LOG_LINE = json.dumps(
    {
        "time": "$context.requestTimeEpoch",
        "request_id": "$context.requestId",
        "trace_id": "$context.xrayTraceId",
        "ip": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        "route": "$context.resourcePath",
        "path": "$context.path",
        "status": "$context.status",
        "latency_ms": "$context.responseLatency",
        "integration_latency_ms": "$context.integrationLatency",
        "response_bytes": "$context.responseLength",
        "user_id": "$context.authorizer.user_id",
        "api_key_id": "$context.authorizer.api_key_id",
        "error": "$context.error.responseType",
    }
)


def api_name(config: StageConfig) -> str:
    """Return the API's name, by which CloudWatch knows it too."""
    return f"pickvs-{config.name}"


class PlatformApi(Construct):
    """The regional REST API and its one stage: access logs, tracing, and a throttle for every method."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, endpoints: Sequence[Endpoint]
    ) -> None:
        super().__init__(scope, construct_id)
        name = api_name(config)
        access_logs = log_group(self, "AccessLogs", name=f"/aws/apigateway/{name}-access", config=config)
        self.rest_api = apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=name,
            description=f"PickVs, stage {config.name}",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            disable_execute_api_endpoint=config.domain is not None,
            # The account's one role for API Gateway's logs: without it a stage with logs cannot be made.
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE_NAME,
                tracing_enabled=True,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                access_log_destination=apigateway.LogGroupLogDestination(access_logs),
                access_log_format=apigateway.AccessLogFormat.custom(_ACCESS_LOG_LINE),
                throttling_rate_limit=config.throttle_rate,
                throttling_burst_limit=config.throttle_burst,
                method_options={
                    f"{endpoint.path}/{endpoint.method}": apigateway.MethodDeploymentOptions(
                        throttling_rate_limit=endpoint.throttle.rate,
                        throttling_burst_limit=endpoint.throttle.burst,
                        # What is stated for one method replaces what is stated for all.
                        logging_level=apigateway.MethodLoggingLevel.ERROR,
                        data_trace_enabled=False,
                    )
                    for endpoint in endpoints
                },
            ),
        )
        _use_tls_policy(self.rest_api)
        self.rest_api.node.try_remove_child("Endpoint")  # an output with a name that says nothing
        # API Gateway would make the group of its own errors itself, and keep it for ever.
        self.rest_api.deployment_stage.node.add_dependency(
            log_group(
                self,
                "ExecutionLogs",
                name=f"API-Gateway-Execution-Logs_{self.rest_api.rest_api_id}/{STAGE_NAME}",
                config=config,
            )
        )
        self._acknowledge(config)

    def _acknowledge(self, config: StageConfig) -> None:
        acknowledge(
            self.rest_api,
            "AwsSolutions-APIG2",
            "The functions validate every part of a request (pydantic) and answer with the contract's list of "
            "fields, which the gateway's validator cannot.",
        )
        if config.web_acl is None:
            acknowledge(
                self.rest_api.deployment_stage,
                "AwsSolutions-APIG3",
                "A stage that no user is on does without the monthly price of a web ACL. Every method has its own "
                "throttle; opening accounts, logging in and refreshing are limited by address besides.",
            )
        acknowledge(
            self.rest_api.deployment_stage,
            "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted",
            "The gateway keeps no answers, so there is nothing to encrypt: most are somebody's own, and the public "
            "ones say in Cache-Control for how long whoever asked may keep them.",
        )
        acknowledge(
            self.rest_api.deployment_stage,
            "NIST.800.53.R5-APIGWSSLEnabled",
            "A client certificate tells an HTTP backend that it is the gateway who calls. Behind this one are Lambda "
            "functions only, and each lets in this API alone, by its resource policy.",
        )
        role = self.rest_api.node.find_child("CloudWatchRole")
        acknowledge(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]",
            "The account has one such role, for all its APIs, and API Gateway refuses one with fewer permissions.",
        )


def _use_tls_policy(api: apigateway.RestApi) -> None:
    resource = api.node.default_child
    if not isinstance(resource, apigateway.CfnRestApi):
        raise TypeError(f"{api.node.path} is not made of a CfnRestApi")
    resource.security_policy = f"SecurityPolicy_{TLS_POLICY.value}"
    resource.endpoint_access_mode = ACCESS_MODE.value


class TokenAuthorizer(Construct):
    """Turns an access token or an API key into an identity: by the signing keys, or by the database."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        defaults: FunctionDefaults,
        root: Path,
        rollout: GradualRollout | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Code",
            name="authorizer",
            defaults=defaults,
            code=function_code(root, "authorizer"),
            handler="handler.handler",
            memory_mb=defaults.config.authorizer_memory_mb,
            timeout=AUTHORIZER_TIMEOUT,
            secrets=[SecretName.SIGNING_KEYS, SecretName.DATABASE],
            snap_start=defaults.config.snap_start,
        )
        called: lambda_.IFunction = self.function.function
        if rollout is not None:
            # Each token that it refuses is an error to Lambda; what it cannot tell, the gateway answers 5xx.
            # By their names: the stage itself is made after the authorizer.
            answered, failed = (
                cloudwatch.Metric(
                    namespace="AWS/ApiGateway",
                    metric_name=name,
                    dimensions_map={"ApiName": api_name(defaults.config), "Stage": STAGE_NAME},
                    statistic="Sum",
                )
                for name in ("Count", "5XXError")
            )
            called = rollout.alias(self.function, requests=Requests(all=answered, failed=failed))
        self.authorizer = apigateway.RequestAuthorizer(
            self,
            "Authorizer",
            authorizer_name=f"pickvs-{defaults.config.name}",
            handler=called,
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
            results_cache_ttl=Duration.seconds(defaults.config.authorizer_cache_seconds),
        )
