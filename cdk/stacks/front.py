from collections.abc import Sequence

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.api_stage import ApiStage
from cdk.constructs.custom_domain import CustomDomain
from cdk.constructs.deployment_hash import deployed_by
from cdk.constructs.rest_api import STAGE_NAME
from cdk.constructs.web_acl import WebAcl
from cdk.routes.model import Wing
from cdk.stacks.api_wing import ApiWingStack
from cdk.stacks.gateway import GatewayStack


class FrontStack(Stack):
    """Public side of the API: its deployment and stage, the web ACL and the domain.

    Deployed after all wings. It refers to none of their resources, so that a wing can replace its own.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        config: StageConfig,
        gateway: GatewayStack,
        wings: Sequence[Wing],
        wing_stacks: Sequence[ApiWingStack],
    ) -> None:
        super().__init__(scope, f"pickvs-{config.name}-front", description="PickVs: API stage, web ACL and domain")
        for wing_stack in wing_stacks:
            self.add_stack_dependency(wing_stack)
        api = gateway.api.imported_by(self)
        stage = ApiStage(
            self,
            "ApiStage",
            config=config,
            api=api,
            endpoints=[endpoint for wing in wings for endpoint in wing.endpoints],
            deployed=deployed_by([gateway, *wing_stacks]),
        ).stage
        if config.edge.web_acl is not None:
            WebAcl(self, "WebAcl", config=config, limits=config.edge.web_acl, stage=stage)
        self.url = f"https://{gateway.api.rest_api_id}.execute-api.{self.region}.{self.url_suffix}/{STAGE_NAME}/"
        """URL of the API, for other stacks. It refers to no resource of this stack."""
        if config.edge.domain is not None:
            CustomDomain(self, "Domain", domain=config.edge.domain, api=api, stage=stage)
            self.url = f"https://{config.edge.domain.name}/{STAGE_NAME}/"
        CfnOutput(self, "ApiUrl", value=self.url, description="URL of the API, including its base path /api/")
