"""A pick counts only if it was placed before the game began, whatever tip-off was announced."""

from datetime import datetime, timedelta

import pytest

from pickvs.markets.fixtures.rules import CORRECTION_WINDOW, SCORED_EARLY, UNREADABLE_SCORE
from pickvs.markets.values import GameScore
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import game, reasons
from tests.support.markets import CAPTURED, ID, TIP_OFF, final, fixture, list_game, odds, playing, record, store
from tests.support.snapshot import row, rows

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = TIP_OFF + 3 * HOUR
LATER = TIP_OFF + 2 * HOUR
OTHER_ID = "b" * 32
BEGAN_EARLIER = TIP_OFF - 5 * HOUR
LATE = ("void", "after_start")


def picked(database: str, *, at: timedelta = -30 * MINUTE) -> int:
    """List a game and pick its home team. at: relative to the announced tip-off."""
    listed = list_game()
    return pick(make_user(database), listed, "moneyline", "home", at=TIP_OFF + at)


@pytest.mark.parametrize(
    ("began", "expected"),
    [
        (-5 * HOUR, LATE),
        (-30 * MINUTE, LATE),
        (-30 * MINUTE + timedelta(seconds=1), ("win", None)),
        (timedelta(0), ("win", None)),
        (2 * HOUR, ("win", None)),
    ],
)
def test_the_final_states_when_the_game_began(
    database: str, began: timedelta, expected: tuple[str, str | None]
) -> None:
    made = picked(database)
    record(final(fixture(tip_off=TIP_OFF + began), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == expected
    assert row(database, "SELECT began_at FROM game_results")["began_at"] == TIP_OFF + began


def test_an_answer_that_shows_the_game_under_way_is_proof_that_no_later_word_takes_back(database: str) -> None:
    made = picked(database, at=-30 * MINUTE)
    seen = TIP_OFF - 40 * MINUTE
    record(playing(fixture(tip_off=seen - MINUTE), 2, 0), at=seen)
    record(final(fixture(tip_off=TIP_OFF), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == LATE
    assert row(database, "SELECT began_at FROM game_results")["began_at"] == seen


def test_a_source_may_correct_its_own_word_to_either_side(database: str) -> None:
    made = picked(database)
    record(final(fixture(tip_off=BEGAN_EARLIER), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == LATE
    tip_off = game(database, 1)["commence_time"]

    counts = record(final(fixture(tip_off=TIP_OFF), 110, 105), at=OVER + HOUR).counts
    settled(OVER + HOUR)
    assert (counts["starts"], counts["corrections"], counts["finals"]) == (1, 0, 0)
    assert outcome(database, made) == ("win", None)
    assert reasons(database, 1)[-1] == (
        "final",
        "the start is corrected from 2024-01-10 19:10:00 to 2024-01-11 00:10:00 UTC",
    )
    # The boards know the game by its tip-off, which a corrected start leaves alone.
    assert game(database, 1)["commence_time"] == tip_off

    record(final(fixture(tip_off=BEGAN_EARLIER), 110, 105), at=OVER + 2 * HOUR)
    settled(OVER + 2 * HOUR)
    assert outcome(database, made) == LATE
    booked = rows(database, "SELECT sign FROM settlement_ledger ORDER BY result_id, sign")
    assert [one["sign"] for one in booked] == [1, -1, 1, -1, 1]


def test_nothing_changes_where_the_start_is_said_again_or_too_late_or_by_another_id(database: str) -> None:
    made = picked(database)
    store(odds(), odds(fixture("b" * 32)), at=CAPTURED + MINUTE)
    record(final(fixture(), 110, 105), at=OVER)
    settled(OVER)
    earlier = fixture(tip_off=BEGAN_EARLIER)
    for said, at, too_late in (
        (final(fixture(), 110, 105), OVER + HOUR, 0),
        (final(earlier, 110, 105), OVER, 0),
        (final(fixture("b" * 32, tip_off=BEGAN_EARLIER), 110, 105), OVER + HOUR, 0),
        (final(earlier, 110, 105), OVER + CORRECTION_WINDOW + MINUTE, 1),
    ):
        counts = record(said, at=at).counts
        settled(at)
        assert (counts["starts"], counts["too_late"]) == (0, too_late)
    assert outcome(database, made) == ("win", None)
    record(final(earlier, 110, 105), at=OVER + CORRECTION_WINDOW)
    settled(OVER + CORRECTION_WINDOW)
    assert outcome(database, made) == LATE


def test_a_corrected_score_brings_its_own_start(database: str) -> None:
    made = picked(database)
    record(final(fixture(), 105, 110), at=OVER)
    record(final(fixture(tip_off=BEGAN_EARLIER), 110, 105), at=OVER + HOUR)
    settled(OVER + HOUR)
    assert outcome(database, made) == LATE


def test_picks_placed_before_and_after_the_start_part_ways_on_one_game(database: str) -> None:
    listed = list_game()
    picks = [
        pick(make_user(database, f"user-{minutes}"), listed, "total", "over", at=TIP_OFF - minutes * MINUTE)
        for minutes in (50, 30, 10)
    ]
    record(final(fixture(tip_off=TIP_OFF - 30 * MINUTE), 150, 105), at=OVER)
    settled(OVER)
    assert [outcome(database, made) for made in picks] == [("win", None), LATE, LATE]
    assert row(database, "SELECT sum(units) AS units, sum(wagered) AS wagered FROM settlement_ledger") == {
        "units": row(database, "SELECT units FROM settlement_ledger WHERE pick_id = %s", picks[0])["units"],
        "wagered": 1,
    }


def test_results_of_the_previous_release_void_nothing(database: str) -> None:
    made = picked(database)
    import psycopg

    with psycopg.connect(database) as connection:
        connection.execute(
            """
            WITH said AS (
              INSERT INTO game_results (game_id, outcome, home_score, away_score, source, provider_id, recorded_at)
              SELECT id, 'final', 110, 105, 'the_odds_api', %s, %s FROM games RETURNING id
            )
            UPDATE games SET status = 'finished', home_score = 110, away_score = 105, result_id = said.id FROM said
            """,
            (ID, OVER),
        )
    settled(OVER)
    record(final(fixture(tip_off=BEGAN_EARLIER), 110, 105), at=OVER + HOUR)
    settled(OVER + HOUR)
    assert outcome(database, made) == ("win", None)


UNREADABLE = fixture(home="Sails", away="Desert", tip_off=TIP_OFF - 3 * HOUR)


@pytest.mark.parametrize("said", [final(UNREADABLE, 110, 105), playing(UNREADABLE, 50, 40)])
def test_odds_do_not_open_a_game_with_a_score_that_cannot_be_read(database: str, said: GameScore) -> None:
    known = list_game(at=TIP_OFF - 2 * HOUR)
    record(said, at=TIP_OFF - HOUR)
    store(odds(), at=TIP_OFF - 50 * MINUTE)
    assert (game(database, known.id)["status"], game(database, known.id)["review_reason"]) == (
        "review",
        UNREADABLE_SCORE,
    )
    record(playing(fixture()), at=TIP_OFF - 40 * MINUTE)
    assert game(database, known.id)["status"] == "scheduled"


def test_a_score_counts_from_the_time_of_its_answer_however_late_it_is_stored(database: str) -> None:
    known = list_game(at=TIP_OFF - 2 * HOUR)
    store(odds(), at=TIP_OFF - 60 * MINUTE)
    record(playing(fixture(tip_off=TIP_OFF - 2 * HOUR), 20, 18), at=TIP_OFF - 65 * MINUTE)
    assert game(database, known.id)["status"] == "live"
    made = pick(make_user(database), known, "moneyline", "home", at=TIP_OFF - 50 * MINUTE)
    record(final(fixture(), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == LATE


@pytest.mark.parametrize(
    "said", [playing(fixture(home="Sails", away="Desert"), 20, 18), playing(fixture(tip_off=LATER), 20, 18)]
)
@pytest.mark.parametrize("at", [TIP_OFF - 20 * MINUTE, TIP_OFF + 10 * MINUTE])
def test_odds_do_not_open_a_game_that_a_score_contradicts_whatever_the_clock_said(
    database: str, said: GameScore, at: datetime
) -> None:
    known = list_game()
    record(said, at=at)
    store(odds(fixture(tip_off=LATER)), at=TIP_OFF + 15 * MINUTE)
    assert game(database, known.id)["status"] == "review"
    record(playing(fixture(tip_off=LATER)), at=TIP_OFF + 20 * MINUTE)
    assert game(database, known.id)["status"] == "scheduled"


def test_a_source_that_agrees_that_a_game_began_takes_nothing_back(database: str) -> None:
    known = list_game()
    record(playing(fixture(), 10, 8), at=TIP_OFF - 30 * MINUTE)
    record(playing(fixture(tip_off=TIP_OFF - HOUR)), at=TIP_OFF - 25 * MINUTE)
    store(odds(), at=TIP_OFF - 20 * MINUTE)
    assert game(database, known.id)["status"] == "review"


@pytest.mark.parametrize("said", [playing(fixture(OTHER_ID), 10, 8), final(fixture(OTHER_ID), 110, 105)])
def test_a_score_under_a_new_id_locks_the_game_of_its_teams(database: str, said: GameScore) -> None:
    known = list_game()
    record(said, at=TIP_OFF - 30 * MINUTE)
    assert (game(database, known.id)["status"], game(database, known.id)["review_reason"]) == ("review", SCORED_EARLY)


def test_odds_that_were_stored_first_hide_no_score(database: str) -> None:
    known = list_game()
    store(odds(), at=TIP_OFF - 29 * MINUTE)
    record(playing(fixture(), 10, 8), at=TIP_OFF - 30 * MINUTE)
    assert game(database, known.id)["status"] == "review"
