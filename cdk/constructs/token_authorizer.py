from pathlib import Path

import jsii
from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.code import function_code
from cdk.constructs.gradual_rollout import GradualRollout, Requests
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.constructs.rest_api import STAGE_NAME, PlatformApi, api_name
from cdk.secret_names import SecretName

AUTHORIZER_TIMEOUT = Duration.seconds(25)
"""Timeout of the authorizer. It may wait for the database as long as an endpoint, so its timeout is the same."""


class TokenAuthorizer(Construct):
    """Lambda authorizer. Verifies access tokens with the signing keys, and API keys with the database."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: PlatformApi,
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
            memory_mb=defaults.config.edge.authorizer_memory_mb,
            timeout=AUTHORIZER_TIMEOUT,
            secrets=[SecretName.SIGNING_KEYS, SecretName.DATABASE_AUTHORIZER],
            snap_start=defaults.config.snap_start,
        )
        called: lambda_.IFunction = self.function.function
        if rollout is not None:
            # Lambda counts each rejected token as an error, so the authorizer is judged by the API's 5xx: the gateway
            # answers 5xx if the authorizer fails. The metrics are named, because the stage is in another stack.
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
        stack = Stack.of(self)
        # RequestAuthorizer is not used: it requires a method of the API in this stack, and all are in other stacks.
        resource = apigateway.CfnAuthorizer(
            self,
            "Authorizer",
            name=f"pickvs-{defaults.config.name}",
            rest_api_id=api.rest_api_id,
            type="REQUEST",
            authorizer_uri=stack.format_arn(
                service="apigateway",
                account="lambda",
                resource="path",
                resource_name=f"2015-03-31/functions/{called.function_arn}/invocations",
            ),
            identity_source=apigateway.IdentitySource.header("Authorization"),
            authorizer_result_ttl_in_seconds=defaults.config.edge.authorizer_cache_seconds,
        )
        called.add_permission(
            "ApiMayCall",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=stack.format_arn(
                service="execute-api", resource=api.rest_api_id, resource_name=f"authorizers/{resource.ref}"
            ),
        )
        self.authorizer = _Authorizer(resource.ref)


@jsii.implements(apigateway.IAuthorizer)
class _Authorizer:
    """Authorizer for use in methods."""

    def __init__(self, authorizer_id: str) -> None:
        self._authorizer_id = authorizer_id

    @property
    def authorizer_id(self) -> str:
        return self._authorizer_id

    @property
    def authorization_type(self) -> apigateway.AuthorizationType:
        return apigateway.AuthorizationType.CUSTOM
