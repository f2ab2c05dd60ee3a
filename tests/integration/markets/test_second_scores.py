"""What a second source of scores may do to a game, and what comes of two sources that disagree."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.second_scores import settle_statements
from pickvs.ingestion.starts import dispute_starts_that_matter
from pickvs.jobs.runs import Run
from pickvs.jobs.sources import Capture
from pickvs.markets.fixtures.rules import CORRECTION_WINDOW, SCORED_EARLY, SOURCES_DISAGREE
from pickvs.markets.fixtures.service import Origin
from pickvs.markets.scores.second import StatementsRecorded, record_statements
from pickvs.markets.values import Fixture, PlayState, PlayStatement
from pickvs.picks.presence import games_with_picks
from tests.support.administration import act, promote
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import counted, decide, game, ids, reasons, score
from tests.support.markets import (
    CAPTURED,
    ID,
    PROVIDER,
    TIP_OFF,
    final,
    fixture,
    list_game,
    odds,
    playing,
    record,
    start_run,
    store,
)
from tests.support.snapshot import everything, row, rows

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = TIP_OFF + 3 * HOUR
EVENT = "401000001"
WON, PENDING, LATE = ("win", None), (None, None), ("void", "after_start")


def said(
    home: int | None = 110,
    away: int | None = 105,
    *,
    of: Fixture | None = None,
    state: PlayState = "final",
    began: datetime | None = None,
) -> PlayStatement:
    return PlayStatement(of or fixture(EVENT, away="Los Angeles Lakers"), state, home, away, began)


def hear(
    *statements: PlayStatement, at: datetime = OVER, wanted: Collection[int] = (1,), waits: bool = False
) -> StatementsRecorded:
    """Record statements of ESPN as its runs do, and settle."""
    with transaction() as connection:
        run = Run(start_run(connection, "espn_scores", at), "basketball_nba", at)
        recorded = record_statements(
            connection,
            Capture(statements, ()),
            origin=Origin("espn", run.id, at, of_scores=True),
            wanted=wanted,
            await_start=(lambda new: games_with_picks(connection, new)) if waits else (lambda _: ()),
        )
        settle_statements(connection, recorded, run)
    return recorded


def hear_first(home: int, away: int, *, at: datetime, tip_off: datetime = TIP_OFF) -> None:
    """Record the first source's final as process_results does, and settle."""
    recorded = record(final(fixture(tip_off=tip_off), home, away), at=at)
    with transaction() as connection:
        origin = Origin(PROVIDER, start_run(connection, "process_results", at), at, of_scores=True)
        dispute_starts_that_matter(connection, recorded.apart, origin)
    settled(at)


def picked(database: str, *, before: timedelta = 30 * MINUTE) -> int:
    """List a game and pick its home team before the announced tip-off."""
    return pick(make_user(database), list_game(), "moneyline", "home", at=TIP_OFF - before)


def review(database: str) -> str:
    state = game(database, 1)
    assert state["status"] == "review"
    return str(state["review_reason"])


# ----------------------------------------------------------------------------------------------- what it may say


def test_its_final_becomes_the_result_of_a_game_that_has_none(database: str) -> None:
    made = picked(database)
    hear(said())
    assert outcome(database, made) == WON
    result = row(database, "SELECT * FROM game_results")
    assert (result["source"], result["provider_id"], result["began_at"]) == ("espn", EVENT, TIP_OFF)
    assert list(ids(database)) == [ID], "its ids are not kept: how many a game has says which listings are one"
    before = everything(database)
    hear(said(), at=OVER + HOUR)
    assert everything(database) == before


def test_sides_that_are_exchanged_are_turned(database: str) -> None:
    list_game()
    hear(said(105, 110, of=fixture(EVENT, home="Los Angeles Lakers", away="Denver Nuggets")))
    assert score(database, 1) == ("finished", 110, 105)


def test_it_settles_a_game_that_waits_in_review_for_nothing_but_a_final(database: str) -> None:
    made = picked(database)
    record(playing(fixture()), at=TIP_OFF + 25 * HOUR)
    assert "no final score" in review(database)
    hear(said(), at=TIP_OFF + 26 * HOUR)
    assert outcome(database, made) == WON


