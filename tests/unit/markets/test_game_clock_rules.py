"""When games are captured and asked for, against the planner's clusters and the limits of rules.md."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pickvs.markets.credits.rules import LEAD, REACH, clusters
from pickvs.markets.game_clock.rules import (
    DECIDED_EARLY,
    AwaitedGame,
    GameTimes,
    check_key,
    close_key,
    closing_capture_at,
    first_check_at,
    game_of,
    needs_closing_capture,
    next_check_at,
    payload,
    put_off_until,
    stands,
)
from pickvs.picks.settlement.queries import CLOSE_WINDOW

MINUTE = timedelta(minutes=1)
TIMES = GameTimes(closing_lead=LEAD, closing_reach=REACH, first_check=None, check_every=10 * MINUTE)
NIGHT = datetime(2024, 1, 10, 23, tzinfo=UTC)
moments = st.integers(0, 8 * 3600).map(lambda seconds: NIGHT + timedelta(seconds=seconds))


@given(st.dictionaries(st.integers(1, 99), moments, min_size=1, max_size=20))
def test_games_served_as_they_become_due_are_the_planner_s_clusters(tip_offs: dict[int, datetime]) -> None:
    games = {game: AwaitedGame(game, "icehockey_nhl", tip_off, "scheduled", None) for game, tip_off in tip_offs.items()}
    served = []
    for due_at, game in sorted((closing_capture_at(tip_off, TIMES), game) for game, tip_off in tip_offs.items()):
        wanted = {each.id for each in games.values() if needs_closing_capture(each, due_at, TIMES)}
        if game in wanted:
            served.append((due_at, wanted))
            for each in wanted:
                captured = games[each]
                games[each] = AwaitedGame(each, captured.sport, captured.tip_off, "scheduled", due_at)
    assert served == [(cluster.due_at, set(cluster.games)) for cluster in clusters(tip_offs)]
    # A capture is a close, also of a game that begins as late as games do.
    late = 8 * MINUTE
    assert all(tip_offs[game] + late - at <= CLOSE_WINDOW for at, captured in served for game in captured)


@given(moments, moments)
def test_nothing_is_captured_at_or_after_the_tip_off_or_out_of_reach(tip_off: datetime, at: datetime) -> None:
    game = AwaitedGame(1, "icehockey_nhl", tip_off, "scheduled", None)
    assert needs_closing_capture(game, at, TIMES) == (timedelta() < tip_off - at <= REACH)
    live = AwaitedGame(1, "icehockey_nhl", tip_off, "live", None)
    assert not needs_closing_capture(live, at, TIMES)


@given(moments, moments, st.sampled_from((10, 30, 60)))
def test_checks_share_their_steps_and_keep_their_distance(tip_off: datetime, at: datetime, wait: int) -> None:
    first = first_check_at("icehockey_nhl", tip_off, TIMES)
    assert timedelta() <= first - tip_off - 155 * MINUTE < TIMES.check_every
    again = next_check_at(at, wait * MINUTE, TIMES)
    assert abs(again - at - wait * MINUTE) <= TIMES.check_every / 2
    assert all(each.second == each.minute % 10 == 0 for each in (first, again))
    # A run that began on a step, at most two minutes late, goes on with the step that follows the wait.
    assert next_check_at(first + 2 * MINUTE, wait * MINUTE, TIMES) == first + wait * MINUTE


def test_a_stage_may_shorten_everything() -> None:
    short = GameTimes(130 * MINUTE / 60, 200 * MINUTE / 60, timedelta(seconds=45), MINUTE)
    tip_off = NIGHT + timedelta(seconds=30)
    assert first_check_at("icehockey_nhl", tip_off, short) == NIGHT + 2 * MINUTE
    assert next_check_at(NIGHT + timedelta(seconds=121), timedelta(), short) == NIGHT + 3 * MINUTE


def test_work_is_known_by_its_game_and_other_work_is_not() -> None:
    assert [game_of(key) for key in (close_key(7), check_key(8), "close/x", "deliveries", "table/7", "close/²")] == [
        7,
        8,
        None,
        None,
        None,
        None,
    ]


@given(moments, st.integers(1, 600))
def test_a_check_that_was_put_off_comes_back_when_it_may_be_decided_otherwise(at: datetime, wait: int) -> None:
    again, may = put_off_until(at, wait * MINUTE, TIMES), at + max(wait, 10) * MINUTE - DECIDED_EARLY
    assert may <= again < may + TIMES.check_every
    assert again.second == again.minute % 10 == 0


@given(moments, st.integers(-1800, 1800), moments)
def test_work_stands_for_its_tip_off_and_for_a_start_some_minutes_away(
    tip_off: datetime, seconds: int, at: datetime
) -> None:
    game = AwaitedGame(1, "icehockey_nhl", tip_off, "scheduled", None)
    put = payload(tip_off + timedelta(seconds=seconds))
    assert stands(put, game, at, TIMES) == (seconds == 0 or (tip_off <= at and abs(seconds) <= 600))
    assert not stands(None, game, at, TIMES)
