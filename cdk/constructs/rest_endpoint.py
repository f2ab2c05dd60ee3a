import re
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge, acknowledge_all
from cdk.constructs.code import endpoint_code
from cdk.constructs.gateway_errors import gone, gone_declared
from cdk.constructs.gradual_rollout import GradualRollout
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.constructs.rest_api import STAGE_NAME
from cdk.constructs.uploads_bucket import VARIABLE, acknowledge_uploads, may_use_uploads
from cdk.routes.model import Auth, Endpoint

_GATEWAY = "apigateway.amazonaws.com"
_WHY_PUBLIC = "Public by contract. Callers have no token yet, or need none."
_AUTHORIZATION = {
    Auth.PUBLIC: apigateway.AuthorizationType.NONE,
    Auth.USER: apigateway.AuthorizationType.CUSTOM,
    Auth.ADMIN: apigateway.AuthorizationType.CUSTOM,
}


class RestEndpoint(Construct):
    """Function and API method of one row of a wing's table."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        wing: str,
        endpoint: Endpoint,
        resource: apigateway.IResource,
        authorizer: apigateway.IAuthorizer,
        defaults: FunctionDefaults,
        uploads: s3.IBucket,
        root: Path,
        rollout: GradualRollout | None,
    ) -> None:
        super().__init__(scope, construct_id)
        config = defaults.config
        self.function = PythonFunction(
            self,
            "Code",
            name=endpoint.name,
            defaults=defaults,
            code=endpoint_code(root, wing, endpoint),
            handler=f"{endpoint.name}.app",
            memory_mb=endpoint.memory_mb,
            timeout=Duration.seconds(endpoint.timeout_seconds),
            secrets=endpoint.all_secrets,
            wakes=endpoint.wakes,
            sets_alarms_of=endpoint.sets_alarms_of,
            work=may_use_uploads(uploads, endpoint.uploads),
            layers=endpoint.layers,
            snap_start=endpoint.snap_start and config.snap_start,
            environment={
                **({"WEB_ORIGIN": config.edge.web_origin} if config.edge.web_origin else {}),
                **config.environment(endpoint.settings),
                **({VARIABLE: uploads.bucket_name} if endpoint.uploads else {}),
            },
        )
        acknowledge_uploads(self.function.role, uploads, endpoint.uploads)
        called: lambda_.IFunction = self.function.function
        if rollout is not None and endpoint.gradual:
            called = rollout.alias(self.function)
        # LambdaIntegration is not used: for an API in another stack it allows every stage, including the console's test
        # calls. A retired endpoint keeps the permission, because the deployed API calls it until `front` is updated.
        source = resource.api.arn_for_execute_api(endpoint.method, re.sub(r"\{[^}]*\}", "*", endpoint.path), STAGE_NAME)
        # The function itself can always be called, also while an alias takes over: the deployed API calls what it
        # called before until `front` is updated.
        # As a CfnPermission: `add_permission` warns of it on a function that has versions.
        lambda_.CfnPermission(
            self.function.function,
            "ApiMayCall",
            action="lambda:InvokeFunction",
            function_name=self.function.function.function_arn,
            principal=_GATEWAY,
            source_arn=source,
        )
        if called is not self.function.function:
            called.add_permission("ApiMayCall", principal=iam.ServicePrincipal(_GATEWAY), source_arn=source)
        self.method = resource.add_method(
            endpoint.method,
            gone(config.edge.web_origin) if endpoint.retired else _calling(called),
            operation_name=endpoint.name,
            method_responses=[gone_declared(config.edge.web_origin)] if endpoint.retired else None,
            authorization_type=_AUTHORIZATION[endpoint.auth],
            authorizer=None if endpoint.auth is Auth.PUBLIC else authorizer,
        )
        if endpoint.auth is Auth.PUBLIC:
            acknowledge_all(self.method, dict.fromkeys(("AwsSolutions-APIG4", "AwsSolutions-COG4"), _WHY_PUBLIC))
        else:
            acknowledge(
                self.method,
                "AwsSolutions-COG4",
                "The platform has its own accounts. Its Lambda authorizer verifies the tokens that it signs.",
            )


def _calling(function: lambda_.IFunction) -> apigateway.Integration:
    """Return the integration that passes requests to `function`."""
    return apigateway.AwsIntegration(
        service="lambda", proxy=True, path=f"2015-03-31/functions/{function.function_arn}/invocations"
    )
