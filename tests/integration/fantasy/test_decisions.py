"""What administrators decide: whose times and facts hold, who is who, who scores for whom, what is cancelled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row, tuple_row

from pickvs.core.errors import Conflict, Invalid, NotFound
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.collecting.closing import close_season
from pickvs.fantasy.events import decisions
from pickvs.fantasy.events.decisions import Decision
from pickvs.fantasy.events.entries import service as entries
from pickvs.fantasy.events.entries.service import Named
from pickvs.fantasy.events.reading import event_of, season_of
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Answer
from pickvs.fantasy.events.reviews import service as reviews
from pickvs.fantasy.events.reviews.service import Decider
from pickvs.fantasy.events.schedules import service as schedules
from pickvs.fantasy.events.schedules.rules import Scheduled, ScheduledSession
from tests.support.fantasy_leagues import add_leagues, add_users, hold_drafts
from tests.support.made_races import DAY, FIRST, SPORT, WEEK, YEAR, MadeSeason, make_season

BY = Decider(None, "as the stewards have it")
AT = FIRST - DAY
HOUR = timedelta(hours=1)
type Rows = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def connection(database: str) -> Iterator[Rows]:
    with psycopg.connect(database, row_factory=dict_row) as opened:
        yield opened


@pytest.fixture
def season(connection: Rows) -> MadeSeason:
    return make_season(connection, 2, drivers=4)


def open_question(connection: Rows) -> int:
    [review] = reviews.reviews_of(connection, is_open=True, limit=10)
    return review.id


def schedule(
    connection: Rows, source: str, *, place: Any = "first", hours: int = 0, doubts: tuple[str, ...] = (), **more: Any
) -> Any:
    """A source tells another time of the first race's qualifying."""
    begins = FIRST - DAY + hours * HOUR
    sessions = (
        ScheduledSession("qualifying", begins, scores=True, locks=("first_competitive", "qualifying")),
        ScheduledSession("race", FIRST, scores=True, locks=("race",)),
    )
    venue = "circuit_0" if place == "first" else "somewhere"
    item = Scheduled(
        season=YEAR, venue=venue, name="Race 1", day=FIRST.date(), sessions=sessions, doubts=doubts, **more
    )
    return schedules.record(connection, SPORT, YEAR, place, source, [item], AT, is_whole=False)


def test_whose_times_hold(connection: Rows, season: MadeSeason) -> None:
    def lock() -> Any:
        event = event_of(connection, season.events[0])
        assert event is not None
        return event.lock_at("first_competitive")

    moved = schedule(connection, "one", hours=2)
    assert [(move.session, move.after) for move in moved.moves] == [("qualifying", FIRST - DAY + 2 * HOUR)]
    assert lock() == FIRST - DAY + 2 * HOUR
    # A schedule that must not be believed moves nothing, and holds the event back.
    assert not schedule(connection, "one", hours=-30, doubts=("Qualifying is 54 hours before the race.",)).moves
    assert lock() is None
    schedule(connection, "two", place="second", hours=3)
    [review] = reviews.reviews_of(connection, is_open=True, limit=10)
    assert [each["source"] for each in review.question["statements"]] == ["one", "two"]
    with pytest.raises(Conflict, match="does not list"):
        decisions.decide(connection, review.id, Decision("three"), BY, AT)
    decisions.decide(connection, review.id, Decision("two"), BY, AT)
    assert lock() == FIRST - DAY + 3 * HOUR
    # The first source says it again, and again: what was decided stays until it says something else.
    schedule(connection, "one", hours=-30, doubts=("Qualifying is 54 hours before the race.",))
    schedule(connection, "two", place="second", hours=5)
    assert lock() == FIRST - DAY + 3 * HOUR
    schedule(connection, "one", hours=4)
    assert lock() == FIRST - DAY + 4 * HOUR
    with pytest.raises(Conflict, match="decided"):
        decisions.decide(connection, review.id, Decision("two"), BY, AT)
    with pytest.raises(NotFound):
        decisions.decide(connection, 999, Decision("two"), BY, AT)


def test_whose_facts_hold(connection: Rows, season: MadeSeason) -> None:
    event = season.events[0]
    one, two = season.statement(1), season.statement(2)
    results.hear(connection, event, "race", Answer("first", "one", one), AT)
    results.hear(connection, event, "race", Answer("second", "two", two), AT)
    review = open_question(connection)
    with pytest.raises(Invalid):
        decisions.decide(connection, review, Decision("both"), BY, AT)
    [changed] = decisions.decide(connection, review, Decision("second"), BY, AT).changes
    assert (changed.after.standing, changed.after.version, changed.after.review) == ("official", 2, None)
    assert results.facts_of(connection, event, "race", 2) == tuple(sorted(two.facts, key=lambda fact: fact.contestant))
    # The first source has been decided against. It says the same: nothing happens; it says something else: a question.
    assert not results.hear(connection, event, "race", Answer("first", "one", one), AT).acts
    results.hear(connection, event, "race", Answer("first", "one", season.statement(3)), AT)
    assert open_question(connection)
    [reopened] = decisions.reopen(connection, event, "race", BY, AT).changes
    assert reopened.after.is_decided is False


def test_an_entered_result(connection: Rows, season: MadeSeason) -> None:
    event = season.events[0]
    entered = season.statement(7)
    changed = results.decide(connection, event, "race", entered, BY, AT)
    assert (changed.after.standing, changed.after.version) == ("official", 1)
    season.hear(connection, 0, entered, AT)
    assert results.decide(connection, event, "race", "in_force", BY, AT).acts == ()
    with pytest.raises(NotFound):
        results.decide(connection, event, "sprint", entered, BY, AT)
    with pytest.raises(Conflict):
        results.decide(connection, season.events[1], "race", "first", BY, AT)


def test_what_is_cancelled(connection: Rows, season: MadeSeason) -> None:
    first, second = season.events
    results.decide(connection, first, "qualifying", season.statement(1), BY, AT)
    decisions.cancel(connection, first, BY, AT)  # what was run scores, so the event stays
    decisions.cancel(connection, second, BY, AT)
    assert [event.is_void for event in season_of(connection, SPORT, YEAR)] == [False, True]
    assert results.void_sessions(connection, first) == ["race"]
    with pytest.raises(Conflict, match="cancelled already"):
        decisions.cancel(connection, second, BY, AT)
    with pytest.raises(Conflict):
        results.decide(connection, second, "race", season.statement(1), BY, AT)
    decisions.reopen(connection, second, None, BY, AT)
    assert [event.is_void for event in season_of(connection, SPORT, YEAR)] == [False, False]
    with pytest.raises(Conflict, match="not cancelled"):
        decisions.reopen(connection, second, None, BY, AT)


def test_a_cancelled_event_comes_back_by_an_answer_and_not_by_the_schedule_alone(
    connection: Rows, season: MadeSeason
) -> None:
    event = season.events[0]

    def life() -> tuple[bool, list[str]]:
        found = event_of(connection, event)
        assert found is not None
        asked = reviews.reviews_of(connection, is_open=True, limit=10)
        return found.is_void, [cause for review in asked for cause in review.causes]

    def answered(choice: str) -> set[int]:
        return decisions.decide(connection, open_question(connection), Decision(choice), BY, AT).events

    schedule(connection, "one")
    schedule(connection, "one", is_cancelled=True)
    assert life() == (False, ["cancelled"])
    assert answered("cancelled") == {event}
    assert life() == (True, [])
    schedule(connection, "one", hours=1)
    assert life() == (True, ["listed"])
    schedule(connection, "one", is_cancelled=True)
    assert life() == (True, [])  # the source says again what was decided
    schedule(connection, "one", hours=2)
    assert answered("cancelled") == {event}
    assert life() == (True, [])
    schedule(connection, "one", hours=3)
    assert answered("held") == {event}
    assert life() == (False, [])
    assert results.void_sessions(connection, event) == []
    held = event_of(connection, event)
    assert held is not None
    assert held.lock_at("first_competitive") == FIRST - DAY + 3 * HOUR


