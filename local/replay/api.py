"""A client of the platform's HTTP API: what any program out there could do."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 60


class UnexpectedAnswerError(Exception):
    """The API answered otherwise than the replay can go on with. The message says how."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. body: the parsed JSON."""

    status: int
    body: Any


class Api:
    """The API at `base` over one connection that is kept. Not for use by several threads at once."""

    def __init__(self, base: str) -> None:
        self._base = base
        parts = urlsplit(base)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)

    def send(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, key: str | None = None
    ) -> Answer:
        """Send a request and return the answer, whatever its status. Raises UnexpectedAnswerError if there is none.

        key: the Idempotency-Key.
        """
        headers = {"Accept": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        try:
            self._connection.request(method, self._path + path, body=content, headers=headers)
            response = self._connection.getresponse()
            text = response.read()
            return Answer(response.status, json.loads(text) if text else None)
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._connection.close()
            raise UnexpectedAnswerError(f"{method} {path}: no answer: {error!r}") from None

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """Send a request and return the body. Raises UnexpectedAnswerError unless the status is 200 to 299."""
        answer = self.send(method, path, body, token=token)
        if answer.status // 100 != 2:  # noqa: PLR2004 - success
            raise UnexpectedAnswerError(f"{method} {path}: {answer.status} {json.dumps(answer.body)[:500]}")
        return answer.body

    def pages(self, path: str, items: str, query: Mapping[str, str], *, token: str | None = None) -> Iterator[Any]:
        """Yield the items of all pages of a list."""
        parameters = {**query, "limit": "100"}
        while True:
            body = self.ask("GET", f"{path}?{urlencode(parameters)}", token=token)
            yield from body[items]
            if body["next_cursor"] is None:
                return
            parameters["cursor"] = body["next_cursor"]

    def another(self) -> "Api":
        """Return a client of the same API with a connection of its own."""
        return Api(self._base)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
