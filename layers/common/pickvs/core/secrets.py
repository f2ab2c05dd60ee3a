"""Access to Secrets Manager: `get_secret` to use a secret, `SecretVersions` to write one.

Values are kept in memory only. Errors and log lines never contain them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pickvs.core import clock, redaction
from pickvs.core.config import Credentials, settings
from pickvs.core.errors import ConfigurationError
from pickvs.core.secrets_client import Caller, SecretMissing, get_secret_value

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_secretsmanager import SecretsManagerClient

CURRENT = "AWSCURRENT"
"""Staging label of the current version."""
PENDING = "AWSPENDING"
"""Staging label of the version that a rotation is creating."""

# Fields that are not secret. A key id is in every token that the key signed, and the time at which the key starts to
# sign is harmless. Engine, port, user and database name are ordinary words that must stay readable in logs.
_PUBLIC_FIELD = re.compile(r"((^|_)(kid|from)|^(engine|port|username|dbname))$")


@dataclass(frozen=True, slots=True)
class _Kept:
    """Cached value of a secret, and when the cache entry expires."""

    value: object = field(repr=False)
    until: datetime


_kept: dict[str, _Kept] = {}


@cache
def _session() -> "Session":
    import boto3

    return boto3.Session()


@cache
def _client() -> "SecretsManagerClient":
    import boto3
    from botocore.config import Config

    retries: Any = {"total_max_attempts": 3, "mode": "standard"}
    return boto3.client("secretsmanager", config=Config(connect_timeout=2, read_timeout=3, retries=retries))


def get_secret(name: str) -> dict[str, str]:
    """Return the fields of the secret `name` (a name or an ARN).

    A secret is a JSON object of texts. Integers, such as the port that AWS writes, are converted to text. The value is
    cached for Settings.secrets_cache, so every function uses a new value after that time at the latest. Raises
    ConfigurationError, without any value, if the secret is missing, inaccessible or malformed.
    """
    return _read(name, anew=False)


def get_secret_anew(name: str) -> list[dict[str, str]]:
    """Read a secret past the cache of `get_secret`, and update the cache.

    Returns the fields of the current version, and those of the pending version while a rotation is in progress. Raises
    ConfigurationError like `get_secret`.
    """
    # The pending version first: if a rotation finishes between the two reads, the second one returns it as current.
    pending = SecretVersions(name).latest_pending()
    return [_read(name, anew=True), *([] if pending is None else [pending])]


def _read(name: str, *, anew: bool) -> dict[str, str]:
    kept = _kept.get(name)
    if anew or kept is None or kept.until <= clock.now():
        fresh_for = settings().secrets_cache
        value = _parse(name, get_secret_value(name, _caller(), VersionStage=CURRENT).text)
        kept = _kept[name] = _Kept(value, clock.now() + fresh_for)
    return _fields(name, kept.value)


def _caller() -> Caller:
    """Return the credentials and region: from Lambda's environment, otherwise from boto3's provider chain."""
    credentials, region = settings().aws_credentials, settings().aws_region
    if credentials is not None and region is not None:
        return Caller(credentials, region)

    from botocore.exceptions import BotoCoreError

    try:
        found = _session().get_credentials()
        frozen = None if found is None else found.get_frozen_credentials()
        region = region or _session().region_name
    except BotoCoreError as error:
        raise ConfigurationError(f"the AWS credentials cannot be found: {type(error).__name__}") from None
    if frozen is None or not frozen.access_key or not frozen.secret_key or region is None:
        raise ConfigurationError("there are no AWS credentials here, or no region")
    return Caller(Credentials(frozen.access_key, frozen.secret_key, frozen.token), region)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a secret."""

    id: str
    value: Mapping[str, str | int]
    """The JSON object, unconverted."""

    @property
    def fields(self) -> dict[str, str]:
        """Fields of the object, converted to text."""
        return {field: str(member) for field, member in self.value.items()}


class SecretVersions:
    """Versions of the secret `name`, for whoever writes it. Never cached.

    Every method raises ConfigurationError, without any value, if Secrets Manager refuses the request or cannot be
    reached, or if the value is not a JSON object of texts.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def labels(self, version: str) -> frozenset[str]:
        """Return the staging labels of a version. Empty if the version does not exist."""
        with self._asking("described"):
            described = _client().describe_secret(SecretId=self._name)
        return frozenset(described.get("VersionIdsToStages", {}).get(version, ()))

    def current(self) -> Version:
        """Return the current version."""
        found = get_secret_value(self._name, _caller(), VersionStage=CURRENT)
        value = _parse(self._name, found.text)
        _fields(self._name, value)
        return Version(found.version, value)

    def pending(self, version: str) -> dict[str, str] | None:
        """Return the fields of the pending version. None until `add_pending` has stored its value."""
        return self._pending(VersionId=version)

    def latest_pending(self) -> dict[str, str] | None:
        """Return the fields of the pending version, whatever its id. None if there is none, or it has no value."""
        return self._pending()

    def _pending(self, **which: str) -> dict[str, str] | None:
        try:
            found = get_secret_value(self._name, _caller(), VersionStage=PENDING, **which)
        except SecretMissing:
            return None
        return _fields(self._name, _parse(self._name, found.text))

    def add_pending(self, version: str, fields: Mapping[str, str | int]) -> None:
        """Store the value of the pending version. Keeps the value if the version already has one."""
        _hide(fields)
        with self._asking("written"):
            try:
                _client().put_secret_value(
                    SecretId=self._name,
                    ClientRequestToken=version,
                    SecretString=json.dumps(dict(fields)),
                    VersionStages=[PENDING],
                )
            except _client().exceptions.ResourceExistsException:
                return

    def replace(self, fields: Mapping[str, str | int]) -> None:
        """Store a new value, which is current at once. The former one becomes the previous version."""
        _hide(fields)
        with self._asking("written"):
            _client().put_secret_value(SecretId=self._name, SecretString=json.dumps(dict(fields)))

    def make_current(self, version: str, *, instead_of: str) -> None:
        """Make `version` current in place of `instead_of`. Raises ConfigurationError if another version is current."""
        with self._asking("put in force"):
            _client().update_secret_version_stage(
                SecretId=self._name, VersionStage=CURRENT, MoveToVersionId=version, RemoveFromVersionId=instead_of
            )

    def drop_pending(self, version: str) -> None:
        """Discard the pending version, so that another rotation can start."""
        with self._asking("given up"):
            _client().update_secret_version_stage(
                SecretId=self._name, VersionStage=PENDING, RemoveFromVersionId=version
            )

    @contextmanager
    def _asking(self, done: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise ConfigurationError(f"the secret {self._name} cannot be {done}: {code}") from None
        except BotoCoreError as error:
            raise ConfigurationError(f"the secret {self._name} cannot be {done}: {type(error).__name__}") from None


def _parse(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        # A chained error would contain the secret's text.
        raise ConfigurationError(f"the secret {name} is not a JSON object") from None


def _fields(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(_is_text_or_whole(member) for member in value.values()):
        raise ConfigurationError(f"the secret {name} is not a JSON object of texts")
    _hide(value)
    return {field: str(member) for field, member in value.items()}


def _is_text_or_whole(member: object) -> bool:
    return isinstance(member, str | int) and not isinstance(member, bool)


def _hide(fields: Mapping[str, str | int]) -> None:
    for name, member in fields.items():
        if not _PUBLIC_FIELD.search(name):
            redaction.hide(str(member))
