from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.common_layer import CommonLayer
from cdk.constructs.python_function import FunctionDefaults
from cdk.constructs.signing_key_rotation import SigningKeyRotation
from cdk.stacks.data import DataStack


class RotationStack(Stack):
    """What replaces secrets by itself: the token signing keys.

    Deployed last: the first rotation comes with it, and by then everything that signs waits for a new key's moment.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-rotation", description="PickVs: secrets are replaced")
        SigningKeyRotation(
            self,
            "SigningKeys",
            defaults=FunctionDefaults(
                config=config,
                layer=CommonLayer(self, "CommonLayer", config=config, root=root),
                secrets=data.secrets,
            ),
            root=root,
        )
