"""The client of The Odds API v4 (https://the-odds-api.com/liveapi/guides/v4/): asks, and tells failures apart.

The key travels as a query parameter, the provider's only way: therefore no address, and no text of the transport's
own errors, ever leaves this module.
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

from pickvs.core.logging import logger, redact
from pickvs.markets.providers.errors import (
    BadAnswer,
    Credits,
    InvalidKey,
    OutOfCredits,
    ProviderDown,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    Refused,
)
from pickvs.markets.providers.odds_api_parsing import MARKETS

PROVIDER = "the_odds_api"
"""The name under which this provider's ids and results are kept."""

_KEY_CODES = frozenset({"INVALID_KEY", "MISSING_KEY", "DEACTIVATED_KEY"})
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_SHORTEST_TRY = 1.0
_CHUNK = 64 * 1024
_SAID_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, how often and how much. Times in seconds."""

    connect: float = 5
    read: float = 10
    """The longest silence while an answer is awaited or arrives."""
    pauses: tuple[float, ...] = (1, 3)
    """The waits before the second, third … attempt: a rate limit passes within a couple of seconds."""
    answer_bytes: int = 16 * 1024 * 1024
    """The longest answer, unpacked; a full day of a league is under 1 MB."""


PATIENCE = Patience()
"""How the ingestion functions ask."""


@dataclass(frozen=True, slots=True)
class Question:
    """A GET request without the key, so that it may be recorded."""

    kind: Literal["odds", "scores"]
    sport: str
    parameters: Mapping[str, str]

    @property
    def path(self) -> str:
        """The path of the endpoint, below the provider's base URL."""
        return f"/v4/sports/{quote(self.sport, safe='')}/{self.kind}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with status 200, not yet read."""

    body: bytes
    http_status: int
    credits: Credits
    attempts: int


def odds(sport: str, regions: Sequence[str]) -> Question:
    """Ask for all odds of a sport's games that are not over. Costs one credit for each market and region."""
    parameters = {"regions": ",".join(regions), "markets": ",".join(MARKETS)}
    return Question("odds", sport, {**parameters, "oddsFormat": "american", "dateFormat": "iso"})


def scores(sport: str, days_from: int) -> Question:
    """Ask for the scores of a sport's games of the last `days_from` (1 to 3) days. Costs two credits."""
    return Question("scores", sport, {"daysFrom": str(days_from), "dateFormat": "iso"})


class OddsApi:
    """Asks The Odds API at `base_url` with `key`, with connections of its own. Nothing happens before `ask`."""

    def __init__(self, base_url: str, key: str, patience: Patience) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._patience = patience
        self._log = logger()  # made before any request: it also keeps the transport from logging addresses
        self._connections = urllib3.PoolManager(num_pools=1, maxsize=1)

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the answer to `question`, or raise a ProviderError, within about `seconds` in all.

        Connection errors, time-outs, rate limits and the provider's own errors are repeated within that time. A bad
        key, spent credits and a refusal are not: the same question would get the same answer. Nor is a whole but
        useless answer, which has been paid for.
        """
        ends = time.monotonic() + seconds
        for attempt, pause in enumerate((*self._patience.pauses, None), start=1):
            try:
                return self._ask_once(question, ends, attempt)
            except (RateLimited, ProviderDown, ProviderTimeout) as error:
                # A try that has no time to be answered would only spend credits.
                if pause is None or time.monotonic() + pause + _SHORTEST_TRY > ends:
                    raise
                self._log.warning(
                    "provider asked again",
                    extra={"kind": question.kind, "sport": question.sport, "code": error.code, "attempt": attempt},
                )
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _ask_once(self, question: Question, ends: float, attempt: int) -> Answer:
        failure: ProviderError
        try:
            response = self._send(question, ends - time.monotonic())
        except urllib3.exceptions.NewConnectionError as error:  # urllib3 makes it a kind of time-out
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
        # Outside the handlers: the transport's error, chained, would carry the address and the key in it.
        raise failure

    def _send(self, question: Question, left: float) -> urllib3.BaseHTTPResponse:
        """Return the response as soon as its headers are there."""
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
        """Return the whole answer, or raise what its status, its length or its lateness means."""
        status, credit = response.status, _credits(response.headers)
        body = bytearray()
        failure: ProviderError | None = None
        try:
            # read1 comes back after each arrival: an answer that trickles in cannot outlast the deadline.
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
        """Tell by the provider's error_code, and by the status only where it says none."""
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
    """Return the error_code and message of an error's body, as far as it has them."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return "", ""
    return _line(said.get("error_code")), _line(said.get("message"))


def _line(said: object) -> str:
    """Return what the provider said as one printable line."""
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
