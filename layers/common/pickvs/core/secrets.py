"""Secrets Manager, behind `get_secret` for who uses a secret and `SecretVersions` for who rotates one.

Values stay in memory, and no error or log line repeats them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pickvs.core import clock, logging
from pickvs.core.config import Credentials, settings
from pickvs.core.errors import ConfigurationError
from pickvs.core.secrets_client import Caller, SecretMissing, get_secret_value

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_secretsmanager import SecretsManagerClient

CURRENT = "AWSCURRENT"
"""The label of the version that is in force."""
PENDING = "AWSPENDING"
"""The label of the version that a rotation is making."""

# A key's id travels in every token that it signed, and when it began to sign is no secret either. What the database is,
# and what things in it are called, are ordinary words, which log lines must keep.
_PUBLIC_FIELD = re.compile(r"((^|_)(kid|from)|^(engine|port|username|dbname))$")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a secret held when it was last read."""

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
    """Return the fields of the secret called `name` (a name or an ARN).

    A secret is a JSON object of texts; a whole number in it, as AWS writes a port, is turned into one. It is asked for
    again after Settings.secrets_cache, and no sooner, whatever callers send: a value that was put in the place of
    another is in use everywhere after this time. Raises ConfigurationError, without any value, if it is missing,
    refused or something else.
    """
    return _read(name, anew=False)


def get_secret_anew(name: str) -> list[dict[str, str]]:
    """Return the fields that `get_secret` returns from now on, read past its cache, and those that are to come.

    The second are there while a rotation is making a version. Raises ConfigurationError like `get_secret`.
    """
    # In this order: what is pending now and not any more at the second question is in force by then.
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
    """Return who this function is to AWS: as Lambda says, or else as an SDK finds out."""
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
    """One value that a secret has or had."""

    id: str
    value: Mapping[str, str | int]
    """The JSON object, as it was written."""

    @property
    def fields(self) -> dict[str, str]:
        """The members of the object, as texts."""
        return {field: str(member) for field, member in self.value.items()}


class SecretVersions:
    """The versions of the secret called `name`, as its rotation needs them: read anew each time, never kept.

    Every method raises ConfigurationError, without any value, if Secrets Manager refuses or cannot be reached, or if
    what is read is no JSON object of texts.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def labels(self, version: str) -> frozenset[str]:
        """Return the labels of a version; a version that does not exist has none."""
        with self._asking("described"):
            described = _client().describe_secret(SecretId=self._name)
        return frozenset(described.get("VersionIdsToStages", {}).get(version, ()))

    def current(self) -> Version:
        """Return the version that is in force."""
        found = get_secret_value(self._name, _caller(), VersionStage=CURRENT)
        value = _parse(self._name, found.text)
        _fields(self._name, value)
        return Version(found.version, value)

    def pending(self, version: str) -> dict[str, str] | None:
        """Return the fields of the version that is being made; None until `add_pending` has given it a value."""
        return self._pending(VersionId=version)

    def latest_pending(self) -> dict[str, str] | None:
        """Return the fields of whichever version is being made; None if there is none, or none with a value."""
        return self._pending()

    def _pending(self, **which: str) -> dict[str, str] | None:
        try:
            found = get_secret_value(self._name, _caller(), VersionStage=PENDING, **which)
        except SecretMissing:
            return None
        return _fields(self._name, _parse(self._name, found.text))

    def add_pending(self, version: str, fields: Mapping[str, str | int]) -> None:
        """Give the version that is being made its value. One that it has been given before stays."""
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

    def make_current(self, version: str, *, instead_of: str) -> None:
        """Put `version` in force, if `instead_of` is what is in force now; it is refused otherwise."""
        with self._asking("put in force"):
            _client().update_secret_version_stage(
                SecretId=self._name, VersionStage=CURRENT, MoveToVersionId=version, RemoveFromVersionId=instead_of
            )

    def drop_pending(self, version: str) -> None:
        """Give up the version that is being made, so that another rotation may begin."""
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
        # The chained error would carry the text of the secret.
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
            logging.hide(str(member))
