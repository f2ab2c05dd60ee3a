"""The stacks of a stage, and which of them waits for which."""

from pathlib import Path

import aws_cdk

from cdk.config import StageConfig
from cdk.stacks.api import ApiStack
from cdk.stacks.data import DataStack
from cdk.stacks.ingestion import IngestionStack
from cdk.stacks.operations import OperationsStack
from cdk.stacks.recovery import RecoveryStack
from cdk.stacks.rotation import RotationStack
from cdk.stacks.schema import SchemaStack


def add_stacks(app: aws_cdk.App, *, config: StageConfig, root: Path) -> None:
    """Add the stacks of a stage to `app`, made of the files under `root`.

    What holds data is deployed first, then its schema, then the rest; last what changes secrets in everybody's use.
    """
    data = DataStack(app, config=config)
    schema = SchemaStack(app, config=config, root=root, data=data)
    rotation = RotationStack(app, config=config, root=root, data=data)
    for serving in (IngestionStack, OperationsStack, RecoveryStack, ApiStack):
        stack = serving(app, config=config, root=root, data=data)
        stack.add_stack_dependency(schema)
        rotation.add_stack_dependency(stack)
