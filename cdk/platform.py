"""The stacks of a stage, and which of them waits for which."""

from pathlib import Path

import aws_cdk

from cdk.config import StageConfig
from cdk.stacks.alerts import AlertsStack
from cdk.stacks.api import ApiStack
from cdk.stacks.data import DataStack
from cdk.stacks.delivery import DeliveryStack
from cdk.stacks.ingestion import IngestionStack
from cdk.stacks.observability import ObservabilityStack
from cdk.stacks.operations import OperationsStack
from cdk.stacks.recovery import RecoveryStack
from cdk.stacks.rotation import RotationStack
from cdk.stacks.schema import SchemaStack


def add_stacks(app: aws_cdk.App, *, config: StageConfig, root: Path) -> None:
    """Add the stacks of a stage to `app`, made of the files under `root`.

    What holds data is deployed first, then its schema, then what serves, then what watches that; last what changes
    secrets in everybody's use.
    """
    if config.delivery is not None:
        DeliveryStack(app, config=config, delivery=config.delivery)
    alerts = AlertsStack(app, config=config)
    data = DataStack(app, config=config)
    schema = SchemaStack(app, config=config, root=root, data=data)
    api = ApiStack(app, config=config, root=root, data=data, alerts=alerts)
    watching = ObservabilityStack(app, config=config, root=root, data=data, alerts=alerts, api=api)
    rotation = RotationStack(app, config=config, root=root, data=data)
    for stack in (
        IngestionStack(app, config=config, root=root, data=data),
        OperationsStack(app, config=config, root=root, data=data),
        RecoveryStack(app, config=config, root=root, data=data),
        api,
    ):
        stack.add_stack_dependency(schema)
        watching.add_stack_dependency(stack)
        rotation.add_stack_dependency(stack)
    rotation.add_stack_dependency(watching)
