"""fetch_odds on a full answer, through the deployed handler: first sight, nothing changed, everything moved."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.table import Line
from pickvs.core import clock
from pickvs.markets.providers import odds_api
from tests.support.databases import Databases
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import ingesting
from tests.support.odds_api import Reply

GAMES, BOOKS = 30, 12
NOW = datetime(2024, 1, 5, 12, tzinfo=UTC)


def measure(databases: Databases) -> list[Line]:
    """Time one invocation each, with the answer served over loopback and written to a real database."""
    what = f"fetch_odds, {GAMES} games x {BOOKS} books x 3 markets"
    lines: list[Line] = []
    patience = odds_api.PATIENCE
    with (
        pytest.MonkeyPatch.context() as patch,
        databases.fresh() as url,
        databases.in_use(url),
        ingesting(url, patch) as surroundings,
    ):
        patch.setattr(odds_api, "PATIENCE", patience)
        surroundings.server.answer("odds", Reply([]))
        _invoke(NOW)  # imports and connections are not what is measured
        for name, minutes, shift in (("first sight", 1, 0), ("nothing changed", 2, 0), ("every price moved", 3, 5)):
            surroundings.server.answer("odds", Reply(full_answer(shift)))
            started = time.perf_counter()
            counts = _invoke(NOW + timedelta(minutes=minutes))
            taken = time.perf_counter() - started
            assert counts["games"] == GAMES
            assert (counts["odds_written"] == 0) == (name == "nothing changed")
            lines.append(Line(f"{what}: {name}", taken, ratio=taken / lines[0].seconds if lines else None))
    return lines


def full_answer(shift: int) -> list[dict[str, Any]]:
    """An answer of `/odds` in the provider's shape, every price `shift` further than at 0."""
    return [_event(number, shift) for number in range(GAMES)]


def _event(number: int, shift: int) -> dict[str, Any]:
    home, away = f"Home {number:02}", f"Away {number:02}"
    return {
        "id": f"{number:032x}",
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": f"{NOW + timedelta(hours=12, minutes=number):%Y-%m-%dT%H:%M:%SZ}",
        "home_team": home,
        "away_team": away,
        "bookmakers": [_bookmaker(book, home, away, shift) for book in range(BOOKS)],
    }


def _bookmaker(book: int, home: str, away: str, shift: int) -> dict[str, Any]:
    def outcomes(first: str, second: str, points: tuple[float, float] | None) -> list[dict[str, Any]]:
        made = [{"name": name, "price": -105 - book - shift} for name in (first, second)]
        for outcome, point in zip(made, points or (), strict=False):
            outcome["point"] = point
        return made

    markets = {
        "h2h": outcomes(away, home, None),
        "spreads": outcomes(away, home, (2.5, -2.5)),
        "totals": outcomes("Over", "Under", (220.5, 220.5)),
    }
    stamp = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "key": f"book{book}",
        "title": f"Book {book}",
        "last_update": stamp,
        "markets": [{"key": key, "last_update": stamp, "outcomes": made} for key, made in markets.items()],
    }


def _invoke(moment: datetime) -> dict[str, Any]:
    with clock.held_at(moment):
        [run] = load("fetch_odds/handler").handler({}, LambdaContext())["runs"]
    assert run["status"] == "succeeded", run
    return dict(run["counts"])
