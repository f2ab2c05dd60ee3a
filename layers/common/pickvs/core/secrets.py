"""Secrets Manager, behind `get_secret` for who uses a secret and `SecretVersions` for who rotates one.

Values stay in memory, and no error or log line repeats them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pickvs.core import logging
from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SecretsProvider
    from botocore.config import Config
    from mypy_boto3_secretsmanager import SecretsManagerClient

CURRENT = "AWSCURRENT"
"""The label of the version that is in force."""
PENDING = "AWSPENDING"
"""The label of the version that a rotation is making."""

# A key's id travels in every token that it signed, and when it began to sign is no secret either.
_PUBLIC_FIELD = re.compile(r"(^|_)(kid|from)$")


@cache
def _provider() -> "SecretsProvider":
    from aws_lambda_powertools.utilities.parameters import SecretsProvider

    return SecretsProvider(boto_config=_boto_config())


def _boto_config() -> "Config":
    from botocore.config import Config

    return Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})


def get_secret(name: str) -> dict[str, str]:
    """Return the fields of the secret called `name` (a name or an ARN).

    A secret is a JSON object of texts. It is asked for again after Settings.secrets_cache, and no sooner, whatever
    callers send: a value that was put in the place of another is in use everywhere after this time. Raises
    ConfigurationError, without any value, if it is missing, refused or something else.
    """
    from aws_lambda_powertools.utilities.parameters.exceptions import (
        GetParameterError,
        TransformParameterError,
    )

    try:
        max_age = int(settings().secrets_cache.total_seconds())
        value = _provider().get(name, max_age=max_age, transform="json", VersionStage=CURRENT)
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
    fields: dict[str, str]


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
        return Version(answer["VersionId"], _parse(self._name, answer.get("SecretString", "")))

    def pending(self, version: str) -> dict[str, str] | None:
        """Return the fields of the version that is being made; None until `add_pending` has given it a value."""
        with self._asking("read"):
            try:
                answer = _client().get_secret_value(SecretId=self._name, VersionId=version, VersionStage=PENDING)
            except _client().exceptions.ResourceNotFoundException:
                return None
        return _parse(self._name, answer.get("SecretString", ""))

    def add_pending(self, version: str, fields: Mapping[str, str]) -> None:
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


@cache
def _client() -> "SecretsManagerClient":
    import boto3

    return boto3.client("secretsmanager", config=_boto_config())


def _parse(name: str, text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except ValueError:
        # The chained error would carry the text of the secret.
        raise ConfigurationError(f"the secret {name} is not a JSON object") from None
    return _fields(name, value)


def _fields(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(field, str) for field in value.values()):
        raise ConfigurationError(f"the secret {name} is not a JSON object of texts")
    _hide(value)
    return value


def _hide(fields: Mapping[str, str]) -> None:
    for field, text in fields.items():
        if not _PUBLIC_FIELD.search(field):
            logging.hide(text)
