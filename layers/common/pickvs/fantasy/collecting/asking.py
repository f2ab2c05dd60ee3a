"""Asks sources about races. Each question is a run with a row of its own."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.fantasy.collecting.config import F1DB, JOLPICA, RaceSources, race_hour
from pickvs.fantasy.collecting.rules import allowed_at, requests_left
from pickvs.fantasy.collecting.storing import store_coming, store_results, store_season, store_second
from pickvs.fantasy.events.formula_one.providers import f1db, jolpica
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.formula_one.rules import Kind
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.jobs.reading import asked_since, source_off
from pickvs.jobs.runs import Job, Run, Stored, run_once
from pickvs.jobs.sources import Capture, Question, Source
from pickvs.markets.providers.http_source import Pace

JOBS = {JOLPICA: "jolpica_races", F1DB: "f1db_races"}
"""The job whose runs ask each source."""

REQUEST_SECONDS = 60
"""Time for one question with all its pages. A run counts as dead after 75 seconds."""

_PACES: dict[str, Pace] = {}
"""One pace for each source in the process, whichever client asks."""


@dataclass(slots=True)
class Asking:
    """One invocation's questions, with the reports of their runs so far. ends: when nothing more is asked."""

    sources: RaceSources
    ends: float
    reports: list[dict[str, Any]] = field(default_factory=list)
    _clients: dict[str, Source] = field(init=False)

    def __post_init__(self) -> None:
        """Make the clients. They connect with their first question."""
        self._clients = clients(self.sources)

    @property
    def has_time(self) -> bool:
        """Whether another question may end in time."""
        return time.monotonic() + REQUEST_SECONDS < self.ends

    def season(self, season: int) -> bool:
        """Ask the first source for schedule and drivers of a season. Returns whether it has answered."""
        return self._ask(
            JOLPICA,
            jolpica.season_question(season),
            lambda body, _: jolpica.read_season(body),
            lambda connection, capture, run: store_season(connection, capture, run, season),
        )

    def results(self, season: int) -> bool:
        """Ask the first source for all results of a season. Returns whether it has answered."""
        return self._results(jolpica.results_question(season), season, is_whole=True)

    def coming(self, season: int, number: int, event_id: int) -> bool:
        """Ask the first source what is known before an event. number: its round. Returns whether it has answered."""
        return self._ask(
            JOLPICA,
            jolpica.coming_question(season, number),
            lambda body, _: jolpica.read_coming(body),
            lambda connection, capture, run: store_coming(connection, capture, run, season, event_id),
        )

    def event(self, season: int, number: int, sessions: Sequence[Kind]) -> bool:
        """Ask the first source for some results of an event. number: its round. Returns whether it has answered."""
        return self._results(jolpica.event_question(season, number, sessions), season, is_whole=False)

    def second(self, season: int, current: int) -> bool:
        """Ask the second source about events whose records have changed: as many as its hour allows.

        current: the round around which is read first. Returns whether none is left.
        """
        if F1DB not in self.sources.places:
            return True
        folders: list[f1db.Folder] = []

        def note(_: Connection, capture: Capture[f1db.Folder], __: Run) -> Stored:
            folders.extend(capture.items)
            return Stored({"events": len(capture.items)}, usable=frozenset({"list"}))

        if not self._ask(F1DB, f1db.season_question(season), lambda body, _: f1db.read_season(body), note):
            return False
        with transaction() as connection:
            events = [each.id for each in schedules.known_events(connection, SPORT, season)]
            known = set(schedules.revisions(connection, events, F1DB).values())
        changed = [folder for folder in folders if folder.revision not in known]
        for folder in sorted(changed, key=lambda each: (abs(int(each.name[:2]) - current), each.name)):
            if not self.has_time or self.left(F1DB) < f1db.REQUESTS:
                return False
            self._second(season, folder)
        return True

    def left(self, source: str) -> int:
        """Return how many requests a source may get in this hour."""
        at = clock.now()
        return requests_left(_asked(source, at), at, race_hour())

    def allowed_at(self, source: str, requests: int) -> datetime:
        """Return when a source may get this many requests: now, or once enough of its hour has passed."""
        at = clock.now()
        return allowed_at(_asked(source, at), requests, at, race_hour())

    def _second(self, season: int, folder: f1db.Folder) -> None:
        self._ask(
            F1DB,
            f1db.event_question(folder),
            lambda body, _: f1db.read_event(body, season),
            lambda connection, capture, run: store_second(connection, capture, run, season, folder.revision),
        )

    def _results(self, question: Question, season: int, *, is_whole: bool) -> bool:
        return self._ask(
            JOLPICA,
            question,
            lambda body, _: jolpica.read_season_results(body),
            lambda connection, capture, run: store_results(connection, capture, run, season, is_whole=is_whole),
        )

    def _ask[Item](
        self,
        source: str,
        question: Question,
        read: Callable[[bytes, str], Capture[Item]],
        store: Callable[[Connection, Capture[Item], Run], Stored],
    ) -> bool:
        if source not in self.sources.places or is_off(source):
            return False
        job = Job(
            name=JOBS[source],
            subjects=lambda: (SPORT,),
            question=lambda _: question,
            source=lambda _: self._clients[source],
            read=read,
            store=store,
            measured={},
        )
        report = run_once(job, SPORT, seconds=REQUEST_SECONDS)
        self.reports.append(report)
        return report["status"] in ("succeeded", "partial")


def clients(sources: RaceSources) -> dict[str, Source]:
    """Return the clients of the sources that are asked."""
    found: dict[str, Source] = {}
    for name, url in sources.base_urls.items():
        pace = _PACES.setdefault(name, Pace(sources.pace))
        kind = jolpica.Jolpica if name == JOLPICA else f1db.F1db
        found[name] = kind(url, sources.contact, pace)
    return found


def is_off(source: str) -> bool:
    """Whether a source is not asked at the moment, because it refuses: until the next UTC day."""
    with transaction() as connection:
        return source_off(connection, JOBS[source], clock.now()) is not None


def _asked(source: str, at: datetime) -> list[tuple[datetime, int]]:
    """Return when a source was asked in the hour before `at`, with the numbers of requests."""
    with transaction() as connection:
        runs = asked_since(connection, JOBS[source], SPORT, at - race_hour())
    return [(run.started_at, _requests(run.parameters)) for run in runs]


def _requests(parameters: dict[str, str] | None) -> int:
    """Return how many requests a run has made at most, of those that count for the hour: the daily round does not."""
    known = parameters or {}
    if "parts" in known:
        parts = known["parts"].split(",")
        return len(parts) if all(part.count("/") > _SLASHES_OF_SEASON for part in parts) else 0
    return f1db.REQUESTS if "folder" in known else 1


_SLASHES_OF_SEASON = 3
"""Slashes in the path of a part about a whole season, such as /2024/results/; one about an event has more."""
