"""Recorded seasons through the real services: official points and places, reviews, points by table, replacements."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import psycopg

from pickvs.core.database import transaction
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.events import decisions
from pickvs.fantasy.events.decisions import Decision
from pickvs.fantasy.events.formula_one.ranking import rank_events
from pickvs.fantasy.events.formula_one.recording import SPORT
from pickvs.fantasy.events.reading import season_of
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.reviews.service import Decider, reviews_of
from pickvs.fantasy.scoring import service as scoring
from pickvs.fantasy.scoring.presets import bodies
from tests.support.fantasy_seasons import Season, race_time
from tests.support.formula_one import Event, Tables

YEARS = [int(year) for year in os.environ.get("PICKVS_FANTASY_SEASONS", "2024").split(",")]
"""The seasons that are tested. All seven: 2018,2019,2020,2021,2022,2023,2024."""

REVIEWED = {
    (2019, 3): "result race",
    (2021, 5): "result race",
    (2021, 12): "result race",
    (2023, 21): "schedule schedule",
    (2024, 3): "result race",
    (2024, 8): "result race",
    (2024, 21): "result race",
}
"""The events that need an administrator, of 149."""

TOTALS = {2018: 2_418, 2019: 2_806, 2020: 2_146, 2021: 3_132, 2022: 3_028, 2023: 3_207, 2024: 3_562}
"""The points of all drivers by weekend@1, computed from the tables by others."""

WEEKENDS = {
    (2021, 12): {"max_verstappen": 35, "russell": 27},
    (2023, 18): {"max_verstappen": 48, "leclerc": -5, "hamilton": -4, "stroll": 9},
    (2023, 20): {"max_verstappen": 44, "norris": 42, "alonso": 27, "perez": 25, "albon": -16, "bottas": -25},
    (2024, 5): {"max_verstappen": 51, "perez": 32},
    (2024, 14): {"hamilton": 34, "russell": -16},
    (2024, 21): {"max_verstappen": 56, "ocon": 30},
}
"""Points by weekend@1 of some weekends, computed from the tables by others."""

REPLACED = {(2023, 13): ("ricciardo", "lawson"), (2020, 16): ("hamilton", "aitken"), (2024, 3): ("sargeant", None)}

STATES = """
    SELECT DISTINCT standing, is_void FROM session_results WHERE event_id = ANY(%s)
"""
NAMES = "SELECT contestant_id, source_id FROM contestant_ids WHERE source = 'jolpica'"
RANKED = "SELECT event_id, contestant_id, points FROM event_rankings WHERE event_id = ANY(%s)"
LEDGER = """
    SELECT contestant_id, sum(points) AS points FROM score_lines
    WHERE event_id = %s AND table_id = %s AND rule <> 'shortened' GROUP BY 1
"""
UNSEATED = """
    SELECT event_id, contestant_id FROM session_results
    JOIN result_facts USING (event_id, session, version) LEFT JOIN event_entries USING (event_id, contestant_id)
    WHERE event_id = ANY(%s) AND status <> 'dns' AND seat IS NULL
"""
REPLACEMENTS = "SELECT event_id, drafted, scores_as FROM substitutions WHERE event_id = ANY(%s)"

AFTERWARDS = datetime(2025, 1, 1, tzinfo=UTC)
CHIEF = Decider(None, "as the documents of the stewards have it")


def test_recorded_seasons(database: str, tables: Tables, seasons: Mapping[int, list[Event]]) -> None:
    for year in YEARS:
        season = Season(tables, year, seasons[year])
        play(season)
        rounds = {event: number for number, event in season.ids.items()}
        asked = {(year, rounds[event]): question for event, question in settled(season).items()}
        assert asked == {at: question for at, question in REVIEWED.items() if at[0] == year}
        with psycopg.connect(database) as connection:
            states = connection.execute(STATES, (list(rounds),)).fetchall()
            assert states == [("official", False)]
            names: dict[int, str] = dict(connection.execute(NAMES).fetchall())
            assert connection.execute(UNSEATED, (list(rounds),)).fetchall() == []
            ranked = connection.execute(RANKED, (list(rounds),)).fetchall()
            replaced = {
                (rounds[event], names[drafted]): names.get(scores_as)
                for event, drafted, scores_as in connection.execute(REPLACEMENTS, (list(rounds),))
            }
        assert_official(season, [(event, names[each], points) for event, each, points in ranked])
        for (at, number), (drafted, scores_as) in REPLACED.items():
            if at == year:
                assert replaced[number, drafted] == scores_as
        for (of_year, number), points in WEEKENDS.items():
            if of_year == year:
                assert points.items() <= points_of(season.ids[number], names).items()
        with transaction() as connection:
            sums = scoring.check(connection, bodies()["weekend@1"], year)
        assert sum(sums.values()) == TOTALS[year]


def play(season: Season) -> None:
    """Tell a season by both sources, race by race."""
    with transaction() as connection:
        season.schedule(connection)
        season.schedule(connection, "second")
        season.drivers(connection)
    for event in season.events:
        with transaction() as connection:
            season.result(connection, event)
            season.result(connection, event, "second")
            # The same answer again is no news.
            assert not season.result(connection, event).changes


def settled(season: Season) -> dict[int, str]:
    """Decide every open question as the first source has it, and return what was asked about each event."""
    found: dict[int, str] = {}
    at = race_time(season.events[-1])
    with transaction() as connection:
        held = {event.id for event in season_of(connection, SPORT, season.year) if event.lock_at("race") is None}
        for review in reviews_of(connection, is_open=True, limit=100):
            assert review.event_id not in found
            found[review.event_id] = f"{review.kind} {review.subject}"
            choice = "jolpica" if review.kind == "schedule" else "first"
            decided = decisions.decide(connection, review.id, Decision(choice), CHIEF, at)
            follow_facts(connection, decided.changes, decided.events, at)
        rank_events(connection, season.year)
        assert not reviews_of(connection, is_open=True, limit=1)
        times = {season.ids[event.round] for event in season.events if "race" in event.weekend.starts}
        assert held & times == {event for event, question in found.items() if question.startswith("schedule")}
    return found


def points_of(event: int, names: Mapping[int, str]) -> dict[str, Decimal]:
    """The points of a weekend by the ledger, by driver."""
    with transaction() as connection:
        [table] = [row.id for row in scoring.named_tables(connection) if row.name == "weekend"]
        told = [(event, *each) for each in results.versions_in_force(connection, event).items()]
        scoring.score_versions(connection, told, [table], AFTERWARDS)
        rows = connection.execute(LEDGER, (event, table)).fetchall()
    return {names[row["contestant_id"]]: row["points"] for row in rows}


def assert_official(season: Season, ranked: Sequence[tuple[int, str, Decimal]]) -> None:
    """The points before each event are the official ones after the event before."""
    refs = {row["driverId"]: row["driverRef"] for row in season.tables.rows("drivers")}
    ours: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    for event_id, driver, points in ranked:
        ours[event_id][driver] = points
    official: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in season.tables.rows("driver_standings"):
        official[row["raceId"]][refs[row["driverId"]]] = Decimal(row["points"])
    races = season.tables.of_season(season.year)
    for event, before in zip(season.events[1:], races, strict=False):
        assert ours[season.ids[event.round]] == official[before["raceId"]]
    last = season.tables.of_season(season.year - 1)
    first = ours[season.ids[1]]
    assert first.items() <= (official[last[-1]["raceId"]].items() if last else {}.items())
    assert bool(first) == bool(last)
