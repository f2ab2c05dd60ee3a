"""Forty defects planted in a season are all found, and a clean season raises no alarm."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from pickvs.predictions.statistics.quality.rules import Finding, Line, PlayedGame, check_season
from tests.support.box_scores import MadeGame

NBA = "basketball_nba"
FALSE_ALARMS = 5
COLUMNS = {
    "PTS": "points",
    "REB": "rebounds",
    "OREB": "offensive_rebounds",
    "AST": "assists",
    "STL": "steals",
    "BLK": "blocks",
    "TOV": "turnovers",
    "PF": "fouls",
    "FGM": "field_goals_made",
    "FGA": "field_goals_attempted",
    "FG3M": "threes_made",
    "FG3A": "threes_attempted",
    "FTM": "free_throws_made",
    "FTA": "free_throws_attempted",
}


def made_season(teams: int = 8, rounds: int = 5) -> list[PlayedGame]:
    """Return a season in which each team meets each other `rounds` times, every second day."""
    day, games = date(2025, 10, 21), list[PlayedGame]()
    places = list(range(1, teams + 1))
    for number in range(rounds * (teams - 1)):
        pairs = [(places[place], places[-1 - place]) for place in range(teams // 2)]
        for home, away in pairs if number % 2 else [pair[::-1] for pair in pairs]:
            made = MadeGame(seed=1000 + len(games), home=f"team {home}", away=f"team {away}")
            lines = tuple(
                Line(
                    player=100 * team + place,
                    name=player.name,
                    is_home=is_home,
                    seconds=60 * player.minutes,
                    statistics=player.counts,
                )
                for team, is_home in ((home, True), (away, False))
                for place, player in enumerate(made.players[f"team {team}"])
            )
            games.append(
                PlayedGame(
                    id=len(games) + 1,
                    day=day,
                    home=home,
                    away=away,
                    settled=made.score,
                    points=made.score,
                    lines=lines,
                    stated_day=day,
                )
            )
        places = [places[0], places[-1], *places[1:-1]]
        day += timedelta(days=2)
    return games


def recorded_season(recordings: Path) -> list[PlayedGame]:
    rows = defaultdict(list)
    with gzip.open(recordings / "nba" / "player_logs_2023_24.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["GAME_ID"]].append(row)
    return [game for number, of_game in rows.items() if (game := _recorded(number, of_game)) is not None]


def _recorded(number: str, rows: list[dict[str, str]]) -> PlayedGame | None:
    at_home = [row for row in rows if " vs. " in row["MATCHUP"]]
    away = [row for row in rows if " @ " in row["MATCHUP"]]
    if not at_home or not away:
        return None
    score = (sum(int(row["PTS"]) for row in at_home), sum(int(row["PTS"]) for row in away))
    return PlayedGame(
        id=int(number),
        day=date.fromisoformat(rows[0]["GAME_DATE"]),
        home=int(at_home[0]["TEAM_ID"]),
        away=int(away[0]["TEAM_ID"]),
        settled=score,
        points=score,
        lines=tuple(
            Line(
                player=int(row["PLAYER_ID"]),
                name=row["PLAYER_NAME"],
                is_home=" vs. " in row["MATCHUP"],
                seconds=60 * int(row["MIN"]),
                statistics={ours: int(row[theirs]) for theirs, ours in COLUMNS.items()},
            )
            for row in rows
        ),
        stated_day=date.fromisoformat(rows[0]["GAME_DATE"]),
    )


type Defect = Callable[[list[PlayedGame], int, Random], PlayedGame | list[PlayedGame]]


def line_with(change: Callable[[Line], Line]) -> Defect:
    def plant(games: list[PlayedGame], place: int, random: Random) -> PlayedGame:
        game = games[place]
        at = random.randrange(len(game.lines))
        return replace(game, lines=(*game.lines[:at], change(game.lines[at]), *game.lines[at + 1 :]))

    return plant


def stats(**changes: int) -> Defect:
    return line_with(lambda line: replace(line, statistics={**line.statistics, **changes}))


def _swapped(games: list[PlayedGame], place: int, random: Random) -> PlayedGame:
    game = games[place]
    lines = tuple(replace(line, is_home=not line.is_home) for line in game.lines)
    return replace(game, lines=lines, points=game.points[::-1], settled=game.settled[::-1])


def _doubled(games: list[PlayedGame], place: int, random: Random) -> PlayedGame:
    game = games[place]
    return replace(game, lines=(*game.lines, random.choice(game.lines)))


def _without_one(games: list[PlayedGame], place: int, random: Random) -> PlayedGame:
    game = games[place]
    played = [line for line in game.lines if line.seconds > 900]
    gone = random.choice(played)
    return replace(game, lines=tuple(line for line in game.lines if line is not gone))


def _of_another_game(games: list[PlayedGame], place: int, random: Random) -> PlayedGame:
    other = games[place - 1]
    return replace(games[place], lines=other.lines, points=other.points, settled=other.settled)


DEFECTS: dict[str, Defect] = {
    "swapped teams": _swapped,
    "doubled row": _doubled,
    "points off by ten": lambda games, place, random: stats(
        points=random.choice(games[place].lines).statistics["points"] + 10
    )(games, place, random),
    "minutes 480": line_with(lambda line: replace(line, seconds=480 * 60)),
    "missing player": _without_one,
    "wrong date": lambda games, place, random: replace(games[place], stated_day=games[place].day + timedelta(days=1)),
    "another game's box score": _of_another_game,
    "negative rebounds": stats(rebounds=-1),
    "more made than tried": stats(field_goals_made=40, field_goals_attempted=3),
    "score not the settled one": lambda games, place, random: replace(
        games[place], settled=(games[place].settled[0] + 1, games[place].settled[1])
    ),
    "no box score": lambda games, place, random: replace(
        games[place], has_box=False, lines=(), points=(0, 0), stated_day=None
    ),
    "assists of a month": stats(assists=90),
    "minutes lost": line_with(lambda line: replace(line, seconds=max(0, line.seconds - 1500) + 4500)),
}


def plant(games: list[PlayedGame], count: int, seed: int) -> tuple[list[PlayedGame], dict[int, str]]:
    """Plant `count` defects in as many games, of every kind in turn. Return the games, and what was planted where."""
    random = Random(seed)  # noqa: S311 - defects that can be repeated
    kinds = list(DEFECTS.items())
    places = random.sample(range(1, len(games), 2), count)
    changed, planted = list(games), {}
    for number, place in enumerate(places):
        name, defect = kinds[number % len(kinds)]
        game = defect(games, place, random)
        assert isinstance(game, PlayedGame)
        changed[place], planted[game.id] = game, name
    return changed, planted


def alarms(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity != "notice"]


@pytest.mark.parametrize("seed", range(3))
def test_every_planted_defect_is_found(seed: int) -> None:
    games, planted = plant(made_season(), 40, seed)
    found = check_season(NBA, games)
    missed = {game: what for game, what in planted.items() if game not in {finding.game for finding in found}}
    assert missed == {}
    beside = [finding for finding in found if finding.game is not None and finding.game not in planted]
    # The game whose box score another one copies is named too.
    assert len(beside) <= FALSE_ALARMS, beside


def test_a_clean_season_raises_no_alarm() -> None:
    assert alarms(check_season(NBA, made_season())) == []


def test_the_recorded_season_is_clean_and_defects_in_it_are_found(recordings: Path) -> None:
    games = recorded_season(recordings)
    assert len(games) > 1200
    assert len(alarms(check_season(NBA, games))) <= FALSE_ALARMS
    changed, planted = plant(games, 40, seed=1)
    found = {finding.game for finding in check_season(NBA, changed)}
    assert {game: what for game, what in planted.items() if game not in found} == {}


def test_a_team_that_plays_twice_a_day_and_one_that_is_gone_for_long_are_noticed() -> None:
    games = made_season()
    moved = replace(games[8], day=games[4].day, stated_day=games[4].day)
    rules = {finding.rule for finding in check_season(NBA, [*games[:8], moved, *games[9:]])}
    assert "two_games_a_day" in rules
    without = [game for game in games if not (1 in (game.home, game.away) and 20 < game.id < 80)]
    assert {finding.rule for finding in check_season(NBA, without)} == {"gap"}


def test_a_day_on_which_everything_is_counted_twice_is_noticed() -> None:
    games = made_season(teams=12)
    day = games[60].day
    doubled = [
        replace(
            game,
            lines=tuple(
                replace(line, statistics={**line.statistics, "assists": 3 * line.statistics["assists"] + 6})
                for line in game.lines
            ),
        )
        if game.day == day
        else game
        for game in games
    ]
    assert "far_day" in {finding.rule for finding in check_season(NBA, doubled)}
