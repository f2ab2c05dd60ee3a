"""HTTP client of the canary. Knows nothing about the API but its address."""

import json
from dataclasses import dataclass
from typing import Any

import urllib3

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 29.0
"""Read timeout, equal to the gateway's own."""
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
    # A request that changes something is retried only if it did not reach the API.
    allowed_methods=frozenset({"GET"}),
    status_forcelist=_UNAVAILABLE,
    # Waits 0, 4 and 8 s. Each answer of an unavailable database takes 20 s, enough for a paused one to resume.
    backoff_factor=2,
    respect_retry_after_header=False,
    raise_on_status=False,
)


class NoAnswer(Exception):
    """The API did not answer. The message says how, and contains nothing of the request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the API. body: None unless it is JSON."""

    status: int
    body: Any
    request_id: str
    """The request's id in the logs; empty if the answer has none."""
    attempts: int
    """Number of attempts, retries included."""


class ApiClient:
    """Sends requests to the API at `base_url` (…/api) under one correlation id. Connects on the first `send`."""

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

        Retries up to three times: GET requests while the API is unavailable, and any request while it cannot be
        reached. Raises NoAnswer if there is still no answer, or if the answer is too long.
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
        # Raised outside the handlers: a chained transport error would quote the address.
        raise NoAnswer(f"no answer: {failure}")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