def test_a_game_that_nobody_asked_about_gets_no_result_from_it(database: str) -> None:
    list_game()
    assert counted(hear(said(), wanted=()).counts) == {"events": 1}
    assert score(database, 1) == ("live", None, None)


def test_a_game_that_it_shows_before_the_tip_off_is_locked(database: str) -> None:
    list_game()
    hear(said(2, 0, state="under_way"), at=TIP_OFF - HOUR)
    assert review(database) == SCORED_EARLY
    record(playing(fixture()), at=TIP_OFF - HOUR + MINUTE)
    assert game(database, 1)["status"] == "scheduled", "the first source says again that it is to come"


def test_what_is_scheduled_suspended_or_under_way_changes_nothing(database: str) -> None:
    picked(database)
    record(playing(fixture(), 50, 48), at=TIP_OFF + HOUR)
    before = everything(database)
    for state in ("scheduled", "suspended", "under_way"):
        hear(said(50, 48, state=state), at=OVER)
    assert everything(database) == before


@pytest.mark.parametrize("state", ["postponed", "cancelled", "forfeit"])
def test_a_game_that_will_have_no_score_goes_to_review_and_the_first_source_may_still_settle_it(
    database: str, state: PlayState
) -> None:
    made = picked(database)
    hear(said(None, None, state=state))
    assert review(database) == f"espn says that the game is {state}"
    hear(said(), at=OVER + HOUR)
    assert outcome(database, made) == PENDING, "its own other word is no reason to believe it"
    hear_first(110, 105, at=OVER + 2 * HOUR)
    assert outcome(database, made) == WON


def test_unknown_names_are_reported_and_never_guessed(database: str) -> None:
    list_game()
    for other in ("Los Angeles Somebody", "Team Giannis"):
        recorded = hear(said(of=fixture(EVENT, away=other)))
        assert (recorded.counts["events_in_review"], recorded.counts["finals"]) == (1, 0)
    waiting = row(database, "SELECT * FROM event_reviews")
    assert (waiting["provider"], waiting["away_team"]) == ("espn", "Team Giannis")
    assert score(database, 1)[0] == "live"
    hear(said())
    assert row(database, "SELECT * FROM event_reviews")["resolved_at"] is None, (
        "an answer of the same moment says nothing"
    )
    hear(said(), at=OVER + MINUTE)
    assert row(database, "SELECT * FROM event_reviews")["resolved_at"] is not None


def test_events_of_no_known_game_and_of_another_date_are_left_out(database: str) -> None:
    list_game()
    recorded = hear(
        said(of=fixture(EVENT, tip_off=TIP_OFF - 24 * HOUR)),
        said(of=fixture("2", home="Utah Jazz", away="Boston Celtics")),
    )
    assert [part.reason for part in recorded.skipped] == ["unknown game"] * 2


def test_two_events_for_one_game_are_none(database: str) -> None:
    list_game()
    recorded = hear(said(), said(99, 98, of=fixture("2", tip_off=TIP_OFF + 3 * HOUR)))
    assert recorded.counts["ambiguous"] == 2
    assert score(database, 1)[0] == "live"


def test_the_games_of_a_doubleheader_are_told_apart_by_their_tip_offs(database: str) -> None:
    teams = {"home": "Boston Red Sox", "away": "New York Yankees", "sport": "baseball_mlb"}
    first, second = fixture("a" * 32, **teams), fixture("b" * 32, **teams, tip_off=TIP_OFF + 4 * HOUR)
    list_game(first)
    list_game(second, at=CAPTURED + MINUTE)
    at = TIP_OFF + 9 * HOUR
    vague = fixture("3", **teams, tip_off=TIP_OFF + 2 * HOUR)
    recorded = hear(said(1, 0, of=vague), at=at, wanted=(1, 2))
    assert recorded.counts["finals"] == 0
    early, late = replace(first, provider_id="4"), replace(second, provider_id="5")
    hear(said(3, 2, of=late), said(5, 4, of=early), at=at, wanted=(1, 2))
    assert [score(database, number)[1:] for number in (1, 2)] == [(5, 4), (3, 2)]


