from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.secret_rotation import SecretRotation
from cdk.secret_names import ROLE_SECRETS, SecretName
from cdk.settings.database import AuroraDatabase
from cdk.stacks.data import DataStack


class RotationStack(Stack):
    """Scheduled rotation of secrets: the token signing keys, and the passwords of the database roles.

    With Aurora, also the owner's password. Each password has a function of its own, whose role may read and change no
    other. All run the same code, which logs in as the user whose password it changes.

    Deployed last, because its deployment starts the first rotation. By then, every function that signs waits until a
    new key takes effect, and every function that the database rejects reads the new password.
    """

    def __init__(self, scope: Construct, *, config: StageConfig, root: Path, data: DataStack) -> None:
        super().__init__(scope, f"pickvs-{config.name}-rotation", description="PickVs: rotation of secrets")
        defaults = data.function_defaults(self, root)
        SecretRotation(
            self,
            "SigningKeys",
            name="rotate_signing_keys",
            rotated=SecretName.SIGNING_KEYS,
            days=config.signing_keys.rotation_days,
            defaults=defaults,
            root=root,
            environment={"SIGNING_KEYS_DELAY_SECONDS": str(config.signing_keys.delay_seconds)},
        )
        passwords = {f"{role}_password": secret for role, secret in ROLE_SECRETS.items()}
        if isinstance(config.database, AuroraDatabase):
            passwords = {"database_password": SecretName.DATABASE, **passwords}
        for name, secret in passwords.items():
            SecretRotation(
                self,
                name.title().replace("_", ""),
                name=f"rotate_{name}",
                folder="rotate_database_password",
                rotated=secret,
                days=config.database.password_rotation_days,
                defaults=defaults,
                root=root,
            )
