"""Live scores, games moved from their date, administrators' decisions, and games without any report."""

from datetime import datetime, timedelta

import psycopg
import pytest

from pickvs.jobs.sources import Skipped
from pickvs.markets.scores import rules
from tests.support.games import counted, decide, game, results, score
from tests.support.markets import (
    CAPTURED,
    ID,
    TIP_OFF,
    final,
    fixture,
    list_game,
    listed,
    odds,
    playing,
    record,
    store,
)
from tests.support.snapshot import everything, rows

OTHER_ID = "b" * 32
OVER = TIP_OFF + timedelta(hours=3)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class TestLive:
    def test_scores_of_games_under_way_are_kept(self, database: str) -> None:
        known = list_game()
        for minutes, home in enumerate((50, 53)):
            recorded = record(playing(fixture(), home, 48), at=TIP_OFF + HOUR + minutes * MINUTE)
            assert score(database, known.id) == ("live", home, 48)
            assert recorded.counts["live"] == 1
        assert results(database) == []

    def test_an_older_answer_takes_no_score_back(self, database: str) -> None:
        known = list_game()
        record(playing(fixture(), 53, 48), at=TIP_OFF + HOUR + MINUTE)
        record(playing(fixture(), 50, 48), at=TIP_OFF + HOUR)
        assert score(database, known.id) == ("live", 53, 48)

    def test_a_listed_game_without_scores_starts_by_the_clock(self, database: str) -> None:
        known = list_game()
        record(playing(fixture()), at=TIP_OFF - MINUTE)
        assert score(database, known.id) == ("scheduled", None, None)
        record(playing(fixture()), at=TIP_OFF)
        assert score(database, known.id) == ("live", None, None)

    def test_an_upcoming_game_follows_its_tip_off(self, database: str) -> None:
        known = list_game()
        record(playing(fixture(tip_off=TIP_OFF + HOUR)), at=CAPTURED + MINUTE)
        assert game(database, known.id)["commence_time"] == TIP_OFF + HOUR

    def test_a_game_that_nothing_is_said_of_can_be_picked_meanwhile(self, database: str) -> None:
        """A settlement may keep its transaction open for seconds. It does not lock games that it does not change."""
        untouched = list_game()
        others = fixture(OTHER_ID, home="Miami Heat", away="Boston Celtics", tip_off=TIP_OFF - 3 * HOUR)
        store(odds(others), at=CAPTURED - 4 * HOUR)
        with psycopg.connect(database) as connection:
            connection.execute("SELECT FROM games WHERE id = %s FOR SHARE", (untouched.id,))
            recorded = record(playing(fixture()), final(others, 110, 105), at=CAPTURED + MINUTE)
        assert recorded.counts["finals"] == 1


class TestOffTheirDate:
    def test_a_score_answer_can_move_a_game(self, database: str) -> None:
        old = list_game()
        moved = fixture(tip_off=TIP_OFF + 24 * HOUR)

        recorded = record(playing(moved), at=CAPTURED + MINUTE)

        assert score(database, old.id) == ("postponed", None, None)
        assert results(database) == [("void", None, None)]
        assert game(database, listed().id)["commence_time"] == TIP_OFF + 24 * HOUR
        assert rows(database, "SELECT FROM quotes WHERE superseded_at IS NULL") == []
        assert counted(recorded.counts) == {"games_new": 1, "games_moved": 1, "games_postponed": 1}

    def test_a_final_on_another_date_is_not_the_final_of_this_game(self, database: str) -> None:
        old = list_game()
        record(final(fixture(tip_off=TIP_OFF + 24 * HOUR), 110, 105), at=OVER + 24 * HOUR)
        assert score(database, old.id) == ("postponed", None, None)
        assert score(database, listed().id) == ("finished", 110, 105)

    def test_a_postponed_game_that_was_played_after_all_stands_again(self, database: str) -> None:
        old = list_game()
        store(odds(fixture(tip_off=TIP_OFF + 24 * HOUR)), at=CAPTURED + MINUTE)

        recorded = record(final(fixture(), 110, 105), at=OVER)

        assert score(database, old.id) == ("finished", 110, 105)
        found = rows(database, "SELECT outcome FROM game_results WHERE game_id = %s ORDER BY id", old.id)
        assert [one["outcome"] for one in found] == ["void", "reopened", "final"]
        assert recorded.counts["games_reopened"] == 1
        before = everything(database)
        record(final(fixture(), 110, 105), at=OVER)
        assert everything(database) == before

    def test_an_older_final_does_not_undo_a_postponement(self, database: str) -> None:
        old = list_game()
        store(odds(fixture(OTHER_ID)), at=CAPTURED + MINUTE)
        store(odds(fixture(tip_off=TIP_OFF + 24 * HOUR)), at=OVER + HOUR)
        assert score(database, old.id)[0] == "postponed"

        recorded = record(final(fixture(OTHER_ID), 110, 105), at=OVER)

        assert score(database, old.id)[0] == "postponed"
        assert recorded.skipped == (Skipped(rules.NOT_PLAYED, OTHER_ID),)


