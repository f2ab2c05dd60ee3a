"""Made-up box scores: a small league of any sport, the same for the same seed."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from pickvs.predictions.facts.rules import Day, Fixture, PlayerLine, Result
from pickvs.predictions.leagues.players import PlayerLeague

FIRST = date(2021, 10, 20)


def box_scores(
    league: PlayerLeague, *, seed: int = 1, teams: int = 4, players: int = 8, days: int = 24, seasons: int = 1
) -> tuple[Day, ...]:
    """Return a league's days. Every second day all teams play; players rest, return and change teams.

    A player's counts are around a level of his own, and some grow with his time.
    """
    chance = random.Random(seed)  # noqa: S311
    team_of = {f"p{team}-{number}": f"t{team}" for team in range(teams) for number in range(players)}
    levels = {player: [chance.uniform(0.2, 1.0) for _ in league.statistics] for player in team_of}
    time = {player: chance.uniform(8, 36) for player in team_of}
    game = 0
    found = []
    for season, number in ((season, number) for season in range(seasons) for number in range(days)):
        day = FIRST + timedelta(days=330 * season + 2 * number)
        if chance.random() < 0.1:
            moving = chance.choice(sorted(team_of))
            team_of[moving] = f"t{chance.randrange(teams)}"
        order = [f"t{team}" for team in range(teams)]
        chance.shuffle(order)
        results, lines = [], []
        for home, away in zip(order[::2], order[1::2], strict=True):
            game += 1
            fixture = Fixture(game=game, sport=league.sport, season=2021 + season, day=day, home=home, away=away)
            lines += list(_lines(league, fixture, chance, team_of, levels, time))
            result = Result(
                fixture=fixture, home_points=chance.randrange(80, 130), away_points=chance.randrange(80, 130)
            )
            results.append(result)
        found.append(Day(day=day, results=tuple(results), player_lines=tuple(lines)))
    return tuple(found)


def _lines(
    league: PlayerLeague,
    fixture: Fixture,
    chance: random.Random,
    team_of: dict[str, str],
    levels: dict[str, list[float]],
    time: dict[str, float],
) -> Iterator[PlayerLine]:
    for player, team in team_of.items():
        if team not in {fixture.home, fixture.away} or chance.random() < 0.15:
            continue
        minutes = max(1.0, chance.gauss(time[player], 5))
        shares = [level * minutes / 6 for level in levels[player]]
        counts = [sum(chance.random() < share / 10 for _ in range(10)) for share in shares]
        yield PlayerLine(
            game=fixture.game,
            player=player,
            team=team,
            opponent=fixture.away if team == fixture.home else fixture.home,
            is_home=team == fixture.home,
            seconds=round(60 * minutes) if league.timed else 0,
            statistics=dict(zip(league.statistics, counts, strict=True)),
        )
