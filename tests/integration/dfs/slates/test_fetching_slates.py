"""Slates of a site's lobby become public ones, as often as their start is near, and stay when the site is silent."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import psycopg
import pytest

from pickvs.core import clock, storage
from pickvs.dfs.slates import fetching
from pickvs.dfs.slates.fetching import CLOSE, FETCH_DFS_SLATES, OFTEN, SELDOM, fetch_due, fetch_slates
from pickvs.dfs.weather.service import FETCH_WEATHER
from pickvs.jobs.runs import IngestionFailed
from tests.support.alarms import watch_alarms
from tests.support.draftkings import NFL, draftables, lobby, row, rules

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
START = NOW + timedelta(hours=9)


class Site:
    """The lobby and the rest, at one address. status, body: of every answer instead, if they are set."""

    def __init__(self) -> None:
        self.players: list[dict[str, Any]] = [row(number, number, 62, 5000) for number in range(101, 111)]
        self.state = "Upcoming"
        self.status = 200
        self.body: bytes | None = None
        self.asked: list[str] = []

    def answer(self, path: str) -> bytes:
        self.asked.append(path)
        if self.body is not None:
            return self.body
        if path.startswith("/lobby"):
            groups = [(1, START, "Classic"), (2, START + timedelta(days=9), "Classic")]
            return json.dumps(lobby("NFL", groups)).encode()
        if path.endswith("/rules"):
            return json.dumps(rules(NFL)).encode()
        return json.dumps(draftables(self.players, {1: (START, self.state)})).encode()


@pytest.fixture
def site(rows: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.answer(self.path)
            self.send_response(site.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - the name in the base class

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    for name, value in (
        ("RAW_ANSWERS_BUCKET", "raw"),
        ("DFS_SLATE_SPORTS", "NFL"),
        ("DRAFTKINGS_URL", url),
        ("DRAFTKINGS_API_URL", url),
        ("DFS_CONTACT", "ops@pickvs.example"),
        ("DFS_PACE_SECONDS", "0"),
    ):
        monkeypatch.setenv(name, value)
    watch_alarms(monkeypatch, FETCH_DFS_SLATES, FETCH_WEATHER)
    monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
    monkeypatch.setattr(fetching, "_PACES", {})
    yield site
    server.shutdown()
    server.server_close()


def held(at: datetime, do: Callable[[], dict[str, Any]] = fetch_due) -> list[tuple[str, str | None]]:
    with clock.held_at(at):
        return [(run["status"], run["error_code"]) for run in do()["runs"]]


def due(rows: psycopg.Connection[Any]) -> datetime | None:
    found = rows.execute("SELECT due_at FROM agenda WHERE function = %s", (FETCH_DFS_SLATES,)).fetchall()
    return found[0]["due_at"] if found else None


def playing(rows: psycopg.Connection[Any]) -> tuple[int, str]:
    [game] = rows.execute("SELECT state FROM slate_games").fetchall()
    [count] = rows.execute("SELECT count(*) AS n FROM slate_players WHERE NOT is_disabled").fetchall()
    return count["n"], game["state"]


def test_a_slate_is_followed_until_it_has_begun(site: Site, rows: psycopg.Connection[Any]) -> None:
    assert held(NOW, fetch_slates) == [("succeeded", None)] * 2, "the lobby, and the one slate of the next two days"
    [slate] = rows.execute("SELECT user_id, external_id, source, sport, starts_at FROM slates").fetchall()
    assert (slate["user_id"], slate["external_id"], slate["source"]) == (None, "1", "draftkings")
    assert (slate["starts_at"], playing(rows)) == (START, (10, "scheduled"))
    assert due(rows) == NOW + SELDOM
    assert held(NOW) == [], "nothing is due"
    site.players = site.players[:-1]
    site.state = "Postponed"
    close = START - CLOSE
    assert held(close) == [("succeeded", None)] * 2
    assert (playing(rows), due(rows)) == ((9, "postponed"), close + OFTEN)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, b"no", "REFUSED"),
        (500, b"", "PROVIDER_DOWN"),
        (200, b"<html>", "BAD_ANSWER"),
        (200, b"{}", None),
        (200, b'{"DraftGroups": [{"Sport": "NFL"}], "GameTypes": 7}', None),
    ],
)
def test_a_site_that_says_nothing_changes_nothing(
    site: Site, rows: psycopg.Connection[Any], status: int, body: bytes, code: str | None
) -> None:
    held(NOW, fetch_slates)
    before = playing(rows), rows.execute("SELECT * FROM slates").fetchall()
    site.status, site.body = status, body
    found = held(NOW + SELDOM)
    assert found == [("failed" if code else "succeeded", code)]
    assert (playing(rows), rows.execute("SELECT * FROM slates").fetchall()) == before
    assert due(rows) == NOW + 2 * SELDOM, "the slate that is known is followed all the same"
    if code:
        with pytest.raises(IngestionFailed):
            held(NOW + timedelta(hours=2), fetch_slates)


def test_without_permission_nobody_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DFS_SLATE_SPORTS", "none")
    assert held(NOW, fetch_slates) == []
    assert site.asked == []
