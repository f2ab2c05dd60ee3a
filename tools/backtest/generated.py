"""A league that never was, as tables of the usual form: so that a backtest runs on the project alone.

Teams have strengths that nobody sees and that wander from day to day. News of a game (who plays) moves its true margin;
the market hears most of it, and states what it knows as spread, total and moneylines. Results are drawn from the truth.
So a model that sees results alone must lose to the market here as well, and one that sees yesterday's lines less so.
The same numbers give the same tables.
"""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from statistics import NormalDist
from typing import Self

from pickvs.predictions.leagues.players import PlayerLeague
from pickvs.sports.rules import SPORTS
from tools.backtest.games_table import COLUMNS, JANUARY_FIRST
from tools.backtest.players_table import PLACES, TIME, column_of

OVERROUND = 0.045
KNUTH = 30.0
"""Mean from which a Poisson number is drawn as a normal one."""
SHORTEST_PRICE = 0.97
SQUAD, PLAYING = 11, 9
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a sport plays and scores.

    teams: in the league. games: of a team in a season, every `days` days. total: mean of both teams' points. The rest
    is in points as well: deviations of total and margin around what is true, the edge of playing at home, and the
    deviation of the teams' strengths. every_spread: the one spread that a
    sport's markets state, such as baseball's run line.
    """

    teams: int
    games: int
    days: int
    total: float
    total_deviation: float
    margin_deviation: float
    home: float
    strength: float
    every_spread: float | None = None


SCALES = {
    "basketball_nba": Scale(
        teams=30, games=82, days=2, total=215, total_deviation=17.5, margin_deviation=12, home=2.5, strength=4
    ),
    "basketball_wnba": Scale(
        teams=12, games=40, days=2, total=163, total_deviation=15, margin_deviation=11.5, home=2, strength=4
    ),
    "americanfootball_nfl": Scale(
        teams=32, games=17, days=7, total=45, total_deviation=13, margin_deviation=13, home=2, strength=5
    ),
    "baseball_mlb": Scale(
        teams=30,
        games=162,
        days=1,
        total=9,
        total_deviation=4.4,
        margin_deviation=4.3,
        home=0.25,
        strength=0.7,
        every_spread=1.5,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """How large a league is. games: of a team in a season. last: the year in which the last season ends."""

    sport: str
    teams: int
    games: int
    seasons: int = 6
    last: int = 2023
    seed: int = 1

    @classmethod
    def usual(cls, sport: str) -> Self:
        """Return a league of the sport's usual size. Raises KeyError for a sport that has no scale here."""
        return cls(sport=sport, teams=SCALES[sport].teams, games=SCALES[sport].games)

    def first_day(self, year: int) -> date:
        """Return the first day of the season that ends in `year`."""
        month, begins = (4, year) if SPORTS[self.sport].season_start == JANUARY_FIRST else (10, year - 1)
        return date(begins, month, 2)

    def names(self) -> list[str]:
        """Return the teams."""
        return [f"t{number:02}" for number in range(1, self.teams + 1)]


def games_text(league: League) -> str:
    """Return the table of the league's games. Raises KeyError for a sport that has no scale here."""
    chance = random.Random(f"{league.seed} games")  # noqa: S311 - repeatable
    scale = SCALES[league.sport]
    strengths = {team: chance.gauss(0, scale.strength) for team in league.names()}
    totals = {team: chance.gauss(0, scale.total_deviation / 6) for team in league.names()}
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    for year in range(league.last - league.seasons + 1, league.last + 1):
        for team, strength in strengths.items():
            strengths[team] = 0.75 * strength + chance.gauss(0, 0.6 * scale.strength)
        schedule = list(_schedule(league, year, chance))
        for place, (day, home, away) in enumerate(schedule):
            for team in (home, away):
                strengths[team] += chance.gauss(0, 0.04 * scale.strength)
            margin = strengths[home] - strengths[away] + scale.home
            total = scale.total + totals[home] + totals[away]
            writer.writerow(
                {
                    "season": year,
                    "date": day.isoformat(),
                    "playoffs": place >= 0.95 * len(schedule),
                    "away": away,
                    "home": home,
                    **_market_and_score(margin, total, scale, chance),
                }
            )
    return table.getvalue()


