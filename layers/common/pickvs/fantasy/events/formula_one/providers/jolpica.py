"""Client of jolpica-f1, which continues Ergast's API. Non-commercial use only: see docs/sources.md.

A question has several parts, such as results and qualifying, and a part several pages. The answer is one document,
which is kept as it is: an object with the pages of each part, each page as the source sent it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pickvs.core.version import VERSION
from pickvs.fantasy.events.formula_one.jolpica_parsing import (
    OfficialPlace,
    read_drivers,
    read_page,
    read_results,
    read_schedule,
    read_standings,
)
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE, AnyResult, Entrant, Kind
from pickvs.fantasy.events.formula_one.schedule.rules import Weekend
from pickvs.jobs.errors import BadAnswer, ProviderDown, ProviderError, ProviderTimeout
from pickvs.jobs.sources import Answer, Capture, Credits, Question, Skipped
from pickvs.markets.providers.http_source import HttpSource, Pace, Patience, failure_of
from pickvs.markets.providers.reading import json_of

NAME = "jolpica"
PATIENCE = Patience(connect=5, read=15, pauses=(2, 5), answer_bytes=8 * 1024 * 1024)
PAGE = 100
"""Rows of a page: the most that the source gives."""
MOST_PAGES = 12
"""Pages of one part. A season of results has 5."""

_PATHS: Mapping[Kind, str] = {"race": "results", "sprint": "sprint", "qualifying": "qualifying"}


@dataclass(frozen=True, slots=True)
class SeasonAnswer:
    """What the source says of a season beside its results. last: final standings of the season before."""

    weekends: tuple[Weekend, ...]
    drivers: tuple[Entrant, ...]
    last: tuple[OfficialPlace, ...]
    is_whole: bool
    """Whether every weekend could be read, so that one that is missing is not listed any more."""


@dataclass(frozen=True, slots=True)
class ComingAnswer:
    """What the source says before an event. places: the official standings so far.

    entered: who takes part. Empty until the source tells it.
    """

    places: tuple[OfficialPlace, ...]
    entered: tuple[Entrant, ...]


def season_question(season: int) -> Question:
    """Return the question for the schedule and drivers of a season, and the standings that it begins with."""
    parts = {"parts": f"/{season}/races/,/{season}/drivers/,/{season - 1}/driverstandings/"}
    return Question("season", FORMULA_ONE.sport, "/ergast/f1", parts)


def coming_question(season: int, number: int) -> Question:
    """Return the question for what ranks the pool of an event, and who takes part in it. number: its round."""
    parts = {"parts": f"/{season}/driverstandings/,/{season}/{number}/drivers/"}
    return Question("coming", FORMULA_ONE.sport, "/ergast/f1", parts)


def results_question(season: int) -> Question:
    """Return the question for all results of a season."""
    return Question(
        "results",
        FORMULA_ONE.sport,
        "/ergast/f1",
        {"parts": ",".join(f"/{season}/{path}/" for path in _PATHS.values())},
    )


def event_question(season: int, number: int, sessions: Sequence[Kind]) -> Question:
    """Return the question for results of one event. number: its round in the source's schedule."""
    parts = ",".join(f"/{season}/{number}/{_PATHS[session]}/" for session in sessions)
    return Question("results", FORMULA_ONE.sport, "/ergast/f1", {"parts": parts})


def read_season(body: bytes) -> Capture[SeasonAnswer]:
    """Parse the answer to `season_question`. Raises BadAnswer."""
    parts = _parts(body)
    races, drivers, last = (_only(parts, name) for name in ("races", "drivers", "driverstandings"))
    weekends, listed, places = read_schedule(races), read_drivers(drivers), read_standings(last)
    skipped: tuple[Skipped, ...] = (*weekends.skipped, *listed.skipped, *places.skipped)
    answer = SeasonAnswer(weekends.items, listed.items, places.items, is_whole=not weekends.skipped)
    return Capture((answer,), skipped)


def read_coming(body: bytes) -> Capture[ComingAnswer]:
    """Parse the answer to `coming_question`. Raises BadAnswer."""
    parts = _parts(body)
    places, entered = read_standings(_only(parts, "driverstandings")), read_drivers(_only(parts, "drivers"))
    skipped: tuple[Skipped, ...] = (*places.skipped, *entered.skipped)
    return Capture((ComingAnswer(places.items, () if entered.skipped else entered.items),), skipped)


def read_season_results(body: bytes) -> Capture[AnyResult]:
    """Parse the answer to `results_question` or `event_question`. Raises BadAnswer."""
    parts = _parts(body)
    items: list[AnyResult] = []
    skipped: list[Skipped] = []
    for kind, path in _PATHS.items():
        if path in parts:
            capture = read_results([read_page(page, kind) for page in parts[path]])
            items += capture.items
            skipped += capture.skipped
    return Capture(tuple(items), tuple(skipped))


class Jolpica(HttpSource):
    """Client of jolpica-f1, which says who asks. Does not ask again at once where the source limits."""

    name = NAME
    retried = (ProviderDown, ProviderTimeout)

    def __init__(self, base_url: str, contact: str, pace: Pace, patience: Patience = PATIENCE) -> None:
        super().__init__(base_url, patience, pace)
        self._agent = f"PickVs/{VERSION} (+{contact})"

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return all pages of all parts as one document: see the module. Raises ProviderError."""
        ends = time.monotonic() + seconds
        parts: dict[str, list[bytes]] = {}
        answer: Answer | None = None
        for path in question.parameters["parts"].split(","):
            pages = parts.setdefault(path, [])
            offset: int | None = 0
            while offset is not None:
                if len(pages) == MOST_PAGES:
                    raise BadAnswer(f"a part has more than {MOST_PAGES} pages")
                page = Question(
                    question.kind,
                    question.subject,
                    question.path + path,
                    {"limit": str(PAGE), "offset": str(offset)},
                )
                answer = super().ask(page, seconds=ends - time.monotonic())
                pages.append(answer.body)
                offset = _next_offset(answer.body, offset)
        if answer is None:
            raise ValueError("a question has at least one part")
        return Answer(_document(parts), answer.http_status, answer.credits, answer.attempts)

    def _headers(self) -> Mapping[str, str]:
        return {"User-Agent": self._agent}

    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        return failure_of(status)(f"the provider answered {status} ({len(body)} bytes)", http_status=status)


def _document(parts: Mapping[str, Sequence[bytes]]) -> bytes:
    """Return the parts as one JSON object, with the pages as they came."""
    fields = (json.dumps(path).encode() + b":[" + b",".join(pages) + b"]" for path, pages in parts.items())
    return b"{" + b",".join(fields) + b"}"


def _next_offset(body: bytes, offset: int) -> int | None:
    data = json_of(body, dict).get("MRData")
    try:
        total = int(data["total"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        raise BadAnswer("the answer has no readable paging") from None
    following = offset + PAGE
    return following if following < total else None


def _parts(body: bytes) -> Mapping[str, Sequence[bytes]]:
    """Return the pages of each part by the last word of its path."""
    document = json_of(body, dict)
    found: dict[str, Sequence[bytes]] = {}
    for path, pages in document.items():
        if not isinstance(pages, list):
            raise BadAnswer("a part of the answer has no pages")
        found[path.strip("/").rpartition("/")[2]] = [json.dumps(page, default=str).encode() for page in pages]
    return found


def _only(parts: Mapping[str, Sequence[bytes]], name: str) -> bytes:
    pages = parts.get(name, ())
    if len(pages) != 1:
        raise BadAnswer(f"{name} has {len(pages)} pages instead of one")
    return pages[0]
