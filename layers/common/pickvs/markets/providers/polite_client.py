"""A client that says who asks, waits between requests, and accepts a refusal."""

from collections.abc import Mapping

from pickvs.core.secrets import get_secret
from pickvs.core.version import VERSION
from pickvs.jobs.errors import InvalidKey, ProviderDown, ProviderError, ProviderTimeout
from pickvs.jobs.sources import Credits
from pickvs.markets.providers.http_source import HttpSource, Pace, Patience, failure_of


class PoliteClient(HttpSource):
    """Client of a source of facts. Does not ask again where the source refuses or limits.

    contact: of the operator, without blanks and parentheses. key_secret: of the API key; None if the source needs none.
    pace: None for a second between two requests.
    """

    retried = (ProviderDown, ProviderTimeout)

    def __init__(
        self,
        name: str,
        base_url: str,
        contact: str,
        *,
        key_secret: str | None = None,
        patience: Patience,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(base_url, patience, pace or Pace(1.0))
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
