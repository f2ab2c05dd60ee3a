from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.platform_secrets import PlatformSecrets
from cdk.constructs.raw_answers import RawAnswers


class DataStack(Stack):
    """What must not be lost: the secrets and the raw answers. The database itself is Neon's."""

    def __init__(self, scope: Construct, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            f"pickvs-{config.name}-data",
            description="PickVs: secrets and raw answers",
            termination_protection=config.data_is_kept,
        )
        self.secrets = PlatformSecrets(self, "Secrets", config=config).by_name
        self.raw_answers = RawAnswers(self, "RawAnswers", config=config).bucket
        # Stated, so that they stay when the last reader goes: one deployment cannot end both an export and its use.
        for name in (
            *(secret.secret_arn for secret in self.secrets.values()),
            self.raw_answers.bucket_arn,
            self.raw_answers.bucket_name,
        ):
            self.export_value(name)
