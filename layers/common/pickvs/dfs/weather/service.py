"""Asks for the weather of games that are played outdoors, and records what is news.

Each game that is followed is due work: from 48 hours before its start it is asked about every hour until it is over.
Two games at one venue share the answers. Without such a game the database stays asleep.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pickvs.agenda.service import Due, put, take_due_together
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.dfs.weather import queries
from pickvs.dfs.weather.config import WeatherConfig, weather_config
from pickvs.dfs.weather.providers.clients import SECONDS, WeatherSource, weather_source
from pickvs.dfs.weather.rules import AGAIN, CLOSED, HORIZON, JOBS, PLAYED, Reading, hours_of_play, news
from pickvs.dfs.weather.venues import Venue, venues
from pickvs.jobs.freshness import ALL
from pickvs.jobs.reading import asked_since, source_off
from pickvs.jobs.runs import Job, Run, Stored, run_once
from pickvs.jobs.sources import Capture

FETCH_WEATHER = "fetch_weather"
ASKING_SECONDS = 420
"""Time per invocation after which nothing more is asked. The function times out after 10 minutes."""


def keep_venues(connection: Connection) -> None:
    """Store the table of venues. The function migrate calls it."""
    queries.keep_venues(connection, venues().values())


def follow(connection: Connection, venue: Venue, starts_at: datetime) -> int:
    """Have the weather of a game asked for until it is over, in the caller's transaction. Returns the venue's id.

    Under a closed roof there is none to ask for.
    """
    if venue.roof != CLOSED and starts_at + PLAYED > clock.now():
        key = f"{venue.key}/{starts_at:%Y%m%dT%H%M}"
        payload = {"venue": venue.key, "starts_at": starts_at.isoformat()}
        put(connection, FETCH_WEATHER, key, max(clock.now(), starts_at - HORIZON), payload)
    return queries.ids(connection, [venue.key])[venue.key]


def fetch_weather() -> dict[str, Any]:
    """Ask about the games that are due. A repeated delivery asks nobody twice within an hour."""
    config = weather_config()
    if config is None:
        return {"runs": [], "due": {}}
    reports: list[dict[str, Any]] = []
    ends = time.monotonic() + ASKING_SECONDS
    due = take_due_together(FETCH_WEATHER, lambda works: _do(config, works, reports, ends))
    report = {"runs": reports, "due": due}
    logger().info("weather asked", extra={"report": report})
    return report


def _do(
    config: WeatherConfig, works: Sequence[Due], reports: list[dict[str, Any]], ends: float
) -> dict[str, datetime | None]:
    """Ask about each venue once, and return when each game is due again. A source that fails is asked again then."""
    starts: dict[str, list[datetime]] = {}
    for work in works:
        starts.setdefault(work.payload["venue"], []).append(datetime.fromisoformat(work.payload["starts_at"]))
    for key, times in sorted(starts.items(), key=lambda each: min(each[1])):
        venue = venues().get(key)
        if venue is not None and time.monotonic() + SECONDS * len(config.base_urls) < ends:
            reports += _ask(config, venue, times)
    at = clock.now()
    again: dict[str, datetime | None] = {}
    for work in works:
        over = datetime.fromisoformat(work.payload["starts_at"]) + PLAYED
        again[work.key] = at + AGAIN if at + AGAIN < over else None
    return again


def _ask(config: WeatherConfig, venue: Venue, starts: Sequence[datetime]) -> list[dict[str, Any]]:
    at = clock.now()
    hours = hours_of_play(starts)
    reports = []
    for name in config.base_urls:
        with transaction() as connection:
            # An hour less a little: an alarm is precise to a minute, and may come before the hour is over.
            spared = source_off(connection, JOBS[name], at) is not None or asked_since(
                connection, JOBS[name], venue.key, at - AGAIN * 0.9
            )
        if not spared:
            source = weather_source(name, config)
            reports.append(run_once(_job(name, source, venue, hours), venue.key, seconds=SECONDS))
    return reports


def _job(name: str, source: WeatherSource, venue: Venue, hours: set[datetime]) -> Job[Reading]:
    def store(connection: Connection, capture: Capture[Reading], current: Run) -> Stored:
        of_play = [each for each in capture.items if each.valid_at in hours and each.says_something]
        return record_weather(connection, venue, name, of_play, at=current.at, run_id=current.id)

    return Job(
        name=JOBS[name],
        subjects=lambda: (venue.key,),
        question=lambda _: source.question(venue.key, venue.latitude, venue.longitude),
        source=lambda _: source.client,
        read=lambda body, _: source.read(body),
        store=store,
        measured={},
    )


def record_weather(
    connection: Connection, venue: Venue, source: str, said: Sequence[Reading], *, at: datetime, run_id: int | None
) -> Stored:
    """Record what a source says of hours at a venue, where it is news, in the caller's transaction."""
    venue_id = queries.ids(connection, [venue.key])[venue.key]
    fresh: list[Reading] = []
    if said:
        times = [each.valid_at for each in said]
        known = queries.latest(connection, [venue_id], min(times), max(times) + AGAIN)
        fresh = news(said, {row.valid_at: row.reading() for row in known if row.source == source})
    if fresh:
        queries.insert(connection, venue_id, source, fresh, at=at, run_id=run_id)
    return Stored({"hours": len(said), "news": len(fresh)}, usable=frozenset({ALL} if said else ()))
