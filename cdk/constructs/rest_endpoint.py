from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.code import endpoint_code
from cdk.constructs.gradual_rollout import GradualRollout
from cdk.constructs.python_function import FunctionDefaults, PythonFunction
from cdk.edge import Rate
from cdk.routes import Auth, Endpoint, Setting

_WHY_PUBLIC = "Public by contract: who calls this has no token yet, or needs none."
_AUTHORIZATION = {
    Auth.PUBLIC: apigateway.AuthorizationType.NONE,
    Auth.USER: apigateway.AuthorizationType.CUSTOM,
    Auth.ADMIN: apigateway.AuthorizationType.CUSTOM,
}


def settings_environment(config: StageConfig, settings: tuple[Setting, ...]) -> dict[str, str]:
    """Return the environment variables of groups of settings."""
    variables = {
        Setting.PICK_RULES: {
            "LOCK_MARGIN_SECONDS": str(config.lock_margin_seconds),
            "MAX_ODDS_AGE_HOURS": str(config.max_odds_age_hours),
        },
        Setting.SIGN_IN_LIMITS: {
            "REGISTRATIONS_PER_ADDRESS": _rate(config.registrations_per_address),
            "LOGINS_PER_ADDRESS": _rate(config.logins_per_address),
            "TRIES_PER_ACCOUNT": _rate(config.tries_per_account),
            "REFRESHES_PER_ADDRESS": _rate(config.refreshes_per_address),
        },
    }
    return {name: value for setting in settings for name, value in variables[setting].items()}


class RestEndpoint(Construct):
    """One row of ENDPOINTS: its function, and the method of the API that calls it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        endpoint: Endpoint,
        api: apigateway.RestApi,
        authorizer: apigateway.IAuthorizer,
        defaults: FunctionDefaults,
        root: Path,
        rollout: GradualRollout | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Code",
            name=endpoint.name,
            defaults=defaults,
            code=endpoint_code(root, endpoint.name),
            handler=f"{endpoint.name}.app",
            memory_mb=endpoint.memory_mb,
            timeout=Duration.seconds(endpoint.timeout_seconds),
            secrets=endpoint.secrets,
            snap_start=endpoint.snap_start and defaults.config.snap_start,
            environment={
                **({"WEB_ORIGIN": defaults.config.web_origin} if defaults.config.web_origin else {}),
                **settings_environment(defaults.config, endpoint.settings),
            },
        )
        called = self.function.function if rollout is None else rollout.alias(self.function)
        self.method = api.root.resource_for_path(endpoint.path).add_method(
            endpoint.method,
            apigateway.LambdaIntegration(called, allow_test_invoke=False),
            operation_name=endpoint.name,
            authorization_type=_AUTHORIZATION[endpoint.auth],
            authorizer=None if endpoint.auth is Auth.PUBLIC else authorizer,
        )
        if endpoint.auth is Auth.PUBLIC:
            acknowledge(self.method, "AwsSolutions-APIG4", _WHY_PUBLIC)
            acknowledge(self.method, "AwsSolutions-COG4", _WHY_PUBLIC)
        else:
            acknowledge(
                self.method,
                "AwsSolutions-COG4",
                "Accounts are the platform's own; its Lambda authorizer checks the tokens that it signs.",
            )


def _rate(rate: Rate) -> str:
    return f"{rate.times}/{rate.seconds}"
