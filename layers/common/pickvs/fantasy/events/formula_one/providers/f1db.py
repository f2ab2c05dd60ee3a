"""Client of f1db, whose records stand in a public repository (CC BY 4.0). They come the day after a race.

One request lists the events of a season, each with the fingerprint of its folder: only those are read whose fingerprint
is another than last time. The answer about an event is one document with its records, which is kept as it is.
"""

import json
import re
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pickvs.core.version import VERSION
from pickvs.fantasy.events.formula_one.f1db_parsing import read_qualifying, read_result, read_weekend
from pickvs.fantasy.events.formula_one.providers.records import read_record
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE, AnyResult
from pickvs.fantasy.events.formula_one.schedule.rules import Weekend
from pickvs.jobs.errors import BadAnswer, ProviderDown, ProviderError, ProviderTimeout
from pickvs.jobs.sources import Answer, Capture, Credits, Question
from pickvs.markets.providers.http_source import HttpSource, Pace, Patience, failure_of
from pickvs.markets.providers.reading import json_of

NAME = "f1db"
PATIENCE = Patience(connect=5, read=15, pauses=(2, 5), answer_bytes=2 * 1024 * 1024)
BRANCH = "main"

_RACE = "race.yml"
_FILES = (_RACE, "qualifying-results.yml", "sprint-race-results.yml", "race-results.yml", "fastest-laps.yml")
REQUESTS = 1 + len(_FILES)
"""Requests that an event takes."""
_SHA = re.compile(r"[0-9a-f]{40}")
_FOLDER = re.compile(r"[0-9]{2}-[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Folder:
    """The records of an event. revision: fingerprint of all of them."""

    name: str
    revision: str


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What the source says of an event."""

    weekend: Weekend
    results: tuple[AnyResult, ...]


def season_question(season: int) -> Question:
    """Return the question for the events of a season and their fingerprints."""
    return Question("season", FORMULA_ONE.sport, f"/git/trees/{BRANCH}:src/data/seasons/{season}/races", {})


def event_question(folder: Folder) -> Question:
    """Return the question for the records of an event."""
    return Question("event", FORMULA_ONE.sport, f"/git/trees/{folder.revision}", {"folder": folder.name})


def read_season(body: bytes) -> Capture[Folder]:
    """Parse the answer to `season_question`. Raises BadAnswer."""
    return Capture(tuple(Folder(name, sha) for name, sha in _tree(body, "tree").items() if _FOLDER.fullmatch(name)), ())


def read_event(body: bytes, season: int) -> Capture[EventAnswer]:
    """Parse the answer to `event_question`. Raises BadAnswer."""
    files = json_of(body, dict).get("files")
    if not isinstance(files, dict):
        raise BadAnswer("the answer has no files")
    records = {name: read_record(_text(blob)) for name, blob in files.items()}
    weekend = read_weekend(records.get(_RACE) or {}, season)
    results: list[AnyResult] = []
    if rows := records.get("qualifying-results.yml"):
        results.append(read_qualifying(weekend, rows))
    kinds: tuple[tuple[Literal["sprint", "race"], str], ...] = (
        ("sprint", "sprint-race-results.yml"),
        ("race", "race-results.yml"),
    )
    for kind, name in kinds:
        if rows := records.get(name):
            laps = records.get("fastest-laps.yml") if kind == "race" else None
            results.append(read_result(weekend, kind, rows, fastest_laps=laps or None))
    return Capture((EventAnswer(weekend, tuple(results)),), ())


class F1db(HttpSource):
    """Client of the repository's public API, which says who asks."""

    name = NAME
    retried = (ProviderDown, ProviderTimeout)

    def __init__(self, base_url: str, contact: str, pace: Pace, patience: Patience = PATIENCE) -> None:
        super().__init__(base_url, patience, pace)
        self._agent = f"PickVs/{VERSION} (+{contact})"

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the list of a season, or the records of an event as one document. Raises ProviderError."""
        ends = time.monotonic() + seconds
        answer = super().ask(Question(question.kind, question.subject, question.path, {}), seconds=seconds)
        if question.kind == "season":
            return answer
        files: dict[str, Any] = {}
        for name, sha in _tree(answer.body, "blob").items():
            if name in _FILES:
                blob = Question(question.kind, question.subject, f"/git/blobs/{sha}", {})
                body = super().ask(blob, seconds=ends - time.monotonic()).body
                files[name] = json_of(body, dict)
        document = {"folder": question.parameters["folder"], "files": files}
        return Answer(json.dumps(document, default=str).encode(), answer.http_status, answer.credits, answer.attempts)

    def _headers(self) -> Mapping[str, str]:
        return {"User-Agent": self._agent}

    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        return failure_of(status)(f"the provider answered {status} ({len(body)} bytes)", http_status=status)


def _tree(body: bytes, kind: str) -> dict[str, str]:
    """Return the entries of a folder of one kind, with their fingerprints. Raises BadAnswer."""
    answer = json_of(body, dict)
    entries = answer.get("tree")
    if not isinstance(entries, list) or answer.get("truncated"):
        raise BadAnswer("the list of the folder is not whole")
    found: dict[str, str] = {}
    for each in entries:
        if not isinstance(each, dict) or not isinstance(each.get("path"), str):
            raise BadAnswer("an entry of the folder cannot be read")
        if each.get("type") == kind:
            if not isinstance(each.get("sha"), str) or not _SHA.fullmatch(each["sha"]):
                raise BadAnswer("an entry of the folder has no fingerprint")
            found[each["path"]] = each["sha"]
    return found


def _text(blob: object) -> str:
    content = blob.get("content") if isinstance(blob, dict) else None
    if not isinstance(content, str) or not isinstance(blob, dict) or blob.get("encoding") != "base64":
        raise BadAnswer("a file of the answer has no content")
    try:
        return b64decode(content).decode("utf-8")
    except (NotBase64, ValueError):
        raise BadAnswer("a file of the answer cannot be decoded") from None
