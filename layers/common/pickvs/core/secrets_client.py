"""Client for GetSecretValue of Secrets Manager, without boto3.

Every cold start reads a secret, and few functions need another AWS API. Importing boto3 and creating a client takes
about 110 ms of CPU time, this module 5 ms. Retries follow the standard mode of the AWS SDKs:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from ssl import SSLCertVerificationError
from typing import Any
from urllib.parse import urlsplit

from pickvs.core import clock
from pickvs.core.bounded_http import AnswerTooLong, post
from pickvs.core.config import Credentials, settings
from pickvs.core.errors import ConfigurationError
from pickvs.core.signature import signed

QUESTION_SECONDS = 9.0
"""Maximum time for all attempts of a request, excluding DNS resolution."""

_ATTEMPTS = 3
_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 3.0
_MOST_BYTES = 1024 * 1024
"""Maximum size of a response. A secret has at most 64 KiB; JSON escapes can make it six times as long."""

_PAUSE_SECONDS = 0.05
_PAUSE_SECONDS_IF_THROTTLED = 1.0
"""Maximum of the first pause. The second is up to twice as long."""
_TOO_MANY_REQUESTS = 429
_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TRANSIENT = frozenset({"RequestTimeout", "RequestTimeoutException"})

_DNS_SUFFIXES = {
    "cn": "amazonaws.com.cn",
    "eusc": "amazonaws.eu",
    "us-iso": "c2s.ic.gov",
    "us-isob": "sc2s.sgov.gov",
    "eu-isoe": "cloud.adc-e.uk",
    "us-isof": "csp.hci.ic.gov",
}
"""DNS suffixes of AWS partitions by the prefix of their region names. Other regions use `amazonaws.com`."""
_REGION = re.compile(r"(?P<begins>[a-z]+(?:-iso[a-z]?)?)(-[a-z]+)+-\d+")
_CODE = re.compile(r"\w{1,64}", re.ASCII)
_LONGEST_MESSAGE = 300


class SecretMissing(ConfigurationError):
    """The secret, or the requested version of it, does not exist."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Credentials and region of a request."""

    credentials: Credentials
    region: str


@dataclass(frozen=True, slots=True)
class SecretValue:
    """Value of one version of a secret."""

    version: str
    """Id of the version."""
    text: str = field(repr=False)
    """Text of the secret. Empty for a binary secret."""


class _Failed(Exception):
    """A failed attempt."""

    def __init__(self, code: str, message: str = "", *, pause: float | None = None) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.pause = pause
        """Maximum pause before the next attempt, in seconds. None if the error is not retryable."""


def get_secret_value(name: str, caller: Caller, **version: str) -> SecretValue:
    """Return a version of the secret `name` (a name or an ARN).

    version: VersionStage, VersionId or both. Raises SecretMissing if there is no such secret or version, and
    ConfigurationError if Secrets Manager refuses the request or cannot be reached. Errors never contain the value.
    """
    by = time.monotonic() + QUESTION_SECONDS
    body = json.dumps({"SecretId": name, **version}).encode()
    attempt = 1
    while True:
        try:
            return _ask(body, caller, by)
        except _Failed as failed:
            pause = None if failed.pause is None else failed.pause * 2 ** (attempt - 1) * _chance()
            if pause is None or attempt == _ATTEMPTS or time.monotonic() + pause >= by:
                kind = SecretMissing if failed.code == "ResourceNotFoundException" else ConfigurationError
                raise kind(f"the secret {name} cannot be read: {failed}") from None
        time.sleep(pause)
        attempt += 1


def endpoint(region: str) -> str:
    """Return the URL of Secrets Manager in `region`, without a trailing slash.

    Raises ConfigurationError if `region` is not a region name.
    """
    configured = settings().secrets_manager_url
    if configured is not None:
        return configured
    found = _REGION.fullmatch(region)
    if found is None:
        raise ConfigurationError(f"{region} is not the name of an AWS region")
    return f"https://secretsmanager.{region}.{_DNS_SUFFIXES.get(found['begins'], 'amazonaws.com')}"


def _ask(body: bytes, caller: Caller, by: float) -> SecretValue:
    """Make one attempt."""
    url = endpoint(caller.region)
    headers = {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "secretsmanager.GetSecretValue",
    }
    signed_headers = signed(
        headers, body, caller.credentials, region=caller.region, service="secretsmanager", at=clock.now()
    )
    try:
        status, answer = post(
            url,
            signed_headers,
            body,
            connect_seconds=_CONNECT_SECONDS,
            answer_seconds=_ANSWER_SECONDS,
            by=by,
            most_bytes=_MOST_BYTES,
        )
    except (SSLCertVerificationError, AnswerTooLong) as error:
        raise _Failed(type(error).__name__) from None
    except (OSError, HTTPException) as error:
        # The type only: some messages contain the partial response.
        raise _Failed(type(error).__name__, pause=_PAUSE_SECONDS) from None
    return _understood(status, _members(answer))


def _understood(status: int, members: Mapping[str, Any]) -> SecretValue:
    if status != 200:  # noqa: PLR2004 - OK
        raise _refusal(status, members)
    version, text = members.get("VersionId"), members.get("SecretString", "")
    if not isinstance(version, str) or not isinstance(text, str):
        raise _Failed("the answer is not one of Secrets Manager")
    return SecretValue(version, text)


def _refusal(status: int, members: Mapping[str, Any]) -> _Failed:
    code = str(members.get("__type", "")).rpartition("#")[2]
    if not _CODE.fullmatch(code):
        code = f"HTTP {status}"
    # For a rejected signature, the lines after the first repeat the request, including the session token.
    lines = str(members.get("message") or members.get("Message") or "").splitlines()
    message = lines[0][:_LONGEST_MESSAGE] if lines else ""
    if code in _THROTTLED or status == _TOO_MANY_REQUESTS:
        return _Failed(code, message, pause=_PAUSE_SECONDS_IF_THROTTLED)
    again = status >= 500 or code in _TRANSIENT  # noqa: PLR2004 - the server's own errors
    return _Failed(code, message, pause=_PAUSE_SECONDS if again else None)


def _members(answer: bytes) -> dict[str, Any]:
    try:
        members = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def _chance() -> float:
    """Return a random number from 0 to 1. It differs between environments restored from the same snapshot."""
    from random import SystemRandom

    return SystemRandom().random()
