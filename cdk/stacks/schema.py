from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.migration import Migration
from cdk.stacks.data import DataStack


class SchemaStack(Stack):
    """Schema of the database. Deployed before everything that relies on it."""

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-schema", description="PickVs: database schema")
        defaults = data.function_defaults(self, root)
        self.migration = Migration(self, "Migration", defaults=defaults, root=root)
