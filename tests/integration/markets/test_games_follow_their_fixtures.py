"""A game is identified by sport, teams and local date. Ids, tip-off and the home team follow the provider."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import psycopg
import pytest
from msgspec import structs

from pickvs.jobs.sources import Skipped
from tests.support.games import game, ids, reasons
from tests.support.markets import (
    AWAY,
    CAPTURED,
    HOME,
    ID,
    PROVIDER,
    TIP_OFF,
    book,
    final,
    fixture,
    list_game,
    listed,
    moneyline,
    odds,
    playing,
    record,
    store,
    total,
)
from tests.support.snapshot import everything, row, rows

OTHER_ID = "b" * 32
LATER = CAPTURED + timedelta(minutes=10)
NEXT_DAY = TIP_OFF + timedelta(days=1)
ONE_HOUR = timedelta(hours=1)


def test_a_new_fixture_is_a_game_on_its_date_in_new_york(database: str) -> None:
    counts = store(odds())

    made = row(database, "SELECT * FROM games")
    assert (made["sport"], made["home_team"], made["away_team"]) == ("basketball_nba", HOME, AWAY)
    assert (made["local_date"], made["commence_time"]) == (date(2024, 1, 10), TIP_OFF)
    assert (made["status"], made["created_at"], made["seen_at"]) == ("scheduled", CAPTURED, CAPTURED)
    assert ids(database) == {ID: made["id"]}
    assert (counts["games"], counts["games_new"], counts["games_moved"]) == (1, 1, 0)


def test_a_capture_stored_twice_changes_nothing(database: str) -> None:
    capture = (odds(), odds(fixture(OTHER_ID, home="Miami Heat", away="Boston Celtics"), book("draftkings")))
    store(*capture)
    before = everything(database)

    counts = store(*capture)

    assert everything(database) == before
    assert counts["games"] == 2
    assert [name for name, number in counts.items() if number] == ["games"]


@pytest.mark.parametrize("by", [timedelta(hours=2), timedelta(minutes=-30)])
def test_a_tip_off_moved_within_the_date_takes_the_game_along(database: str, by: timedelta) -> None:
    before = list_game()

    counts = store(odds(fixture(tip_off=TIP_OFF + by)), at=LATER)

    after = game(database, before.id)
    assert (after["commence_time"], after["status"]) == (TIP_OFF + by, "scheduled")
    assert (after["updated_at"], after["created_at"]) == (LATER, CAPTURED)
    assert (counts["games_moved"], counts["games_new"], counts["quotes_confirmed"]) == (1, 0, 6)


def test_a_game_that_is_merely_seen_again_is_not_updated_for_its_readers(database: str) -> None:
    known = list_game()
    store(odds(), at=LATER)
    assert (game(database, known.id)["seen_at"], game(database, known.id)["updated_at"]) == (LATER, CAPTURED)


def test_an_id_that_moves_to_another_date_leaves_a_void_game(database: str) -> None:
    old = list_game()

    counts = store(odds(fixture(tip_off=NEXT_DAY)), at=LATER)

    new = listed()
    assert new.id != old.id
    assert game(database, new.id)["local_date"] == date(2024, 1, 11)
    left = game(database, old.id)
    assert (left["status"], left["commence_time"]) == ("postponed", TIP_OFF)
    assert reasons(database, old.id) == [("void", "moved from 2024-01-10 to 2024-01-11")]
    result = row(database, "SELECT * FROM game_results")
    assert (result["id"], result["source"], result["recorded_at"]) == (left["result_id"], PROVIDER, LATER)
    assert row(database, "SELECT * FROM ingestion_runs WHERE id = %s", result["run_id"])["started_at"] == LATER
    assert rows(database, "SELECT FROM quotes WHERE game_id = %s AND superseded_at IS NULL", old.id) == []
    assert len(new.quotes) == 6
    assert (counts["games_postponed"], counts["games_new"], counts["games_moved"]) == (1, 1, 1)
    assert (counts["quotes_withdrawn"], counts["quotes_made"]) == (6, 6)


def test_a_game_that_comes_back_to_its_date_stands_again(database: str) -> None:
    old = list_game()
    store(odds(fixture(tip_off=NEXT_DAY)), at=LATER)
    in_between = listed()

    counts = store(odds(), at=LATER + timedelta(minutes=1))

    assert listed().id == old.id
    assert game(database, old.id)["status"] == "scheduled"
    assert reasons(database, old.id) == [
        ("void", "moved from 2024-01-10 to 2024-01-11"),
        ("reopened", "back on 2024-01-10"),
    ]
    newest = row(database, "SELECT max(id) AS id FROM game_results WHERE game_id = %s", old.id)
    assert game(database, old.id)["result_id"] == newest["id"]
    assert game(database, in_between.id)["status"] == "postponed"
    assert len(listed().quotes) == 6
    assert (counts["games_reopened"], counts["games_postponed"], counts["games_new"]) == (1, 1, 0)


def test_a_move_stored_twice_changes_nothing(database: str) -> None:
    store(odds())
    for at, tip_off in ((LATER, NEXT_DAY), (LATER + timedelta(minutes=1), TIP_OFF)):
        store(odds(fixture(tip_off=tip_off)), at=at)
        before = everything(database)
        store(odds(fixture(tip_off=tip_off)), at=at)
        assert everything(database) == before


def test_a_game_keeps_standing_while_another_id_names_it(database: str) -> None:
    old = list_game()
    store(odds(), odds(fixture(OTHER_ID)), at=LATER)

    store(odds(fixture(tip_off=NEXT_DAY)), odds(fixture(OTHER_ID)), at=LATER + timedelta(minutes=1))

    assert (ids(database)[OTHER_ID], game(database, old.id)["status"]) == (old.id, "scheduled")
    assert ids(database)[ID] != old.id
    assert reasons(database, old.id) == []


def test_a_game_keeps_standing_while_an_unreadable_event_names_it(database: str) -> None:
    old = list_game()
    store(odds(), odds(fixture(OTHER_ID)), at=LATER)

    unread = Skipped("commence_time is missing", provider_id=OTHER_ID)
    store(odds(fixture(tip_off=NEXT_DAY)), at=LATER + timedelta(minutes=1), skipped=(unread,))

    assert game(database, old.id)["status"] == "scheduled"


def test_an_id_that_was_named_once_and_never_again_keeps_no_game_standing(database: str) -> None:
    old = list_game(fixture(OTHER_ID))
    store(odds(), at=LATER)
    assert ids(database) == {ID: old.id, OTHER_ID: old.id}

    store(odds(fixture(tip_off=NEXT_DAY)), at=LATER + timedelta(minutes=1))

    assert game(database, old.id)["status"] == "postponed"


def test_two_ids_can_swap_their_dates(database: str) -> None:
    first = list_game()
    store(odds(), odds(fixture(OTHER_ID, tip_off=NEXT_DAY)), at=LATER)
    second = listed(OTHER_ID)

    store(odds(fixture(tip_off=NEXT_DAY)), odds(fixture(OTHER_ID)), at=LATER + timedelta(minutes=1))

    assert ids(database) == {ID: second.id, OTHER_ID: first.id}
    assert rows(database, "SELECT FROM game_results") == []


def test_an_id_that_names_other_teams_is_another_game_and_leaves_its_own_in_review(database: str) -> None:
    old = list_game(fixture(home="Boston Celtics", away="Miami Heat"))

    counts = store(odds(fixture(home="Boston Celtics", away="Chicago Bulls")), at=LATER)

    assert listed().id != old.id
    assert reasons(database, old.id) == []
    assert (game(database, old.id)["status"], game(database, old.id)["review_reason"]) == (
        "review",
        "its id now stands for Chicago Bulls at Boston Celtics on 2024-01-10",
    )
    assert (counts["games_in_doubt"], counts["games_postponed"]) == (1, 0)
    store(odds(fixture(home="Boston Celtics", away="Miami Heat")), at=LATER + timedelta(minutes=1))
    assert game(database, old.id)["status"] == "scheduled"


def test_of_two_ids_the_one_with_more_bookmakers_speaks(database: str) -> None:
    poor = odds(fixture(ID, tip_off=TIP_OFF), book("draftkings"))
    rich = odds(fixture(OTHER_ID, tip_off=TIP_OFF + ONE_HOUR))

    counts = store(poor, rich)

    made = row(database, "SELECT * FROM games")
    assert made["commence_time"] == TIP_OFF + ONE_HOUR
    assert ids(database) == {ID: made["id"], OTHER_ID: made["id"]}
    assert row(database, "SELECT count(DISTINCT bookmaker) AS n FROM bookmaker_odds")["n"] == 2
    assert (counts["games"], counts["games_new"]) == (1, 1)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_ids_with_as_many_bookmakers_the_smaller_speaks(database: str, turned: bool) -> None:
    both = (odds(fixture(ID)), odds(fixture(OTHER_ID, tip_off=TIP_OFF + ONE_HOUR)))
    store(*(reversed(both) if turned else both))
    assert row(database, "SELECT commence_time FROM games")["commence_time"] == TIP_OFF


@pytest.mark.parametrize("provider_id", [ID, OTHER_ID])
def test_home_and_away_in_each_others_place_are_read_the_other_way_round(database: str, provider_id: str) -> None:
    known = list_game()
    prices = moneyline("draftkings", 120, -140), moneyline("fanduel", 120, -140), *book("betmgm")[2:]

    store(odds(fixture(provider_id, home=AWAY, away=HOME), prices), at=LATER)

    assert ids(database)[provider_id] == known.id
    after = game(database, known.id)
    assert (after["home_team"], after["status"]) == (HOME, "scheduled")
    quotes = listed(provider_id).quotes
    assert quotes["moneyline", "home"] == structs.replace(known.quote("moneyline", "home"), captured_at=LATER)
    kept = rows(
        database, "SELECT selection, price FROM bookmaker_odds WHERE bookmaker = 'draftkings' AND market = 'moneyline'"
    )
    assert {(one["selection"], one["price"]) for one in kept} == {("home", -140), ("away", 120)}


def test_a_new_id_beside_one_that_moves_is_of_the_same_new_game(database: str) -> None:
    list_game()
    moved = [playing(fixture(name, tip_off=NEXT_DAY)) for name in (ID, OTHER_ID)]
    record(*moved, at=LATER)
    assert ids(database) == {ID: 2, OTHER_ID: 2}


def test_two_teams_have_one_game_of_a_number_a_day_whoever_is_at_home(database: str) -> None:
    store(odds())
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            """
            INSERT INTO games (sport, home_team_id, away_team_id, home_team, away_team, local_date, commence_time,
                               created_at, updated_at)
            SELECT sport, away_team_id, home_team_id, away_team, home_team, local_date, commence_time, created_at,
                   updated_at
            FROM games
            """
        )


def test_an_older_capture_takes_nothing_back(database: str) -> None:
    store(odds(fixture(tip_off=TIP_OFF + ONE_HOUR)), at=LATER)
    before = everything(database)

    late = odds(fixture(tip_off=TIP_OFF), (moneyline("draftkings", 300, -400), total("betmgm", "210.5")))
    counts = store(late, at=CAPTURED)

    assert everything(database) == before
    assert counts["late"] == 1
    assert counts["odds_written"] + counts["odds_withdrawn"] + counts["quotes_made"] + counts["games_moved"] == 0


def test_an_older_capture_does_not_bring_back_a_date(database: str) -> None:
    store(odds(), at=CAPTURED - ONE_HOUR)
    store(odds(fixture(tip_off=NEXT_DAY)), at=LATER)
    before = everything(database)

    assert store(odds(), at=CAPTURED)["late"] == 1

    assert everything(database) == before


def test_an_older_capture_of_odds_is_still_taken_where_only_scores_came_after_it(database: str) -> None:
    known = list_game(at=CAPTURED)
    moved = TIP_OFF - timedelta(minutes=20)
    record(playing(fixture(tip_off=moved)), at=LATER + timedelta(minutes=1))

    counts = store(odds(fixture(), (moneyline("a", -150, 130), moneyline("b", -150, 130))), at=LATER)

    assert game(database, known.id)["commence_time"] == moved
    assert listed().quote("moneyline", "home").price == -150
    assert (counts["late"], counts["quotes_made"]) == (1, 2)


def test_an_older_capture_of_a_game_it_calls_in_play_brings_no_odds(database: str) -> None:
    store(odds(markets=()), at=CAPTURED)
    delayed = fixture(tip_off=TIP_OFF + ONE_HOUR)
    record(playing(delayed), at=LATER + timedelta(minutes=1))

    counts = store(odds(fixture(tip_off=CAPTURED)), at=LATER)

    assert (counts["in_play"], counts["odds_written"], counts["quotes_made"]) == (1, 0, 0)


def test_a_capture_costs_the_same_number_of_statements_however_many_games_are_in_it(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = 0
    execute = psycopg.Cursor.execute

    def counted(self: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(self, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    teams = [
        name for [name] in psycopg.connect(database).execute("SELECT name FROM teams WHERE sport = 'basketball_nba'")
    ]
    pairs = list(combinations(teams, 2))[:40]
    many = [fixture(f"{number:032x}", home=home, away=away) for number, (home, away) in enumerate(pairs)]
    used = []
    for number, named in enumerate(([], many[:1], many)):
        statements = 0
        store(*(odds(one) for one in named), at=CAPTURED + timedelta(minutes=number))
        stored = statements
        statements = 0
        record(*(final(one, 100, 90) for one in named), at=TIP_OFF + timedelta(hours=3 + number))
        used.append((stored, statements))
    nothing, one_game, many_games = used
    assert one_game == many_games
    assert all(fewer <= more < 24 for fewer, more in zip(nothing, many_games, strict=True))