def test_an_administrator_s_word_stands(database: str) -> None:
    list_game()
    decide(database, "final", 90, 80, status="finished", at=OVER)
    recorded = hear(said(), at=OVER + MINUTE)
    assert [part.reason for part in recorded.skipped] == ["an administrator has decided this game"]


# --------------------------------------------------------------------------------------------- two that disagree


def test_two_that_agree_change_nothing(database: str) -> None:
    made = picked(database)
    hear_first(110, 105, at=OVER)
    before = everything(database)
    assert hear(said(), at=OVER + MINUTE, wanted=()).counts["agreed"] == 1
    assert everything(database) == before
    assert outcome(database, made) == WON


@pytest.mark.parametrize("first_speaks", ["before", "after"])
def test_two_finals_that_differ_take_the_grades_back_until_an_administrator_decides(
    database: str, first_speaks: str
) -> None:
    made = picked(database)
    if first_speaks == "before":
        hear_first(110, 105, at=OVER)
        assert outcome(database, made) == WON
        hear(said(100, 105), at=OVER + MINUTE, wanted=())
        named = "the_odds_api said 110-105, espn says 100-105"
    else:
        hear(said(100, 105))
        assert outcome(database, made) == ("loss", None)
        hear_first(110, 105, at=OVER + MINUTE)
        named = "espn said 100-105, the_odds_api says 110-105"
    assert review(database) == f"{SOURCES_DISAGREE} on the score: {named}"
    assert reasons(database, 1)[-1] == ("reopened", review(database))
    assert outcome(database, made) == PENDING

    # Neither source ends it, whatever it says now, nor does time.
    for hours, (home, away) in ((1, (100, 105)), (2, (110, 105)), (30, (110, 105))):
        hear_first(home, away, at=OVER + hours * HOUR)
        hear(said(home, away), at=OVER + hours * HOUR + MINUTE)
        assert SOURCES_DISAGREE in review(database)
        assert outcome(database, made) == PENDING
    admin = make_user(database, "the-admin")
    promote(database, admin)
    answer = act(admin, "result", 1, (110, 105), at=OVER + 31 * HOUR)
    assert (answer.status, answer.body["picks_changed"]) == (200, 1), answer.body
    assert outcome(database, made) == WON
    hear(said(100, 105), at=OVER + 32 * HOUR)
    hear_first(100, 105, at=OVER + 32 * HOUR)
    assert outcome(database, made) == WON


def test_after_72_hours_a_difference_is_listed_and_changes_nothing(database: str) -> None:
    made = picked(database)
    hear_first(110, 105, at=OVER)
    recorded = hear(said(100, 105), at=OVER + CORRECTION_WINDOW + MINUTE, wanted=())
    assert [part.reason for part in recorded.skipped] == ["too late; an administrator decides"]
    assert outcome(database, made) == WON


def test_it_corrects_its_own_word_while_the_first_source_is_silent(database: str) -> None:
    made = picked(database)
    hear(said(100, 105))
    hear(said(110, 105), at=OVER + HOUR, wanted=())
    assert outcome(database, made) == WON
    assert score(database, 1) == ("finished", 110, 105)


def test_a_live_score_above_its_final_is_a_contradiction(database: str) -> None:
    made = picked(database)
    record(playing(fixture(), 112, 100), at=OVER)
    hear(said(110, 105), at=OVER + HOUR)
    assert SOURCES_DISAGREE in review(database)
    assert outcome(database, made) == PENDING


# ------------------------------------------------------------------------------------------------ when it began


@pytest.mark.parametrize(
    ("began", "expected"),
    [
        (timedelta(0), WON),
        (10 * MINUTE, WON),  # as in the recording: the announced time comes first, and nobody could pick after it
        (-4 * MINUTE, WON),
        (-29 * MINUTE, WON),  # further apart than five minutes, but nobody picked in between
        (-30 * MINUTE, PENDING),
        (-3 * HOUR, PENDING),
    ],
)
def test_a_start_counts_unless_it_contradicts_the_first_source_over_a_pick(
    database: str, began: timedelta, expected: tuple[str | None, str | None]
) -> None:
    made = picked(database, before=30 * MINUTE)
    hear(said(began=TIP_OFF + began))
    assert outcome(database, made) == expected
    result = row(database, "SELECT * FROM game_results WHERE outcome = 'final'")
    assert result["began_at"] == TIP_OFF + min(began, timedelta(0))
    if expected == PENDING:
        assert review(database).startswith(f"{SOURCES_DISAGREE} on the start: 2024-01-1")