def players_text(league: League, statistics: PlayerLeague) -> str:
    """Return the box scores of the last season of a league of the same size."""
    chance = random.Random(f"{league.seed} players")  # noqa: S311 - repeatable
    squads = {
        team: [_rates(f"{team}-{number:02}", number, statistics, chance) for number in range(SQUAD)]
        for team in league.names()
    }
    table = io.StringIO()
    time = [TIME] if statistics.timed else []
    writer = csv.DictWriter(table, [*PLACES, *time, *map(column_of, statistics.statistics)])
    writer.writeheader()
    year = league.first_day(league.last).year
    for number, (day, home, away) in enumerate(_schedule(league, league.last, chance), start=1):
        for team, matchup in ((home, f"{home} vs. {away}"), (away, f"{away} @ {home}")):
            for player, usual, rates in chance.sample(squads[team], PLAYING):
                share = max(0.05, usual + chance.gauss(0, 0.12))
                row = {
                    "SEASON_ID": f"2{year}",
                    "PLAYER_ID": player,
                    "TEAM_ABBREVIATION": team,
                    "GAME_ID": f"{number:06}",
                    "GAME_DATE": day.isoformat(),
                    "MATCHUP": matchup,
                }
                if statistics.timed:
                    row[TIME] = f"{min(48.0, 40 * share):.1f}"
                counts = _counts({name: rate * share for name, rate in rates.items()}, chance)
                writer.writerow({**row, **{column_of(name): counts[name] for name in statistics.statistics}})
    return table.getvalue()


def _schedule(league: League, year: int, chance: random.Random) -> Iterator[tuple[date, str, str]]:
    """Return a season's games: each round pairs the teams anew."""
    day = league.first_day(year)
    between = SCALES[league.sport].days
    for number in range(league.games):
        teams = league.names()
        chance.shuffle(teams)
        for place in range(0, len(teams) - 1, 2):
            # A game of every other round is on the day after, so that some teams play on two days in a row.
            is_late = between > 1 and place == 0 and number % 2
            yield day + (DAY if is_late else timedelta(0)), teams[place], teams[place + 1]
        day += between * DAY


def _market_and_score(margin: float, total: float, scale: Scale, chance: random.Random) -> dict[str, object]:
    news = chance.gauss(0, 0.27 * scale.margin_deviation)
    true_margin, true_total = margin + news, total + chance.gauss(0, 0.25 * scale.total_deviation)
    seen_margin = true_margin + chance.gauss(0, 0.08 * scale.margin_deviation)
    seen_total = true_total + chance.gauss(0, 0.08 * scale.total_deviation)
    home_points, away_points = _score(true_margin, true_total, scale, chance)
    probability = NormalDist(0, scale.margin_deviation).cdf(seen_margin)
    return {
        "score_away": away_points,
        "score_home": home_points,
        "whos_favored": "home" if seen_margin > 0 else "away",
        "spread": scale.every_spread or abs(round(2 * seen_margin)) / 2,
        "total": round(2 * seen_total) / 2,
        "moneyline_away": _price(1 - probability),
        "moneyline_home": _price(probability),
    }


def _score(margin: float, total: float, scale: Scale, chance: random.Random) -> tuple[int, int]:
    drawn_margin = round(chance.gauss(margin, scale.margin_deviation)) or chance.choice((-1, 1))
    drawn_total = max(abs(drawn_margin), round(chance.gauss(total, scale.total_deviation)))
    home = (drawn_total + drawn_margin) // 2
    return home, home - drawn_margin


def _price(probability: float) -> int:
    """Return American odds whose implied probability is this one and the market's margin."""
    implied = min(max(probability * (1 + OVERROUND), 1 - SHORTEST_PRICE), SHORTEST_PRICE)
    exact = -100 * implied / (1 - implied) if implied >= 0.5 else 100 * (1 - implied) / implied  # noqa: PLR2004
    return round(exact)


def _rates(
    player: str, rank: int, statistics: PlayerLeague, chance: random.Random
) -> tuple[str, float, dict[str, float]]:
    """Return a player: name, share of a game that he plays, and what he does in a whole game on average."""
    share = max(0.15, 0.95 - 0.08 * rank)
    return player, share, {name: _usual(name) * exp(chance.gauss(0, 0.45)) for name in statistics.statistics}


def _usual(statistic: str) -> float:
    if statistic.endswith("yards"):
        return 40.0
    if statistic.endswith(("attempts", "attempted", "at_bats", "targets", "outs_pitched")):
        return 10.0
    return 4.0


def _counts(means: dict[str, float], chance: random.Random) -> dict[str, int]:
    """Return drawn counts; those that are made of others are made of them."""
    counts = {name: _poisson(mean, chance) for name, mean in means.items()}
    for made, tried, rate in (
        ("threes_made", "threes_attempted", 0.36),
        ("field_goals_made", "field_goals_attempted", 0.47),
        ("free_throws_made", "free_throws_attempted", 0.78),
    ):
        if made in counts:
            counts[made] = sum(chance.random() < rate for _ in range(counts[tried]))
    if "field_goals_made" in counts:
        counts["threes_attempted"] = min(counts["threes_attempted"], counts["field_goals_attempted"])
        counts["threes_made"] = min(counts["threes_made"], counts["field_goals_made"], counts["threes_attempted"])
        counts["points"] = 2 * counts["field_goals_made"] + counts["threes_made"] + counts["free_throws_made"]
        counts["rebounds"] += counts["offensive_rebounds"]
    return counts


def _poisson(mean: float, chance: random.Random) -> int:
    if mean > KNUTH:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
