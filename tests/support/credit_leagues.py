"""Seasons for the planner of credits: generated ones of several shapes, and the recorded one of the NBA."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from pickvs.sports.rules import SPORTS
from tests.support.credit_season import League, Played
from tests.support.season import game_key, parse, read_season

type Evening = Callable[[date, Random], list[timedelta]]
"""Returns the tip-offs of a night, from midnight UTC of its date."""


def league(key: str) -> League:
    """Return a covered sport with the price of all its markets in one region."""
    sport = SPORTS[key]
    return League(key, timedelta(minutes=sport.typical_minutes), odds_cost=len(sport.markets))


def half_hours(_: date, random: Random) -> list[timedelta]:
    """Return 2 to 13 games on a grid of half hours, as in the NHL and the NBA."""
    grid = [_at(23), _at(23, 30), _at(24), _at(24, 30), _at(25), _at(25, 30), _at(26), _at(26, 30), _at(27)]
    return random.choices(grid, [3, 3, 3, 2, 1, 1, 2, 1, 1], k=random.choice((2, 4, 6, 8, 10, 13)))


def sundays(night: date, _: Random) -> list[timedelta]:
    """Return a week of the NFL: many games in few clusters on Sunday, one on Monday and one on Thursday."""
    sunday = [*[_at(18)] * 8, *[_at(21, 5)] * 2, *[_at(21, 25)] * 3, _at(25, 20)]
    return {3: [_at(25, 15)], 6: sunday, 0: [_at(25, 15)]}.get(night.weekday(), [])


def ballparks(_: date, random: Random) -> list[timedelta]:
    """Return 8 to 15 games in up to 10 clusters, from noon to the evening on the other coast, as in baseball."""
    early = [_at(16, 35), _at(17, 5), _at(18, 20), _at(20, 5)]
    evening = [_at(22, 35), _at(22, 40), _at(23, 5), _at(23, 7), _at(23, 10), _at(23, 40), _at(24, 5), _at(24, 10)]
    late = [_at(25, 38), _at(25, 45), _at(26, 10)]
    return random.choices(early + evening + late, [1] * 4 + [2] * 8 + [1] * 3, k=random.choice((8, 12, 15, 15)))


def season(sport: League, evening: Evening, first: date, days: int, random: Random, *, ids_from: int) -> list[Played]:
    """Return a generated season. Games begin up to 8 minutes late, and one in ten goes into overtime."""
    games = []
    for night in (first + timedelta(days=day) for day in range(days)):
        for offset in sorted(evening(night, random)):
            tip_off = datetime.combine(night, time(tzinfo=UTC)) + offset
            listed_at = tip_off - timedelta(days=2)
            games.append(_played(ids_from + len(games), sport, tip_off, night, listed_at, random))
    return games


def recorded_season(recordings: Path, random: Random) -> list[Played]:
    """Return the NBA season 2023-24: each game that was played, from when it was listed, at its last known tip-off.

    The recordings see once a day what is listed, at noon: when between two of them a game was listed is drawn, before
    the daily odds. They do not say when games really began and ended: that is drawn as well.
    """
    recorded, nba = read_season(recordings), league("basketball_nba")
    listed: dict[tuple[str, str, date], datetime] = {}
    tip_offs: dict[tuple[str, str, date], datetime] = {}
    for moment, events in recorded.mornings:
        for event in events:
            if event["bookmakers"] and parse(event["commence_time"]) > moment:
                listed.setdefault(game_key(event), moment)
                tip_offs[game_key(event)] = parse(event["commence_time"])
    played = {recorded.keys[event_id] for event_id in recorded.finals if event_id in recorded.keys} & tip_offs.keys()
    in_order = sorted(played, key=lambda key: (tip_offs[key], key))
    noon_before, daily_odds = timedelta(hours=24), timedelta(hours=7)
    return [
        _played(
            number,
            nba,
            tip_offs[key],
            key[2],
            listed[key] - daily_odds - random.random() * (noon_before - daily_odds),
            random,
        )
        for number, key in enumerate(in_order)
    ]


def _played(number: int, sport: League, tip_off: datetime, night: date, listed_at: datetime, random: Random) -> Played:
    starts_at = tip_off + timedelta(minutes=random.uniform(-1, 8))
    overtime = random.choice((15, 20, 45)) if random.random() < 0.1 else 0
    length = sport.typical + timedelta(minutes=max(-25, random.gauss(-3, 9)) + overtime)
    return Played(number, sport.key, tip_off, night, listed_at, starts_at, starts_at + length)


def _at(hours: int, minutes: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)