class TestAnAdministratorsWord:
    @pytest.mark.parametrize(
        ("outcome", "home", "away", "status"),
        [("final", 111, 105, "finished"), ("void", None, None, "cancelled"), ("void", None, None, "postponed")],
    )
    def test_stands_against_the_provider(
        self, database: str, outcome: str, home: int | None, away: int | None, status: str
    ) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        decide(database, outcome, home, away, status=status, at=OVER + MINUTE)

        recorded = record(final(fixture(), 110, 106), at=OVER + HOUR)

        assert score(database, known.id) == (status, home, away)
        assert recorded.skipped == (Skipped(rules.DECIDED, ID),)

    def test_is_not_contradicted_by_the_same_score(self, database: str) -> None:
        list_game()
        record(final(fixture(), 110, 105), at=OVER)
        decide(database, "final", 111, 105, status="finished", at=OVER + MINUTE)
        assert record(final(fixture(), 111, 105), at=OVER + HOUR).skipped == ()

    def test_of_reopening_lets_the_provider_speak_again(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        decide(database, "reopened", None, None, status="live", at=OVER + MINUTE)

        recorded = record(final(fixture(), 110, 105), at=OVER + 100 * HOUR)

        assert score(database, known.id) == ("finished", 110, 105)
        assert recorded.counts["finals"] == 1
        # The window starts at this final, not at the one before the reopening.
        record(final(fixture(), 110, 106), at=OVER + 101 * HOUR)
        assert score(database, known.id) == ("finished", 110, 106)


class TestMissing:
    @pytest.mark.parametrize(
        ("after", "status", "overdue", "review"),
        [
            (timedelta(hours=6) - timedelta(seconds=1), "live", 0, 0),
            (timedelta(hours=6), "live", 1, 0),
            (timedelta(hours=24) - timedelta(seconds=1), "live", 1, 0),
            (timedelta(hours=24), "review", 0, 1),
        ],
    )
    def test_an_alarm_after_6_hours_and_a_review_after_24(
        self, database: str, after: timedelta, status: str, overdue: int, review: int
    ) -> None:
        known = list_game()
        for again in (0, 1):
            recorded = record(playing(fixture()), at=TIP_OFF + after)
            assert score(database, known.id) == (status, None, None)
            assert (recorded.counts["overdue"], recorded.counts["review"]) == (overdue, 0 if again else review)
        assert results(database) == []

    def test_a_game_that_no_answer_names_any_more_goes_to_review_with_its_last_score(self, database: str) -> None:
        known = list_game()
        record(playing(fixture(), 50, 48), at=TIP_OFF + HOUR)
        assert record(at=TIP_OFF + 24 * HOUR).counts["review"] == 1
        assert score(database, known.id) == ("review", 50, 48)

    def test_what_is_over_or_off_is_not_missed(self, database: str) -> None:
        store(odds(), odds(fixture(OTHER_ID, home="Miami Heat")))
        record(final(fixture(), 110, 105), at=OVER)
        store(odds(fixture(OTHER_ID, home="Miami Heat", tip_off=TIP_OFF + 72 * HOUR)), at=OVER)
        assert counted(record(at=TIP_OFF + 48 * HOUR).counts) == {}

    def test_a_game_in_review_is_called_off_when_its_id_moves(self, database: str) -> None:
        known = list_game()
        record(at=TIP_OFF + 24 * HOUR)
        store(odds(fixture(tip_off=TIP_OFF + 240 * HOUR)), at=TIP_OFF + 25 * HOUR)
        assert score(database, known.id) == ("postponed", None, None)


def test_a_result_says_who_and_a_finished_game_has_one(database: str) -> None:
    known = list_game()
    moment: datetime = OVER
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in (
            "UPDATE games SET status = 'finished', home_score = 1, away_score = 0 WHERE id = %(game)s",
            "UPDATE games SET home_score = 1, away_score = 0 WHERE id = %(game)s",
            "INSERT INTO game_results (game_id, outcome, source, recorded_at) VALUES (%(game)s, 'void', 'x', %(at)s)",
            "INSERT INTO game_results (game_id, outcome, source, recorded_at) VALUES (%(game)s, 'final', 'x', %(at)s)",
        ):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(statement, {"game": known.id, "at": moment})
