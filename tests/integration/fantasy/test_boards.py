"""Boards follow amendments: the four versions of Austin 2022, against an oracle that knows no SQL, and a rebuild."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.boards.service import Applied
from pickvs.fantasy.events import decisions
from pickvs.fantasy.events.decisions import Decided
from pickvs.fantasy.events.formula_one import f1db_parsing
from pickvs.fantasy.events.formula_one.rules import FASTEST_LAP, ResultRow, SessionResult
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.rules import Statement
from pickvs.fantasy.scoring import service as scoring
from pickvs.fantasy.scoring.rules import score, shortened, totals
from pickvs.fantasy.scoring.ties.rules import EventRow, event_ranks, season_ranks
from tests.support.fantasy_leagues import add_leagues, add_users, hold_drafts
from tests.support.fantasy_seasons import Season, race_time
from tests.support.formula_one import Event, Tables
from tests.support.scoring_tables import presets

ROUNDS = (18, 19, 20)
SUZUKA, AUSTIN, MEXICO = ROUNDS
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHIEF = Decider(None, "as the stewards have it")

LEAGUES: Sequence[Mapping[str, Any]] = (
    {"name": "plain"},
    {"name": "midfield", "table": "midfield@1"},
    {"name": "early", "amend_until": "next_lock"},
    {"name": "short", "shortened": "official_factor", "replacement": "none"},
    {"name": "small", "constructors": 4, "table": "standard@1"},
)

HELD = """
    SELECT pick.constructor_id, pick.contestant_id
    FROM draft_picks pick JOIN drafts draft ON draft.id = pick.draft_id
    WHERE draft.league_id = %s AND draft.event_id = %s AND draft.phase = 'locked'
"""
COUNTED = "SELECT session, version FROM league_results WHERE league_id = %s AND event_id = %s"
REPLACED = "SELECT drafted, scores_as FROM substitutions WHERE event_id = %s"
ENTERED = "SELECT contestant_id FROM event_entries WHERE event_id = %s ORDER BY contestant_id"
SHARE = "SELECT share FROM result_versions WHERE (event_id, session, version) = (%s, %s, %s)"
RACE_COUNTED = "SELECT league_id, version FROM league_results WHERE event_id = %s AND session = 'race'"
AUSTIN_POINTS = """
    SELECT known.source_id, sum(points) FILTER (WHERE line.version = 1), sum(points) FILTER (WHERE line.version = 2),
           sum(points) FILTER (WHERE line.version = 3)
    FROM score_lines line
    JOIN scoring_tables kept ON kept.id = line.table_id AND kept.name = 'weekend'
    JOIN contestant_ids known ON known.contestant_id = line.contestant_id AND known.source = 'jolpica'
    WHERE event_id = %s AND session = 'race' AND source_id IN ('alonso', 'vettel', 'tsunoda', 'zhou', 'albon')
    GROUP BY source_id ORDER BY source_id
"""
EVENT = """
    SELECT constructor_id, points, best, second, rank, is_tied FROM board_rows WHERE league_id = %s AND event_id = %s
"""
TOTALS = """
    SELECT constructor_id, points, countback, best, rank, is_tied FROM league_totals WHERE league_id = %s
"""
NOTICES = """
    SELECT kind, data ->> 'session', count(*)
    FROM notices WHERE kind LIKE 'result.%%' AND told_at = %s GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass
class World:
    """Three events around Austin, and leagues with every setting that a board knows."""

    url: str
    season: Season
    leagues: Mapping[int, Mapping[str, Any]]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchall()

    def event(self, number: int) -> Event:
        return next(event for event in self.season.events if event.round == number)

    def tell(self, number: int, *, at: datetime, second: bool = True, told: Any = None) -> Applied:
        """Tell an event's results by one source or both, and let boards follow."""
        event = self.event(number)
        with transaction() as connection:
            changes = self.season.result(connection, event, at=at, told=told).changes
            if second:
                changes += self.season.result(connection, event, "second", at, told).changes
            return boards.bring_up(connection, [self.season.ids[number]], at, changes)

    def decide(self, number: int, decided: Decided, connection: Any, at: datetime) -> Applied:
        return boards.bring_up(connection, [self.season.ids[number]], at, decided.changes)

    def check(self, at: datetime) -> None:
        """Every board is what the oracle makes of picks and facts, and a rebuild changes nothing."""
        for league, settings in self.leagues.items():
            events: list[tuple[EventRow, ...]] = []
            for number in ROUNDS:
                expected = self.expected(league, settings, self.season.ids[number])
                kept = {EventRow(*row) for row in self.rows(EVENT, league, self.season.ids[number])}
                assert kept == set(expected), (settings["name"], number)
                events.append(expected)
            seats = settings.get("constructors", 10)
            enrolled = {row[0]: row[1:] for row in self.rows(TOTALS, league)}
            for row in season_ranks(events, list(enrolled)):
                countback = [*row.countback, *[0] * (seats - len(row.countback))]
                assert enrolled[row.constructor] == (row.points, countback, row.best, row.rank, row.is_tied)
        with transaction() as connection:
            assert boards.rebuild(connection, list(self.leagues), at) == 0

    def expected(self, league: int, settings: Mapping[str, Any], event: int) -> tuple[EventRow, ...]:
        counted = dict(self.rows(COUNTED, league, event))
        if not counted:
            return ()
        table, sums = presets()[settings.get("table", "weekend@1")], defaultdict[int, Decimal](Decimal)
        with transaction() as connection:
            for session, version in counted.items():
                lines = score(table, session, results.facts_of(connection, event, session, version))
                [(share,)] = self.rows(SHARE, event, session, version)
                if settings.get("shortened") == "official_factor":
                    lines = shortened(lines, Fraction(share))
                for contestant, points in totals(lines).items():
                    sums[contestant] += points
        replaced = dict(self.rows(REPLACED, event))
        inherits = settings.get("replacement") != "none"
        picks: defaultdict[int, list[Decimal]] = defaultdict(list)
        for constructor, drafted in self.rows(HELD, league, event):
            driver = (replaced[drafted] if inherits else None) if drafted in replaced else drafted
            picks[constructor].append(sums.get(driver, Decimal()) if driver is not None else Decimal())
        return event_ranks(picks)


@pytest.fixture
def world(database: str, tables: Tables, seasons: Mapping[int, list[Event]]) -> World:
    season = Season(tables, 2022, [event for event in seasons[2022] if event.round in ROUNDS])
    with transaction() as connection:
        season.schedule(connection)
        season.drivers(connection)
        kept = {f"{row.name}@{row.version}": row.id for row in scoring.named_tables(connection)}
    leagues: dict[int, Mapping[str, Any]] = {}
    with psycopg.connect(database) as connection:
        add_users(connection, 10)
        for settings in LEAGUES:
            table = kept[settings.get("table", "weekend@1")]
            made = {**settings, "table": table, "season": 2022, "at": season.begins}
            [league] = add_leagues(connection, 1, made)
            leagues[league] = settings
    return World(database, season, leagues)


def hold(world: World, number: int) -> None:
    """Hold the drafts of an event, in an order of its own."""
    event = world.event(number)
    pool = [row[0] for row in world.rows(ENTERED, world.season.ids[number])]
    pool = [*pool[number % 7 :], *pool[: number % 7]]
    with psycopg.connect(world.url) as connection:
        for league, settings in world.leagues.items():
            seats = settings.get("constructors", 10)
            lock = event.weekend.starts["qualifying"]
            hold_drafts(connection, [league], world.season.ids[number], pool[: 2 * seats], lock, seats)


def versions_of_austin(world: World, recordings: Path) -> list[list[Any]]:
    """The sessions of Austin with each recorded version of the race, by the ids of the first source."""
    file = recordings / "f1_feeds" / "f1db_2022_r19_us_race_results_versions.json"
    event = world.event(AUSTIN)
    known = {row.entrant.car_number: row for row in event.race.rows}
    told = []
    for version in json.loads(file.read_text("utf-8")):
        race = f1db_parsing.read_result(event.weekend, "race", version["race_results"])
        rows = tuple(
            replace(row, entrant=own.entrant, lap_rank=own.lap_rank, lap_ms=own.lap_ms)
            for row, own in ((row, known[row.entrant.car_number]) for row in race.rows)
        )
        said: SessionResult[ResultRow] = replace(race, rows=rows, states=frozenset({FASTEST_LAP}))
        told.append([event.sessions["qualifying"], said])
    return told


