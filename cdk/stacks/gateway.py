from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.api_paths import SharedPaths
from cdk.constructs.gateway_errors import add_gateway_errors
from cdk.constructs.gradual_rollout import GradualRollout
from cdk.constructs.preflights import add_preflight, methods_by_path
from cdk.constructs.rest_api import PlatformApi
from cdk.constructs.token_authorizer import TokenAuthorizer
from cdk.routes.model import Wing
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.data import DataStack


class GatewayStack(Stack):
    """Common base of the API's wings: the REST API, its authorizer, the shared paths and the gateway's own answers."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: StageConfig,
        root: Path,
        data: DataStack,
        alerts: AlertsStack,
        wings: Sequence[Wing],
    ) -> None:
        super().__init__(scope, f"pickvs-{config.name}-gateway", description="PickVs: REST API that all wings share")
        self.api = PlatformApi(self, "Api", config=config)
        rollout = None
        if config.rollout is not None:
            rollout = GradualRollout(
                self, "Rollout", name=self.stack_name, config=config, rollout=config.rollout, alarms=alerts.topic
            )
        self.authorizer = TokenAuthorizer(
            self,
            "Authorizer",
            api=self.api,
            defaults=data.function_defaults(self, root),
            root=root,
            rollout=rollout,
        ).authorizer
        self.shared = SharedPaths(self, "SharedPaths", api=self.api)
        origin = config.edge.web_origin
        if origin is not None:
            methods = methods_by_path(endpoint for wing in wings for endpoint in wing.endpoints)
            for path, resource in self.shared.by_path.items():
                if path in methods:
                    add_preflight(resource, methods[path], origin=origin)
        add_gateway_errors(self, self.api.imported_by(self), origin=origin)
        # Exported even without importers: one deployment cannot remove an export and its use.
        for name in (
            self.api.rest_api_id,
            self.api.root_resource_id,
            self.authorizer.authorizer_id,
            *(resource.resource_id for resource in self.shared.by_path.values()),
        ):
            self.export_value(name)
