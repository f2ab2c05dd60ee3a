"""Asks the API over HTTP, as anybody can: nothing here knows more than its address."""

import json
from dataclasses import dataclass
from typing import Any

import urllib3

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 29.0
"""The gateway gives up after as long."""
_MOST_BYTES = 4 * 1024 * 1024
_RETRIES = 3
_UNAVAILABLE = (502, 503, 504)
_ATTEMPTS = urllib3.Retry(
    total=_RETRIES,
    connect=_RETRIES,
    read=1,
    status=_RETRIES,
    redirect=False,
    other=0,
    # A request that changes something is repeated only if it did not get through.
    allowed_methods=frozenset({"GET"}),
    status_forcelist=_UNAVAILABLE,
    # Pauses of 0, 4 and 8 s, and each answer that the database is away takes 20: by then one that slept is awake.
    backoff_factor=2,
    respect_retry_after_header=False,
    raise_on_status=False,
)


class NoAnswer(Exception):
    """The API did not answer; the text says how, and nothing of what was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered. body: None unless it is JSON."""

    status: int
    body: Any
    request_id: str
    """By which the logs know it; empty if the answer names none."""
    attempts: int
    """How often it took to be asked."""


class ApiClient:
    """Sends requests to the API at `base_url` (…/api), all under one correlation id. Nothing happens before `send`."""

    def __init__(self, base_url: str, *, correlation_id: str) -> None:
        self._base_url = base_url
        self._headers = {
            "Accept": "application/json",
            "User-Agent": "pickvs-canary",
            "X-Correlation-Id": correlation_id,
        }
        self._connections = urllib3.PoolManager(
            num_pools=1, maxsize=1, timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
        )

    def send(self, method: str, path: str, *, body: object = None, token: str | None = None) -> Answer:
        """Return the answer to a request, whatever its status.

        Questions (GET) are repeated while the API is unavailable, everything while it cannot be reached, three times.
        Raises NoAnswer for what gets none then, and for one that is too long.
        """
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        failure: str
        try:
            response = self._connections.request(
                method,
                self._base_url + path,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                retries=_ATTEMPTS,
                preload_content=False,
            )
            try:
                content = response.read(_MOST_BYTES + 1)
            finally:
                response.close()
        except urllib3.exceptions.MaxRetryError as error:
            failure = type(error.reason or error).__name__
        except (urllib3.exceptions.HTTPError, OSError) as error:
            failure = type(error).__name__
        else:
            if len(content) > _MOST_BYTES:
                raise NoAnswer("the answer is too long")
            tries = 1 if response.retries is None else 1 + len(response.retries.history)
            return Answer(response.status, _json(content), response.headers.get("X-Request-Id", ""), tries)
        # Outside the handlers: the transport's own error, chained, would quote the address.
        raise NoAnswer(f"no answer: {failure}")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
