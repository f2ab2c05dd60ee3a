"""What is known around a slate: lines of its games, health of its players, weather at its venues."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pickvs.core.database import Connection, transaction
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.dfs.slates import reading
from pickvs.dfs.slates.matching import queries
from pickvs.dfs.slates.queries import GameRow, SlateRow
from pickvs.dfs.slates.schemas import (
    GameWeather,
    HealthChange,
    HealthChanges,
    PlayerHealth,
    SlateWeather,
    WeatherHour,
)
from pickvs.dfs.weather.reading import weather_of
from pickvs.dfs.weather.rules import CLOSED
from pickvs.dfs.weather.rules import JOBS as WEATHER_JOBS
from pickvs.jobs.freshness import ALL, Part, last_good
from pickvs.markets.reading import current_quotes
from pickvs.markets.values import Market, Selection
from pickvs.predictions.statistics.injuries import reading as injuries
from pickvs.predictions.statistics.preference.rules import INJURY_SOURCES, JOBS
from pickvs.sports.service import refuse_unknown_sport

type Lines = tuple[Decimal | None, Decimal | None, datetime | None]
"""Line of the home team, line of the total, and when the older of them was captured."""

_INJURY_JOBS = {name: JOBS[name] for name in INJURY_SOURCES}


@dataclass(frozen=True, slots=True)
class Checked:
    """When each source of injuries, and each of weather, last brought something usable for a slate."""

    injuries: Mapping[str, datetime]
    weather: Mapping[str, datetime]


_SIDES: tuple[tuple[Market, Selection], ...] = (("spread", "home"), ("total", "over"))


def lines_of(connection: Connection, games: Sequence[GameRow]) -> dict[int, Lines]:
    """Return the market's lines in force of a slate's games, by the slate's game. Games without a line are left out."""
    known = {game.id: game.game_id for game in games if game.game_id is not None}
    quotes = current_quotes(connection, [(each, *side) for each in known.values() for side in _SIDES])
    found: dict[int, Lines] = {}
    for of_slate, game in known.items():
        spread, total = (quotes.get((game, *side)) for side in _SIDES)
        captured = [quote.captured_at for quote in (spread, total) if quote is not None]
        if captured:
            found[of_slate] = (spread.line if spread else None, total.line if total else None, min(captured))
    return found


def health_of(connection: Connection, players: Collection[int | None]) -> Mapping[int, list[PlayerHealth]]:
    """Return the latest word of each source on players of the statistics, by player."""
    known = injuries.health_of(connection, {each for each in players if each is not None})
    return {player: [PlayerHealth.of(row) for row in rows] for player, rows in known.items()}


def checked(connection: Connection, slates: Sequence[SlateRow]) -> dict[int, Checked]:
    """Return how old what sources say around slates is, by slate.

    The weather of a slate is as old as that of the venue outdoors which was answered for the longest ago. A source that
    has never answered for one of them is left out.
    """
    good = last_good(connection, *_INJURY_JOBS.values(), *WEATHER_JOBS.values())
    venues: dict[int, set[str]] = {}
    for place in queries.venues_of(connection, [each.id for each in slates]):
        if place.roof != CLOSED:
            venues.setdefault(place.slate_id, set()).add(place.venue)
    return {
        each.id: Checked(
            {name: at for name, job in _INJURY_JOBS.items() if (at := good.get((job, each.sport, injuries.PART)))},
            _weather_checked(good, venues.get(each.id, set())),
        )
        for each in slates
    }


def _weather_checked(good: Mapping[Part, datetime], venues: Collection[str]) -> dict[str, datetime]:
    found = {}
    for name, job in WEATHER_JOBS.items():
        times = [good.get((job, venue, ALL)) for venue in venues]
        known = [at for at in times if at is not None]
        if known and len(known) == len(times):
            found[name] = min(known)
    return found


def get_weather(user_id: int, slate_id: int) -> SlateWeather:
    """Return the weather of a slate's games whose place is known. Raises NotFound (SLATE_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        reading.slate(connection, slate_id, user_id)
        places = queries.venues_of(connection, [slate_id])
        known = weather_of(connection, [(place.venue_id, place.starts_at) for place in places])
        good = last_good(connection, *WEATHER_JOBS.values())
    games = []
    for place in places:
        hours = [row for row in known.get(place.venue_id, ()) if place.covers(row.valid_at)]
        checked = {name: at for name, job in WEATHER_JOBS.items() if (at := good.get((job, place.venue, ALL)))}
        games.append(
            GameWeather(
                key=place.key,
                starts_at=place.starts_at,
                venue=place.name,
                roof=place.roof,
                checked_at=checked,
                hours=[WeatherHour.of(row) for row in hours],
            )
        )
    return SlateWeather(slate_id=slate_id, games=games)


def list_health(sport: str, *, since: datetime | None, limit: int, cursor: str | None) -> HealthChanges:
    """Return a page of what sources said of a sport's players, the latest first.

    since: only what became known then or later. Raises Invalid if the sport is not covered or the cursor belongs to
    another list.
    """
    refuse_unknown_sport(sport)
    [before] = read_cursor(cursor, int) if cursor is not None else [NEWEST]
    with transaction(snapshot=True) as connection:
        rows = injuries.changes(connection, sport, since=since, before=before, limit=limit + 1)
        good = last_good(connection, *_INJURY_JOBS.values())
    page = rows[:limit]
    return HealthChanges(
        sport=sport,
        checked_at={name: at for name, job in _INJURY_JOBS.items() if (at := good.get((job, sport, injuries.PART)))},
        changes=[HealthChange.of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )
