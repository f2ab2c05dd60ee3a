"""Settings of the database roles: the secrets that the function `migrate` reads and writes besides its own."""

from collections.abc import Mapping

from pickvs.core.config import settings
from pickvs.operations.database_roles.rules import ROLES, Role


def address_secret() -> str:
    """Return the secret with the address that the functions connect to. With a pooler, it is the pooler's."""
    return settings().require("DATABASE_POOLED_SECRET_ARN", str)


def role_secrets() -> Mapping[Role, str]:
    """Return the secret of each role."""
    return {role: settings().require(f"DATABASE_{role.upper()}_SECRET_ARN", str) for role in ROLES}
