"""Benchmarks fetch_odds on a full response, from bytes to COMMIT, against json.loads and one COPY of the same rows.

Each round runs the job three times: with new games, with every price changed, and with the same response again. After
each of the first two runs, the peer parses the same bytes and copies the same rows into a table of its own, which has
the columns, checks and indexes of bookmaker_odds. The peer receives the ids of the games. A second peer copies into a
table that also has foreign keys to games and runs; PostgreSQL checks those row by row, our job checks them all at once.

The measured job is the one of the function, from the received response to its end: it parses and validates the
response, updates fixtures, compares and stores the odds, makes the quotes, settles, closes its run and reports it. The
request to the provider and the copy of the response in the bucket are not included.
"""

import gc
import json
import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice
from typing import Any

import psycopg
import pytest

from bench.table import Line, spread
from local.slate import TEAMS
from pickvs.core import clock, storage
from pickvs.ingestion.fetch_odds import fetch_odds
from pickvs.jobs.sources import Answer, Credits, Question
from pickvs.markets.providers import odds_api
from tests.support.databases import Databases
from tests.support.ingestion import ingesting

EVENTS, BOOKS, ROUNDS = 52, 11, 15
ROWS = EVENTS * BOOKS * 6
NOW = datetime(2024, 1, 5, 12, tzinfo=UTC)
CHANGED_LIMIT, UNCHANGED_LIMIT = 4.0, 0.5

_COLUMNS = "game_id, bookmaker, market, selection, captured_at, line, price, provider_updated_at, run_id"
_MARKETS = {"h2h": "moneyline", "spreads": "spread", "totals": "total"}


def measure(databases: Databases) -> list[Line]:
    """Time the job and its peers, and report the medians of the rounds."""
    provider = _Provider()
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh() as url,
        databases.in_use(url),
        ingesting(url, patch),
        psycopg.connect(url, autocommit=True) as connection,
    ):
        patch.setattr(odds_api, "configured", lambda: provider)
        patch.setattr(storage, "keep", lambda *_, **__: None)
        connection.execute("CREATE TABLE peer_odds (LIKE bookmaker_odds INCLUDING ALL)")
        connection.execute("CREATE TABLE peer_odds_referring (LIKE bookmaker_odds INCLUDING ALL)")
        connection.execute(
            "ALTER TABLE peer_odds_referring ADD FOREIGN KEY (game_id) REFERENCES games,"
            " ADD FOREIGN KEY (run_id) REFERENCES ingestion_runs"
        )
        taken = _Taken()
        for number in range(-1, ROUNDS):  # the first round only warms up
            _round(connection, provider, number, taken if number >= 0 else _Taken())
    peer, changed = statistics.median(taken.peer), statistics.median(taken.changed)
    what = f"fetch_odds, {EVENTS} events x {BOOKS} books x 3 markets, answer to COMMIT"
    return [
        Line(f"json.loads and one COPY of {ROWS} odds", peer, spread=spread(taken.peer)),
        _line("the same into a table with foreign keys to games and runs", taken.peer_referring, peer),
        _line(f"{what}: first sight", taken.first_sight, peer),
        _line(f"{what}: every price changed", taken.changed, peer, CHANGED_LIMIT),
        _line(f"{what}: unchanged, against changed", taken.unchanged, changed, UNCHANGED_LIMIT),
    ]


@dataclass
class _Taken:
    """Durations in seconds, one for each round."""

    peer: list[float] = field(default_factory=list)
    peer_referring: list[float] = field(default_factory=list)
    first_sight: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)


def _line(what: str, taken: list[float], against: float, limit: float | None = None) -> Line:
    median = statistics.median(taken)
    return Line(what, median, ratio=median / against, limit=limit, spread=spread(taken))


def _round(connection: psycopg.Connection[Any], provider: "_Provider", number: int, taken: _Taken) -> None:
    day = NOW + timedelta(days=1 + 2 * (number + 1))  # new games in every round
    at = [NOW + timedelta(hours=number, minutes=minute) for minute in range(3)]
    # Dead rows and outdated statistics of earlier rounds would slow this one down.
    connection.execute("VACUUM ANALYZE")
    for shift, seconds in ((0, taken.first_sight), (5, taken.changed)):
        provider.body = full_answer(day, shift)
        moment = at[0] if shift == 0 else at[1]
        seconds.append(_job(provider, moment, written=ROWS))
        games, run_id = _told(connection)
        for table, peer in (("peer_odds", taken.peer), ("peer_odds_referring", taken.peer_referring)):
            peer.append(_peer(connection, table, provider.body, games, moment, run_id))
        _check_equal(connection, run_id)
    taken.unchanged.append(_job(provider, at[2], written=0))
    _check_confirmed(connection, at)


