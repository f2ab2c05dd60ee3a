"""What the clients of all providers have in common: timeouts, bounded reading, retries and named failures.

No URL and no message of the transport's errors leaves this module: a provider's key may be in the address.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import urllib3

from pickvs.core.logging import logger
from pickvs.jobs.errors import BadAnswer, ProviderDown, ProviderError, ProviderTimeout, RateLimited, Refused
from pickvs.jobs.sources import Answer, Credits, Question

_SHORTEST_TRY = 1.0
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """Timeouts, retries and size limit. Times in seconds."""

    connect: float = 5
    read: float = 10
    """Longest silence while waiting for or reading an answer."""
    pauses: tuple[float, ...] = (1, 3)
    """Waits before the second, third … attempt. A provider's rate limit resets within a few seconds."""
    answer_bytes: int = 16 * 1024 * 1024
    """Maximum size of an answer, uncompressed. A full day of a league is under 1 MB."""


def failure_of(status: int) -> type[ProviderError]:
    """Return the kind of failure that a status other than 200 stands for, if the body does not say more."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderDown
    return Refused if status >= HTTPStatus.BAD_REQUEST else BadAnswer


class Pace:
    """A least time between requests, in seconds. Shared by all clients of one provider.

    The first request waits for it too: the process before may have asked just before it ended.
    """

    def __init__(
        self, seconds: float, *, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._seconds = seconds
        self._now = now
        self._sleep = sleep
        self._last = now()

    def wait(self) -> None:
        """Wait until a request may be sent, and count it as sent."""
        while (left := self._last + self._seconds - self._now()) > 0:
            self._sleep(left)
        self._last = self._now()


class HttpSource(ABC):
    """Client of a provider at `base_url`, with its own connections. Connects on the first `ask`.

    pace: waits before each request, retries too. None: no wait.
    """

    retried: ClassVar[tuple[type[ProviderError], ...]] = (RateLimited, ProviderDown, ProviderTimeout)
    """Failures after which another attempt within seconds may succeed."""

    def __init__(self, base_url: str, patience: Patience, pace: Pace | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._patience = patience
        self._pace = pace
        self._log = logger()  # created before any request: it also stops the transport from logging URLs
        self._connections = urllib3.PoolManager(num_pools=1, maxsize=1)

    @property
    @abstractmethod
    def name(self) -> str:
        """Name of the source, and of the folder with its stored raw responses."""

    @abstractmethod
    def _headers(self) -> Mapping[str, str]:
        """Return the headers of a request, beside those for the content type."""

    @abstractmethod
    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        """Return the failure that an answer without status 200 stands for."""

    def _secret_parameters(self) -> Mapping[str, str]:
        """Return the parameters that a recorded question lacks."""
        return {}

    def _credits(self, headers: Mapping[str, str]) -> Credits:
        """Return the credits that an answer's headers report."""
        return Credits()

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the answer to `question` within about `seconds` in total, or raise a ProviderError.

        Retries the failures of `retried` within that time. Does not retry a complete but unusable answer, because it
        may have been paid for.
        """
        ends = time.monotonic() + seconds
        for attempt, pause in enumerate((*self._patience.pauses, None), start=1):
            try:
                if self._pace is not None:
                    self._pace.wait()
                return self._ask_once(question, ends, attempt)
            except self.retried as error:
                # An attempt without enough time for an answer would only spend credits.
                if pause is None or time.monotonic() + pause + _SHORTEST_TRY > ends:
                    raise
                self._log.warning(
                    "retrying provider request",
                    extra={
                        "source": self.name,
                        "kind": question.kind,
                        "sport": question.subject,
                        "code": error.code,
                        "attempt": attempt,
                    },
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
            fields={**question.parameters, **self._secret_parameters()},
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", **self._headers()},
            timeout=urllib3.Timeout(connect=min(self._patience.connect, left), read=min(self._patience.read, left)),
            retries=False,
            redirect=False,  # a redirect would carry the key to another host
            preload_content=False,
        )

    def _read(self, response: urllib3.BaseHTTPResponse, ends: float, attempt: int) -> Answer:
        """Return the complete answer. Raises the ProviderError that its status, size or delay stands for."""
        status, credit = response.status, self._credits(response.headers)
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
