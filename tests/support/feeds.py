"""The four feeds of daily fantasy at addresses of their own, each of which can be dead in many ways."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from local.weather import WeatherServer
from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from pickvs.dfs.slates import fetching
from pickvs.dfs.weather.providers import clients
from pickvs.jobs.runs import IngestionFailed
from pickvs.markets.providers import http_source
from pickvs.predictions.statistics.providers import adapters
from tests.support.alarms import watch_alarms
from tests.support.draftkings import NFL as SLOTS
from tests.support.draftkings import draftables, lobby, row, rules
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import BUCKET, ingesting
from tests.support.odds_api import CREDITS, MOVED, event, h2h, spreads, totals

NFL = "americanfootball_nfl"
JOBS = {
    "slates": ("draftkings_slates",),
    "injuries": ("espn_stats",),
    "weather": ("nws_weather", "open_meteo_weather"),
    "odds": ("fetch_odds",),
}
FUNCTIONS = {
    "odds": "fetch_odds",
    "slates": "fetch_dfs_slates",
    "injuries": "ingest_injuries",
    "weather": "fetch_weather",
}
FAULTS = ("silent", "refused", "broken", "empty", "hollow", "cut", "garbage")
"""Ways to be dead. hollow: an answer of the right form that tells of nothing. cut: half of the right answer."""
HOLLOW = {"slates": b'{"DraftGroups": []}', "injuries": b'{"injuries": []}', "weather": b"{}", "odds": b"[]"}


@dataclass
class Feed:
    """A feed at an address. fault: how it is dead; None while it is well."""

    name: str
    answer: Callable[[str], bytes]
    fault: str | None = None
    asked: int = 0
    url: str = ""
    _server: ThreadingHTTPServer | None = field(default=None, repr=False)

    def start(self) -> None:
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feed.asked += 1
                status, body = feed.said(self.path)
                if status is None:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in {**CREDITS, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - the base class's name

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (OSError, ValueError):  # the connection was closed in place of an answer
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def said(self, path: str) -> tuple[int | None, bytes]:
        if self.fault is None:
            return 200, self.answer(path)
        if self.fault == "cut":
            whole = self.answer(path)
            return 200, whole[: len(whole) // 2]
        return {
            "silent": (None, b""),
            "refused": (403, b"Access Denied"),
            "broken": (500, b"oops"),
            "empty": (200, b""),
            "hollow": (200, HOLLOW[self.name]),
            "garbage": (200, b"\x00\xff<html>{" * 50),
        }[self.fault]


class Feeds:
    """All feeds of a Saturday's game of football, and one on the evening before."""

    def __init__(self, now: datetime) -> None:
        self.evening, self.saturday = now + timedelta(hours=3), now + timedelta(hours=27)
        self.now = now
        """The held time, which is not held in the threads of servers."""
        self.weather_stand_in = WeatherServer(now=lambda: self.now)
        made = {"slates": self._slates, "injuries": self._injuries, "weather": self._weather, "odds": self._odds}
        self.of = {name: Feed(name, answer) for name, answer in made.items()}

    def run(self, at: datetime) -> dict[str, bool]:
        """Run the function of every feed, and return whether it raised nothing."""
        return {name: self._run(name, at) for name in FUNCTIONS}

    def _run(self, name: str, at: datetime) -> bool:
        self.now = at
        event = dict(EVENT) if name == "weather" else {}
        with clock.held_at(at):
            try:
                load(f"{FUNCTIONS[name]}/handler").handler(event, LambdaContext())
            except IngestionFailed:
                return False
        return True

    def _slates(self, path: str) -> bytes:
        if path.startswith("/lobby"):
            return json.dumps(lobby("NFL", [(1, self.saturday, "Classic")])).encode()
        if path.endswith("/rules"):
            return json.dumps(rules(SLOTS)).encode()
        players = [
            row(101, 101, 60, 7000, displayName="Josh Allen", teamAbbreviation="BUF", position="QB"),
            row(102, 102, 60, 7500, displayName="Patrick Mahomes", teamAbbreviation="KC", position="QB"),
        ]
        said = draftables(players, {1: (self.saturday, "Upcoming")})
        [game] = said["competitions"]
        game |= {"homeTeam": {"abbreviation": "KC"}, "awayTeam": {"abbreviation": "BUF"}, "name": "BUF @ KC"}
        return json.dumps(said).encode()

    def _injuries(self, _: str) -> bytes:
        hurt = {
            "date": "2024-12-12T18:00Z",
            "athlete": {"id": "1", "displayName": "Josh Allen", "links": []},
            "type": {"name": "INJURY_STATUS_OUT"},
        }
        return json.dumps({"injuries": [{"displayName": "Buffalo Bills", "injuries": [hurt]}]}).encode()

    def _weather(self, path: str) -> bytes:
        try:
            with urlopen(self.weather_stand_in.url + path) as response:
                return bytes(response.read())
        except HTTPError as error:
            return error.read()

    def _odds(self, _: str) -> bytes:
        books = {name: [h2h(-140, 120), spreads(-2.5), totals(47.5)] for name in ("draftkings", "fanduel", "betmgm")}
        games = [
            (1, "Los Angeles Rams", "Detroit Lions", self.evening),
            (2, "Kansas City Chiefs", "Buffalo Bills", self.saturday),
        ]
        told = [
            event(number, home, away, f"{at:%Y-%m-%dT%H:%M:%SZ}", books=books, sport=NFL)
            for number, home, away, at in games
            if at > self.now
        ]
        return json.dumps(told).replace(MOVED, f"{self.now:%Y-%m-%dT%H:%M:%SZ}").encode()


@contextmanager
def feeds(database: str, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[Feeds]:
    """Serve all feeds, and have the functions ask them."""
    made = Feeds(now)
    made.weather_stand_in.start()
    for feed in made.of.values():
        feed.start()
    with ingesting(database, monkeypatch, sports=NFL):
        for name, value in {
            "ODDS_API_BASE_URL": made.of["odds"].url,
            "RAW_ANSWERS_BUCKET": BUCKET,
            "DFS_SLATE_SPORTS": "NFL",
            "DRAFTKINGS_URL": made.of["slates"].url,
            "DRAFTKINGS_API_URL": made.of["slates"].url,
            "DFS_CONTACT": "ops@pickvs.example",
            "DFS_PACE_SECONDS": "0",
            "WEATHER_SOURCES": "nws,open_meteo",
            "WEATHER_NWS_URL": made.of["weather"].url,
            "WEATHER_OPEN_METEO_URL": made.of["weather"].url,
            "WEATHER_CONTACT": "ops@pickvs.example",
            "WEATHER_PACE_SECONDS": "0",
            "STATS_SOURCES": "espn",
            "STATS_ESPN_URL": made.of["injuries"].url,
            "STATS_CONTACT": "ops@pickvs.example",
            "STATS_PACE_SECONDS": "0",
        }.items():
            monkeypatch.setenv(name, value)
        for module in (fetching, clients, adapters):
            monkeypatch.setattr(module, "_PACES", {})
        monkeypatch.setattr(http_source.time, "sleep", lambda _: None)
        watch_alarms(monkeypatch, *FUNCTIONS.values(), "process_results", "build_lineups", "ingest_stats")
        yield made
    for feed in made.of.values():
        feed.stop()
    made.weather_stand_in.stop()
