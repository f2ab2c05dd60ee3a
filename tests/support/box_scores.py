"""Box scores as sources answer them, from one made-up game: the same game in the words of each source.

game = MadeGame(seed=1)
espn_summary(game), balldontlie_day(game), statsapi_box(…)
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

HOME, AWAY = "Charlotte Hornets", "Oklahoma City Thunder"
CODES = {HOME: ("30", "CHA"), AWAY: ("25", "OKC"), "Boston Celtics": ("2", "BOS"), "Chicago Bulls": ("4", "CHI")}
STARTS_AT = datetime(2025, 11, 16, 0, 0, tzinfo=UTC)
"""19:00 on 15 November in Charlotte."""

COUNTS = (
    *("points", "rebounds", "offensive_rebounds", "assists", "steals", "blocks", "turnovers", "fouls"),
    *("field_goals_made", "field_goals_attempted", "threes_made", "threes_attempted"),
    *("free_throws_made", "free_throws_attempted"),
)


@dataclass(frozen=True)
class MadePlayer:
    """A player's line that is consistent in itself. minutes: whole."""

    number: int
    name: str
    minutes: int
    counts: dict[str, int]


@dataclass
class MadeGame:
    """A game with two teams of ten. Its score is the sum of its players', and their minutes are those of a game."""

    seed: int = 1
    home: str = HOME
    away: str = AWAY
    starts_at: datetime = STARTS_AT
    event: str = "401810084"
    first_number: int = 1
    players: dict[str, list[MadePlayer]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        random = Random(self.seed)  # noqa: S311 - made-up games
        while not self.players or self.points(self.home) == self.points(self.away):
            self.players = {
                self.home: list(_team(random, self.first_number)),
                self.away: list(_team(random, self.first_number + 10)),
            }

    def points(self, team: str) -> int:
        return sum(player.counts["points"] for player in self.players[team])

    @property
    def score(self) -> tuple[int, int]:
        return self.points(self.home), self.points(self.away)


def _team(random: Random, first: int) -> Iterator[MadePlayer]:
    minutes = [36, 34, 32, 30, 28, 24, 20, 16, 12, 8]
    for number, played in enumerate(minutes, start=first):
        threes, twos, free = random.randint(0, 4), random.randint(0, 6), random.randint(0, 5)
        offensive, tried = random.randint(0, 3), threes + random.randint(0, 3)
        yield MadePlayer(
            number,
            f"{chr(65 + number % 26)}. Player-{number}",
            played,
            {
                "points": 3 * threes + 2 * twos + free,
                "rebounds": offensive + random.randint(0, 8),
                "offensive_rebounds": offensive,
                "assists": random.randint(0, 9),
                "steals": random.randint(0, 3),
                "blocks": random.randint(0, 2),
                "turnovers": random.randint(0, 5),
                "fouls": random.randint(0, 5),
                "field_goals_made": threes + twos,
                "field_goals_attempted": tried + twos + random.randint(0, 5),
                "threes_made": threes,
                "threes_attempted": tried,
                "free_throws_made": free,
                "free_throws_attempted": free + random.randint(0, 2),
            },
        )


ESPN_KEYS = (
    *("points", "fieldGoalsMade-fieldGoalsAttempted", "threePointFieldGoalsMade-threePointFieldGoalsAttempted"),
    *("freeThrowsMade-freeThrowsAttempted", "rebounds", "assists", "turnovers", "steals", "blocks"),
    *("offensiveRebounds", "defensiveRebounds", "fouls", "minutes", "plusMinus"),
)
_LABELS = ("PTS", "FG", "3PT", "FT", "REB", "AST", "TO", "STL", "BLK", "OREB", "DREB", "PF", "MIN", "+/-")


def espn_scoreboard(*games: MadeGame, status: str = "STATUS_FINAL", kind: int = 2) -> dict[str, Any]:
    return {"leagues": [], "events": [_event(game, status, kind) for game in games]}


def _event(game: MadeGame, status: str = "STATUS_FINAL", kind: int = 2) -> dict[str, Any]:
    state = {"STATUS_FINAL": ("post", True), "STATUS_SCHEDULED": ("pre", False), "STATUS_IN_PROGRESS": ("in", False)}
    told = {"type": {"id": "3", "name": status, "state": state[status][0], "completed": state[status][1]}}
    date_text = f"{game.starts_at:%Y-%m-%dT%H:%MZ}"
    return {
        "id": game.event,
        "date": date_text,
        "season": {"year": 2026, "type": kind, "slug": "regular-season"},
        "competitions": [
            {
                "id": game.event,
                "date": date_text,
                "neutralSite": False,
                "type": {"id": "1", "abbreviation": "STD"},
                "competitors": [
                    {
                        "id": CODES.get(team, (team, ""))[0],
                        "homeAway": side,
                        "team": {"id": CODES.get(team, (team, ""))[0], "displayName": team},
                        "score": str(game.points(team)),
                    }
                    for side, team in (("home", game.home), ("away", game.away))
                ],
                "status": told,
            }
        ],
        "status": told,
    }


def espn_summary(game: MadeGame, *, keys: tuple[str, ...] = ESPN_KEYS) -> dict[str, Any]:
    """Return the summary of a game. keys: the order of the columns."""
    event = _event(game)
    return {
        "header": {name: event[name] for name in ("id", "season", "competitions")},
        "boxscore": {"players": [_espn_team(game, team, keys) for team in (game.away, game.home)]},
        "meta": {"firstPlayWallClock": f"{game.starts_at + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"},
    }


def _espn_team(game: MadeGame, team: str, keys: tuple[str, ...]) -> dict[str, Any]:
    labels = dict(zip(ESPN_KEYS, _LABELS, strict=True))
    absent = {
        "active": True,
        "athlete": {"id": f"9{len(team)}", "displayName": f"Sits Out {team[:3]}", "jersey": "99"},
        "didNotPlay": True,
        "reason": "COACH'S DECISION",
        "stats": [],
    }
    return {
        "team": {"id": CODES.get(team, (team, ""))[0], "displayName": team},
        "statistics": [
            {
                "names": [labels[key] for key in keys],
                "keys": list(keys),
                "labels": [labels[key] for key in keys],
                "athletes": [*(_espn_player(player, keys) for player in game.players[team]), absent],
                "totals": [],
            }
        ],
    }


def _espn_player(player: MadePlayer, keys: tuple[str, ...]) -> dict[str, Any]:
    counts = player.counts
    values = {
        "points": counts["points"],
        "fieldGoalsMade-fieldGoalsAttempted": f"{counts['field_goals_made']}-{counts['field_goals_attempted']}",
        "threePointFieldGoalsMade-threePointFieldGoalsAttempted": (
            f"{counts['threes_made']}-{counts['threes_attempted']}"
        ),
        "freeThrowsMade-freeThrowsAttempted": f"{counts['free_throws_made']}-{counts['free_throws_attempted']}",
        "rebounds": counts["rebounds"],
        "assists": counts["assists"],
        "turnovers": counts["turnovers"],
        "steals": counts["steals"],
        "blocks": counts["blocks"],
        "offensiveRebounds": counts["offensive_rebounds"],
        "defensiveRebounds": counts["rebounds"] - counts["offensive_rebounds"],
        "fouls": counts["fouls"],
        "minutes": player.minutes,
        "plusMinus": "+3",
    }
    return {
        # As recorded: neither of these says who played.
        "active": False,
        "athlete": {
            "id": str(4_000_000 + player.number),
            "displayName": player.name,
            "jersey": str(player.number % 100),
            "position": {"abbreviation": "G"},
        },
        "didNotPlay": False,
        "reason": "COACH'S DECISION",
        "stats": [str(values[key]) for key in keys],
    }


def balldontlie_games(*games: MadeGame) -> dict[str, Any]:
    return {"data": [_balldontlie(game) for game in games], "meta": {"per_page": 100}}


def balldontlie_boxes(*games: MadeGame) -> dict[str, Any]:
    names = {
        "pts": "points",
        "reb": "rebounds",
        "oreb": "offensive_rebounds",
        "ast": "assists",
        "stl": "steals",
        "blk": "blocks",
        "turnover": "turnovers",
        "pf": "fouls",
        "fgm": "field_goals_made",
        "fga": "field_goals_attempted",
        "fg3m": "threes_made",
        "fg3a": "threes_attempted",
        "ftm": "free_throws_made",
        "fta": "free_throws_attempted",
    }
    answers = []
    for game in games:
        told = _balldontlie(game)
        for side, team in (("home_team", game.home), ("visitor_team", game.away)):
            told[side]["players"] = [
                {
                    "min": f"{player.minutes:02}",
                    **{theirs: player.counts[ours] for theirs, ours in names.items()},
                    "player": {
                        "id": 700 + player.number,
                        "first_name": player.name.split()[0],
                        "last_name": player.name.split()[1],
                    },
                }
                for player in game.players[team]
            ]
        answers.append(told)
    return {"data": answers}


def _balldontlie(game: MadeGame) -> dict[str, Any]:
    day: date = (game.starts_at - timedelta(hours=5)).date()
    return {
        "id": int(game.event) % 1_000_000,
        "date": day.isoformat(),
        "datetime": f"{game.starts_at:%Y-%m-%dT%H:%M:%S.000Z}",
        "season": 2025,
        "status": "Final",
        "postseason": False,
        "home_team_score": game.points(game.home),
        "visitor_team_score": game.points(game.away),
        "home_team": {"id": 1, "full_name": game.home, "abbreviation": "HOM"},
        "visitor_team": {"id": 2, "full_name": game.away, "abbreviation": "AWY"},
    }


def body(answer: Any) -> bytes:
    return json.dumps(answer).encode()
