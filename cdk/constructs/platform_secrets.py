import json
from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.config import StageConfig
from cdk.constructs.acknowledge import acknowledge
from cdk.secret_names import OWNER_SECRETS, ROLE_SECRETS, SecretName
from cdk.settings.database import DATABASE_NAME, DATABASE_USER, NeonDatabase

_DESCRIPTIONS = {
    SecretName.DATABASE: 'PostgreSQL through its pooler, as the owner: {"url": "postgresql://..."}',
    SecretName.DATABASE_DIRECT: 'PostgreSQL without the pooler, as the owner: {"url": "postgresql://..."}',
}
_BALLDONTLIE = 'balldontlie: {"api_key": "..."}'
_ODDS_API = 'The Odds API: {"api_key": "..."}'

DATABASE_SECRET = "database"  # noqa: S105 - its name

_ROTATED_ELSEWHERE = (
    "The secret is rotated. Schedule and function are in the stack -rotation, and the rule looks for a schedule in the "
    "secret's own stack only."
)


class PlatformSecrets(Construct):
    """All secrets of a stage.

    Secrets Manager generates the signing key, the passwords of the database roles and, with Aurora, that of the owner.
    Aurora has no pooler, so the owner has only one secret. The function `migrate` creates the roles, and adds the
    database's address to their secrets. The other secrets are created empty, because their values come from outside
    AWS. Until an engineer enters the value, a function that reads it fails and names the missing secret.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.by_name: Mapping[SecretName, secretsmanager.ISecret] = {
            **self._owner(),
            **{name: self._role(role, name) for role, name in ROLE_SECRETS.items()},
            SecretName.ODDS_API: self._empty(SecretName.ODDS_API, _ODDS_API),
            **self._of_statistics(),
            SecretName.SIGNING_KEYS: self._signing_keys(),
        }

    def _of_statistics(self) -> Mapping[SecretName, secretsmanager.ISecret]:
        if not self._config.stats_sources.balldontlie:
            return {}
        return {SecretName.BALLDONTLIE: self._empty(SecretName.BALLDONTLIE, _BALLDONTLIE)}

    def _owner(self) -> Mapping[SecretName, secretsmanager.ISecret]:
        if isinstance(self._config.database, NeonDatabase):
            return {name: self._empty(name, text) for name, text in _DESCRIPTIONS.items()}
        secret = self._password(
            DATABASE_SECRET,
            "PostgreSQL: its address, and the owner's user and password",
            {"username": DATABASE_USER, "dbname": DATABASE_NAME},
        )
        return dict.fromkeys(OWNER_SECRETS, secret)

    def _role(self, role: str, name: SecretName) -> secretsmanager.Secret:
        # The stage is in the name because roles belong to a server, which may have the databases of several stages.
        user = f"pickvs_{self._config.name}_{role}"
        return self._password(name, f"PostgreSQL: its address, and the {role}'s user and password", {"username": user})

    def _password(self, name: str, description: str, template: Mapping[str, str]) -> secretsmanager.Secret:
        """Create a secret with a generated password. `template`: its other fields."""
        secret = self._secret(
            name,
            description,
            # Any change here makes Secrets Manager generate a new value.
            secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(template),
                generate_string_key="password",
                password_length=40,
                exclude_punctuation=True,
            ),
        )
        acknowledge(secret, "AwsSolutions-SMG4", _ROTATED_ELSEWHERE)
        return secret

    def _empty(self, name: SecretName, description: str) -> secretsmanager.Secret:
        secret = self._secret(name, description)
        resource = secret.node.default_child
        if not isinstance(resource, secretsmanager.CfnSecret):
            raise TypeError(f"{secret.node.path} is not made of a CfnSecret")
        # By default, CDK generates a random value, which would look as if the connection string were set.
        resource.generate_secret_string = None
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            "The value belongs to a provider outside AWS. It is changed there and then entered here.",
        )
        return secret

    def _signing_keys(self) -> secretsmanager.Secret:
        secret = self._secret(
            SecretName.SIGNING_KEYS,
            "The keys that sign access tokens: the current one, and the previous one while its tokens live",
            # Any change here makes Secrets Manager generate a new value, which logs out all users.
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
        """Create a secret. `name` is the last part of its full name."""
        construct_id = "".join(part.capitalize() for part in name.replace("/", "-").split("-"))
        kept = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        secret = secretsmanager.Secret(
            self,
            construct_id,
            secret_name=f"pickvs/{self._config.name}/{name}",
            description=description,
            generate_secret_string=generator,
            removal_policy=kept if self._config.retention.data_is_kept else RemovalPolicy.DESTROY,
        )
        acknowledge(
            secret,
            "NIST.800.53.R5-SecretsManagerUsingKMSKey",
            "Encrypted with the AWS managed key for secrets. Each role lists the secrets that it may read. A customer "
            "managed key would need a second permission for the same roles, and cost by the month.",
        )
        return secret
