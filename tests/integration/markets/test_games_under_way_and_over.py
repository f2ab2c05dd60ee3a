"""What a capture may still change about a game that has begun, has ended, or was called off."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.markets.fixtures.identifying import SUSPENDED
from tests.support.games import decide, game, reasons
from tests.support.markets import (
    CAPTURED,
    TIP_OFF,
    book,
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
LATER = CAPTURED + timedelta(minutes=10)
NEXT_DAY = TIP_OFF + timedelta(days=1)
ONE_HOUR = timedelta(hours=1)


class TestUnderWay:
    def test_a_fixture_in_play_brings_its_start_and_no_odds(self, database: str) -> None:
        known = list_game()
        start = TIP_OFF + timedelta(seconds=64)
        before = everything(database, but=("ingestion_runs", "games"))

        counts = store(odds(fixture(tip_off=start), book("betmgm")), at=start + ONE_HOUR)

        assert everything(database, but=("ingestion_runs", "games")) == before
        after = game(database, known.id)
        assert (after["commence_time"], after["status"]) == (start, "live")
        assert (counts["in_play"], counts["odds_written"], counts["quotes_withdrawn"]) == (1, 0, 0)

    def test_a_tip_off_that_is_this_very_moment_has_passed(self, database: str) -> None:
        assert store(odds(), at=TIP_OFF)["in_play"] == 1
        assert row(database, "SELECT status FROM games")["status"] == "live"
        assert rows(database, "SELECT FROM quotes") == []

    def test_a_game_that_the_capture_does_not_name_starts_by_the_clock(self, database: str) -> None:
        known = list_game()
        store(odds(fixture(OTHER_ID, home="Miami Heat", away="Boston Celtics", tip_off=NEXT_DAY)), at=TIP_OFF)
        assert game(database, known.id)["status"] == "live"

    def test_an_older_capture_does_not_take_a_start_by_the_clock_back(self, database: str) -> None:
        store(odds())
        store(at=TIP_OFF)
        before = everything(database)
        assert store(odds())["late"] == 1
        assert everything(database) == before

    def test_a_delayed_game_without_a_score_can_be_picked_again(self, database: str) -> None:
        known = list_game()
        during = TIP_OFF + timedelta(minutes=5)
        store(odds(), at=during)

        store(odds(fixture(tip_off=TIP_OFF + ONE_HOUR)), at=during + timedelta(minutes=1))

        after = game(database, known.id)
        assert (after["status"], after["commence_time"]) == ("scheduled", TIP_OFF + ONE_HOUR)

    def test_a_postponement_found_out_after_the_old_tip_off_voids_the_game(self, database: str) -> None:
        known = list_game()
        morning = TIP_OFF + timedelta(hours=10)

        store(odds(fixture(tip_off=TIP_OFF + timedelta(days=30))), at=morning)

        assert game(database, known.id)["status"] == "postponed"
        assert [outcome for outcome, _ in reasons(database, known.id)] == ["void"]

    def test_a_game_with_a_score_does_not_start_again(self, database: str) -> None:
        known = list_game()
        during = TIP_OFF + ONE_HOUR
        record(playing(fixture(), 50, 48), at=during)

        counts = store(odds(fixture(tip_off=TIP_OFF + 2 * ONE_HOUR)), at=during + timedelta(minutes=1))

        after = game(database, known.id)
        assert (after["status"], after["commence_time"], after["home_score"]) == ("live", TIP_OFF, 50)
        assert counts["quotes_confirmed"] == 0

    def test_a_game_with_points_goes_to_review_when_its_id_announces_another(self, database: str) -> None:
        known = list_game()
        record(playing(fixture(), 50, 48), at=TIP_OFF + ONE_HOUR)

        store(odds(fixture(tip_off=NEXT_DAY)), at=TIP_OFF + 2 * ONE_HOUR)

        after = game(database, known.id)
        assert (after["status"], after["review_reason"]) == ("review", SUSPENDED)
        assert reasons(database, known.id) == []
        assert len(rows(database, "SELECT FROM games")) == 1
        record(final(fixture(tip_off=NEXT_DAY), 110, 105), at=NEXT_DAY + 2 * ONE_HOUR)
        assert game(database, known.id)["status"] == "finished"

    def test_a_game_with_a_score_keeps_its_id_when_its_start_slips_past_midnight(self, database: str) -> None:
        late_game = datetime(2024, 1, 11, 6, 58, tzinfo=UTC)  # 23:58 in Denver
        known = list_game(fixture(tip_off=late_game), at=CAPTURED)
        record(playing(fixture(tip_off=late_game), 2, 0), at=late_game + timedelta(minutes=3))
        past_midnight = fixture(tip_off=late_game + timedelta(minutes=4))

        record(final(past_midnight, 110, 105), at=late_game + timedelta(hours=3))

        after = game(database, known.id)
        assert (after["status"], after["home_score"], after["commence_time"]) == ("finished", 110, late_game)
        assert rows(database, "SELECT FROM games") == [{}]


class TestSettledGames:
    @pytest.mark.parametrize("tip_off", [TIP_OFF, TIP_OFF + ONE_HOUR, TIP_OFF + timedelta(hours=3, minutes=30)])
    def test_odds_do_not_touch_a_finished_game(self, database: str, tip_off: datetime) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=TIP_OFF + timedelta(hours=3))
        before = game(database, known.id)

        counts = store(odds(fixture(tip_off=tip_off), book("betmgm")), at=TIP_OFF + timedelta(hours=3, minutes=1))

        after = game(database, known.id)
        assert {**after, "seen_at": None} == {**before, "seen_at": None}
        assert counts["odds_written"] + counts["quotes_made"] + counts["quotes_confirmed"] == 0

    def test_the_id_of_a_finished_game_can_name_the_next_one(self, database: str) -> None:
        known = list_game()
        record(final(fixture(), 110, 105), at=TIP_OFF + timedelta(hours=3))

        store(odds(fixture(tip_off=NEXT_DAY)), at=TIP_OFF + timedelta(hours=4))

        assert game(database, known.id)["status"] == "finished"
        assert (listed().id != known.id, len(listed().quotes)) == (True, 6)

    @pytest.mark.parametrize("status", ["cancelled", "postponed"])
    def test_what_an_administrator_took_off_stays_off(self, database: str, status: str) -> None:
        known = list_game()
        decide(database, "void", None, None, status=status, at=CAPTURED)

        counts = store(odds(fixture(tip_off=TIP_OFF + ONE_HOUR)), at=LATER)

        after = game(database, known.id)
        assert (after["status"], after["commence_time"]) == (status, TIP_OFF)
        assert [outcome for outcome, _ in reasons(database, known.id)] == ["void"]
        assert (counts["quotes_confirmed"], counts["quotes_made"], counts["games_reopened"]) == (0, 0, 0)