def test_who_is_who(connection: Rows, season: MadeSeason) -> None:
    known, doubtful = entries.register(connection, SPORT, "one", [Named("anna", "Anna A", "A", "AAA")], AT)
    assert ("anna" in known, doubtful) == (True, ())
    # A new id with a known code may be the same person under another name.
    known, doubtful = entries.register(connection, SPORT, "one", [Named("anna_a", "Anna A", "A", "AAA")], AT)
    assert [each.source_id for each in doubtful] == ["anna_a"]
    question = {"source": "two", "source_id": "a-anna", "name": "Anna A", "code": None, "number": 1}
    reviews.ask(connection, season.events[0], "contestant", "two a-anna", ["unknown"], question, AT)
    review = open_question(connection)
    with pytest.raises(NotFound):
        decisions.decide(connection, review, Decision("contestant", 999_999), BY, AT)
    decisions.decide(connection, review, Decision("contestant", known["anna"]), BY, AT)
    assert entries.ids_of(connection, SPORT, "two") == {"a-anna": known["anna"]}
    reviews.ask(connection, season.events[0], "contestant", "two new", ["unknown"], question | {"source_id": "new"}, AT)
    decisions.decide(connection, open_question(connection), Decision("new"), BY, AT)
    assert entries.ids_of(connection, SPORT, "two").keys() == {"a-anna", "new"}


def test_who_scores_for_whom(connection: Rows, season: MadeSeason) -> None:
    event, (first, second, *_) = season.events[0], season.drivers
    reviews.ask(connection, event, "substitution", str(first), ["unclear"], {}, AT)
    review = open_question(connection)
    for wrong, error in ((Decision("contestant"), Invalid), (Decision("contestant", 999_999), NotFound)):
        with pytest.raises(error):
            decisions.decide(connection, review, wrong, BY, AT)
    with pytest.raises(Invalid, match="itself"):
        decisions.substitute(connection, event, first, first, BY, AT)
    decisions.decide(connection, review, Decision("contestant", second), BY, AT)
    assert entries.substitutions_of(connection, event)[first].scores_as == second
    decisions.substitute(connection, event, first, None, BY, AT)
    assert entries.substitutions_of(connection, event)[first].scores_as is None


def play_league(connection: Rows, season: MadeSeason) -> None:
    """A league of two held the draft of the first race, and the first of them leads it."""
    tuples = connection.cursor(row_factory=tuple_row)
    add_users(tuples, 2)
    [table] = connection.execute("SELECT id FROM scoring_tables WHERE name = 'standard'").fetchall()
    [league] = add_leagues(
        tuples, 1, {"name": "made", "season": YEAR, "at": AT, "table": table["id"], "constructors": 2}
    )
    connection.execute(
        "INSERT INTO league_members SELECT %s, id, CASE row_number() OVER (ORDER BY id) WHEN 1 THEN 'commissioner'"
        " ELSE 'member' END, %s FROM users",
        (league, AT),
    )
    best = [fact.contestant for fact in season.statement(0).facts]
    hold_drafts(tuples, [league], season.events[0], [best[0], best[2], best[3], best[1]], AT, 2)
    at = season.race_at(0) + 3 * HOUR
    boards.bring_up(connection, season.events[:1], at, season.hear(connection, 0, season.statement(0), at))


def test_a_season_is_closed_a_week_after_its_last_official_result(connection: Rows, season: MadeSeason) -> None:
    end = season.race_at(1) + 3 * HOUR
    play_league(connection, season)
    for number in range(2):
        season.hear(connection, number, season.statement(number), end)
        assert not close_season(connection, YEAR, end + 2 * WEEK)
        results.decide(connection, season.events[number], "qualifying", season.statement(number), BY, end)
    assert not close_season(connection, YEAR, end + WEEK - HOUR)
    assert close_season(connection, YEAR, end + WEEK)
    told = connection.execute("SELECT data ->> 'champions' AS champions FROM notices WHERE kind = 'league.finished'")
    assert [row["champions"] for row in told] == ['["Team 1 1"]'] * 2
    assert connection.execute("SELECT state FROM leagues").fetchall() == [{"state": "finished"}]
    # Both sources amend: it is stored and shown, and does not count.
    changes = season.hear(connection, 1, season.statement(9), end + 2 * WEEK)
    assert [change.moves_points for change in changes] == [False, False]
    assert (changes[1].after.version, changes[1].after.latest) == (1, 2)
    with pytest.raises(Conflict, match="frozen"):
        results.decide(connection, season.events[1], "race", season.statement(5), BY, end + 2 * WEEK)
    assert replace(changes[1].after, review=None).state == "frozen"
