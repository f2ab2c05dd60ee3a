"""Plays a recorded season, morning by morning, through the deployed ingestion functions, and controls the clock."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pickvs.core import clock
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import scheduled
from tests.support.odds_api import OddsApiServer, Reply

type GameKey = tuple[str, str, date]
"""Identity of a game across its provider ids: home team, away team, local date."""

NEW_YORK = ZoneInfo("America/New_York")
PLENTY = {"x-requests-used": "1000", "x-requests-remaining": "99000", "x-requests-last": "3"}
"""Credits with which no daily run is spared."""
SCORES_AFTER = timedelta(hours=21)
"""Time from a capture of odds (about 12:00 UTC) to the scores (09:00 of the next day)."""


@dataclass
class Season:
    """The recordings: a capture for each morning, and the final score of each provider id."""

    mornings: list[tuple[datetime, list[dict[str, Any]]]]
    finals: dict[str, dict[str, Any]]
    keys: dict[str, GameKey] = field(default_factory=dict)
    last_seen: dict[GameKey, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for moment, events in self.mornings:
            for event in events:
                self.keys[event["id"]] = key = game_key(event)
                if parse(event["commence_time"]) > moment and event["bookmakers"]:
                    self.last_seen[key] = moment

    def scores(self, at: datetime, days: int) -> list[dict[str, Any]]:
        """Return the response of /scores at `at`: the finals of the last `days`."""
        return [
            event
            for event in self.finals.values()
            if timedelta() < at - parse(event["commence_time"]) < timedelta(days)
        ]

    def of(self, *spans: tuple[date, date]) -> "Season":
        """Return the part with the games of these spans of days, and the mornings on which one of them was listed."""
        chosen = {name for name, (*_, day) in self.keys.items() if any(first <= day <= last for first, last in spans)}
        listed = [(moment, [event for event in events if event["id"] in chosen]) for moment, events in self.mornings]
        finals = {name: final for name, final in self.finals.items() if name in chosen}
        return Season([(moment, events) for moment, events in listed if events], finals)


def read_season(recordings: Path) -> Season:
    """Read the NBA season 2023-24."""
    folder = recordings / "odds_api"
    with gzip.open(folder / "nba_2023_24_odds.jsonl.gz", "rt") as lines:
        mornings = [(parse(answer["timestamp"]), answer["data"]) for answer in map(json.loads, lines)]
    with gzip.open(folder / "nba_2023_24_scores.jsonl.gz", "rt") as lines:
        finals = {event["id"]: event for event in map(json.loads, lines)}
    return Season(mornings, finals)


def parse(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def game_key(event: dict[str, Any]) -> GameKey:
    return event["home_team"], event["away_team"], parse(event["commence_time"]).astimezone(NEW_YORK).date()


class Playback:
    """Plays a season into the database in use. `server` is the provider of the ingestion functions."""

    def __init__(self, season: Season, server: OddsApiServer, deliveries: int = 1) -> None:
        self.season = season
        self.server = server
        self.deliveries = deliveries

    def mornings(self) -> Iterator[datetime]:
        """Yield each morning once its odds and the scores of the days before are in the database."""
        waiting: datetime | None = None
        for moment, events in self.season.mornings:
            if waiting:
                self.process_results(waiting)
            self.answer("odds", events)
            self.deliver("fetch_odds", moment)
            yield moment
            waiting = moment + SCORES_AFTER
        assert waiting
        for days_later in range(3):
            self.process_results(waiting + timedelta(days=days_later))

    def process_results(self, moment: datetime) -> None:
        self.answer("scores", self.season.scores(moment, 3))
        self.deliver("process_results", moment)

    def answer(self, kind: str, body: list[dict[str, Any]]) -> None:
        # A duplicate event sends no request; the first delivery and the manual one do.
        self.server.answer(kind, *[Reply(body, headers=PLENTY)] * min(self.deliveries, 2))

    def deliver(self, function: str, moment: datetime) -> None:
        """Run a scheduled function as often as this playback delivers events: with the same event, then manually."""
        event = scheduled(f"{function}-{moment:%Y-%m-%d}")
        handler = load(f"{function}/handler").handler
        with clock.held_at(moment):
            [run] = handler(event, LambdaContext())["runs"]
            assert run["status"] in {"succeeded", "partial"}, run
            if self.deliveries > 1:
                [again] = handler(event, LambdaContext())["runs"]
                assert again["status"] == "duplicate"
                [by_hand] = handler({}, LambdaContext())["runs"]
                assert by_hand["status"] == run["status"]
