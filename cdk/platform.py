"""Stacks of a stage and their order of deployment."""

from collections.abc import Sequence
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
    gateway = GatewayStack(app, config=config, root=root, data=data, alerts=alerts, wings=wings)
    api = [
        ApiWingStack(app, wing=wing, config=config, root=root, data=data, alerts=alerts, gateway=gateway)
        for wing in wings
    ]
    front = FrontStack(app, config=config, gateway=gateway, wings=wings, wing_stacks=api)
    watching = ObservabilityStack(app, config=config, root=root, data=data, alerts=alerts, front=front)
    rotation = RotationStack(app, config=config, root=root, data=data)
    for stack in (
        IngestionStack(app, config=config, root=root, data=data),
        JobsAccountsStack(app, config=config, root=root, data=data, front=front),
        JobsPredictionsStack(app, config=config, root=root, data=data),
        JobsFantasyStack(app, config=config, root=root, data=data),
        JobsDfsStack(app, config=config, root=root, data=data),
        OperationsStack(app, config=config, root=root, data=data),
        RecoveryStack(app, config=config, root=root, data=data),
        gateway,
        *api,
        front,
    ):
        stack.add_stack_dependency(schema)
        watching.add_stack_dependency(stack)
        rotation.add_stack_dependency(stack)
    rotation.add_stack_dependency(watching)
