"""Client of the injury report that the NBA publishes as a file.

The folder of the files cannot be listed, and a file that does not exist is answered with 403, like one that may not be
read. So the client asks for the latest file there can be, then for the one before, by either way of naming them: since
22 December 2025 a report is published every quarter of an hour, before that every hour, under a shorter name.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from pickvs.core import clock
from pickvs.jobs.errors import ProviderDown, ProviderError, Refused
from pickvs.jobs.sources import Answer, Question
from pickvs.markets.providers.http_source import Pace, Patience
from pickvs.markets.providers.polite_client import PoliteClient
from pickvs.predictions.statistics.providers.nba_report_parsing import ZONE

QUARTER = timedelta(minutes=15)
REACH = timedelta(hours=2)
"""Age of the oldest report that is asked for. An older one is stored already, or is too old to be of use."""
_FOLDER = "/referee/injury"
_ABSENT = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


class NotPublished(ProviderError):
    """No report of the last two hours is there, under either name. The names may have changed once more."""

    code = "NOT_PUBLISHED"


class NbaReportClient(PoliteClient):
    """Asks for the latest report. now: the time from which it looks back."""

    def __init__(
        self,
        name: str,
        base_url: str,
        contact: str,
        *,
        patience: Patience,
        pace: Pace | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        super().__init__(name, base_url, contact, patience=patience, pace=pace)
        self._now = now

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the latest report within about `seconds`. Raises NotPublished, and the errors of any source."""
        ends = time.monotonic() + seconds
        for path in paths(self._now()):
            left = ends - time.monotonic()
            if left <= 0:
                raise ProviderDown("the reports could not be looked through in time")
            try:
                return super().ask(Question(question.kind, question.subject, path, {}), seconds=left)
            except Refused as error:
                if error.http_status not in _ABSENT:
                    raise
        raise NotPublished(f"no report of the last {REACH // timedelta(hours=1)} hours is there, under either name")

    def _headers(self) -> Mapping[str, str]:
        return {**super()._headers(), "Accept": "application/pdf"}


def paths(at: datetime) -> Iterator[str]:
    """Yield the paths of the reports there can be at `at`, the latest first."""
    local = at.astimezone(ZONE)
    quarter = local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
    for back in range(REACH // QUARTER + 1):
        # On the clock of the wall, as the names are: on the day on which it is put back, one hour has two reports.
        named = quarter.replace(tzinfo=None) - back * QUARTER
        yield f"{_FOLDER}/Injury-Report_{named:%Y-%m-%d_%I_%M%p}.pdf"
        if named.minute == 0:
            yield f"{_FOLDER}/Injury-Report_{named:%Y-%m-%d_%I%p}.pdf"
