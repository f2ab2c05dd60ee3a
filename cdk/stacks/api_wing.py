from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.api_paths import WingPaths
from cdk.constructs.gradual_rollout import GradualRollout
from cdk.constructs.preflights import add_preflight, methods_by_path
from cdk.constructs.rest_endpoint import RestEndpoint
from cdk.routes.model import Wing
from cdk.routes.shared_paths import SHARED_PATHS
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.data import DataStack
from cdk.stacks.gateway import GatewayStack


class ApiWingStack(Stack):
    """Endpoints of one wing: a function and a method for each row of its table. The stack exports nothing."""

    def __init__(
        self,
        scope: Construct,
        *,
        wing: Wing,
        config: StageConfig,
        root: Path,
        data: DataStack,
        alerts: AlertsStack,
        gateway: GatewayStack,
    ) -> None:
        super().__init__(
            scope, f"pickvs-{config.name}-{wing.stack}", description=f"PickVs: API endpoints of the wing {wing.name}"
        )
        defaults = data.function_defaults(self, root)
        paths = WingPaths(self, "Paths", api=gateway.api, shared=gateway.shared)
        rollout = None
        if config.rollout is not None and any(endpoint.gradual for endpoint in wing.endpoints):
            rollout = GradualRollout(
                self, "Rollout", name=self.stack_name, config=config, rollout=config.rollout, alarms=alerts.topic
            )
        for endpoint in wing.endpoints:
            RestEndpoint(
                self,
                endpoint.name.title().replace("_", ""),
                wing=wing.name,
                endpoint=endpoint,
                resource=paths.resource(endpoint.path),
                authorizer=gateway.authorizer,
                defaults=defaults,
                uploads=data.uploads,
                root=root,
                rollout=rollout,
            )
        origin = config.edge.web_origin
        if origin is not None:
            for path, methods in methods_by_path(wing.endpoints).items():
                if path not in SHARED_PATHS:  # the gateway stack has those, because several wings have methods there
                    add_preflight(paths.resource(path), methods, origin=origin)
