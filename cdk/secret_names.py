from enum import StrEnum


class SecretName(StrEnum):
    """Secret that a function can be allowed to read. The value is the last part of its name in Secrets Manager."""

    DATABASE = "database/pooled"
    """Connection to the database through its pooler. Aurora has no pooler, and has one secret for this and
    DATABASE_DIRECT."""
    DATABASE_DIRECT = "database/direct"
    """Connection to the database without the pooler. Migrations use it because they need session locks. Restores use it
    because a new database is restored before the pooler points to it."""
    ODDS_API = "odds-api"
    """API key for The Odds API."""
    SIGNING_KEYS = "signing-keys"
    """Keys that sign access tokens."""


DATABASE_SECRETS = frozenset({SecretName.DATABASE, SecretName.DATABASE_DIRECT})
"""Secrets that give access to the database."""

SECRET_VARIABLES: dict[SecretName, str] = {
    SecretName.DATABASE: "DATABASE_SECRET_ARN",
    SecretName.DATABASE_DIRECT: "DATABASE_SECRET_ARN",
    SecretName.ODDS_API: "ODDS_API_KEY_SECRET_ARN",
    SecretName.SIGNING_KEYS: "SIGNING_KEYS_SECRET_ARN",
}
"""Environment variable that contains the ARN of each secret."""
