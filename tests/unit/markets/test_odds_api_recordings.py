"""Recorded answers: every part is parsed, or skipped for a known reason."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pickvs.markets.providers.odds_api_parsing import MARKETS, read_odds, read_scores
from pickvs.markets.rules import consensus

ASKED = set(MARKETS)


@pytest.mark.parametrize(
    ("name", "sport", "games", "markets", "skipped"),
    [
        ("nba_2022-11-22_odds_american_inplay", "basketball_nba", 14, None, {}),
        ("nba_2024-10_preseason_odds_american", "basketball_nba", 51, None, {}),
        ("nba_2025-03-01_small_american", "basketball_nba", 7, None, {}),
        ("nba_2026-03-31_odds_american", "basketball_nba", 8, None, {}),
        ("nhl_2025-03-01_h2h_american", "icehockey_nhl", 19, None, {}),
        ("upcoming_2024-03-26_mixed_sports_american", "icehockey_nhl", 12, None, {"another sport": 16}),
        ("nba_2023-11-06_with_empty_bookmakers_decimal", "basketball_nba", 18, 0, {"not an American price": 39}),
        ("nfl_2024-11_odds_unix_decimal", "americanfootball_nfl", 0, 0, {"commence_time": 15}),
    ],
)
def test_single_answers_of_odds(
    recordings: Path, name: str, sport: str, games: int, markets: int | None, skipped: dict[str, int]
) -> None:
    body = (recordings / f"odds_api/single/{name}.json").read_bytes()
    events = [event for event in json.loads(body) if event["sport_key"] == sport]
    capture = read_odds(body, sport)
    assert len(capture.items) == games
    assert len(capture.skipped) == sum(skipped.values())
    for reason, count in skipped.items():
        assert sum(reason in part.reason for part in capture.skipped) == count
    expected = sum(market_count(event) for event in events) if markets is None else markets
    assert sum(len(game.markets) for game in capture.items) == expected
    assert all(game.unread == set() for game in capture.items) or "not an American price" in skipped


def market_count(event: dict[str, Any]) -> int:
    return sum(market["key"] in ASKED for book in event["bookmakers"] for market in book["markets"])


def test_single_answers_of_scores(recordings: Path) -> None:
    null = read_scores(
        (recordings / "odds_api/single/nfl_2023-12_scores_all_null.json").read_bytes(), "americanfootball_nfl"
    )
    assert len(null.items) == 31
    assert all((game.completed, game.home_score, game.away_score) == (False, None, None) for game in null.items)
    unix = read_scores(
        (recordings / "odds_api/single/nfl_2024-11_scores_unix.json").read_bytes(), "americanfootball_nfl"
    )
    assert unix.items == ()
    assert len(unix.skipped) == 27


def test_scores_of_games_whose_odds_are_recorded_too(recordings: Path) -> None:
    pairs = json.loads((recordings / "odds_api/nba_2026-04_playin_same_id_odds_and_scores.json").read_bytes())
    events = [pair["scores_event"] for pair in pairs]
    capture = read_scores(json.dumps(events).encode(), "basketball_nba")
    assert capture.skipped == ()
    for game, event in zip(capture.items, events, strict=True):
        by_name = {entry["name"]: int(entry["score"]) for entry in event["scores"]}
        assert (game.home_score, game.away_score) == (by_name[event["home_team"]], by_name[event["away_team"]])


def test_every_price_of_a_season_is_read(recordings: Path) -> None:
    quoted: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    with gzip.open(recordings / "odds_api/nba_2023_24_odds.jsonl.gz") as lines:
        for line in lines:
            events = json.loads(line)["data"]
            capture = read_odds(json.dumps(events).encode(), "basketball_nba")
            assert capture.skipped == ()
            assert len(capture.items) == len(events)
            for game, event in zip(capture.items, events, strict=True):
                assert game.fixture.provider_id == event["id"]
                sides = {event["home_team"]: "home", event["away_team"]: "away", "Over": "over", "Under": "under"}
                raw = sorted(
                    (
                        book["key"],
                        MARKETS[market["key"]],
                        sides[outcome["name"]],
                        outcome["price"],
                        outcome.get("point"),
                    )
                    for book in event["bookmakers"]
                    for market in book["markets"]
                    for outcome in market["outcomes"]
                )
                read = sorted(
                    (m.bookmaker, m.market, o.selection, o.price, None if o.line is None else float(o.line))
                    for m in game.markets
                    for o in m.offers
                )
                assert read == raw
                for market in MARKETS.values():
                    offered = sum(m.market == market for m in game.markets)
                    seen[market] += offered >= 3
                    quoted[market] += offered >= 3 and consensus(game.markets, market) is not None
    assert quoted["moneyline"] == seen["moneyline"]
    assert quoted["spread"] > 0.99 * seen["spread"] > 1000
    assert quoted["total"] > 0.99 * seen["total"] > 1000


def test_every_score_of_a_season_is_read(recordings: Path) -> None:
    with gzip.open(recordings / "odds_api/nba_2023_24_scores.jsonl.gz") as lines:
        events = [json.loads(line) for line in lines]
    capture = read_scores(json.dumps(events).encode(), "basketball_nba")
    assert (len(capture.items), capture.skipped) == (1351, ())
    assert all(game.completed and game.home_score and game.away_score for game in capture.items)
