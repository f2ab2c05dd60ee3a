import json
from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.database import DATABASE_NAME, DATABASE_USER, NeonDatabase
from cdk.secret_names import DATABASE_SECRETS, SecretName

_DESCRIPTIONS = {
    SecretName.DATABASE: 'PostgreSQL through its pooler: {"url": "postgresql://..."}',
    SecretName.DATABASE_DIRECT: 'PostgreSQL without the pooler, for migrations: {"url": "postgresql://..."}',
}
_ODDS_API = 'The Odds API: {"api_key": "..."}'

DATABASE_SECRET = "database"  # noqa: S105 - its name

_ROTATED_ELSEWHERE = (
    "Rotated: the schedule stands in the stack -rotation, with its function, and the rule looks for one in the "
    "secret's own stack only."
)


class PlatformSecrets(Construct):
    """Every secret of a stage.

    The signing key is made by Secrets Manager, and so is the password of a database that is made here, which has one
    secret for it has no pooler. The others are made empty: what is in them comes from outside AWS, and the engineer
    puts it there. Until then a function that asks fails and says which secret is missing.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.by_name: Mapping[SecretName, secretsmanager.ISecret] = {
            **self._database(),
            SecretName.ODDS_API: self._empty(SecretName.ODDS_API, _ODDS_API),
            SecretName.SIGNING_KEYS: self._signing_keys(),
        }

    def _database(self) -> Mapping[SecretName, secretsmanager.ISecret]:
        if isinstance(self._config.database, NeonDatabase):
            return {name: self._empty(name, text) for name, text in _DESCRIPTIONS.items()}
        secret = self._secret(
            DATABASE_SECRET,
            "PostgreSQL: its address, and the user and password of the functions",
            secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"username": DATABASE_USER, "dbname": DATABASE_NAME}),
                generate_string_key="password",
                password_length=40,
                exclude_punctuation=True,
            ),
        )
        acknowledge(secret, "AwsSolutions-SMG4", _ROTATED_ELSEWHERE)
        return dict.fromkeys(DATABASE_SECRETS, secret)

    def _empty(self, name: SecretName, description: str) -> secretsmanager.Secret:
        secret = self._secret(name, description)
        resource = secret.node.default_child
        if not isinstance(resource, secretsmanager.CfnSecret):
            raise TypeError(f"{secret.node.path} is not made of a CfnSecret")
        # Without this CDK has a random value generated, which would look like a connection string that is set.
        resource.generate_secret_string = None
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            "The value belongs to a provider outside AWS, where it is changed, and then put here.",
        )
        return secret

    def _signing_keys(self) -> secretsmanager.Secret:
        secret = self._secret(
            SecretName.SIGNING_KEYS,
            "The keys that sign access tokens: the current one, and the previous one while its tokens live",
            # A change of any of this makes Secrets Manager generate a new value, and logs everybody out.
            secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"current_kid": "1", "previous_kid": "", "previous_key": ""}),
                generate_string_key="current_key",
                password_length=64,
                exclude_punctuation=True,
            ),
        )
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            _ROTATED_ELSEWHERE,
        )
        return secret

    def _secret(
        self, name: str, description: str, generator: secretsmanager.SecretStringGenerator | None = None
    ) -> secretsmanager.Secret:
        """Make a secret; `name` is the last part of its name."""
        construct_id = "".join(part.capitalize() for part in name.replace("/", "-").split("-"))
        kept = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        secret = secretsmanager.Secret(
            self,
            construct_id,
            secret_name=f"pickvs/{self._config.name}/{name}",
            description=description,
            generate_secret_string=generator,
            removal_policy=kept if self._config.data_is_kept else RemovalPolicy.DESTROY,
        )
        acknowledge(
            secret,
            "NIST.800.53.R5-SecretsManagerUsingKMSKey",
            "Encrypted with the key that AWS keeps for the account's secrets. Each role says which secrets it reads; a "
            "key of ours would ask the same callers for a second permission, and cost by the month.",
        )
        return secret
