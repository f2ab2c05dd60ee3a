"""A short season as tables: box scores that add up, and for half of the games a line."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from local.replay.tables import COLUMNS
from local.slate import Game, on_date
from local.slate_players import box_score

FIRST = date(2023, 10, 24)
YEAR = 2024


def games(days: int, a_day: int) -> Iterator[Game]:
    """Yield games of the slate, `a_day` on each of `days` days, in which no team plays twice on a day."""
    for number in range(days):
        yield from on_date(FIRST + timedelta(days=number))[:a_day]


def write_tables(folder: Path, days: int, a_day: int) -> int:
    """Write a table of box scores and one of games, and return the number of games."""
    boxes: list[Mapping[str, Any]] = []
    lines: list[Mapping[str, Any]] = []
    number = 0
    for number, game in enumerate(games(days, a_day), start=1):
        day = FIRST + timedelta(days=(number - 1) // a_day)
        boxes += _box_rows(game, number, day)
        if number % 2:
            home, away = game.final_score
            spread = round(game.margin)
            lines.append(
                {
                    "season": YEAR,
                    "date": f"{day}",
                    "score_away": away,
                    "score_home": home,
                    "whos_favored": "home" if spread >= 0 else "away",
                    "spread": abs(spread),
                    "total": round(game.total),
                    "moneyline_home": -110 if spread >= 0 else 120,
                    "moneyline_away": 100 if spread >= 0 else -140,
                }
            )
    with gzip.open(folder / "player_logs.csv.gz", "wt", encoding="utf-8", newline="") as file:
        _write(file, boxes)
    with (folder / "games.csv").open("w", encoding="utf-8", newline="") as file:
        _write(file, lines)
    return number


def _box_rows(game: Game, number: int, day: date) -> Iterator[Mapping[str, Any]]:
    home, away = (_short(team) for team in (game.home, game.away))
    for is_home, lines in zip((True, False), box_score(game), strict=True):
        for line in lines:
            if line.counts is None:
                continue
            yield {
                "SEASON_ID": "22023",
                "PLAYER_ID": line.athlete.id,
                "PLAYER_NAME": line.athlete.name,
                "TEAM_ABBREVIATION": home if is_home else away,
                "TEAM_NAME": game.home if is_home else game.away,
                "GAME_ID": f"00223{number:05}",
                "GAME_DATE": f"{day}",
                "MATCHUP": f"{home} vs. {away}" if is_home else f"{away} @ {home}",
                "MIN": line.counts["seconds"] // 60,
                **{column: line.counts[name] for name, column in COLUMNS.items()},
            }


def _short(team: str) -> str:
    return team.replace(" ", "")[:3].upper() + team[-3:].upper()


def _write(file: Any, rows: list[Mapping[str, Any]]) -> None:
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
