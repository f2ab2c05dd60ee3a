from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.aurora_cluster import AuroraCluster
from cdk.constructs.common_layer import CommonLayer
from cdk.constructs.database_exports import DatabaseExports
from cdk.constructs.network import FunctionNetwork, Network
from cdk.constructs.platform_secrets import PlatformSecrets
from cdk.constructs.provider_function import AUTO_DELETE_PROVIDER, keep_house_rules
from cdk.constructs.python_function import FunctionDefaults
from cdk.constructs.raw_answers import RawAnswers
from cdk.database import AuroraDatabase
from cdk.secret_names import SecretName


class DataStack(Stack):
    """What must not be lost: secrets, raw answers, exports of the database; the database itself unless it is Neon's."""

    def __init__(self, scope: Construct, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            f"pickvs-{config.name}-data",
            description="PickVs: secrets, raw answers, exports",
            termination_protection=config.data_is_kept,
        )
        self._config = config
        self.secrets = PlatformSecrets(self, "Secrets", config=config).by_name
        self.raw_answers = RawAnswers(self, "RawAnswers", config=config).bucket
        self.exports = DatabaseExports(self, "DatabaseExports", config=config).bucket
        self.network: FunctionNetwork | None = None
        """Where functions are that speak with the database, if it has a network of its own."""
        if isinstance(config.database, AuroraDatabase):
            self.network = self._add_database(config, config.database)
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

    def function_defaults(self, stack: Stack, root: Path) -> FunctionDefaults:
        """Return what the functions of `stack` have in common: a layer of its own, and the ways to the data."""
        return FunctionDefaults(
            config=self._config,
            layer=CommonLayer(stack, "CommonLayer", config=self._config, root=root),
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
