from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.database_exports import DatabaseExports
from cdk.constructs.platform_secrets import PlatformSecrets
from cdk.constructs.provider_function import AUTO_DELETE_PROVIDER, keep_house_rules
from cdk.constructs.raw_answers import RawAnswers


class DataStack(Stack):
    """What must not be lost: secrets, raw answers, exports of the database. The database itself is Neon's."""

    def __init__(self, scope: Construct, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            f"pickvs-{config.name}-data",
            description="PickVs: secrets, raw answers, exports",
            termination_protection=config.data_is_kept,
        )
        self.secrets = PlatformSecrets(self, "Secrets", config=config).by_name
        self.raw_answers = RawAnswers(self, "RawAnswers", config=config).bucket
        self.exports = DatabaseExports(self, "DatabaseExports", config=config).bucket
        if config.empty_buckets_with_stack:
            keep_house_rules(self, AUTO_DELETE_PROVIDER, name="empty_buckets", config=config)
        # Stated, so that they stay when the last reader goes: one deployment cannot end both an export and its use.
        for name in (
            *(secret.secret_arn for secret in self.secrets.values()),
            self.raw_answers.bucket_arn,
            self.raw_answers.bucket_name,
            self.exports.bucket_arn,
            self.exports.bucket_name,
        ):
            self.export_value(name)
