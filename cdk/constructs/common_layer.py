from pathlib import Path

from aws_cdk import RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.packaged_code import packaged_code
from cdk.constructs.python_function import PYTHON_RUNTIME, architecture
from cdk.omissions import LAYER_OMISSIONS
from cdk.packages import PackageRecipe


def layer_recipe(config: StageConfig, root: Path) -> PackageRecipe:
    """Return what the common layer is made of."""
    return PackageRecipe(
        lock=layer_lock(root),
        sources=(root / "layers" / "common" / "pickvs",),
        folder="python",
        mounted_at="/opt/python",
        wheel_platform=config.wheel_platform,
        omissions=LAYER_OMISSIONS,
    )


def layer_lock(root: Path) -> Path:
    """Return the pinned requirements of the common layer."""
    return root / "layers" / "common" / "requirements.txt"


class CommonLayer(lambda_.LayerVersion):
    """All business logic and what it imports, with byte code.

    Every stack makes its own from the same asset: a layer shared between stacks would pin its old version for ever.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, root: Path) -> None:
        super().__init__(
            scope,
            construct_id,
            description="pickvs and its dependencies",
            code=packaged_code(scope, root, layer_recipe(config, root)),
            compatible_runtimes=[PYTHON_RUNTIME],
            compatible_architectures=[architecture(config)],
            removal_policy=RemovalPolicy.DESTROY,
        )
