"""Asks a second source for the finals that the first one lacks. Runs after process_results, whatever became of that.

Only days with such games are asked about, and only if the source is on. Each request is a run with a row of its own, so
no failure here changes the outcome of the first source. The scoreboard of a day says which games are over. It does not
say when they began: for a game with picks, its summary is asked too. If that does not come, the final is recorded
with the start that is known.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pickvs.core import clock, metrics
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.core.redaction import redact
from pickvs.ingestion.asking import sports
from pickvs.ingestion.metrics import SOURCES_OFF
from pickvs.ingestion.rules import ESPN_SCORES, LOOKED_BACK, PROCESS_RESULTS, Asked, Lacking, days_to_ask
from pickvs.ingestion.settling import MEASURED, settle
from pickvs.ingestion.sources import SourceOff, sources_off
from pickvs.ingestion.starts import dispute_starts_that_matter
from pickvs.jobs.reading import asked_since, latest_run
from pickvs.jobs.rules import REFUSALS
from pickvs.jobs.runs import STORING_MS, WAITING_MS, Job, Run, Stored, run_once
from pickvs.jobs.sources import Capture, Question
from pickvs.markets.fixtures.service import Origin
from pickvs.markets.game_clock.config import game_times
from pickvs.markets.game_clock.rules import typical_length
from pickvs.markets.providers import espn, espn_parsing
from pickvs.markets.providers.config import espn_config
from pickvs.markets.scores.lacking import lacking_finals
from pickvs.markets.scores.second import Awaiting, StatementsRecorded, record_statements
from pickvs.markets.values import PlayStatement
from pickvs.picks.presence import games_with_picks
from pickvs.sports.rules import local_date

ASKING_SECONDS = 60
"""Time per invocation after which no further request is made. The function times out after 5 minutes."""
_REQUEST_SECONDS = 25


def ask_where_needed() -> list[dict[str, Any]]:
    """Ask the second source about the days whose games lack a final, and return a report of each run.

    Never raises: errors are in the rows, the log and the reports.
    """
    try:
        config = espn_config()
        return [] if config is None else _Round(espn.Espn(config, espn.PATIENCE, espn.PACE)).go()
    except Exception as error:  # the first source's outcome stands
        logger().error("second source failed", extra={"error": redact(f"{type(error).__name__}: {error}")})
        return []


@dataclass(slots=True)
class _Round:
    """One round of questions, with the reports of its runs so far."""

    source: espn.Espn
    ends: float = field(default_factory=lambda: time.monotonic() + ASKING_SECONDS)
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def may_ask(self) -> bool:
        """Whether there is time, and the source has refused nothing. A refusal ends the round for all sports."""
        refused = any(report["http_status"] in REFUSALS for report in self.reports)
        return not refused and time.monotonic() < self.ends

    def go(self) -> list[dict[str, Any]]:
        """Ask, and return the reports. Say at the end whether the source is off."""
        off = _off()
        if not off:
            for sport in sports():
                for day, games in self._needed(sport).items():
                    if self.may_ask:
                        self._ask(sport, day, games)
        if self.reports:
            logger().info("second source asked", extra={"runs": self.reports})
            off = _off()
        metrics.emit({SOURCES_OFF: len(off)})
        for one in off:
            told = {"source": one.source, "until": one.until.isoformat(), "http_status": one.http_status}
            logger().warning("source is off", extra=told)
        return self.reports

    def _needed(self, sport: str) -> dict[date, frozenset[int]]:
        """Return the days to ask about, each with its games that lack a final."""
        if sport not in espn.LEAGUES:
            return {}
        at = clock.now()
        since, length = at - LOOKED_BACK, typical_length(sport, game_times())
        with transaction() as connection:
            games = lacking_finals(connection, sport, since=since, tipped_off_by=at - length)
            first = latest_run(connection, PROCESS_RESULTS, sport)
            asked = asked_since(connection, ESPN_SCORES, sport, since)
        answered = first.started_at if first is not None and first.status in ("succeeded", "partial") else None
        return days_to_ask(
            [
                Lacking(
                    game.id,
                    local_date(sport, game.commence_time),
                    game.commence_time,
                    game.seen_at if game.shown_live else None,
                )
                for game in games
            ],
            first_answered_at=answered,
            asked=[
                Asked(run.parameters["dates"], run.started_at, run.status != "failed")
                for run in asked
                if run.parameters and "dates" in run.parameters
            ],
            typical_length=length,
            at=at,
        )

    def _ask(self, sport: str, day: date, games: Collection[int]) -> None:
        awaiting: list[Awaiting] = []

        def store(connection: Connection, capture: Capture[PlayStatement], current: Run) -> Stored:
            awaiting.clear()
            recorded = record_statements(
                connection,
                capture,
                origin=_origin(current),
                wanted=games,
                await_start=lambda new: games_with_picks(connection, new),
            )
            awaiting.extend(recorded.awaiting)
            return settle_statements(connection, recorded, current)

        report = self._request(sport, espn.scoreboard(sport, day), espn_parsing.read_scoreboard, store)
        if _is_answered(report):
            for one in awaiting:
                self._ask_start(sport, one, report["run_id"])

    def _ask_start(self, sport: str, final: Awaiting, run_id: int) -> None:
        """Ask when a game began, and record its final: with that start, or without if it cannot be learned."""
        event = final.statement.fixture.provider_id

        def store(connection: Connection, capture: Capture[PlayStatement], current: Run) -> Stored:
            if [item.fixture.provider_id for item in capture.items] != [event]:
                return Stored({}, unusable="the summary is not of the game that was asked for")
            recorded = record_statements(connection, capture, origin=_origin(current), wanted={final.game_id})
            return settle_statements(connection, recorded, current)

        if self.may_ask:
            report = self._request(sport, espn.summary(sport, event), espn_parsing.read_summary, store)
            if _is_answered(report):
                return
        with transaction(statement_timeout_ms=STORING_MS, lock_timeout_ms=WAITING_MS) as connection:
            current = Run(run_id, sport, clock.now())
            capture = Capture((final.statement,), ())
            recorded = record_statements(connection, capture, origin=_origin(current), wanted={final.game_id})
            settle_statements(connection, recorded, current)

    def _request(
        self,
        sport: str,
        question: Question,
        read: Callable[[bytes, str], Capture[PlayStatement]],
        store: Callable[[Connection, Capture[PlayStatement], Run], Stored],
    ) -> dict[str, Any]:
        """Make one request, as a run of its own, and return the run's report."""
        job = Job(
            name=ESPN_SCORES,
            subjects=lambda: (sport,),
            question=lambda _: question,
            source=lambda _: self.source,
            read=read,
            store=store,
            measured=MEASURED,
        )
        report = run_once(job, sport, seconds=_REQUEST_SECONDS)
        self.reports.append(report)
        return report


def _is_answered(report: Mapping[str, Any]) -> bool:
    return report["status"] in ("succeeded", "partial")


def _off() -> list[SourceOff]:
    with transaction() as connection:
        return sources_off(connection, clock.now())


def _origin(current: Run) -> Origin:
    return Origin(espn.PROVIDER, current.id, current.at, of_scores=True)


def settle_statements(connection: Connection, recorded: StatementsRecorded, current: Run) -> Stored:
    """Dispute starts that matter, settle, and return what the run's row says."""
    disputed = dispute_starts_that_matter(connection, recorded.apart, _origin(current))
    counts = {**recorded.counts, "disputes": recorded.counts["disputes"] + disputed}
    return Stored({**counts, **settle(connection, current.at)}, recorded.skipped)
