"""A season that never was: strengths that nobody sees, lines that follow the news, results drawn from both.

The market's estimate of a game's margin and total is the truth, less the news that is still to come. Each piece of news
moves the estimate by a random step with mean zero, so a later line is sharper than an earlier one, and the last one is
the exact expectation: whoever picks at the close loses the bookmakers' margin, and nobody can do better from the lines.

The season has what real ones have: tip-offs in clusters, starts a few minutes late, a game moved to another date on its
day, a score that is corrected on the next day, and a team that the provider suddenly writes otherwise.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import NormalDist
from typing import Any

from local.errors import LaptopError
from local.prices import american_price, half
from local.replay.season import Announced, Bookmakers, Final, Fixture, Offer, Rename
from local.slate import HOME_ADVANTAGE, MARGIN_DEVIATION, TEAMS

FIRST_DAY = date(2024, 10, 22)
TIP_OFFS = tuple(timedelta(hours=hours, minutes=minutes) for hours, minutes in ((23, 0), (23, 30), (24, 0), (24, 30)))
"""Tip-offs of most games, from midnight UTC of the game's day on."""
LATE_TIP_OFFS = tuple(timedelta(hours=hours, minutes=minutes) for hours, minutes in ((26, 0), (27, 0), (29, 20)))
"""Those of games in the west. The last is twenty minutes after the platform asks for odds by its daily rule."""
WEST = frozenset(
    {
        "Golden State Warriors",
        "Los Angeles Clippers",
        "Los Angeles Lakers",
        "Phoenix Suns",
        "Portland Trail Blazers",
        "Sacramento Kings",
    }
)
LISTED_BEFORE = timedelta(hours=46)
"""Time before tip-off from which a game is listed: the platform sees it on the morning before its day."""
TOTAL_DEVIATION = 17.0
STRENGTH_DEVIATION = 5.0
NEWS, NEWS_DEVIATION = 6, 1.2
"""Pieces of news about a game while it is listed, and the step of the margin and the total at each, in points."""
OVERROUND = 1.045
BOOKS = ("betmgm", "betrivers", "bovada", "draftkings", "fanduel", "fanatics", "williamhill_us")
RENAMED = ("Utah Jazz", "Salt Lake Jazz")
POSTPONED_BY = timedelta(days=2)
CORRECTED_AFTER = timedelta(hours=30)
DEFAULT_DAYS, MOST_DAYS = 40, 240


@dataclass(frozen=True, slots=True)
class _Market:
    """What the market knows of a game: the first estimates, and each piece of news with its time and steps."""

    margin: float
    total: float
    news: tuple[tuple[datetime, float, float], ...]

    def at(self, moment: datetime) -> tuple[float, float]:
        """Return the expected margin and total by what is known at `moment`."""
        known = [steps for steps in self.news if steps[0] <= moment]
        return self.margin + sum(step[1] for step in known), self.total + sum(step[2] for step in known)


