"""Whoever took part by a decided result is entered, scores for himself, and is expected in the next race."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.events import decisions
from pickvs.fantasy.events.decisions import Decision
from pickvs.fantasy.events.reviews.service import Decider, reviews_of
from tests.support.fantasy_seasons import Season, mistaken, race_time
from tests.support.formula_one import Event, Tables

SPAIN = 4
"""The race before Monaco 2021, in which Mick Schumacher raced without qualifying."""

CHIEF = Decider(None, "the stewards permitted him to start")
DAY = timedelta(days=1)
ENTERED = """
    SELECT seat, expected_seat, withdrawn_at IS NULL AS takes_part
    FROM event_entries JOIN contestants contestant ON contestant.id = contestant_id
    WHERE event_id = %s AND short_name = %s
"""
REPLACED = "SELECT drafted FROM substitutions WHERE event_id = %s"


class Played(Season):
    """Races around Monaco 2021."""

    def rows(self, url: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(url) as connection:
            return connection.execute(query, values).fetchall()

    def run(self, event: Event, told: Sequence[Any] | None = None) -> None:
        """Tell qualifying, and later everything, as the first source does."""
        results = list(event.sessions.values() if told is None else told)
        qualifying = [each for each in results if each.kind == "qualifying"]
        for known, hours in ((qualifying, -20), (results, 3)):
            with transaction() as connection:
                self.result(connection, event, at=race_time(event) + timedelta(hours=hours), told=known)

    def decide(self, event: Event) -> None:
        """Take the first source's result, as an administrator does."""
        at = race_time(event) + DAY
        with transaction() as connection:
            [review] = [each for each in reviews_of(connection, is_open=True, limit=10) if each.kind == "result"]
            decided = decisions.decide(connection, review.id, Decision("first"), CHIEF, at)
            follow_facts(connection, decided.changes, decided.events, at)


@pytest.fixture
def season(database: str, tables: Tables, seasons: Mapping[int, list[Event]]) -> Played:
    season = Played(tables, 2021, [event for event in seasons[2021] if SPAIN <= event.round < SPAIN + 4])
    with transaction() as connection:
        season.schedule(connection)
    return season


@pytest.mark.parametrize("is_known", [True, False], ids=["in_the_pool", "a_newcomer"])
def test_a_driver_who_raced_without_qualifying(database: str, season: Played, *, is_known: bool) -> None:
    spain, monaco, baku, _ = season.events
    if is_known:
        season.run(spain)
    season.run(monaco)
    awaited = [(None, "haas", False)] if is_known else []
    for event in (monaco, baku):
        assert season.rows(database, ENTERED, season.ids[event.round], "Schumacher") == awaited

    season.decide(monaco)
    expected = "haas" if is_known else None
    assert season.rows(database, ENTERED, season.ids[monaco.round], "Schumacher") == [("haas", expected, True)]
    assert season.rows(database, ENTERED, season.ids[baku.round], "Schumacher") == [(None, "haas", True)]
    assert season.rows(database, REPLACED, season.ids[monaco.round]) == []


def test_a_decision_after_the_next_race_changes_nobody_who_is_expected(database: str, season: Played) -> None:
    spain, monaco, baku, france = season.events
    for event in (spain, monaco):
        season.run(event)
    season.run(baku, mistaken(baku.sessions.values(), "mazepin"))
    season.decide(monaco)
    assert season.rows(database, ENTERED, season.ids[monaco.round], "Schumacher") == [("haas", "haas", True)]
    for driver, takes_part in (("Mazepin", False), ("Reserve", True), ("Schumacher", True)):
        [(_, _, shown)] = season.rows(database, ENTERED, season.ids[france.round], driver)
        assert shown is takes_part, driver
