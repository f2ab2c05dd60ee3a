import json
from collections.abc import Mapping, Sequence

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.log_groups import log_group
from cdk.constructs.rest_api import STAGE_NAME, api_name
from cdk.routes.model import Endpoint

_ACCESS_LOG_LINE = json.dumps(
    {
        "time": "$context.requestTimeEpoch",
        "request_id": "$context.requestId",
        "trace_id": "$context.xrayTraceId",
        "ip": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        # Not the path, which has names of users and ids.
        "route": "$context.resourcePath",
        "status": "$context.status",
        "latency_ms": "$context.responseLatency",
        "integration_latency_ms": "$context.integrationLatency",
        "response_bytes": "$context.responseLength",
        "user_id": "$context.authorizer.user_id",
        "api_key_id": "$context.authorizer.api_key_id",
        "error": "$context.error.responseType",
    }
)


class ApiStage(Construct):
    """Deployment and stage of the API, with access logs, tracing and a throttle for every method."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        api: apigateway.IRestApi,
        endpoints: Sequence[Endpoint],
        deployed: Mapping[str, object],
    ) -> None:
        """Deploy `api`. `deployed`: the contents of the deployment. Any change of them creates a new deployment."""
        super().__init__(scope, construct_id)
        # CDK's own hash covers only an API in the same stack. This API is in several stacks.
        deployment = apigateway.Deployment(self, "Deployment", api=api)
        deployment.add_to_logical_id(deployed)
        access_logs = log_group(self, "AccessLogs", name=f"/aws/apigateway/{api_name(config)}-access", config=config)
        self.stage = apigateway.Stage(
            self,
            "Stage",
            deployment=deployment,
            stage_name=STAGE_NAME,
            tracing_enabled=True,
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,
            access_log_destination=apigateway.LogGroupLogDestination(access_logs),
            access_log_format=apigateway.AccessLogFormat.custom(_ACCESS_LOG_LINE),
            throttling_rate_limit=config.edge.throttle_rate,
            throttling_burst_limit=config.edge.throttle_burst,
            method_options={
                f"{endpoint.path}/{endpoint.method}": apigateway.MethodDeploymentOptions(
                    throttling_rate_limit=endpoint.throttle.rate,
                    throttling_burst_limit=endpoint.throttle.burst,
                    # The options of a method replace the options of all methods.
                    logging_level=apigateway.MethodLoggingLevel.ERROR,
                    data_trace_enabled=False,
                )
                for endpoint in endpoints
            },
        )
        # Otherwise API Gateway creates the log group of its own errors itself, without an expiry.
        self.stage.node.add_dependency(
            log_group(
                self,
                "ExecutionLogs",
                name=f"API-Gateway-Execution-Logs_{api.rest_api_id}/{STAGE_NAME}",
                config=config,
            )
        )
        self._acknowledge(config)

    def _acknowledge(self, config: StageConfig) -> None:
        if config.edge.web_acl is None:
            acknowledge(
                self.stage,
                "AwsSolutions-APIG3",
                "This stage has no users, and a web ACL has a monthly price. Every method has its own throttle. "
                "Registrations, logins and token refreshes are also limited by address.",
            )
        acknowledge(
            self.stage,
            "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted",
            "The gateway caches no answers, so there is nothing to encrypt. Most answers are private to a user. The "
            "public ones set Cache-Control, so that clients cache them.",
        )
        acknowledge(
            self.stage,
            "NIST.800.53.R5-APIGWSSLEnabled",
            "A client certificate lets an HTTP backend authenticate the gateway. This gateway invokes only Lambda "
            "functions, and their resource policies allow only this API.",
        )
