"""The sources of statistics behind one interface: questions, and readers of the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pickvs.jobs.sources import Capture, Question, Skipped, Source
from pickvs.markets.providers.espn import LEAGUES
from pickvs.markets.providers.http_source import Pace
from pickvs.markets.providers.polite_client import PoliteClient
from pickvs.predictions.statistics.boxes.rules import BoxScore, ScheduledGame
from pickvs.predictions.statistics.config import StatsConfig
from pickvs.predictions.statistics.preference.rules import BALLDONTLIE, ESPN, NBA_REPORT, NFLVERSE, STATSAPI
from pickvs.predictions.statistics.providers import (
    balldontlie_parsing,
    espn_parsing,
    nba_report_parsing,
    nflverse_parsing,
    statsapi_parsing,
)
from pickvs.predictions.statistics.providers.clients import PATIENCE, FileClient
from pickvs.predictions.statistics.providers.injury_list import InjuryList
from pickvs.predictions.statistics.providers.nba_report import NbaReportClient

_PACES: dict[str, Pace] = {}
"""One pace for each source in the process, whichever client asks."""


class Adapter(Protocol):
    """A source of statistics. Questions of a kind may be for several games: each is asked once."""

    @property
    def source(self) -> Source:
        """The client."""

    def schedule(self, sport: str, day: date) -> Question:
        """Return the question for the games of a league-local day."""

    def read_schedule(self, body: bytes, sport: str, day: date) -> Capture[ScheduledGame]:
        """Parse its answer. Raises BadAnswer."""

    def box_scores(self, sport: str, day: date, games: Sequence[ScheduledGame]) -> list[Question]:
        """Return the questions for the box scores of games of a day."""

    def read_box_scores(
        self, body: bytes, question: Question, sport: str, games: Sequence[ScheduledGame]
    ) -> Capture[BoxScore]:
        """Parse the answer to one of these questions. Raises BadAnswer."""


class InjuryAdapter(Protocol):
    """A source that tells who is hurt."""

    @property
    def source(self) -> Source:
        """The client."""

    def injuries(self, sport: str) -> Question:
        """Return the question for the injuries of a league."""

    def read_injuries(self, body: bytes, sport: str) -> InjuryList:
        """Parse its answer. Raises BadAnswer."""


def adapter(name: str, config: StatsConfig) -> Adapter:
    """Return the adapter of a source. Raises KeyError if the stage does not ask it."""
    pace = _PACES.setdefault(name, Pace(config.pace))
    url = config.base_urls[name]
    if name == NFLVERSE:
        return _Nflverse(FileClient(name, url, config.contact, patience=PATIENCE, pace=pace))
    client = PoliteClient(
        name,
        url,
        config.contact,
        key_secret=config.key_secret if name == BALLDONTLIE else None,
        patience=PATIENCE,
        pace=pace,
    )
    kinds: dict[str, Callable[[Source], Adapter]] = {ESPN: _Espn, STATSAPI: _StatsApi, BALLDONTLIE: _Balldontlie}
    return kinds[name](client)


def injury_adapter(name: str, config: StatsConfig) -> InjuryAdapter:
    """Return the adapter of a source that tells who is hurt. Raises KeyError if the stage does not ask it."""
    pace = _PACES.setdefault(name, Pace(config.pace))
    url = config.base_urls[name]
    if name == NBA_REPORT:
        return _NbaReport(NbaReportClient(name, url, config.contact, patience=PATIENCE, pace=pace))
    return _Espn(PoliteClient(name, url, config.contact, patience=PATIENCE, pace=pace))


@dataclass(frozen=True, slots=True)
class _Espn:
    source: Source

    def schedule(self, sport: str, day: date) -> Question:
        return Question("schedule", sport, f"{_espn(sport)}/scoreboard", {"dates": f"{day:%Y%m%d}"})

    def read_schedule(self, body: bytes, sport: str, day: date) -> Capture[ScheduledGame]:
        return espn_parsing.read_schedule(body, sport)

    def box_scores(self, sport: str, day: date, games: Sequence[ScheduledGame]) -> list[Question]:
        return [Question("box_score", sport, f"{_espn(sport)}/summary", {"event": each.provider_id}) for each in games]

    def read_box_scores(
        self, body: bytes, question: Question, sport: str, games: Sequence[ScheduledGame]
    ) -> Capture[BoxScore]:
        return _only(espn_parsing.read_box_score(body, sport), question.parameters["event"])

    def injuries(self, sport: str) -> Question:
        return Question("injuries", sport, f"{_espn(sport)}/injuries", {})

    def read_injuries(self, body: bytes, sport: str) -> InjuryList:
        told = espn_parsing.read_injuries(body, sport)
        return InjuryList(told.items, told.skipped)


def _espn(sport: str) -> str:
    return f"/apis/site/v2/sports/{LEAGUES[sport]}"


def _only(capture: Capture[BoxScore], wanted: str) -> Capture[BoxScore]:
    """Leave out a box score of another game than was asked for."""
    items = tuple(each for each in capture.items if each.provider_id == wanted)
    if len(items) == len(capture.items):
        return capture
    return Capture(items, (*capture.skipped, Skipped("the summary is not of the game that was asked for", wanted)))


@dataclass(frozen=True, slots=True)
class _StatsApi:
    source: Source

    def schedule(self, sport: str, day: date) -> Question:
        return Question("schedule", sport, "/api/v1/schedule", {"sportId": "1", "date": day.isoformat()})

    def read_schedule(self, body: bytes, sport: str, day: date) -> Capture[ScheduledGame]:
        return statsapi_parsing.read_schedule(body, sport)

    def box_scores(self, sport: str, day: date, games: Sequence[ScheduledGame]) -> list[Question]:
        return [Question("box_score", sport, f"/api/v1/game/{each.provider_id}/boxscore", {}) for each in games]

    def read_box_scores(
        self, body: bytes, question: Question, sport: str, games: Sequence[ScheduledGame]
    ) -> Capture[BoxScore]:
        return statsapi_parsing.read_box_score(body, sport, question.path.split("/")[-2])


@dataclass(frozen=True, slots=True)
class _Balldontlie:
    source: Source

    def schedule(self, sport: str, day: date) -> Question:
        return Question("schedule", sport, "/v1/games", {"dates[]": day.isoformat(), "per_page": "100"})

    def read_schedule(self, body: bytes, sport: str, day: date) -> Capture[ScheduledGame]:
        return balldontlie_parsing.read_schedule(body, sport)

    def box_scores(self, sport: str, day: date, games: Sequence[ScheduledGame]) -> list[Question]:
        return [Question("box_score", sport, "/v1/box_scores", {"date": day.isoformat()})] if games else []

    def read_box_scores(
        self, body: bytes, question: Question, sport: str, games: Sequence[ScheduledGame]
    ) -> Capture[BoxScore]:
        return balldontlie_parsing.read_box_scores(body, sport)


@dataclass(frozen=True, slots=True)
class _Nflverse:
    source: Source

    def schedule(self, sport: str, day: date) -> Question:
        return Question("schedule", sport, "/schedules/games.csv", {})

    def read_schedule(self, body: bytes, sport: str, day: date) -> Capture[ScheduledGame]:
        return nflverse_parsing.read_schedule(body, day)

    def box_scores(self, sport: str, day: date, games: Sequence[ScheduledGame]) -> list[Question]:
        seasons = sorted({each.season for each in games if each.season is not None})
        return [Question("box_score", sport, f"/stats_player/stats_player_week_{season}.csv", {}) for season in seasons]

    def read_box_scores(
        self, body: bytes, question: Question, sport: str, games: Sequence[ScheduledGame]
    ) -> Capture[BoxScore]:
        return nflverse_parsing.read_box_scores(body, nflverse_parsing.by_week(games))


@dataclass(frozen=True, slots=True)
class _NbaReport:
    source: Source

    def injuries(self, sport: str) -> Question:
        return Question("injuries", sport, "/referee/injury", {})

    def read_injuries(self, body: bytes, sport: str) -> InjuryList:
        return nba_report_parsing.read_report(body)
