"""Connections to PostgreSQL: one for each Lambda environment, or a pool for a server."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import asyncpg

# Set once for each connection, which is possible without a pooler in transaction mode.
_SETTINGS = {"application_name": "peer", "statement_timeout": "8000", "lock_timeout": "4000"}

_pool: Any = None


@cache
def secret(variable: str) -> dict[str, str]:
    """Return the fields of the secret whose name the environment variable holds."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
    answer = boto3.client("secretsmanager", config=config).get_secret_value(SecretId=os.environ[variable])
    fields: dict[str, str] = json.loads(answer["SecretString"])
    return fields


@asynccontextmanager
async def transaction(*, snapshot: bool = False) -> AsyncIterator[Any]:
    """Yield a connection in a transaction. With `snapshot`, it is read-only and repeatable read."""
    pool = await _connected()
    isolation = {"isolation": "repeatable_read", "readonly": True} if snapshot else {}
    async with pool.acquire() as connection, connection.transaction(**isolation):
        yield connection


async def _connected() -> Any:
    global _pool  # noqa: PLW0603
    if _pool is None:
        _pool = await asyncpg.create_pool(
            secret("DATABASE_SECRET_ARN")["url"],
            min_size=1,
            max_size=int(os.environ.get("POOL_SIZE", "1")),
            timeout=10,
            command_timeout=10,
            server_settings=_SETTINGS,
            reset=_nothing_to_reset,
        )
    return _pool


async def _nothing_to_reset(_: Any) -> None:
    """Skip the pool's reset query, which costs a round trip. No session state outlives a transaction here."""
