"""Stacks of a stage and their order of deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aws_cdk

from cdk.config import StageConfig
from cdk.routes import WINGS
from cdk.routes.model import Wing
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.api_wing import ApiWingStack
from cdk.stacks.data import DataStack
from cdk.stacks.delivery import DeliveryStack
from cdk.stacks.front import FrontStack
from cdk.stacks.gateway import GatewayStack
from cdk.stacks.ingestion import IngestionStack
from cdk.stacks.jobs_accounts import JobsAccountsStack
from cdk.stacks.jobs_dfs import JobsDfsStack
from cdk.stacks.jobs_fantasy import JobsFantasyStack
from cdk.stacks.jobs_predictions import JobsPredictionsStack
from cdk.stacks.observability import ObservabilityStack
from cdk.stacks.operations import OperationsStack
from cdk.stacks.recovery import RecoveryStack
from cdk.stacks.rotation import RotationStack
from cdk.stacks.schema import SchemaStack


@dataclass(frozen=True)
class Api:
    """The stacks of the HTTP API: their common base, the wings, and the public side."""

    gateway: GatewayStack
    wings: Sequence[ApiWingStack]
    front: FrontStack


def add_api(
    app: aws_cdk.App, *, config: StageConfig, root: Path, data: DataStack, alerts: AlertsStack, wings: Sequence[Wing]
) -> Api:
    """Add the stacks of the HTTP API to `app`. `root` is the project folder; `wings` are its tables."""
    gateway = GatewayStack(app, config=config, root=root, data=data, alerts=alerts, wings=wings)
    stacks = [
        ApiWingStack(app, wing=wing, config=config, root=root, data=data, alerts=alerts, gateway=gateway)
        for wing in wings
    ]
    return Api(gateway, stacks, FrontStack(app, config=config, gateway=gateway, wings=wings, wing_stacks=stacks))


def add_stacks(app: aws_cdk.App, *, config: StageConfig, root: Path, wings: Sequence[Wing] = WINGS) -> None:
    """Add the stacks of a stage to `app`. `root` is the project folder; `wings` are the tables of the HTTP API.

    Data is deployed first, then its schema, then the functions that use it, then their monitoring. Rotation is last,
    because it changes secrets that all of them use.
    """
    if config.delivery is not None:
        DeliveryStack(app, config=config, delivery=config.delivery)
    alerts = AlertsStack(app, config=config)
    data = DataStack(app, config=config)
    schema = SchemaStack(app, config=config, root=root, data=data)
    api = add_api(app, config=config, root=root, data=data, alerts=alerts, wings=wings)
    watching = ObservabilityStack(app, config=config, root=root, data=data, alerts=alerts, front=api.front)
    rotation = RotationStack(app, config=config, root=root, data=data)
    for stack in (
        IngestionStack(app, config=config, root=root, data=data),
        JobsAccountsStack(app, config=config, root=root, data=data, front=api.front),
        JobsPredictionsStack(app, config=config, root=root, data=data),
        JobsFantasyStack(app, config=config, root=root, data=data),
        JobsDfsStack(app, config=config, root=root, data=data),
        OperationsStack(app, config=config, root=root, data=data),
        RecoveryStack(app, config=config, root=root, data=data),
        api.gateway,
        *api.wings,
        api.front,
    ):
        stack.add_stack_dependency(schema)
        watching.add_stack_dependency(stack)
        rotation.add_stack_dependency(stack)
    rotation.add_stack_dependency(watching)
