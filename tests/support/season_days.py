"""The recorded season 2023-24 as the models see it: games with results, and with the last line of a bookmaker."""

import csv
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from pickvs.predictions.facts.rules import Day, Fixture, Line, Result
from tests.support.season import GameKey, Season, game_key, parse

NBA = "basketball_nba"
BOOK = "draftkings"
PLAY_OFFS = date(2024, 4, 20)
_TEAMS = Path(__file__).parents[2] / "functions" / "migrate" / "reference" / "teams.csv"


def season_days(season: Season, first_game: int) -> list[Day]:
    """Return the days of the season. Teams are called as in the recorded table of games. first_game: the first id."""
    with _TEAMS.open(encoding="utf-8", newline="") as file:
        codes = {row["name"]: row["abbreviation"].lower() for row in csv.DictReader(file) if row["sport"] == NBA}
    lines = _closing_lines(season)
    games = sorted(_results(season), key=lambda told: (told[0][2], told[0][0]))
    days = []
    number = first_game
    for day, same in groupby(games, key=lambda told: told[0][2]):
        results, closing = [], {}
        for key, home_points, away_points in same:
            fixture = Fixture(
                game=number,
                sport=NBA,
                season=2023,
                day=day,
                home=codes[key[0]],
                away=codes[key[1]],
                is_playoff=day >= PLAY_OFFS,
            )
            results.append(Result(fixture=fixture, home_points=home_points, away_points=away_points))
            if key in lines:
                closing[number] = lines[key]
            number += 1
        days.append(Day(day=day, results=tuple(results), closing_lines=closing))
    return days


def _results(season: Season) -> Iterator[tuple[GameKey, int, int]]:
    """Yield each game once, with the points of home and away: some have several ids."""
    met: set[GameKey] = set()
    for event in season.finals.values():
        key = season.keys.get(event["id"], game_key(event))
        if key not in met:
            met.add(key)
            points = {each["name"]: int(each["score"]) for each in event["scores"]}
            yield key, points[key[0]], points[key[1]]


def _closing_lines(season: Season) -> dict[GameKey, Line]:
    lines: dict[GameKey, Line] = {}
    for moment, events in season.mornings:
        for event in events:
            offered = [book for book in event["bookmakers"] if book["key"] == BOOK]
            if offered and parse(event["commence_time"]) > moment:
                lines[season.keys[event["id"]]] = _line(event, offered[0])
    return lines


def _line(event: dict[str, Any], book: dict[str, Any]) -> Line:
    offered = {
        (market["key"], outcome["name"]): outcome for market in book["markets"] for outcome in market["outcomes"]
    }
    spread, total = offered.get(("spreads", event["home_team"])), offered.get(("totals", "Over"))
    home, away = (offered.get(("h2h", event[side])) for side in ("home_team", "away_team"))
    return Line(
        spread=None if spread is None else float(spread["point"]),
        total=None if total is None else float(total["point"]),
        home_moneyline=None if home is None else int(home["price"]),
        away_moneyline=None if away is None else int(away["price"]),
    )
