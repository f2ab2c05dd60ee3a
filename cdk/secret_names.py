from enum import StrEnum


class SecretName(StrEnum):
    """A secret that a function may be allowed to read. The value is the last part of its name in Secrets Manager."""

    DATABASE = "database/pooled"
    """The way into the database, through its pooler. A database that the stack makes has none, and one secret for this
    and the next."""
    DATABASE_DIRECT = "database/direct"
    """The way into the database without the pooler: session locks hold there, so migrations use it. So
    do restores, which a new database gets before the pooler leads to it."""
    ODDS_API = "odds-api"
    """The key of The Odds API."""
    SIGNING_KEYS = "signing-keys"
    """The keys that sign access tokens."""


DATABASE_SECRETS = frozenset({SecretName.DATABASE, SecretName.DATABASE_DIRECT})
"""What leads into the database."""

SECRET_VARIABLES: dict[SecretName, str] = {
    SecretName.DATABASE: "DATABASE_SECRET_ARN",
    SecretName.DATABASE_DIRECT: "DATABASE_SECRET_ARN",
    SecretName.ODDS_API: "ODDS_API_KEY_SECRET_ARN",
    SecretName.SIGNING_KEYS: "SIGNING_KEYS_SECRET_ARN",
}
"""The environment variable that tells a function where each secret is."""
