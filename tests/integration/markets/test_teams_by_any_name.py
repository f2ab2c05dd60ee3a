"""The identity of a team is not the spelling of its name."""

from datetime import timedelta

import pytest

from pickvs.jobs.sources import Skipped
from pickvs.markets.fixtures.identifying import MOVED_UNKNOWN, OTHER_TEAM, UNKNOWN_TEAM
from pickvs.markets.fixtures.rules import UNREADABLE_SCORE
from pickvs.markets.scores.rules import NOT_STARTED
from pickvs.markets.values import NOT_OF_EACH_TEAM, GameScore
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import game, ids, score
from tests.support.markets import CAPTURED, ID, TIP_OFF, final, fixture, list_game, odds, record, store
from tests.support.snapshot import row, rows

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = TIP_OFF + 3 * HOUR
CLIPPERS, SUNS = "Los Angeles Clippers", "Phoenix Suns"
OTHER_ID = "b" * 32


@pytest.mark.parametrize("provider_id", [ID, OTHER_ID])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("spelling", ["LA Clippers", "los angeles  CLIPPERS", "Los Ángeles Clippers", "L.A. Clippers"])
def test_a_team_written_differently_is_the_same_team(
    database: str, spelling: str, swapped: bool, provider_id: str
) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    made = pick(make_user(database), listed, "moneyline", "home", at=CAPTURED)
    home, away = (SUNS, spelling) if swapped else (spelling, SUNS)
    counts = record(
        final(fixture(provider_id, home=home, away=away), *((105, 110) if swapped else (110, 105))), at=OVER
    ).counts
    settled(OVER)
    assert score(database, listed.id) == ("finished", 110, 105)
    assert outcome(database, made) == ("win", None)
    assert (counts["names_unknown"], counts["events_in_review"]) == (0, 0)
    assert len(rows(database, "SELECT FROM games")) == 1


@pytest.mark.parametrize("swapped", [False, True])
def test_one_unknown_name_under_a_known_id_is_the_remaining_team_and_is_reported(database: str, swapped: bool) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    made = pick(make_user(database), listed, "moneyline", "home", at=CAPTURED)
    home, away = (SUNS, "Inglewood Sails") if swapped else ("Inglewood Sails", SUNS)
    counts = record(final(fixture(home=home, away=away), *((105, 110) if swapped else (110, 105))), at=OVER).counts
    settled(OVER)
    assert outcome(database, made) == ("win", None)
    assert (counts["names_unknown"], counts["events_in_review"]) == (1, 0)
    review = row(database, "SELECT * FROM event_reviews WHERE resolved_at IS NULL")
    assert (review["game_id"], review["reason"]) == (
        listed.id,
        "Inglewood Sails is not known; it is taken for Los Angeles Clippers",
    )
    record(final(fixture(home=CLIPPERS, away=SUNS), 110, 105), at=OVER + HOUR)
    assert rows(database, "SELECT FROM event_reviews WHERE resolved_at IS NULL") == []


