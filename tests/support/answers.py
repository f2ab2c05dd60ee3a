"""Answers of a provider that makes mistakes: mangled names, swapped ids, moved times, exchanged sides, missing events.

The truth is a `RealGame`. An answer is what the provider says of a set of them, in The Odds API's format.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

SPORT = "basketball_nba"


@dataclass(frozen=True)
class RealGame:
    """A game as it is played. begins: the actual start. announced: the tip-off that odds announce."""

    provider_id: str
    home: str
    away: str
    announced: datetime
    begins: datetime
    score: tuple[int, int]


@dataclass(frozen=True)
class Said:
    """What an answer says of one game, with the true game beside it."""

    real: RealGame
    provider_id: str
    home: str
    away: str
    moment: datetime
    score: tuple[int, int] | None
    home_is: str
    """The true team that stands in the place of the home team."""
    listed: tuple[str, str] | None = None
    """How home and away are written in the lists of prices and scores, if not as above them."""

    @property
    def names(self) -> tuple[str, str]:
        """Home and away as the lists of prices and scores name them."""
        return self.listed or (self.home, self.away)


def truly(game: RealGame, moment: datetime, score: tuple[int, int] | None = None) -> Said:
    """Return what an answer without mistakes says."""
    return Said(game, game.provider_id, game.home, game.away, moment, score, game.home)


def odds_answer(said: Sequence[Said], sport: str = SPORT) -> bytes:
    return json.dumps(
        [_event(one, sport) | {"bookmakers": [_book(one, key) for key in ("draftkings", "fanduel")]} for one in said]
    ).encode()


def scores_answer(said: Sequence[Said], sport: str = SPORT) -> bytes:
    return json.dumps(
        [_event(one, sport) | {"completed": one.score is not None, "scores": _scores(one)} for one in said]
    ).encode()


def _event(one: Said, sport: str) -> dict[str, Any]:
    return {
        "id": one.provider_id,
        "sport_key": sport,
        "commence_time": f"{one.moment:%Y-%m-%dT%H:%M:%SZ}",
        "home_team": one.home,
        "away_team": one.away,
    }


def _book(one: Said, key: str) -> dict[str, Any]:
    # The prices belong to the true teams, wherever they stand.
    turned = one.home_is != one.real.home
    home, away = (150, -170) if turned else (-170, 150)
    line = 3.5 if turned else -3.5
    home_name, away_name = one.names
    return {
        "key": key,
        "markets": [
            {"key": "h2h", "outcomes": [{"name": home_name, "price": home}, {"name": away_name, "price": away}]},
            {
                "key": "spreads",
                "outcomes": [
                    {"name": home_name, "price": -110, "point": line},
                    {"name": away_name, "price": -110, "point": -line},
                ],
            },
            {
                "key": "totals",
                "outcomes": [
                    {"name": "Over", "price": -105, "point": 220.5},
                    {"name": "Under", "price": -115, "point": 220.5},
                ],
            },
        ],
    }


def _scores(one: Said) -> list[dict[str, str]] | None:
    if one.score is None:
        return None
    home, away = one.score if one.home_is == one.real.home else one.score[::-1]
    return [{"name": name, "score": str(score)} for name, score in zip(one.names, (home, away), strict=True)]


class Mangler:
    """Makes a provider's mistakes, by a random generator."""

    def __init__(self, dice: random.Random, spellings: dict[str, list[str]]) -> None:
        self._dice = dice
        self._spellings = spellings

    def mangle(self, said: list[Said], how_often: float) -> list[Said]:
        """Return the answer with mistakes: each kind befalls each game with the probability `how_often`."""
        dice, made = self._dice, list(said)
        for index in range(len(made)):
            if dice.random() < how_often:
                other = dice.randrange(len(made))
                first, second = made[index].provider_id, made[other].provider_id
                made[index] = replace(made[index], provider_id=second)
                made[other] = replace(made[other], provider_id=first)
        made = [one for one in made if dice.random() >= how_often / 3]
        made = [self._mangle_one(one, how_often) for one in made]
        dice.shuffle(made)
        return made

    def _mangle_one(self, said: Said, how_often: float) -> Said:
        dice, one = self._dice, said
        if dice.random() < how_often / 3:
            one = replace(one, provider_id=f"{dice.getrandbits(128):032x}")
        if dice.random() < how_often:
            one = replace(one, moment=one.moment + dice.choice((-1, 1)) * dice.choice(_MOVES))
        if dice.random() < how_often:
            turned = one.real.away if one.home_is == one.real.home else one.real.home
            one = replace(one, home=one.away, away=one.home, home_is=turned)
        if dice.random() < how_often:
            one = replace(one, home=self._respell(one.home))
        if dice.random() < how_often:
            one = replace(one, away=self._respell(one.away))
        if dice.random() < how_often:
            home, away = (self._respell(name) if dice.random() < 0.5 else name for name in (one.home, one.away))
            third = dice.choice(sorted(self._spellings.keys() - {one.real.home, one.real.away}))
            one = replace(one, listed=dice.choice(((home, away), (home, away), (home, third), (third, away))))
        return one

    def _respell(self, name: str) -> str:
        dice = self._dice
        match dice.randrange(4):
            case 0:
                return dice.choice(self._spellings.get(name, [name]))
            case 1:
                return "".join(dice.choice((letter.upper(), letter.lower())) for letter in name).replace(
                    " ", dice.choice((" ", "  ", "-", ". "))
                )
            case 2:
                return name.replace("o", "ö").replace("e", "é")
        return f"{name[::-1]} {dice.randrange(100)}"


_MOVES = (
    timedelta(minutes=1),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=2, minutes=30),
    timedelta(hours=6),
    timedelta(hours=24),
)

FIRST_NIGHT = datetime(2024, 1, 11, 0, 0, tzinfo=UTC)