def _job(provider: "_Provider", moment: datetime, *, written: int) -> float:
    gc.collect()
    with clock.held_at(moment):
        [run] = fetch_odds(None)["runs"]
    taken = time.perf_counter() - provider.answered
    assert run["status"] == "succeeded", run
    assert (run["counts"]["games"], run["counts"]["odds_written"]) == (EVENTS, written), run
    return taken


def _peer(
    connection: psycopg.Connection[Any], table: str, body: bytes, games: dict[str, int], moment: datetime, run_id: int
) -> float:
    gc.collect()
    started = time.perf_counter()
    events = json.loads(body)
    with connection.transaction(), connection.cursor().copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
        for event in events:
            game_id = games[event["id"]]
            sides = {event["home_team"]: "home", event["away_team"]: "away", "Over": "over", "Under": "under"}
            for book in event["bookmakers"]:
                for market in book["markets"]:
                    kind, updated = _MARKETS[market["key"]], market["last_update"]
                    for side in market["outcomes"]:
                        line, price = side.get("point"), side["price"]
                        selection = sides[side["name"]]
                        copy.write_row((game_id, book["key"], kind, selection, moment, line, price, updated, run_id))
    return time.perf_counter() - started


def _told(connection: psycopg.Connection[Any]) -> tuple[dict[str, int], int]:
    """Return the ids of the games by the provider's ids, and the id of the last run."""
    games = dict(connection.execute("SELECT provider_id, game_id FROM game_provider_ids").fetchall())
    last = connection.execute("SELECT max(id) FROM ingestion_runs").fetchone()
    assert last is not None
    return games, last[0]


def _check_equal(connection: psycopg.Connection[Any], run_id: int) -> None:
    """Assert that the job and the peer stored the same rows."""
    ours = f"SELECT {_COLUMNS} FROM bookmaker_odds WHERE run_id = {run_id}"
    theirs = f"SELECT {_COLUMNS} FROM peer_odds WHERE run_id = {run_id}"
    different = f"SELECT count(*) FROM (({ours} EXCEPT {theirs}) UNION ALL ({theirs} EXCEPT {ours})) AS side"
    assert connection.execute(different).fetchone() == (0,)
    assert connection.execute(f"SELECT count(*) FROM ({ours}) AS side").fetchone() == (ROWS,)


def _check_confirmed(connection: psycopg.Connection[Any], at: list[datetime]) -> None:
    """Assert that every side has a quote from the second capture that the third one confirmed."""
    quotes = "SELECT count(*) FROM quotes WHERE superseded_at IS NULL AND made_at = %s AND captured_at = %s"
    assert connection.execute(quotes, (at[1], at[2])).fetchone() == (EVENTS * 6,)


class _Provider:
    """A provider client that returns a response from memory and records when it did."""

    name = "odds_api"
    body = b""
    answered = 0.0

    def ask(self, question: Question, *, seconds: float) -> Answer:
        self.answered = time.perf_counter()
        return Answer(self.body, 200, Credits(), attempts=1)


def full_answer(day: datetime, shift: int) -> bytes:
    """Return a response of `/odds` in the provider's format, with every price moved by `shift`."""
    return json.dumps([_event(day, number, shift) for number in range(EVENTS)]).encode()


_PAIRS = tuple(islice(combinations(TEAMS, 2), EVENTS))
"""Two real teams for each event: no game is made of names that nobody knows."""


def _event(day: datetime, number: int, shift: int) -> dict[str, Any]:
    home, away = _PAIRS[number]
    return {
        "id": f"{int(day.timestamp()) + number:032x}",
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": f"{day + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}",
        "home_team": home,
        "away_team": away,
        "bookmakers": [_bookmaker(book, home, away, shift + number % 7) for book in range(BOOKS)],
    }


def _bookmaker(book: int, home: str, away: str, shift: int) -> dict[str, Any]:
    def outcomes(first: str, second: str, points: tuple[float, float] | None) -> list[dict[str, Any]]:
        made = [{"name": name, "price": -105 - book - shift} for name in (first, second)]
        for outcome, point in zip(made, points or (), strict=False):
            outcome["point"] = point
        return made

    spread_line, total_line = 2.5 + book % 3, 220.5 + book % 2
    markets = {
        "h2h": outcomes(away, home, None),
        "spreads": outcomes(away, home, (spread_line, -spread_line)),
        "totals": outcomes("Over", "Under", (total_line, total_line)),
    }
    stamp = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "key": f"book{book}",
        "title": f"Book {book}",
        "last_update": stamp,
        "markets": [{"key": key, "last_update": stamp, "outcomes": made} for key, made in markets.items()],
    }
