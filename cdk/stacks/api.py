from pathlib import Path

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.common_layer import CommonLayer
from cdk.constructs.custom_domain import CustomDomain
from cdk.constructs.gateway_errors import add_gateway_errors
from cdk.constructs.preflights import add_preflights
from cdk.constructs.python_function import FunctionDefaults
from cdk.constructs.rest_api import STAGE_NAME, PlatformApi, TokenAuthorizer
from cdk.constructs.rest_endpoint import RestEndpoint
from cdk.constructs.web_acl import WebAcl
from cdk.routes import ENDPOINTS
from cdk.stacks.data import DataStack


class ApiStack(Stack):
    """What answers requests: the gateway, the authorizer, and one function for each row of ENDPOINTS."""

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-api", description="PickVs: the HTTP API")
        defaults = FunctionDefaults(
            config=config,
            layer=CommonLayer(self, "CommonLayer", config=config, root=root),
            secrets=data.secrets,
        )
        api = PlatformApi(self, "Api", config=config, endpoints=ENDPOINTS).rest_api
        authorizer = TokenAuthorizer(self, "Authorizer", defaults=defaults, root=root).authorizer
        for endpoint in ENDPOINTS:
            RestEndpoint(
                self,
                endpoint.name.title().replace("_", ""),
                endpoint=endpoint,
                api=api,
                authorizer=authorizer,
                defaults=defaults,
                root=root,
            )
        if config.web_origin is not None:
            add_preflights(api, ENDPOINTS, origin=config.web_origin)
        add_gateway_errors(api, api, origin=config.web_origin)
        if config.web_acl is not None:
            WebAcl(self, "WebAcl", config=config, limits=config.web_acl, stage=api.deployment_stage)
        url = api.url
        if config.domain is not None:
            CustomDomain(self, "Domain", domain=config.domain, api=api)
            url = f"https://{config.domain.name}/{STAGE_NAME}/"
        CfnOutput(self, "ApiUrl", value=url, description="Where the API answers, with its base path /api/")
