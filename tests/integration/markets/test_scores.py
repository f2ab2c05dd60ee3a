"""Finals, corrections, live scores, and games that nobody reports on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.markets.scores import rules
from pickvs.markets.values import Skipped
from tests.support.markets import (
    AWAY,
    CAPTURED,
    HOME,
    ID,
    PROVIDER,
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
from tests.support.snapshot import everything, row, rows

OTHER_ID = "b" * 32
OVER = TIP_OFF + timedelta(hours=3)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def game(url: str, game_id: int) -> dict[str, Any]:
    return row(url, "SELECT * FROM games WHERE id = %s", game_id)


def score(url: str, game_id: int) -> tuple[str, int | None, int | None]:
    now = game(url, game_id)
    return now["status"], now["home_score"], now["away_score"]


def results(url: str) -> list[tuple[str, int | None, int | None]]:
    found = rows(url, "SELECT * FROM game_results ORDER BY id")
    return [(one["outcome"], one["home_score"], one["away_score"]) for one in found]


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number and name != "games"}


def decide(url: str, outcome: str, home: int | None, away: int | None, status: str) -> None:
    """What an administrator's decision leaves in the database."""
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            WITH said AS (
              INSERT INTO game_results (game_id, outcome, home_score, away_score, source, reason, recorded_at)
              SELECT id, %(outcome)s, %(home)s, %(away)s, 'admin:ann', 'the league said so', %(at)s FROM games
              RETURNING id
            )
            UPDATE games SET status = %(status)s, home_score = %(home)s, away_score = %(away)s, result_id = said.id
            FROM said
            """,
            {"outcome": outcome, "home": home, "away": away, "status": status, "at": OVER + MINUTE},
        )


class TestFinals:
    def test_a_final_finishes_the_game(self, database: str) -> None:
        known = list_game()
        start = TIP_OFF + timedelta(seconds=64)

        recorded = record(final(fixture(tip_off=start), 110, 105), at=OVER)

        after = game(database, known.id)
        assert (after["status"], after["home_score"], after["away_score"]) == ("finished", 110, 105)
        assert (after["commence_time"], after["updated_at"]) == (start, OVER)
        result = row(database, "SELECT * FROM game_results")
        assert (result["id"], result["game_id"]) == (after["result_id"], known.id)
        assert (result["outcome"], result["home_score"], result["away_score"]) == ("final", 110, 105)
        assert (result["source"], result["provider_id"], result["recorded_at"]) == (PROVIDER, ID, OVER)
        assert row(database, "SELECT * FROM ingestion_runs WHERE id = %s", result["run_id"])["started_at"] == OVER
        assert after["settled_result_id"] is None
        assert counted(recorded.counts) == {"finals": 1, "games_moved": 1}
        assert recorded.skipped == ()

    def test_the_same_answer_again_changes_nothing(self, database: str) -> None:
        list_game()
        record(final(fixture(), 110, 105), at=OVER)
        before = everything(database)
        for at in (OVER, OVER + HOUR):
            recorded = record(final(fixture(), 110, 105), at=at)
            assert counted(recorded.counts) == {}
            assert everything(database) == before

    def test_an_earlier_start_than_announced_is_believed(self, database: str) -> None:
        known = list_game()
        early = TIP_OFF - timedelta(minutes=2)
        record(playing(fixture(tip_off=early), 3, 0), at=TIP_OFF - MINUTE)
        assert game(database, known.id)["commence_time"] == early
        assert score(database, known.id) == ("live", 3, 0)

    def test_a_finished_game_keeps_its_start(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        record(final(fixture(tip_off=TIP_OFF + MINUTE), 110, 105), at=OVER + HOUR)
        assert game(database, known.id)["commence_time"] == TIP_OFF

    def test_teams_are_matched_whichever_is_called_the_home_team(self, database: str) -> None:
        known = list_game()
        record(final(fixture(home=AWAY, away=HOME), 105, 110), at=OVER)
        assert score(database, known.id) == ("finished", 110, 105)

    def test_a_tie_is_a_final(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 100, 100), at=OVER)
        assert score(database, known.id) == ("finished", 100, 100)

    def test_a_new_id_of_a_known_game_finishes_it(self, database: str) -> None:
        known = list_game()
        recorded = record(final(fixture(OTHER_ID), 110, 105), at=OVER)
        assert score(database, known.id) == ("finished", 110, 105)
        assert listed(OTHER_ID).id == known.id
        assert recorded.counts["unknown"] == 0

    def test_a_game_in_review_is_finished_by_a_late_final(self, database: str) -> None:
        known = list_game()
        record(at=TIP_OFF + 24 * HOUR)
        assert score(database, known.id) == ("review", None, None)
        record(final(fixture(), 110, 105), at=TIP_OFF + 30 * HOUR)
        assert score(database, known.id) == ("finished", 110, 105)

    def test_a_final_answer_that_comes_late_is_still_a_final(self, database: str) -> None:
        known = list_game()
        store(odds(), at=OVER + MINUTE)
        recorded = record(final(fixture(tip_off=TIP_OFF + MINUTE), 110, 105), at=OVER)
        assert score(database, known.id) == ("finished", 110, 105)
        assert game(database, known.id)["commence_time"] == TIP_OFF
        assert counted(recorded.counts) == {"finals": 1, "late": 1}


class TestLeftOut:
    def test_a_game_nobody_has_heard_of(self, database: str) -> None:
        recorded = record(final(fixture(), 110, 105), playing(fixture(OTHER_ID, home="Miami Heat")), at=OVER)
        assert recorded.skipped == (Skipped(rules.UNKNOWN, ID),)
        assert counted(recorded.counts) == {"unknown": 1}
        assert rows(database, "SELECT FROM games") == rows(database, "SELECT FROM game_provider_ids") == []

    @pytest.mark.parametrize("completed", [True, False])
    def test_a_score_of_a_game_that_has_not_started(self, database: str, completed: bool) -> None:
        known = list_game()
        before = everything(database)
        named = fixture(tip_off=TIP_OFF + HOUR)

        item = final(named, 110, 105) if completed else playing(named, 110, 105)
        recorded = record(item, at=TIP_OFF - MINUTE)

        assert everything(database) == before
        assert recorded.skipped == (Skipped(rules.NOT_STARTED, ID),)
        assert counted(recorded.counts) == {"not_started": 1}
        assert game(database, known.id)["status"] == "scheduled"

    def test_a_decided_game_is_not_opened_again_by_a_start_to_come(self, database: str) -> None:
        known = list_game()
        record(final(fixture(tip_off=OVER + HOUR), 110, 105), at=OVER)
        assert (game(database, known.id)["status"], game(database, known.id)["commence_time"]) == ("live", TIP_OFF)

    def test_a_late_final_of_a_game_that_has_since_been_moved_into_the_future(self, database: str) -> None:
        known = list_game()
        store(odds(fixture(tip_off=TIP_OFF + 4 * HOUR)), at=OVER + MINUTE)
        recorded = record(final(fixture(), 110, 105), at=OVER)
        assert score(database, known.id) == ("scheduled", None, None)
        assert recorded.skipped == (Skipped(rules.NOT_STARTED, ID),)


class TestCorrections:
    def test_another_score_replaces_the_first(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)

        recorded = record(final(fixture(), 110, 107), at=OVER + HOUR)

        assert score(database, known.id) == ("finished", 110, 107)
        assert results(database) == [("final", 110, 105), ("final", 110, 107)]
        newest = row(database, "SELECT max(id) AS id FROM game_results")
        assert game(database, known.id)["result_id"] == newest["id"]
        assert counted(recorded.counts) == {"corrections": 1}

    def test_a_correction_can_be_taken_back(self, database: str) -> None:
        known = list_game()
        for hours, away in enumerate((105, 107, 105)):
            record(final(fixture(), 110, away), at=OVER + hours * HOUR)
        assert score(database, known.id) == ("finished", 110, 105)
        assert len(results(database)) == 3

    def test_a_correction_twice_is_one(self, database: str) -> None:
        list_game()
        record(final(fixture(), 110, 105), at=OVER)
        record(final(fixture(), 110, 107), at=OVER + HOUR)
        before = everything(database)
        record(final(fixture(), 110, 107), at=OVER + HOUR)
        assert everything(database) == before

    def test_an_older_answer_takes_no_correction_back(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        record(final(fixture(), 110, 107), at=OVER + HOUR)
        recorded = record(final(fixture(), 110, 105), at=OVER + MINUTE)
        assert score(database, known.id) == ("finished", 110, 107)
        assert counted(recorded.counts) == {"late": 1}

    @pytest.mark.parametrize(("after", "taken"), [(timedelta(hours=72), True), (timedelta(hours=72, seconds=1), False)])
    def test_the_window_is_72_hours_from_the_first_final(self, database: str, after: timedelta, taken: bool) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        record(final(fixture(), 110, 106), at=OVER + 71 * HOUR)  # a correction does not prolong the window

        recorded = record(final(fixture(), 110, 107), at=OVER + after)

        assert score(database, known.id) == ("finished", 110, 107 if taken else 106)
        assert recorded.skipped == (() if taken else (Skipped(rules.TOO_LATE, ID),))
        assert counted(recorded.counts) == ({"corrections": 1} if taken else {"too_late": 1})

    def test_a_finished_game_is_not_live_again(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        recorded = record(playing(fixture(), 90, 80), at=OVER + HOUR)
        assert score(database, known.id) == ("finished", 110, 105)
        assert counted(recorded.counts) == {}


class TestTwoIds:
    def test_that_agree_are_one_result(self, database: str) -> None:
        known = list_game()
        recorded = record(final(fixture(), 110, 105), final(fixture(OTHER_ID), 110, 105), at=OVER)
        assert results(database) == [("final", 110, 105)]
        assert listed(OTHER_ID).id == known.id
        assert counted(recorded.counts) == {"finals": 1}

    def test_that_disagree_from_the_start_give_no_result(self, database: str) -> None:
        known = list_game()
        recorded = record(final(fixture(), 110, 105), final(fixture(OTHER_ID), 90, 105), at=OVER)
        assert score(database, known.id) == ("live", None, None)
        assert set(recorded.skipped) == {Skipped(rules.CONFLICTS, ID), Skipped(rules.CONFLICTS, OTHER_ID)}
        assert counted(recorded.counts) == {"conflicts": 2}

        record(final(fixture(), 110, 105), final(fixture(OTHER_ID), 110, 105), at=OVER + HOUR)
        assert score(database, known.id) == ("finished", 110, 105)

    def test_only_the_id_that_gave_the_result_corrects_it(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)

        for hours, reported in enumerate(
            ([final(fixture(OTHER_ID), 90, 105)], [final(fixture(), 110, 105), final(fixture(OTHER_ID), 90, 105)]), 1
        ):
            recorded = record(*reported, at=OVER + hours * HOUR)
            assert score(database, known.id) == ("finished", 110, 105)
            assert recorded.skipped == (Skipped(rules.CONFLICTS, OTHER_ID),)

        record(final(fixture(), 110, 106), final(fixture(OTHER_ID), 90, 105), at=OVER + 3 * HOUR)
        assert results(database) == [("final", 110, 105), ("final", 110, 106)]

    def test_one_that_is_never_updated_stands_in_nobodys_way(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), playing(fixture(OTHER_ID, tip_off=TIP_OFF - HOUR)), at=OVER)
        assert score(database, known.id) == ("finished", 110, 105)
        assert game(database, known.id)["commence_time"] == TIP_OFF

    def test_the_start_is_that_of_the_id_listed_last(self, database: str) -> None:
        known = list_game(fixture(OTHER_ID, tip_off=TIP_OFF - HOUR), at=CAPTURED - 24 * HOUR)
        store(odds(fixture(ID)), at=CAPTURED)
        reports = [final(fixture(OTHER_ID, tip_off=TIP_OFF - HOUR), 110, 105), final(fixture(ID), 110, 105)]
        record(*reports, at=OVER)
        assert game(database, known.id)["commence_time"] == TIP_OFF


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
        """A settlement may hold its transaction for seconds; the games it does not concern are not locked."""
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
        decide(database, outcome, home, away, status)

        recorded = record(final(fixture(), 110, 106), at=OVER + HOUR)

        assert score(database, known.id) == (status, home, away)
        assert recorded.skipped == (Skipped(rules.DECIDED, ID),)

    def test_is_not_contradicted_by_the_same_score(self, database: str) -> None:
        list_game()
        record(final(fixture(), 110, 105), at=OVER)
        decide(database, "final", 111, 105, "finished")
        assert record(final(fixture(), 111, 105), at=OVER + HOUR).skipped == ()

    def test_of_reopening_lets_the_provider_speak_again(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        decide(database, "reopened", None, None, "live")

        recorded = record(final(fixture(), 110, 105), at=OVER + 100 * HOUR)

        assert score(database, known.id) == ("finished", 110, 105)
        assert recorded.counts["finals"] == 1
        # The window counts from this final, not from the one before the reopening.
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
