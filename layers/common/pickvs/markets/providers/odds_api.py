"""Client of The Odds API v4 (https://the-odds-api.com/liveapi/guides/v4/). Classifies the provider's failures.

The provider accepts the key only as a query parameter. Therefore no URL and no message of the transport's errors ever
leaves the client (see `http_source`), and no message of the provider leaves it with the key.
"""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote, quote_plus

from pickvs.core.errors import ConfigurationError
from pickvs.core.redaction import redact
from pickvs.core.secrets import get_secret
from pickvs.jobs.errors import InvalidKey, OutOfCredits, ProviderError, RateLimited
from pickvs.jobs.sources import Credits, Question
from pickvs.markets.providers.config import odds_api_config
from pickvs.markets.providers.http_source import HttpSource, Patience, failure_of
from pickvs.markets.providers.names import THE_ODDS_API
from pickvs.markets.providers.odds_api_parsing import MARKETS
from pickvs.sports.rules import SPORTS

PROVIDER = THE_ODDS_API
"""The name under which this provider's ids and results are stored."""

_KEY_CODES = frozenset({"INVALID_KEY", "MISSING_KEY", "DEACTIVATED_KEY"})
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_SAID_LENGTH = 300

PATIENCE = Patience()
"""Settings of the ingestion functions."""


def odds(sport: str, regions: Sequence[str]) -> Question:
    """Return the question for all odds of a sport's games that are not over. Costs one credit per market and region.

    Asks for the sport's markets, and for all markets of a sport that is not covered, which has no source.
    """
    known = SPORTS.get(sport)
    wanted = [key for key, market in MARKETS.items() if known is None or market in known.markets]
    parameters = {"regions": ",".join(regions), "markets": ",".join(wanted)}
    return _question("odds", sport, {**parameters, "oddsFormat": "american", "dateFormat": "iso"})


def scores(sport: str, days_from: int) -> Question:
    """Return the question for a sport's scores of the last `days_from` (1 to 3) days. Costs two credits."""
    return _question("scores", sport, {"daysFrom": str(days_from), "dateFormat": "iso"})


def _question(kind: Literal["odds", "scores"], sport: str, parameters: Mapping[str, str]) -> Question:
    return Question(kind, sport, f"/v4/sports/{quote(sport, safe='')}/{kind}", parameters)


def configured() -> "OddsApi":
    """Return the client for this stage's settings. Raises ConfigurationError if there is no key."""
    config = odds_api_config()
    key = get_secret(config.api_key_secret).get("api_key", "").strip()
    if not key:
        raise ConfigurationError("the Odds API secret has no field 'api_key'; put the key there")
    return OddsApi(config.base_url, key, PATIENCE)


class OddsApi(HttpSource):
    """Client of The Odds API at `base_url` with `key`.

    Does not retry an invalid key, exhausted credits or a rejected request, because the answer would be the same.
    """

    name = "odds_api"

    def __init__(self, base_url: str, key: str, patience: Patience) -> None:
        super().__init__(base_url, patience)
        self._key = key

    def _headers(self) -> Mapping[str, str]:
        return {"User-Agent": "pickvs"}

    def _secret_parameters(self) -> Mapping[str, str]:
        return {"apiKey": self._key}

    def _credits(self, headers: Mapping[str, str]) -> Credits:
        return Credits(
            used=_whole_number(headers.get("x-requests-used")),
            remaining=_whole_number(headers.get("x-requests-remaining")),
            last=_whole_number(headers.get("x-requests-last")),
        )

    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        """Classify the failure by the provider's error_code, or by the status if there is none."""
        error_code, message = _error_of(body)
        said = self._without_key(f"{status} {error_code}: {message}".rstrip(": "))
        kind: type[ProviderError]
        if error_code == "OUT_OF_USAGE_CREDITS":
            kind = OutOfCredits
        elif error_code in _KEY_CODES or status == HTTPStatus.UNAUTHORIZED:
            kind = InvalidKey
        elif error_code == "EXCEEDED_FREQ_LIMIT":
            kind = RateLimited
        else:
            kind = failure_of(status)
        return kind(said, http_status=status, credit=credit)

    def _without_key(self, text: str) -> str:
        for form in (self._key, quote_plus(self._key)):
            text = text.replace(form, "***")
        return redact(text)


def _error_of(body: bytes) -> tuple[str, str]:
    """Return the error_code and message of an error body; empty strings for missing ones."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return "", ""
    return _line(said.get("error_code")), _line(said.get("message"))


def _line(said: object) -> str:
    """Return the provider's text as one printable line."""
    if not isinstance(said, str):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in said)[:_SAID_LENGTH].strip()


def _whole_number(raw: str | None) -> int | None:
    return int(raw) if raw is not None and _WHOLE_NUMBER.fullmatch(raw.strip()) else None
