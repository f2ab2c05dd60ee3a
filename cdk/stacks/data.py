from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.aurora_cluster import AuroraCluster
from cdk.constructs.database_exports import DatabaseExports
from cdk.constructs.models_bucket import ModelsBucket
from cdk.constructs.network import FunctionNetwork, Network
from cdk.constructs.packaged_layer import StackLayers
from cdk.constructs.platform_secrets import PlatformSecrets
from cdk.constructs.provider_function import AUTO_DELETE_PROVIDER, keep_house_rules
from cdk.constructs.python_function import FunctionDefaults
from cdk.constructs.raw_answers import RawAnswers
from cdk.constructs.uploads_bucket import UploadsBucket
from cdk.packages import PackageRecipe
from cdk.secret_names import SecretName
from cdk.settings.database import AuroraDatabase


class DataStack(Stack):
    """Data that must not be lost: secrets, raw answers, models, exports, uploads, the database unless it is Neon."""

    def __init__(self, scope: Construct, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            f"pickvs-{config.name}-data",
            description="PickVs: secrets, raw answers, models, exports",
            termination_protection=config.retention.data_is_kept,
        )
        self._config = config
        self._digests: dict[PackageRecipe, str] = {}
        self.secrets = PlatformSecrets(self, "Secrets", config=config).by_name
        self.raw_answers = RawAnswers(self, "RawAnswers", config=config).bucket
        self.exports = DatabaseExports(self, "DatabaseExports", config=config).bucket
        self.models = ModelsBucket(self, "Models", config=config).bucket
        self.uploads = UploadsBucket(self, "Uploads", config=config).bucket
        self.network: FunctionNetwork | None = None
        """Network of the functions that connect to the database. None if the database is outside the account."""
        if isinstance(config.database, AuroraDatabase):
            self.network = self._add_database(config, config.database)
        if config.retention.empty_buckets_with_stack:
            keep_house_rules(self, AUTO_DELETE_PROVIDER, name="empty_buckets", config=config)
        # Exported explicitly, so that they stay without importers: one deployment cannot remove an export and its use.
        for name in (
            *(secret.secret_arn for secret in self.secrets.values()),
            self.raw_answers.bucket_arn,
            self.raw_answers.bucket_name,
            self.exports.bucket_arn,
            self.exports.bucket_name,
            self.models.bucket_arn,
            self.models.bucket_name,
            self.uploads.bucket_arn,
            self.uploads.bucket_name,
        ):
            self.export_value(name)

    def function_defaults(self, stack: Stack, root: Path) -> FunctionDefaults:
        """Return what the functions of `stack` have in common: the stack's own layers, and access to the data."""
        return FunctionDefaults(
            config=self._config,
            layers=StackLayers(stack, config=self._config, root=root, digests=self._digests),
            secrets=self.secrets,
            network=self.network,
        )

    def _add_database(self, config: StageConfig, database: AuroraDatabase) -> FunctionNetwork:
        network = Network(self, "Network", config=config, database=database)
        AuroraCluster(
            self,
            "Database",
            config=config,
            database=database,
            network=network,
            secret=self.secrets[SecretName.DATABASE],
        )
        functions = network.functions
        self.export_value(functions.group.security_group_id)
        for subnet in functions.vpc.select_subnets(subnet_group_name=functions.subnets.subnet_group_name).subnet_ids:
            self.export_value(subnet)
        return functions