def test_within_five_minutes_the_earlier_start_counts(database: str) -> None:
    made = picked(database, before=2 * MINUTE)
    hear(said(began=TIP_OFF - 3 * MINUTE))
    assert outcome(database, made) == LATE


def test_a_start_that_is_to_come_or_not_stated_is_no_word(database: str) -> None:
    list_game()
    hear(said(began=OVER + HOUR))
    assert row(database, "SELECT * FROM game_results")["began_at"] == TIP_OFF
    # The scoreboard, which states none, does not take back what the summary stated.
    hear(said(began=TIP_OFF - HOUR), at=OVER + HOUR)
    assert row(database, "SELECT * FROM game_results ORDER BY id DESC LIMIT 1")["began_at"] == TIP_OFF - HOUR
    hear(said(), at=OVER + 2 * HOUR)
    assert len(rows(database, "SELECT * FROM game_results")) == 2


@pytest.mark.parametrize(("before", "expected"), [(timedelta(minutes=30), PENDING), (timedelta(hours=2), WON)])
def test_the_first_source_may_contradict_its_start_later(
    database: str, before: timedelta, expected: tuple[str | None, str | None]
) -> None:
    listed = list_game()
    made = pick(make_user(database), listed, "moneyline", "home", at=TIP_OFF - before)
    hear(said())
    assert outcome(database, made) == WON
    hear_first(110, 105, at=OVER + HOUR, tip_off=TIP_OFF - HOUR)
    assert outcome(database, made) == expected


def test_an_observation_stands_above_two_words(database: str) -> None:
    made = picked(database, before=30 * MINUTE)
    record(playing(fixture(tip_off=TIP_OFF - 41 * MINUTE), 2, 0), at=TIP_OFF - 40 * MINUTE)
    hear(said(began=TIP_OFF - 10 * MINUTE))
    assert outcome(database, made) == LATE, "the score was public before the pick"


def test_a_final_waits_for_its_start_only_where_somebody_has_picked(database: str) -> None:
    list_game()
    other = fixture("b" * 32, home="Utah Jazz", away="Boston Celtics")
    made = pick(make_user(database), list_game(other, at=CAPTURED + MINUTE), "moneyline", "home", at=TIP_OFF - HOUR)
    both = said(), said(of=replace(other, provider_id="2"))
    recorded = hear(*both, wanted=(1, 2), waits=True)
    assert [one.game_id for one in recorded.awaiting] == [2]
    assert [score(database, number)[0] for number in (1, 2)] == ["finished", "live"]
    hear(both[1], wanted=(2,))
    assert outcome(database, made) == WON


def test_a_dispute_reaches_the_picks_of_absorbed_games(database: str) -> None:
    """Picks on an absorbed listing are graded by the survivor's results, so its starts matter to them too."""
    survivor = list_game()
    absorbed = list_game(fixture("c" * 32, home="Utah Jazz", away="Boston Celtics"), at=CAPTURED + MINUTE)
    pick(make_user(database), absorbed, "moneyline", "home", at=TIP_OFF - 30 * MINUTE)
    with transaction() as connection:
        assert games_with_picks(connection, [survivor.id]) == set()
        connection.execute("UPDATE games SET merged_into = %s, status = 'review' WHERE id = %s", (1, absorbed.id))
        assert games_with_picks(connection, [survivor.id]) == {survivor.id}


def test_odds_beside_it_do_not_open_a_disputed_game(database: str) -> None:
    made = picked(database)
    hear_first(110, 105, at=OVER)
    hear(said(100, 105), at=OVER + MINUTE, wanted=())
    store(odds(fixture(tip_off=OVER + 2 * HOUR)), at=OVER + HOUR)
    assert SOURCES_DISAGREE in review(database)
    assert outcome(database, made) == PENDING
