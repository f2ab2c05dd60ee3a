"""A source that names the wrong driver and corrects itself leaves no trace in who takes part and who scores."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import psycopg

from pickvs.core.database import transaction
from pickvs.fantasy.events.formula_one.rules import AnyResult
from tests.support.fantasy_seasons import Season, mistaken, race_time
from tests.support.formula_one import Event, Tables

REPLACED = "SELECT drafted, scores_as FROM substitutions"
SEATED = """
    SELECT contestant.short_name FROM event_entries entry JOIN contestants contestant ON contestant.id = contestant_id
    WHERE event_id = %s AND withdrawn_at IS NULL
"""


def test_a_driver_who_was_named_by_mistake(database: str, tables: Tables, seasons: Mapping[int, list[Event]]) -> None:
    season = Season(tables, 2022, seasons[2022][:3])
    first, second, third = season.events

    def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(database) as connection:
            return connection.execute(query, values).fetchall()

    def tell(event: Event, told: Iterable[AnyResult], hours: int) -> None:
        with transaction() as connection:
            season.result(connection, event, at=race_time(event) + timedelta(hours=hours), told=told)

    with transaction() as connection:
        season.schedule(connection)
        season.drivers(connection)
    tell(first, first.sessions.values(), 3)
    qualifying = second.sessions["qualifying"]
    tell(second, mistaken([qualifying], "max_verstappen"), -20)
    assert len(rows(REPLACED)) == 1
    assert ("Reserve",) in rows(SEATED, season.ids[third.round])

    tell(second, second.sessions.values(), 3)
    assert rows(REPLACED) == []
    for event in (second, third):
        names = rows(SEATED, season.ids[event.round])
        assert ("Verstappen",) in names
        assert ("Reserve",) not in names
