"""Clients of the sources of statistics. Each says who asks, waits a second between requests, and accepts a refusal."""

from collections.abc import Mapping

import urllib3

from pickvs.core.secrets import get_secret
from pickvs.core.version import VERSION
from pickvs.jobs.errors import InvalidKey, ProviderDown, ProviderError, ProviderTimeout
from pickvs.jobs.sources import Credits, Question
from pickvs.markets.providers.http_source import HttpSource, Pace, Patience, failure_of

PATIENCE = Patience(connect=5, read=20, pauses=(2,), answer_bytes=48 * 1024 * 1024)
"""The largest answer is a season of nflverse: under 10 MB."""
SECONDS = 60
"""Time for one request, its retry among it."""


class PoliteClient(HttpSource):
    """Client of a source. Does not ask again where the source refuses or limits."""

    retried = (ProviderDown, ProviderTimeout)

    def __init__(
        self,
        name: str,
        base_url: str,
        contact: str,
        *,
        key_secret: str | None = None,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(base_url, patience or PATIENCE, pace or Pace(1.0))
        self._name = name
        self._agent = f"PickVs/{VERSION} (+{contact})"
        self._key_secret = key_secret

    @property
    def name(self) -> str:
        """Name of the source, and of the folder with its stored raw responses."""
        return self._name

    def _headers(self) -> Mapping[str, str]:
        if self._key_secret is None:
            return {"User-Agent": self._agent}
        key = get_secret(self._key_secret).get("api_key", "").strip()
        if not key:
            raise InvalidKey(f"the secret of {self._name} has no api_key")
        return {"User-Agent": self._agent, "Authorization": key}

    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        return failure_of(status)(f"the provider answered {status} ({len(body)} bytes)", http_status=status)


class FileClient(PoliteClient):
    """Client of files that are kept elsewhere than where they are asked for. It has no key that could follow there."""

    def _send(self, question: Question, left: float) -> urllib3.BaseHTTPResponse:
        return self._connections.request(
            "GET",
            self._base_url + question.path,
            fields=dict(question.parameters),
            headers={"Accept": "text/csv", "Accept-Encoding": "gzip", **self._headers()},
            timeout=urllib3.Timeout(connect=min(self._patience.connect, left), read=min(self._patience.read, left)),
            retries=urllib3.Retry(connect=0, read=0, status=0, other=0, redirect=3),
            preload_content=False,
        )
