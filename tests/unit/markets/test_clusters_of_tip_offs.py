"""Which games one closing capture serves."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.markets.credits.rules import LEAD, LEAST_LEAD, REACH, clusters

NIGHT = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("tip_offs", "captures"),
    [
        pytest.param([], [], id="no games"),
        pytest.param([10], [(2, 1)], id="a game alone, 8 minutes ahead"),
        pytest.param([0, 30, 60], [(-8, 1), (22, 1), (52, 1)], id="a grid of half hours has no company"),
        pytest.param([0, 0, 10, 14, 15], [(-8, 4), (7, 1)], id="up to 22 minutes after the capture"),
        pytest.param([5, 5, 7, 10, 15, 20, 40], [(-3, 5), (12, 1), (32, 1)], id="an evening of baseball"),
    ],
)
def test_games_share_a_capture(tip_offs: list[float], captures: list[tuple[float, int]]) -> None:
    found = clusters({game: at(minutes) for game, minutes in enumerate(tip_offs)})
    assert [(cluster.due_at, len(cluster.games)) for cluster in found] == [(at(due), games) for due, games in captures]


@given(st.lists(st.integers(0, 300), max_size=30))
def test_every_game_has_one_capture_that_is_neither_late_nor_stale(minutes: list[int]) -> None:
    tip_offs = {game: at(minute) for game, minute in enumerate(minutes)}
    found = clusters(tip_offs)
    assert sorted(game for cluster in found for game in cluster.games) == sorted(tip_offs)
    for cluster in found:
        aheads = [tip_offs[game] - cluster.due_at for game in cluster.games]
        assert LEAST_LEAD <= LEAD == aheads[0]
        assert aheads == sorted(aheads)
        assert aheads[-1] <= REACH
    # No two neighbours could have shared one, so there are no fewer.
    for earlier, later in pairwise(found):
        assert tip_offs[later.games[0]] > earlier.due_at + REACH
