"""A league of eight teams that never was, as days: strengths that wander, results drawn around them, closing lines."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from pickvs.predictions.facts.rules import Day, Fixture, Line, Result

TEAMS = tuple("abcdefgh")


def small_league(
    sport: str = "basketball_nba",
    *,
    seasons: int = 3,
    days: int = 40,
    seed: int = 7,
    scale: float = 1.0,
    total: int = 210,
) -> list[Day]:
    """Return the days of `seasons` seasons. Each second day all eight teams play; some games have no line.

    scale: of strengths and margins, 1 for basketball. total: mean of both teams' points. The last day of a season is a
    play-off's, one game a season is on neutral ground.
    """
    draw = random.Random(seed)  # noqa: S311 - a league is no secret
    return list(_days(draw, sport, seasons, days, scale, total))


def _days(draw: random.Random, sport: str, seasons: int, days: int, scale: float, total: int) -> Iterator[Day]:
    strengths = {team: draw.gauss(0, 5 * scale) for team in TEAMS}
    game = 0
    for season in range(2010, 2010 + seasons):
        for number in range(days):
            when = date(season, 10, 20) + timedelta(days=2 * number - (number % 5 == 0))
            order = draw.sample(TEAMS, len(TEAMS))
            results, lines = [], {}
            for home, away in zip(order[::2], order[1::2], strict=True):
                game += 1
                fixture = Fixture(
                    game=game,
                    sport=sport,
                    season=season,
                    day=when,
                    home=home,
                    away=away,
                    is_neutral=number == 1,
                    is_playoff=number == days - 1,
                )
                centre = strengths[home] - strengths[away] + 3 * scale
                result = _result(draw, fixture, centre, scale, total)
                results.append(result)
                if draw.random() < 0.9:
                    lines[game] = _line(draw, centre, scale, total)
            yield Day(day=when, results=tuple(results), closing_lines=lines)
            strengths = {team: each + draw.gauss(0, 0.3 * scale) for team, each in strengths.items()}


def _result(draw: random.Random, fixture: Fixture, centre: float, scale: float, total: int) -> Result:
    while True:
        margin = round(draw.gauss(centre, 12 * scale))
        points = max(round(draw.gauss(total, 17 * scale)), abs(margin))
        points += (points + margin) % 2
        if margin or fixture.sport == "americanfootball_nfl":
            return Result(fixture=fixture, home_points=(points + margin) // 2, away_points=(points - margin) // 2)


def _line(draw: random.Random, centre: float, scale: float, total: int) -> Line:
    home_wins = min(max(0.5 + centre / (30 * scale), 0.08), 0.92)
    home, away = (
        round(-100 * chance / (1 - chance)) if chance > 0.5 else round(100 * (1 - chance) / chance)
        for chance in (min(home_wins * 1.04, 0.97), min((1 - home_wins) * 1.04, 0.97))
    )
    has_moneyline = draw.random() < 0.8
    return Line(
        spread=-round(2 * (centre + draw.gauss(0, 1.5 * scale))) / 2,
        total=round(2 * (total + draw.gauss(0, 3 * scale))) / 2,
        home_moneyline=home if has_moneyline else None,
        away_moneyline=away if has_moneyline else None,
    )
