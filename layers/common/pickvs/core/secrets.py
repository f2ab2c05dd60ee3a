"""Secrets Manager, behind `get_secret` for who uses a secret and `SecretVersions` for who rotates one.

Values stay in memory, and no error or log line repeats them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pickvs.core import logging
from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider
    from mypy_boto3_secretsmanager import SecretsManagerClient

CURRENT = "AWSCURRENT"
"""The label of the version that is in force."""
PENDING = "AWSPENDING"
"""The label of the version that a rotation is making."""

# A key's id travels in every token that it signed, and when it began to sign is no secret either. What the database is,
# and what things in it are called, are ordinary words, which log lines must keep.
_PUBLIC_FIELD = re.compile(r"((^|_)(kid|from)|^(engine|port|username|dbname))$")


@cache
def _provider() -> "SecretsProvider":
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

    return SecretsProvider(boto3_client=_client())


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
    from aws_lambda_powertools.utilities.parameters.exceptions import (
        GetParameterError,
        TransformParameterError,
    )

    try:
        max_age = int(settings().secrets_cache.total_seconds())
        value = _provider().get(name, max_age=max_age, force_fetch=anew, transform="json", VersionStage=CURRENT)
    except TransformParameterError:
        # The chained error would carry the text of the secret.
        raise ConfigurationError(f"the secret {name} is not a JSON object") from None
    except GetParameterError as error:
        raise ConfigurationError(f"the secret {name} cannot be read: {error}") from error
    return _fields(name, value)


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
        with self._asking("read"):
            answer = _client().get_secret_value(SecretId=self._name, VersionStage=CURRENT)
        value = _parse(self._name, answer.get("SecretString", ""))
        _fields(self._name, value)
        return Version(answer["VersionId"], value)

    def pending(self, version: str) -> dict[str, str] | None:
        """Return the fields of the version that is being made; None until `add_pending` has given it a value."""
        return self._pending(VersionId=version)

    def latest_pending(self) -> dict[str, str] | None:
        """Return the fields of whichever version is being made; None if there is none, or none with a value."""
        return self._pending()

    def _pending(self, **which: str) -> dict[str, str] | None:
        with self._asking("read"):
            try:
                answer = _client().get_secret_value(SecretId=self._name, VersionStage=PENDING, **which)
            except _client().exceptions.ResourceNotFoundException:
                return None
        return _fields(self._name, _parse(self._name, answer.get("SecretString", "")))

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
    for field, member in fields.items():
        if not _PUBLIC_FIELD.search(field):
            logging.hide(str(member))
