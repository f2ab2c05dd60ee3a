"""Client of The Odds API v4 (https://the-odds-api.com/liveapi/guides/v4/). Classifies the provider's failures.

The provider accepts the key only as a query parameter. Therefore no URL and no message of the transport's errors ever
leaves this module.
"""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote, quote_plus

import urllib3

from pickvs.core.errors import ConfigurationError
from pickvs.core.logging import logger
from pickvs.core.redaction import redact
from pickvs.core.secrets import get_secret
from pickvs.jobs.errors import (
    BadAnswer,
    InvalidKey,
    OutOfCredits,
    ProviderDown,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    Refused,
)
from pickvs.jobs.sources import Answer, Credits, Question
from pickvs.markets.providers.config import odds_api_config
from pickvs.markets.providers.odds_api_parsing import MARKETS
from pickvs.sports.rules import SPORTS

PROVIDER = "the_odds_api"
"""The name under which this provider's ids and results are stored."""

_KEY_CODES = frozenset({"INVALID_KEY", "MISSING_KEY", "DEACTIVATED_KEY"})
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_SHORTEST_TRY = 1.0
_CHUNK = 64 * 1024
_SAID_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """Timeouts, retries and size limit. Times in seconds."""

    connect: float = 5
    read: float = 10
    """Longest silence while waiting for or reading an answer."""
    pauses: tuple[float, ...] = (1, 3)
    """Waits before the second, third … attempt. The provider's rate limit resets within a few seconds."""
    answer_bytes: int = 16 * 1024 * 1024
    """Maximum size of an answer, uncompressed. A full day of a league is under 1 MB."""


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


class OddsApi:
    """Client of The Odds API at `base_url` with `key`, with its own connections. Connects on the first `ask`."""

    name = "odds_api"

    def __init__(self, base_url: str, key: str, patience: Patience) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._patience = patience
        self._log = logger()  # created before any request: it also stops the transport from logging URLs
        self._connections = urllib3.PoolManager(num_pools=1, maxsize=1)

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the answer to `question` within about `seconds` in total, or raise a ProviderError.

        Retries connection errors, timeouts, rate limits and the provider's server errors within that time. Does not
        retry an invalid key, exhausted credits or a rejected request, because the answer would be the same. Does not
        retry a complete but unusable answer, because it has been paid for.
        """
        ends = time.monotonic() + seconds
        for attempt, pause in enumerate((*self._patience.pauses, None), start=1):
            try:
                return self._ask_once(question, ends, attempt)
            except (RateLimited, ProviderDown, ProviderTimeout) as error:
                # An attempt without enough time for an answer would only spend credits.
                if pause is None or time.monotonic() + pause + _SHORTEST_TRY > ends:
                    raise
                self._log.warning(
                    "retrying provider request",
                    extra={"kind": question.kind, "sport": question.subject, "code": error.code, "attempt": attempt},
                )
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _ask_once(self, question: Question, ends: float, attempt: int) -> Answer:
        failure: ProviderError
        try:
            response = self._send(question, ends - time.monotonic())
        except urllib3.exceptions.NewConnectionError as error:  # in urllib3 a subclass of a timeout
            failure = ProviderDown(f"the provider cannot be reached: {type(error).__name__}")
        except urllib3.exceptions.TimeoutError:
            failure = ProviderTimeout("the provider did not answer in time")
        except (urllib3.exceptions.HTTPError, OSError) as error:
            failure = ProviderDown(f"the provider cannot be reached: {type(error).__name__}")
        else:
            try:
                return self._read(response, ends, attempt)
            finally:
                response.close()
        # Raised outside the handlers: a chained transport error would contain the URL and the key.
        raise failure

    def _send(self, question: Question, left: float) -> urllib3.BaseHTTPResponse:
        """Return the response once its headers have arrived."""
        return self._connections.request(
            "GET",
            self._base_url + question.path,
            fields={**question.parameters, "apiKey": self._key},
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "pickvs"},
            timeout=urllib3.Timeout(connect=min(self._patience.connect, left), read=min(self._patience.read, left)),
            retries=False,
            redirect=False,  # a redirect would carry the key to another host
            preload_content=False,
        )

    def _read(self, response: urllib3.BaseHTTPResponse, ends: float, attempt: int) -> Answer:
        """Return the complete answer. Raises the ProviderError that its status, size or delay stands for."""
        status, credit = response.status, _credits(response.headers)
        body = bytearray()
        failure: ProviderError | None = None
        try:
            # read1 returns after each piece, so a slow answer cannot outlast the deadline.
            while chunk := response.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._patience.answer_bytes or time.monotonic() > ends:
                    break
        except urllib3.exceptions.TimeoutError:
            failure = ProviderTimeout("the answer stopped arriving", http_status=status, credit=credit)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if status == HTTPStatus.OK:
                what = f"the answer was cut short: {type(error).__name__} after {len(body)} bytes"
                failure = BadAnswer(what, http_status=status, credit=credit)
        else:
            if chunk:
                failure = self._endless(len(body), status, credit)
        if failure is None and status != HTTPStatus.OK:
            failure = self._failure(status, bytes(body), credit)
        if failure is not None:
            raise failure
        return Answer(bytes(body), status, credit, attempt)

    def _endless(self, length: int, status: int, credit: Credits) -> ProviderError:
        if length > self._patience.answer_bytes:
            return BadAnswer("the answer is too large", http_status=status, credit=credit)
        return ProviderTimeout("the answer did not finish arriving in time", http_status=status, credit=credit)

    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        """Classify the failure by the provider's error_code, or by the status if there is none."""
        error_code, message = _error_of(body)
        said = self._without_key(f"{status} {error_code}: {message}".rstrip(": "))
        kind: type[ProviderError]
        if error_code == "OUT_OF_USAGE_CREDITS":
            kind = OutOfCredits
        elif error_code in _KEY_CODES or status == HTTPStatus.UNAUTHORIZED:
            kind = InvalidKey
        elif error_code == "EXCEEDED_FREQ_LIMIT" or status == HTTPStatus.TOO_MANY_REQUESTS:
            kind = RateLimited
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            kind = ProviderDown
        elif status >= HTTPStatus.BAD_REQUEST:
            kind = Refused
        else:
            kind = BadAnswer
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


def _credits(headers: Mapping[str, str]) -> Credits:
    return Credits(
        used=_whole_number(headers.get("x-requests-used")),
        remaining=_whole_number(headers.get("x-requests-remaining")),
        last=_whole_number(headers.get("x-requests-last")),
    )


def _whole_number(raw: str | None) -> int | None:
    return int(raw) if raw is not None and _WHOLE_NUMBER.fullmatch(raw.strip()) else None