def test_two_unknown_names_give_no_result_and_no_void(database: str) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    made = pick(make_user(database), listed, "moneyline", "home", at=CAPTURED)
    store(odds(fixture(home="Sails", away="Desert")), at=CAPTURED + MINUTE)
    assert game(database, listed.id)["status"] == "scheduled"
    recorded = record(final(fixture(home="Sails", away="Desert"), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == (None, None)
    assert (game(database, listed.id)["status"], game(database, listed.id)["review_reason"]) == (
        "review",
        UNREADABLE_SCORE,
    )
    assert recorded.counts["events_in_review"] == 1
    assert [part.provider_id for part in recorded.skipped] == [ID]
    record(final(fixture(home=CLIPPERS, away=SUNS), 110, 105), at=OVER + HOUR)
    settled(OVER + HOUR)
    assert outcome(database, made) == ("win", None)


def named(*by_name: tuple[str, int], completed: bool = True, at_home: str = CLIPPERS) -> GameScore:
    """Return a score whose names are not spelled as in its fixture."""
    return GameScore(fixture(home=at_home, away=SUNS), completed, home_score=None, away_score=None, by_name=by_name)


@pytest.mark.parametrize(
    "scores",
    [
        (("LA Clippers", 110), ("Phoenix", 105)),
        (("Suns", 105), ("Clippers", 110)),
        (("PHX", 105), ("LAC", 110)),
    ],
)
def test_scores_have_their_sides_by_the_teams_that_their_names_stand_for(
    database: str, scores: tuple[tuple[str, int], ...]
) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    made = pick(make_user(database), listed, "moneyline", "home", at=CAPTURED)
    record(named(*scores), at=OVER)
    settled(OVER)
    assert score(database, listed.id) == ("finished", 110, 105)
    assert outcome(database, made) == ("win", None)


@pytest.mark.parametrize(
    "scores",
    [
        (("Utah Jazz", 110), (SUNS, 105)),
        (("Inglewood Sails", 110), (SUNS, 105)),
        (("Inglewood Sails", 110), ("Desert", 105)),
        (("LA Clippers", 110), (CLIPPERS, 105)),
        (("Utah Jazz", 110), ("Inglewood Sails", 105)),
    ],
)
@pytest.mark.parametrize("completed", [True, False])
def test_scores_of_other_teams_grade_nothing(
    database: str, scores: tuple[tuple[str, int], ...], *, completed: bool
) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    made = pick(make_user(database), listed, "moneyline", "home", at=CAPTURED)
    recorded = record(named(*scores, completed=completed), at=OVER)
    settled(OVER)
    assert (recorded.unreadable, recorded.lost) == ((Skipped(NOT_OF_EACH_TEAM, ID),), 1)
    assert outcome(database, made) == (None, None)
    shown = game(database, listed.id)
    assert (shown["home_score"], shown["review_reason"]) == (None, UNREADABLE_SCORE if completed else None)
    record(named((SUNS, 105), ("Clippers", 110)), at=OVER + HOUR)
    settled(OVER + HOUR)
    assert outcome(database, made) == ("win", None)


@pytest.mark.parametrize(("home", "away"), [("Inglewood Sails", SUNS), (SUNS, "Inglewood Sails"), ("A1", "B2")])
def test_a_name_that_nobody_knows_under_a_new_id_makes_no_game(database: str, home: str, away: str) -> None:
    list_game(fixture(home=CLIPPERS, away=SUNS))
    counts = store(
        odds(fixture(home=CLIPPERS, away=SUNS)), odds(fixture(OTHER_ID, home=home, away=away)), at=OVER - 4 * HOUR
    )
    assert len(rows(database, "SELECT FROM games")) == 1
    assert (counts["games_new"], counts["events_in_review"]) == (0, 1)
    review = row(database, "SELECT * FROM event_reviews")
    assert (review["provider_id"], review["home_team"], review["away_team"], review["game_id"]) == (
        OTHER_ID,
        home,
        away,
        None,
    )
    assert review["reason"] == UNKNOWN_TEAM


def test_an_id_that_names_a_third_team_and_an_unknown_one_locks_its_game(database: str) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    store(odds(fixture(home="Utah Jazz", away="Inglewood Sails")), at=CAPTURED + MINUTE)
    assert (game(database, listed.id)["status"], game(database, listed.id)["review_reason"]) == ("review", OTHER_TEAM)
    store(odds(fixture(home=CLIPPERS, away=SUNS)), at=CAPTURED + 2 * MINUTE)
    assert (game(database, listed.id)["status"], game(database, listed.id)["review_reason"]) == ("scheduled", None)


def test_both_names_of_one_team_are_no_game(database: str) -> None:
    counts = store(odds(fixture(home="LA Clippers", away=CLIPPERS)))
    assert (counts["games_new"], counts["events_in_review"]) == (0, 1)


def test_a_sport_with_an_open_roster_learns_its_teams_from_odds_and_never_from_scores(database: str) -> None:
    sport = "basketball_ncaab"
    of = fixture(home="Gonzaga Bulldogs", away="Saint Mary's Gaels", sport=sport)
    recorded = record(final(of, 80, 70), at=OVER)
    assert rows(database, "SELECT FROM teams WHERE sport = %s", sport) == []
    assert recorded.counts["events_in_review"] == 1

    store(odds(fixture(OTHER_ID, home=of.home_team, away=of.away_team, sport=sport)))
    record(final(fixture(OTHER_ID, home="GONZAGA bulldogs", away="St. Marys Gaels", sport=sport), 80, 70), at=OVER)
    assert score(database, 1) == ("finished", 80, 70)
    assert {one["name"] for one in rows(database, "SELECT name FROM teams WHERE sport = %s", sport)} == {
        "Gonzaga Bulldogs",
        "Saint Mary's Gaels",
    }


def test_games_of_the_previous_release_get_their_teams_from_their_names(database: str) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    import psycopg

    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE games SET home_team_id = NULL, away_team_id = NULL, time_zone = NULL, home_team = 'LA Clippers'"
        )
    record(final(fixture(OTHER_ID, home=CLIPPERS, away=SUNS), 110, 105), at=OVER)
    assert score(database, listed.id) == ("finished", 110, 105)


def test_a_premature_score_under_unknown_names_is_left_out(database: str) -> None:
    list_game(fixture(home=CLIPPERS, away=SUNS))
    recorded = record(final(fixture(home="A1", away="B2"), 1, 0), at=CAPTURED + MINUTE)
    assert recorded.skipped == (Skipped(NOT_STARTED, ID),)


def test_an_id_with_an_unknown_name_that_moves_belongs_to_no_game(database: str) -> None:
    listed = list_game(fixture(home=CLIPPERS, away=SUNS))
    there = list_game(fixture(OTHER_ID, home=CLIPPERS, away=SUNS, tip_off=TIP_OFF + 24 * HOUR), at=CAPTURED + MINUTE)
    moved = fixture(home="Inglewood Sails", away=SUNS, tip_off=TIP_OFF + 25 * HOUR)
    store(odds(moved), at=CAPTURED + 2 * MINUTE)
    assert ids(database) == {ID: listed.id, OTHER_ID: there.id}
    assert (game(database, listed.id)["status"], game(database, listed.id)["review_reason"]) == (
        "review",
        MOVED_UNKNOWN,
    )


def test_a_new_spelling_under_a_known_id_is_no_new_team_where_the_roster_is_open(database: str) -> None:
    sport = "americanfootball_ncaaf"
    known = list_game(fixture(home="Ole Miss Rebels", away="LSU Tigers", sport=sport))
    made = pick(make_user(database), known, "moneyline", "home", at=CAPTURED)
    renamed = fixture(home="Mississippi Rebels", away="LSU Tigers", sport=sport)
    counts = store(odds(renamed), at=CAPTURED + MINUTE)
    assert (counts["names_unknown"], counts["games_new"]) == (1, 0)
    record(final(renamed, 30, 20), at=OVER)
    settled(OVER)
    assert outcome(database, made) == ("win", None)
    assert rows(database, "SELECT FROM teams WHERE name = 'Mississippi Rebels'") == []


def test_an_unknown_name_on_another_date_voids_nothing(database: str) -> None:
    known = list_game(fixture(home=CLIPPERS, away=SUNS))
    made = pick(make_user(database), known, "moneyline", "home", at=CAPTURED)
    store(odds(fixture(home="Winner of Series B", away=SUNS, tip_off=TIP_OFF + 7 * 24 * HOUR)), at=CAPTURED + MINUTE)
    settled(CAPTURED + MINUTE)
    assert outcome(database, made) == (None, None)
    assert (game(database, known.id)["status"], len(rows(database, "SELECT FROM games"))) == ("review", 1)
