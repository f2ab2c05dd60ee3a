"""How the sources of statistics are asked."""

import urllib3

from pickvs.jobs.sources import Question
from pickvs.markets.providers.http_source import Patience
from pickvs.markets.providers.polite_client import PoliteClient

PATIENCE = Patience(connect=5, read=20, pauses=(2,), answer_bytes=48 * 1024 * 1024)
"""The largest answer is a season of nflverse: under 10 MB."""
SECONDS = 60
"""Time for one request, its retry among it."""


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
