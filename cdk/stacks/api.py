from pathlib import Path

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.custom_domain import CustomDomain
from cdk.constructs.gateway_errors import add_gateway_errors
from cdk.constructs.gradual_rollout import GradualRollout
from cdk.constructs.preflights import add_preflights
from cdk.constructs.rest_api import STAGE_NAME, PlatformApi, TokenAuthorizer
from cdk.constructs.rest_endpoint import RestEndpoint
from cdk.constructs.web_acl import WebAcl
from cdk.routes import ENDPOINTS
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.data import DataStack


class ApiStack(Stack):
    """What answers requests: the gateway, the authorizer, and one function for each row of ENDPOINTS."""

    def __init__(
        self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack, alerts: AlertsStack
    ) -> None:
        super().__init__(scope, f"pickvs-{config.name}-api", description="PickVs: the HTTP API")
        defaults = data.function_defaults(self, root)
        api = PlatformApi(self, "Api", config=config, endpoints=ENDPOINTS).rest_api
        rollout = None
        if config.rollout is not None:
            rollout = GradualRollout(self, "Rollout", config=config, rollout=config.rollout, alarms=alerts.topic)
        authorizer = TokenAuthorizer(self, "Authorizer", defaults=defaults, root=root, rollout=rollout).authorizer
        for endpoint in ENDPOINTS:
            RestEndpoint(
                self,
                endpoint.name.title().replace("_", ""),
                endpoint=endpoint,
                api=api,
                authorizer=authorizer,
                defaults=defaults,
                root=root,
                rollout=rollout,
            )
        if config.web_origin is not None:
            add_preflights(api, ENDPOINTS, origin=config.web_origin)
        add_gateway_errors(api, api, origin=config.web_origin)
        if config.web_acl is not None:
            WebAcl(self, "WebAcl", config=config, limits=config.web_acl, stage=api.deployment_stage)
        url = api.url
        self.url = f"https://{api.rest_api_id}.execute-api.{self.region}.{self.url_suffix}/{STAGE_NAME}/"
        """Where the API answers, for other stacks: of this one it refers to nothing but the API itself."""
        if config.domain is not None:
            CustomDomain(self, "Domain", domain=config.domain, api=api)
            url = self.url = f"https://{config.domain.name}/{STAGE_NAME}/"
        # Stated, so that it stays when the canary goes that calls it.
        self.export_value(api.rest_api_id)
        CfnOutput(self, "ApiUrl", value=url, description="Where the API answers, with its base path /api/")
