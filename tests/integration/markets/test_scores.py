"""Finals, corrections, live scores, and games without any report."""

from datetime import timedelta

import pytest

from pickvs.jobs.sources import Skipped
from pickvs.markets.fixtures.rules import SCORED_EARLY
from pickvs.markets.scores import rules
from tests.support.games import counted, game, results, score
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

    def test_an_id_that_has_gone_to_other_teams_says_nothing_of_a_finished_game(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=OVER)
        recorded = record(final(fixture(home="Miami Heat", away="Boston Celtics"), 90, 80), at=OVER + HOUR)
        assert score(database, known.id) == ("finished", 110, 105)
        assert recorded.counts["corrections"] == 0
        assert listed().id != known.id

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
    def test_a_score_of_a_game_that_has_not_started_locks_the_game_until_it_is_taken_back(
        self, database: str, completed: bool
    ) -> None:
        known = list_game()
        named = fixture(tip_off=TIP_OFF + HOUR)

        item = final(named, 110, 105) if completed else playing(named, 110, 105)
        recorded = record(item, at=TIP_OFF - MINUTE)

        assert recorded.skipped == (Skipped(rules.NOT_STARTED, ID),)
        assert counted(recorded.counts) == {"not_started": 1, "review": 1}
        assert results(database) == []
        assert (game(database, known.id)["status"], game(database, known.id)["review_reason"]) == (
            "review",
            SCORED_EARLY,
        )
        # Odds that announce a start to come do not open it: the other answer has said that it is played.
        store(odds(named), at=TIP_OFF - MINUTE / 2)
        assert game(database, known.id)["status"] == "review"
        record(playing(named), at=TIP_OFF)
        assert (game(database, known.id)["status"], game(database, known.id)["review_reason"]) == ("scheduled", None)

    def test_no_score_yet_is_no_score(self, database: str) -> None:
        known = list_game()
        record(playing(fixture(), 0, 0), at=TIP_OFF - MINUTE)
        assert game(database, known.id)["status"] == "scheduled"

    def test_a_decided_game_is_not_opened_again_by_a_start_to_come(self, database: str) -> None:
        known = list_game()
        record(final(fixture(tip_off=OVER + HOUR), 110, 105), at=OVER)
        assert (game(database, known.id)["status"], game(database, known.id)["commence_time"]) == ("live", TIP_OFF)

    def test_a_late_final_of_a_game_that_has_since_been_moved_into_the_future(self, database: str) -> None:
        known = list_game()
        store(odds(fixture(tip_off=TIP_OFF + 4 * HOUR)), at=OVER + MINUTE)
        recorded = record(final(fixture(), 110, 105), at=OVER)
        assert score(database, known.id) == ("live", None, None)
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
        record(final(fixture(), 110, 106), at=OVER + 71 * HOUR)  # a correction does not extend the window

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

    @pytest.mark.parametrize("points", [(), (88, 80)])
    def test_one_that_is_never_updated_stands_in_nobodys_way(self, database: str, points: tuple[int, ...]) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), playing(fixture(OTHER_ID, tip_off=TIP_OFF - HOUR), *points), at=OVER)
        assert score(database, known.id) == ("finished", 110, 105)
        assert game(database, known.id)["commence_time"] == TIP_OFF

    def test_that_disagree_leave_the_last_live_score(self, database: str) -> None:
        known = list_game()
        reports = final(fixture(), 110, 105), final(fixture(OTHER_ID), 90, 105), playing(fixture("c" * 32), 88, 80)
        record(*reports, at=OVER)
        assert score(database, known.id) == ("live", None, None)

    def test_the_start_is_that_of_the_id_listed_last(self, database: str) -> None:
        known = list_game(fixture(ID, tip_off=TIP_OFF - HOUR), at=CAPTURED - 24 * HOUR)
        store(odds(fixture(OTHER_ID)), at=CAPTURED)
        reports = [final(fixture(ID, tip_off=TIP_OFF - HOUR), 110, 105), final(fixture(OTHER_ID), 110, 105)]
        record(*reports, at=OVER)
        assert game(database, known.id)["commence_time"] == TIP_OFF
