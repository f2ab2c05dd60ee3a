"""The stand-in's players, and what they do in the games of `slate`. Everything follows from the game and its score.

Invented people: ten a team, of whom somebody may be hurt for a day. The points of a team's players are its score, the
parts of a line fit each other, and strengths stay, so that forecasts have something to find.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache

from local.espn_door import STATISTICS, Athlete, Counts, Line, Sides
from local.slate import LEAGUE_ZONE, TEAMS, Game

PLAYERS = 10
"""Players of a team."""
MOST_HURT = 2
"""Players of a team who may be out on one day."""
HURT_CHANCE = 0.06
MINUTES = 240
"""Playing time of a team together: five players for 48 minutes."""
MOST_MINUTES, MOST_FOULS = 46, 6
MISSED_TWO, MISSED_THREE, MISSED_THROW, OFFENSIVE_REBOUND = 0.5, 0.6, 0.4, 0.24
"""Shares: of misses beside each made shot, and of rebounds under the other basket."""
FIRST_ID = 9_000_000
"""Ids of the stand-in's players begin here, far from any of the real provider."""

_USUAL_MINUTES = (35, 34, 32, 31, 28, 22, 19, 16, 13, 10)
_POSITIONS = ("PG", "SG", "SF", "PF", "C", "G", "F", "C", "G", "F")
_FIRST = (
    *("Abel", "Bram", "Corin", "Dario", "Edo", "Falk", "Gero", "Hanno", "Ilan", "Jaro", "Kito", "Lev", "Milo", "Nilo"),
    *("Orin", "Pavo", "Quill", "Rafe", "Silo", "Tamo", "Ugo", "Vito", "Wim", "Xan", "Yaro", "Zeno"),
)
_LAST = (
    *("Ashby", "Birk", "Coldwell", "Dunmore", "Eastley", "Fenwick", "Garrow", "Hollin", "Ives", "Jessop", "Kelder"),
    *("Larkin", "Marsh", "Norvell", "Oakes", "Pell", "Quarles", "Ridley", "Stroud", "Tolliver", "Umber", "Vance"),
    *("Weir", "Yarrow", "Zeller"),
)
_PARTS = ("Ankle", "Back", "Hamstring", "Knee", "Wrist")


@dataclass(frozen=True, slots=True)
class Member:
    """A player of the slate. minutes: usually played. skills: weights within the team, by statistic."""

    athlete: Athlete
    minutes: int
    skills: dict[str, float]


@cache
def roster(team: str) -> tuple[Member, ...]:
    """Return the players of a team of the slate."""
    number = TEAMS.index(team)
    chance = random.Random(f"roster {team}")  # noqa: S311 - a game of chance, not a secret
    members = []
    for place in range(PLAYERS):
        index = number * PLAYERS + place
        # Every pair of first and last name occurs once: both lists are walked with lengths that share no factor.
        name = f"{_FIRST[index % len(_FIRST)]} {_LAST[index % len(_LAST)]}"
        athlete = Athlete(
            id=str(FIRST_ID + index), name=name, position=_POSITIONS[place], jersey=str((7 * place + number) % 56)
        )
        skills = {name: chance.uniform(0.4, 1.6) for name in ("goals", "threes", "throws", *STATISTICS)}
        members.append(Member(athlete, _USUAL_MINUTES[place], skills))
    return tuple(members)


@cache
def hurt_on(team: str, day: date) -> dict[str, str]:
    """Return the ids of the players of a team who are out on a day, with the part of the body that hurts."""
    chance = random.Random(f"hurt {team} {day}")  # noqa: S311 - a game of chance, not a secret
    out = [each.athlete.id for each in roster(team) if chance.random() < HURT_CHANCE][:MOST_HURT]
    return {player: chance.choice(_PARTS) for player in out}


def hurt_since(day: date) -> datetime:
    """Return when it became known who is out on a day."""
    return datetime.combine(day, time(), LEAGUE_ZONE).astimezone(UTC)


def box_score(game: Game) -> Sides[Sequence[Line]]:
    """Return the lines of both teams, home first. They add up to the game's final score."""
    day = game.tip_off.astimezone(LEAGUE_ZONE).date()
    home, away = (
        _lines(roster(team), hurt_on(team, day), points, game.chance("box", team))
        for team, points in zip((game.home, game.away), game.final_score, strict=True)
    )
    return home, away


def _lines(members: Sequence[Member], out: dict[str, str], points: int, chance: random.Random) -> list[Line]:
    playing = [each for each in members if each.athlete.id not in out]
    minutes = _minutes(playing, chance)
    counts: list[dict[str, int]] = [{**dict.fromkeys(STATISTICS, 0), "seconds": 60 * each} for each in minutes]

    def give(statistic: str, number: int, skill: str | None = None, *, most: int | None = None) -> list[int]:
        """Give each of `number` events to a player, by his skill and time. Returns the players' places."""
        weights = [each.skills[skill or statistic] * time for each, time in zip(playing, minutes, strict=True)]
        chosen = []
        for place in chance.choices(range(len(playing)), weights, k=number):
            taker = place
            if most is not None and counts[place][statistic] >= most:
                taker = min(range(len(playing)), key=lambda each: (counts[each][statistic], each))
            counts[taker][statistic] += 1
            chosen.append(taker)
        return chosen

    def happened(likely: float, times: int) -> int:
        return sum(chance.random() < likely for _ in range(times))

    threes = round(points * chance.uniform(0.26, 0.38) / 3)
    throws = round(points * chance.uniform(0.11, 0.2))
    throws += (points - 3 * threes - throws) % 2  # what is left is made by twos
    for place in give("threes_made", threes, "threes"):
        counts[place]["field_goals_made"] += 1
    give("field_goals_made", (points - 3 * threes - throws) // 2, "goals")
    give("free_throws_made", throws, "throws")
    give("rebounds", chance.randint(36, 52))
    for name, least, greatest in (("assists", 18, 32), ("steals", 4, 11), ("blocks", 2, 8), ("turnovers", 9, 18)):
        give(name, chance.randint(least, greatest))
    give("fouls", chance.randint(14, 25), most=MOST_FOULS)
    for line in counts:
        missed_threes = happened(MISSED_THREE, line["threes_made"] + 2)
        line["threes_attempted"] = line["threes_made"] + missed_threes
        missed = happened(MISSED_TWO, line["field_goals_made"] + 2)
        line["field_goals_attempted"] = line["field_goals_made"] + missed_threes + missed
        line["free_throws_attempted"] = line["free_throws_made"] + happened(MISSED_THROW, 1)
        line["offensive_rebounds"] = happened(OFFENSIVE_REBOUND, line["rebounds"])
        line["points"] = 2 * line["field_goals_made"] + line["threes_made"] + line["free_throws_made"]
    lines: dict[str, Counts] = {each.athlete.id: line for each, line in zip(playing, counts, strict=True)}
    return [Line(each.athlete, lines.get(each.athlete.id)) for each in members]


def _minutes(playing: Sequence[Member], chance: random.Random) -> list[int]:
    """Return whole minutes of each player, 240 together."""
    wanted = [max(4.0, each.minutes + chance.gauss(0, 3)) for each in playing]
    scale = MINUTES / sum(wanted)
    minutes = [min(MOST_MINUTES, round(each * scale)) for each in wanted]
    place = 0
    while (left := MINUTES - sum(minutes)) != 0:
        step = 1 if left > 0 else -1
        if 1 < minutes[place] + step <= MOST_MINUTES:
            minutes[place] += step
        place = (place + 1) % len(minutes)
    return minutes
