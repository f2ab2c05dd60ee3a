"""One day of one sport: which games its sources have, and the box scores of those that lack one.

Every request is a run with a row of its own. The sources are asked first, and what they say of a game is recorded
together at the end: a box score is judged by all of them, or by those that have answered. The asking has an end, so
that there is time to record. A source that refuses, or does not answer in time, is asked no more about the day.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.jobs.errors import ProviderTimeout
from pickvs.jobs.freshness import ALL
from pickvs.jobs.rules import REFUSALS
from pickvs.jobs.runs import STORING_MS, WAITING_MS, Job, Run, Stored, run_once
from pickvs.jobs.sources import Capture, Question
from pickvs.predictions.statistics.boxes.rules import BoxScore, ScheduledGame
from pickvs.predictions.statistics.preference.rules import JOBS
from pickvs.predictions.statistics.providers.adapters import Adapter
from pickvs.predictions.statistics.providers.clients import SECONDS
from pickvs.predictions.statistics.recording.rules import KnownGame
from pickvs.predictions.statistics.recording.service import (
    Origin,
    games_around,
    lacking,
    record_box_scores,
    record_schedule,
)
from pickvs.sports.teams.reading import teams_named


@dataclass(slots=True)
class DayOfSport:
    """A day, as dated in the league's time zone.

    adapters: the sources to ask, the preferred first. past: see record_schedule. ends: time of the monotonic clock, in
    seconds, after which no further question is asked. again: ask about final box scores as well.
    """

    sport: str
    day: date
    adapters: dict[str, Adapter]
    past: bool = False
    ends: float = math.inf
    again: bool = False
    reports: list[dict[str, Any]] = field(default_factory=list)
    _games: dict[int, KnownGame] = field(default_factory=dict)
    _listed: dict[str, dict[str, ScheduledGame]] = field(default_factory=dict)
    _meant: dict[str, dict[str, int]] = field(default_factory=dict)
    """Our game of each id of a source."""
    _boxes: dict[int, dict[str, BoxScore]] = field(default_factory=dict)
    _run: dict[str, int] = field(default_factory=dict)
    _is_late: bool = False
    _waiting: int = 0

    def ask(self) -> dict[str, int]:
        """Ask every source, record what they say, and return the numbers of outcomes. Raises nothing of a source."""
        for name, adapter in self.adapters.items():
            if self._may_ask(name):
                self._ask_schedule(name, adapter)
        wanted = self._wanted()
        for name, adapter in self.adapters.items():
            if name in self._listed and wanted:
                self._ask_box_scores(name, adapter, wanted)
        counts = self._record(wanted)
        self._waiting = counts["waiting"]
        return counts

    @property
    def refused_by(self) -> set[str]:
        """The sources that have refused to be asked."""
        return {report["source"] for report in self.reports if report["http_status"] in REFUSALS}

    @property
    def silent(self) -> set[str]:
        """The sources that have not answered in time."""
        return {report["source"] for report in self.reports if report["error_code"] == ProviderTimeout.code}

    @property
    def is_answered(self) -> bool:
        """Whether a source has told the games of the day, and none waits for lack of time or of an answer in time."""
        return bool(self._listed) and not (self._waiting and (self._is_late or self.silent))

    def _may_ask(self, name: str) -> bool:
        self._is_late = self._is_late or time.monotonic() >= self.ends
        return not self._is_late and name not in self.refused_by | self.silent

    def _ask_schedule(self, name: str, adapter: Adapter) -> None:
        def store(connection: Connection, capture: Capture[ScheduledGame], current: Run) -> Stored:
            origin = Origin(source=name, at=current.at, run_id=current.id)
            found = record_schedule(connection, self.sport, self.day, capture.items, origin, past=self.past)
            self._listed[name] = {each.provider_id: each for each in capture.items}
            self._meant[name] = {provider_id: game.id for provider_id, game in found.games.items()}
            self._games.update({game.id: game for game in found.games.values()})
            counts = {"games": len(capture.items), "unknown_games": len(found.unknown), "written": found.written}
            return Stored(counts, usable=frozenset({ALL} if found.games else ()))

        def read(body: bytes, sport: str) -> Capture[ScheduledGame]:
            return adapter.read_schedule(body, sport, self.day)

        job = Job(
            name=JOBS[name],
            subjects=lambda: (self.sport,),
            question=lambda _: adapter.schedule(self.sport, self.day),
            source=lambda _: adapter.source,
            read=read,
            store=store,
            measured={},
        )
        self._note(name, run_once(job, self.sport, seconds=SECONDS))

    def _wanted(self) -> set[int]:
        """Return the games whose box scores are asked for: those without a final one, or all that are settled."""
        if self.again:
            return {game.id for game in self._games.values() if game.settled is not None}
        with transaction(lock_timeout_ms=WAITING_MS) as connection:
            return lacking(connection, list(self._games.values()))

    def _ask_box_scores(self, name: str, adapter: Adapter, wanted: set[int]) -> None:
        meant = self._meant[name]
        games = [
            game
            for provider_id, game in self._listed[name].items()
            if meant.get(provider_id) in wanted and game.state == "final"
        ]
        for question in adapter.box_scores(self.sport, self.day, games):
            if self._may_ask(name):
                self._ask_box_score(name, adapter, question, games)

    def _ask_box_score(self, name: str, adapter: Adapter, question: Question, games: Sequence[ScheduledGame]) -> None:
        def store(connection: Connection, capture: Capture[BoxScore], current: Run) -> Stored:
            self._run[name] = current.id
            known = 0
            for box in capture.items:
                game = self._game_of(connection, name, box)
                if game is not None and name not in self._boxes.setdefault(game, {}):
                    self._boxes[game][name] = box
                    known += 1
            return Stored({"box_scores": known}, usable=frozenset({ALL} if known else ()))

        def read(body: bytes, sport: str) -> Capture[BoxScore]:
            return adapter.read_box_scores(body, question, sport, games)

        job = Job(
            name=JOBS[name],
            subjects=lambda: (self.sport,),
            question=lambda _: question,
            source=lambda _: adapter.source,
            read=read,
            store=store,
            measured={},
        )
        self._note(name, run_once(job, self.sport, seconds=SECONDS))

    def _game_of(self, connection: Connection, name: str, box: BoxScore) -> int | None:
        """Return the game that a box score is of: by the source's id, or by its teams, if they meet once that day."""
        meant = self._meant[name]
        if box.provider_id in meant:
            return meant[box.provider_id]
        teams = teams_named(connection, self.sport, name, [entry.team for entry in box.sides])
        pair = {team.id for team in teams.values()}
        found = [game for game in meant.values() if set(self._games[game].teams) == pair]
        return found[0] if len(found) == 1 else None

    def _record(self, wanted: set[int]) -> dict[str, int]:
        counts = {"final": 0, "review": 0, "unchanged": 0, "waiting": 0}
        if not wanted:
            return counts
        order = list(self.adapters)
        with transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS) as connection:
            # Read anew: a score may have been corrected while the sources were asked.
            games = {game.id: game for game in games_around(connection, self.sport, self.day)}
            at = clock.now()
            for number in sorted(wanted):
                said = self._boxes.get(number, {})
                if number not in games or not said:
                    counts["waiting"] += 1
                    continue
                first = min(said, key=order.index)
                origin = Origin(source=first, at=at, run_id=self._run.get(first))
                ordered = {name: said[name] for name in order if name in said}
                counts[record_box_scores(connection, self.sport, games[number], ordered, origin)] += 1
        return counts

    def _note(self, name: str, report: dict[str, Any]) -> None:
        self.reports.append({"source": name, "day": self.day.isoformat(), **report})
