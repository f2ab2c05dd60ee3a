from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.secret_rotation import SecretRotation
from cdk.database import AuroraDatabase
from cdk.secret_names import SecretName
from cdk.stacks.data import DataStack


class RotationStack(Stack):
    """What replaces secrets by itself: the token signing keys, and the database's password if that is made here.

    Deployed last: the first rotation comes with it, and by then everything that signs waits for a new key's moment, and
    everything that is refused by the database asks for the new password.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-rotation", description="PickVs: secrets are replaced")
        defaults = data.function_defaults(self, root)
        SecretRotation(
            self,
            "SigningKeys",
            name="rotate_signing_keys",
            rotated=SecretName.SIGNING_KEYS,
            days=config.signing_keys_rotation_days,
            defaults=defaults,
            root=root,
            environment={"SIGNING_KEYS_DELAY_SECONDS": str(config.signing_keys_delay_seconds)},
        )
        if isinstance(config.database, AuroraDatabase):
            SecretRotation(
                self,
                "DatabasePassword",
                name="rotate_database_password",
                rotated=SecretName.DATABASE,
                days=config.database.password_rotation_days,
                defaults=defaults,
                root=root,
            )
