from enum import StrEnum


class SecretName(StrEnum):
    """A secret that a function may be allowed to read. The value is the last part of its name in Secrets Manager."""

    DATABASE = "database/pooled"
    """The connection string of the database, through its pooler."""
    DATABASE_DIRECT = "database/direct"
    """The connection string of the database without the pooler: session locks hold there, so migrations use it. So
    do restores, which a new database gets before the pooler leads to it."""
    ODDS_API = "odds-api"
    """The key of The Odds API."""
    SIGNING_KEYS = "signing-keys"
    """The keys that sign access tokens."""


SECRET_VARIABLES: dict[SecretName, str] = {
    SecretName.DATABASE: "DATABASE_SECRET_ARN",
    SecretName.DATABASE_DIRECT: "DATABASE_SECRET_ARN",
    SecretName.ODDS_API: "ODDS_API_KEY_SECRET_ARN",
    SecretName.SIGNING_KEYS: "SIGNING_KEYS_SECRET_ARN",
}
"""The environment variable that tells a function where each secret is."""
