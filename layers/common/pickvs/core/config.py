"""What the deployment tells the code. The only module that reads the environment.

That carries names; of secrets, only the credentials of the function's own role, which Lambda puts there.
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
"""Who may vouch for the database's server: the authorities that browsers trust, or those of Amazon RDS. `off` asks for
nothing beyond what the connection string says: for a server on this machine."""


@dataclass(frozen=True, slots=True)
class OddsApiConfig:
    """How the ingestion functions ask The Odds API."""

    base_url: str
    api_key_secret: str
    sports: tuple[str, ...]
    regions: tuple[str, ...]
    scores_days_from: int
    """How many days back `/scores` looks, 1 to 3 (the provider's limits)."""
    raw_answers_bucket: str


@dataclass(frozen=True, slots=True)
class PickConfig:
    """The two times of the submission rule that a stage may set."""

    lock_margin: timedelta
    """A game locks this long before its announced tip-off."""
    max_odds_age: timedelta
    """A quote captured longer ago than this is stale."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many times at once, and as many again over the window."""

    times: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """How often accounts may be opened, passwords tried and sessions continued, over all instances."""

    registrations_per_address: Rate
    logins_per_address: Rate
    tries_per_account: Rate
    """Wrong passwords for one account, from anywhere."""
    refreshes_per_address: Rate


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves to AWS who asks."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)
    """None for a user's own key, which does not end."""


class Settings:
    """The environment of one function, read name by name when a name is needed.

    Every function has only the names its role has a use for, so an absent name is an error only for who asks.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def _require[T](self, name: str, convert: Callable[[str], T]) -> T:
        raw = self._environment.get(name, "")
        if not raw:
            raise ConfigurationError(f"the environment variable {name} is not set")
        try:
            return convert(raw)
        except ValueError as error:
            raise ConfigurationError(f"the environment variable {name} is not valid") from error

    @property
    def stage(self) -> str | None:
        """Name of the stage; None outside of any, as in an engineer's tool."""
        return self._environment.get("PICKVS_STAGE") or None

    @property
    def function(self) -> str:
        """Name of the function without its stage, an endpoint's is its operation's; empty outside of any."""
        return self._environment.get("POWERTOOLS_SERVICE_NAME", "")

    @property
    def is_for_snapshot(self) -> bool:
        """Whether Lambda is about to take a snapshot of this environment, or has begun it with one."""
        return self._environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"

    @property
    def aws_credentials(self) -> Credentials | None:
        """The role's credentials; None if they are elsewhere.

        So it is in an environment that began with a snapshot, where they would be old, and in an engineer's shell.
        """
        key, secret, token = (
            self._environment.get(f"AWS_{part}") for part in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
        )
        return Credentials(key, secret, token or None) if key and secret else None

    @property
    def aws_region(self) -> str | None:
        """The region that the function runs in; None if the environment does not say it."""
        return self._environment.get("AWS_REGION") or self._environment.get("AWS_DEFAULT_REGION") or None

    @property
    def secrets_manager_url(self) -> str | None:
        """Where Secrets Manager answers instead of at AWS, without a slash at the end: on a laptop; None elsewhere."""
        for name in ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"):
            if self._environment.get(name):
                return self._require(name, _origin)
        return None

    @property
    def database_secret(self) -> str:
        """Name or ARN of the secret that holds the database's address and password."""
        return self._require("DATABASE_SECRET_ARN", str)

    @property
    def database_tls(self) -> DatabaseTls:
        """Whose word for the database's server is taken."""
        return self._require("DATABASE_TLS", _database_tls)

    @property
    def signing_keys_secret(self) -> str:
        """Name or ARN of the secret that holds the current and the previous token signing key."""
        return self._require("SIGNING_KEYS_SECRET_ARN", str)

    @property
    def secrets_cache(self) -> timedelta:
        """How long a secret's value is kept in memory before it is asked for again."""
        return timedelta(seconds=self._require("SECRETS_CACHE_SECONDS", _whole(1, 3600)))

    @property
    def signing_keys_delay(self) -> timedelta:
        """How long a new signing key is known before it signs."""
        return timedelta(seconds=self._require("SIGNING_KEYS_DELAY_SECONDS", _whole(1, 24 * 3600)))

    @property
    def picks(self) -> PickConfig:
        """The submission rule's times."""
        return PickConfig(
            lock_margin=timedelta(seconds=self._require("LOCK_MARGIN_SECONDS", _whole(0, 3600))),
            max_odds_age=timedelta(hours=self._require("MAX_ODDS_AGE_HOURS", _whole(1, 24 * 31))),
        )

    @property
    def sign_in_limits(self) -> SignInLimits:
        """How often somebody may try to get in."""
        return SignInLimits(
            registrations_per_address=self._require("REGISTRATIONS_PER_ADDRESS", _rate),
            logins_per_address=self._require("LOGINS_PER_ADDRESS", _rate),
            tries_per_account=self._require("TRIES_PER_ACCOUNT", _rate),
            refreshes_per_address=self._require("REFRESHES_PER_ADDRESS", _rate),
        )

    @property
    def exports_bucket(self) -> str:
        """Name of the bucket that exports of the database are written to."""
        return self._require("EXPORTS_BUCKET", str)

    @property
    def api_base_url(self) -> str:
        """Where the API answers, with its base path and without a slash at the end."""
        return self._require("API_BASE_URL", str).rstrip("/")

    @property
    def web_origin(self) -> str | None:
        """The one origin whose pages may read answers in a browser; `*` is every page's, None is none's."""
        return self._environment.get("WEB_ORIGIN") or None

    @property
    def odds_api(self) -> OddsApiConfig:
        """The provider's address, key and questions."""
        return OddsApiConfig(
            base_url=self._require("ODDS_API_BASE_URL", str).rstrip("/"),
            api_key_secret=self._require("ODDS_API_KEY_SECRET_ARN", str),
            sports=self._require("ODDS_API_SPORTS", _names),
            regions=self._require("ODDS_API_REGIONS", _names),
            scores_days_from=self._require("SCORES_DAYS_FROM", _whole(1, 3)),
            raw_answers_bucket=self._require("RAW_ANSWERS_BUCKET", str),
        )


def _database_tls(raw: str) -> DatabaseTls:
    known: tuple[DatabaseTls, ...] = get_args(DatabaseTls.__value__)
    for name in known:
        if raw == name:
            return name
    raise ValueError("not one of " + ", ".join(known))


def _origin(raw: str) -> str:
    """Return `http://host:port` or `https://host`, without the slash at its end."""
    origin = raw.rstrip("/")
    address = urlsplit(origin)
    if address.scheme not in ("http", "https") or not address.hostname or address.port == 0:
        raise ValueError("not the address of a server")
    if origin != f"{address.scheme}://{address.netloc}" or "@" in address.netloc:
        raise ValueError("more than the address of a server")
    return origin


def _names(raw: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in raw.split(",") if name.strip())
    if not names:
        raise ValueError("no name")
    return names


def _rate(raw: str) -> Rate:
    """Return 10 times an hour for `10/3600`."""
    times, _, seconds = raw.partition("/")
    return Rate(_whole(1, 1_000_000)(times), timedelta(seconds=_whole(1, 24 * 3600)(seconds)))


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(raw: str) -> int:
        value = int(raw)
        if not low <= value <= high:
            raise ValueError(f"not between {low} and {high}")
        return value

    return convert


@cache
def settings() -> Settings:
    """Return this function's settings."""
    return Settings(os.environ)
