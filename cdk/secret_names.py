from enum import StrEnum


class SecretName(StrEnum):
    """Secret that a function can be allowed to read. The value is the last part of its name in Secrets Manager."""

    DATABASE = "database/pooled"
    """Connection to the database through its pooler, as the owner. Aurora has no pooler, and has one secret for this
    and DATABASE_DIRECT. Functions take only the address from it."""
    DATABASE_DIRECT = "database/direct"
    """Connection to the database without the pooler, as the owner. Migrations use it because they need session locks.
    Restores use it because a new database is restored before the pooler points to it."""
    DATABASE_WRITER = "database/writer"
    """Connection as the role that may write, and may not change what is recorded."""
    DATABASE_READER = "database/reader"
    """Connection as the role that may read what has no hash, and may not write."""
    DATABASE_AUTHORIZER = "database/authorizer"
    """Connection as the role that may check API keys."""
    DATABASE_FORECASTER = "database/forecaster"
    """Connection as the role that trains models and makes forecasts. It sees facts through functions only."""
    ODDS_API = "odds-api"
    """API key for The Odds API."""
    BALLDONTLIE = "balldontlie"
    """API key for balldontlie. Only a stage that asks it has the secret."""
    SIGNING_KEYS = "signing-keys"
    """Keys that sign access tokens."""


OWNER_SECRETS = frozenset({SecretName.DATABASE, SecretName.DATABASE_DIRECT})
"""Secrets of the role that owns the tables. Only `migrate` and `restore` log in with one."""

ROLE_SECRETS: dict[str, SecretName] = {
    "writer": SecretName.DATABASE_WRITER,
    "reader": SecretName.DATABASE_READER,
    "authorizer": SecretName.DATABASE_AUTHORIZER,
    "forecaster": SecretName.DATABASE_FORECASTER,
}
"""Secret of each role that `migrate` makes, by the role's name."""

DATABASE_SECRETS = OWNER_SECRETS | frozenset(ROLE_SECRETS.values())
"""Secrets that give access to the database."""

SECRET_VARIABLES: dict[SecretName, str] = {
    **dict.fromkeys(DATABASE_SECRETS, "DATABASE_SECRET_ARN"),
    SecretName.ODDS_API: "ODDS_API_KEY_SECRET_ARN",
    SecretName.BALLDONTLIE: "BALLDONTLIE_KEY_SECRET_ARN",
    SecretName.SIGNING_KEYS: "SIGNING_KEYS_SECRET_ARN",
}
"""Environment variable that contains the ARN of each secret."""
