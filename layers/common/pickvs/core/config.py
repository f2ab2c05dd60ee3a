"""Access to the environment variables that the deployment sets, and the settings of the core.

No other module reads the environment. Each room documents the variables that it reads in its own `config.py`. The
environment holds names of secrets, not secrets. The only exception is the credentials of the function's role, which
Lambda sets.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Literal, get_args
from urllib.parse import urlsplit

from pickvs.core.errors import ConfigurationError

type DatabaseTls = Literal["public-roots", "rds-roots", "off"]
"""Certificate authorities trusted for the database server: the public ones, or those of Amazon RDS. `off` requires
nothing beyond the connection string, for a server on this machine."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """AWS credentials."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)
    """None for an IAM user's long-term key."""


class Settings:
    """Environment of one function. Each variable is read when it is needed.

    A function has only the variables that it uses, so a missing variable is an error only when it is read.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def require[T](self, name: str, convert: Callable[[str], T]) -> T:
        """Return the value of a variable, converted by `convert`, which raises ValueError for an invalid value.

        Raises ConfigurationError with the variable's name if it is unset, empty or invalid.
        """
        raw = self._environment.get(name, "")
        if not raw:
            raise ConfigurationError(f"the environment variable {name} is not set")
        try:
            return convert(raw)
        except ValueError as error:
            raise ConfigurationError(f"the environment variable {name} is not valid") from error

    def optional(self, name: str) -> str | None:
        """Return the value of a variable. None if it is unset or empty."""
        return self._environment.get(name) or None

    @property
    def stage(self) -> str | None:
        """Name of the stage. None outside a stage, for example in an operator's tool."""
        return self.optional("PICKVS_STAGE")

    @property
    def function(self) -> str:
        """Name of the function without its stage; for an endpoint, the operation's name. Empty outside a function."""
        return self.optional("POWERTOOLS_SERVICE_NAME") or ""

    @property
    def is_for_snapshot(self) -> bool:
        """Whether the environment is initialized for a SnapStart snapshot or restored from one."""
        return self.optional("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"

    @property
    def aws_credentials(self) -> Credentials | None:
        """Credentials of the function's role. None if the environment does not hold them.

        That is so in an environment restored from a snapshot, where they would be expired, and in an operator's shell.
        """
        key, secret, token = (
            self.optional(f"AWS_{part}") for part in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
        )
        return Credentials(key, secret, token) if key and secret else None

    @property
    def aws_region(self) -> str | None:
        """AWS Region of the function. None if the environment does not specify it."""
        return self.optional("AWS_REGION") or self.optional("AWS_DEFAULT_REGION")

    @property
    def secrets_manager_url(self) -> str | None:
        """Base URL, without a trailing slash, that replaces the endpoint of Secrets Manager. Set on a laptop only."""
        for name in ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"):
            if self.optional(name):
                return self.require(name, _origin)
        return None

    @property
    def database_secret(self) -> str:
        """Name or ARN of the secret with the database's address and password."""
        return self.require("DATABASE_SECRET_ARN", str)

    @property
    def database_tls(self) -> DatabaseTls:
        """Certificate authorities trusted for the database server."""
        return self.require("DATABASE_TLS", _database_tls)

    @property
    def database_pooled(self) -> bool:
        """Whether a transaction pooler stands before the database. True unless the environment says otherwise."""
        return self.optional("DATABASE_POOLED") is None or self.require("DATABASE_POOLED", switch)

    @property
    def clock_file(self) -> str | None:
        """File with the moment at which a replay on the laptop cloud holds the clock. None: time goes by.

        Raises ConfigurationError on any stage but `local`: nobody may set the time of a deployed stage.
        """
        file = self.optional("PICKVS_CLOCK_FILE")
        if file is not None and self.stage != "local":
            raise ConfigurationError("PICKVS_CLOCK_FILE is for replays on the laptop cloud only")
        return file

    @property
    def secrets_cache(self) -> timedelta:
        """Time for which a secret's value is cached in memory. Up to a day: in a replay an hour passes in a moment."""
        return timedelta(seconds=self.require("SECRETS_CACHE_SECONDS", whole(1, 86_400)))


def _database_tls(raw: str) -> DatabaseTls:
    known: tuple[DatabaseTls, ...] = get_args(DatabaseTls.__value__)
    for name in known:
        if raw == name:
            return name
    raise ValueError("not one of " + ", ".join(known))


def _origin(raw: str) -> str:
    """Return `http://host:port` or `https://host`, without a trailing slash."""
    origin = raw.rstrip("/")
    address = urlsplit(origin)
    if address.scheme not in ("http", "https") or not address.hostname or address.port == 0:
        raise ValueError("not the address of a server")
    if origin != f"{address.scheme}://{address.netloc}" or "@" in address.netloc:
        raise ValueError("only scheme, host and port are allowed")
    return origin


def names(raw: str) -> tuple[str, ...]:
    """Return the names in a comma-separated list. Raises ValueError if there are none."""
    found = tuple(name.strip() for name in raw.split(",") if name.strip())
    if not found:
        raise ValueError("no name")
    return found


def switch(raw: str) -> bool:
    """Return whether a setting is `on`. Raises ValueError unless it is `on` or `off`."""
    if raw not in ("on", "off"):
        raise ValueError("not on or off")
    return raw == "on"


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of integers from `low` to `high` inclusive. It raises ValueError for any other text."""

    def convert(raw: str) -> int:
        value = int(raw)
        if not low <= value <= high:
            raise ValueError(f"not between {low} and {high}")
        return value

    return convert


@cache
def settings() -> Settings:
    """Return the settings of this function."""
    return Settings(os.environ)