def test_amendments(world: World, recordings: Path) -> None:
    hold(world, SUZUKA)
    begun = race_time(world.event(AUSTIN))
    world.tell(SUZUKA, at=race_time(world.event(SUZUKA)) + 3 * HOUR)
    world.check(begun)
    hold(world, AUSTIN)
    first, second, third, _ = versions_of_austin(world, recordings)

    # Provisional by one source, and official by the other: the owners are told both.
    at = begun + 3 * HOUR
    assert world.tell(AUSTIN, at=at, told=first, second=False).leagues == len(LEAGUES)
    assert world.rows(NOTICES, at) == [("result.provisional", "qualifying", 44), ("result.provisional", "race", 44)]
    world.check(at)
    at += HOUR
    with transaction() as connection:
        changes = world.season.result(connection, world.event(AUSTIN), "second", at, first).changes
        assert boards.bring_up(connection, [], at, changes).changes == ()
    assert world.rows(NOTICES, at) == [("result.official", "qualifying", 44), ("result.official", "race", 44)]

    # Eighteen hours later: the first source alone moves nothing, and both amend.
    at += 15 * HOUR
    assert world.tell(AUSTIN, at=at, told=second, second=False).changes == ()
    at += HOUR
    amended = world.tell(AUSTIN, at=at, told=second)
    assert amended.changes
    [(told, session, number)] = world.rows(NOTICES, at)
    moved = [each for each in amended.changes if (each.points, each.rank) != (each.points_before, each.rank_before)]
    assert (told, session, number) == ("result.amended", "race", len(moved))
    world.check(at)

    # Four days later it is as it was, but for one driver. The league that takes amendments until its next lock has
    # locked Mexico by then.
    hold(world, MEXICO)
    at = world.event(MEXICO).weekend.starts["qualifying"] + HOUR
    with transaction() as connection, connection.transaction(force_rollback=True):
        changes = world.season.result(connection, world.event(AUSTIN), at=at, told=third).changes
        assert not changes[0].moves_points  # the points that this version lost are noticed
    fourth = [*first[:1], world.event(AUSTIN).race]
    world.tell(AUSTIN, at=at, told=fourth)
    counted = {
        world.leagues[league]["name"]: version for league, version in world.rows(RACE_COUNTED, world.season.ids[AUSTIN])
    }
    assert [tuple(row) for row in world.rows(AUSTIN_POINTS, world.season.ids[AUSTIN])] == [
        ("albon", -4, -4, -5),
        ("alonso", 13, -1, 13),
        ("tsunoda", 10, 12, 10),
        ("vettel", 6, 9, 6),
        ("zhou", 5, 7, 6),
    ]
    assert counted == {"plain": 3, "midfield": 3, "early": 2, "short": 3, "small": 3}
    world.check(at)

    # A shortened race, a driver who is replaced, a session that is cancelled and comes back.
    at += 3 * DAY
    world.tell(MEXICO, at=at)
    world.check(at)
    event = world.season.ids[MEXICO]
    drafted = world.rows(HELD, min(world.leagues), event)[0][1]
    with transaction() as connection:
        facts = results.facts_of(connection, event, "race", 1)
        half = Statement(facts=facts[1:], states=frozenset({FASTEST_LAP}), share=Fraction(1, 2))
        changed = results.decide(connection, event, "race", half, CHIEF, at + HOUR)
        decided = decisions.substitute(connection, event, drafted, None, CHIEF, at + HOUR)
        boards.bring_up(connection, [event], at + HOUR, [changed, *decided.changes])
    world.check(at)
    for act in (results.void, results.reopen):
        with transaction() as connection:
            changed = act(connection, event, "race", CHIEF, at + 2 * HOUR)
            boards.bring_up(connection, [event], at + 2 * HOUR, [changed])
        world.check(at)
    assert world.rows("SELECT count(*) FROM fantasy_reviews WHERE closed_at IS NULL") == [(0,)]


def test_a_trial_leaves_nothing(world: World) -> None:
    hold(world, SUZUKA)
    at = race_time(world.event(SUZUKA)) + 3 * HOUR
    with transaction() as connection, connection.transaction(force_rollback=True):
        changes = world.season.result(connection, world.event(SUZUKA), at=at).changes
        tried = boards.bring_up(connection, [world.season.ids[SUZUKA]], at, changes)
    assert world.rows("SELECT count(*) FROM board_rows") == [(0,)]
    assert world.tell(SUZUKA, at=at, second=False).changes == tried.changes