class GeneratedSeason:
    """A season of `days` days from `seed`; the same for the same arguments. Raises LaptopError for unusable ones.

    most_games: most games of a day.
    """

    sport = "basketball_nba"
    sport_title = "NBA"

    def __init__(self, *, seed: int = 1, days: int = DEFAULT_DAYS, most_games: int = 10) -> None:
        if not 4 <= days <= MOST_DAYS or not 2 <= most_games <= len(TEAMS) // 2:  # noqa: PLR2004 - enough for each oddity
            raise LaptopError(f"a generated season has 4 to {MOST_DAYS} days of 2 to {len(TEAMS) // 2} games")
        self.name = f"generated_{seed}"
        self._chance = random.Random(f"season {seed}")  # noqa: S311 - a game of chance, not a secret
        self._strengths = {team: self._chance.gauss(0, STRENGTH_DEVIATION) for team in TEAMS}
        self._markets: dict[str, _Market] = {}
        self._books: dict[str, tuple[float, ...]] = {}
        self.begins = _at(FIRST_DAY, timedelta(0))
        renamed_at = _at(FIRST_DAY + timedelta(days=days // 2), timedelta(hours=4))
        self.renames: Sequence[Rename] = (Rename(renamed_at, *RENAMED),)
        made = list(self._made(days, most_games))
        odd = days // 3
        made = self._with_oddities(made, postponed_on=odd, corrected_on=odd + 1)
        self.fixtures: dict[str, Fixture] = {fixture.id: fixture for fixture in made}
        self.ends = max(fixture.finals[-1].at for fixture in made)

    def offers(self, at: datetime) -> list[Offer]:
        """Return what is listed at `at`: games to come and games in play, soonest first."""
        offers = [
            self.offer(fixture, at)
            for fixture in self.fixtures.values()
            if fixture.announced[0].tip_off - LISTED_BEFORE <= at and fixture.final(at) is None
        ]
        return sorted(offers, key=lambda offer: (offer.fixture.tip_off(at), offer.fixture.id))

    def offer(self, fixture: Fixture, at: datetime) -> Offer:
        """Return what bookmakers offer on one game at `at`. In play they have withdrawn it."""
        return Offer(fixture, self._bookmakers(fixture, at) if fixture.tip_off(at) > at else [])

    def _made(self, days: int, most_games: int) -> Iterator[Fixture]:
        for number in range(days):
            day = FIRST_DAY + timedelta(days=number)
            count = self._chance.randint(2, most_games)
            playing = self._chance.sample(TEAMS, 2 * count)
            if number in (days // 2, days // 2 + 1) and RENAMED[0] not in playing:
                playing[0] = RENAMED[0]  # the renamed team plays when its name has just changed
            for home, away in zip(playing[::2], playing[1::2], strict=True):
                yield self._fixture(day, home, away)

    def _fixture(self, day: date, home: str, away: str) -> Fixture:
        tip_off = _at(day, self._chance.choice(LATE_TIP_OFFS if home in WEST else TIP_OFFS))
        identity = hashlib.sha256(f"{self.name} {day} {home} {away}".encode()).hexdigest()[:32]
        chance = self._chance
        margin = HOME_ADVANTAGE + self._strengths[home] - self._strengths[away]
        news = tuple(
            sorted(
                (
                    tip_off - LISTED_BEFORE * chance.random(),
                    chance.gauss(0, NEWS_DEVIATION),
                    chance.gauss(0, NEWS_DEVIATION),
                )
                for _ in range(NEWS)
            )
        )
        market = self._markets[identity] = _Market(margin, max(205.0, min(250.0, chance.gauss(227, 6))), news)
        self._books[identity] = tuple(chance.choice((-0.5, 0.0, 0.0, 0.0, 0.5)) for _ in BOOKS)
        starts = tip_off + timedelta(seconds=chance.randint(-45, 480))
        expected, total = market.at(tip_off)
        ahead, points = chance.gauss(0, MARGIN_DEVIATION), chance.gauss(0, TOTAL_DEVIATION)
        home_points = round((total + points + expected + ahead) / 2)
        away_points = round((total + points - expected - ahead) / 2)
        if home_points == away_points:  # somebody wins in overtime
            home_points += chance.choice((-1, 1))
        ends = starts + timedelta(seconds=chance.randint(130 * 60, 165 * 60))
        return Fixture(
            id=identity,
            home=home,
            away=away,
            announced=(Announced(self.begins, tip_off),),
            starts=starts,
            finals=(Final(ends, home_points, away_points),),
        )

    def _with_oddities(self, made: list[Fixture], *, postponed_on: int, corrected_on: int) -> list[Fixture]:
        """Return the fixtures with one that is moved to another date on its day, and one whose score is corrected."""
        moved = next(fixture for fixture in made if _day_of(fixture) == postponed_on)
        wrong = next(fixture for fixture in made if _day_of(fixture) == corrected_on)
        tip_off, begun, final = moved.announced[0].tip_off, _start(moved), moved.finals[0]
        postponed = Fixture(
            id=moved.id,
            home=moved.home,
            away=moved.away,
            announced=(*moved.announced, Announced(tip_off - timedelta(hours=3), tip_off + POSTPONED_BY)),
            starts=begun + POSTPONED_BY,
            finals=(Final(final.at + POSTPONED_BY, final.home, final.away),),
        )
        true = wrong.finals[0]
        # A three-pointer of the home side is counted a day late.
        first = Final(true.at, true.home - (3 if true.home - true.away != 3 else 4), true.away)  # noqa: PLR2004 - no tie
        corrected = Fixture(
            id=wrong.id,
            home=wrong.home,
            away=wrong.away,
            announced=wrong.announced,
            starts=wrong.starts,
            finals=(first, Final(true.at + CORRECTED_AFTER, true.home, true.away)),
        )
        others = [fixture for fixture in made if fixture.id not in (moved.id, wrong.id)]
        return [postponed, corrected, *others]

    def _bookmakers(self, fixture: Fixture, at: datetime) -> Bookmakers:
        margin, total = self._markets[fixture.id].at(at)
        return [
            bookmaker(fixture, book, margin, total, own)
            for book, own in zip(BOOKS, self._books[fixture.id], strict=True)
        ]


def bookmaker(fixture: Fixture, book: str, margin: float, total: float, own: float) -> dict[str, Any]:
    """Return one bookmaker's offers. own: by how many points its lines stand apart; its prices make up for that."""
    ahead, points = NormalDist(margin, MARGIN_DEVIATION), NormalDist(total, TOTAL_DEVIATION)
    spread, line = -half(margin + own) + 0.0, half(total + own)
    home, away = _prices(1 - ahead.cdf(0))
    home_covers, away_covers = _prices(_chance_above(ahead, -spread))
    over, under = _prices(_chance_above(points, line))
    return {
        "key": book,
        "title": book,
        "markets": [
            {"key": "h2h", "outcomes": [_side(fixture.home, home), _side(fixture.away, away)]},
            {
                "key": "spreads",
                "outcomes": [
                    {**_side(fixture.home, home_covers), "point": spread},
                    {**_side(fixture.away, away_covers), "point": -spread + 0.0},
                ],
            },
            {
                "key": "totals",
                "outcomes": [{**_side("Over", over), "point": line}, {**_side("Under", under), "point": line}],
            },
        ],
    }


def _chance_above(distribution: NormalDist, line: float) -> float:
    """Return the chance that a whole number is above `line`, given that it does not equal it."""
    above = 1 - distribution.cdf(line + 0.5 if line % 1 == 0 else line)
    below = distribution.cdf(line - 0.5 if line % 1 == 0 else line)
    return above / (above + below)


def _prices(chance: float) -> tuple[int, int]:
    bounded = min(0.95, max(0.05, chance))
    return american_price(bounded * OVERROUND), american_price((1 - bounded) * OVERROUND)


def _side(name: str, price: int) -> dict[str, Any]:
    return {"name": name, "price": price}


def _at(day: date, offset: timedelta) -> datetime:
    return datetime.combine(day, time(), UTC) + offset


def _start(fixture: Fixture) -> datetime:
    if fixture.starts is None:
        raise ValueError(f"{fixture.id} is never played")
    return fixture.starts


def _day_of(fixture: Fixture) -> int:
    """Return the number of the day for which the fixture was made."""
    return (fixture.announced[0].tip_off - timedelta(hours=12)).date().toordinal() - FIRST_DAY.toordinal()
