"""Late starters are in wide slots, in the one order that no other legal order beats."""

import random
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.pool import Player
from pickvs.dfs.optimizer.rules import LineupRules
from pickvs.dfs.optimizer.slots import latest_in_widest
from tests.support.lineups import every_lineup, seatings
from tests.support.player_pools import SMALL_FORMATS, made_pool, pools

EVENING = datetime(2025, 1, 12, 23, tzinfo=UTC)


def quality(game: Format, players: tuple[Player, ...], ranks: dict[int, int]) -> list[int]:
    """Return the sums of the ranks of the starts, of the widest slots first."""
    seated = sorted(zip(game.slots, players, strict=True), key=lambda pair: -len(pair[0].positions))
    return [
        sum(ranks[player.id] for _, player in group)
        for _, group in groupby(seated, key=lambda pair: len(pair[0].positions))
    ]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_legal_order_is_better(data: st.DataObject) -> None:
    pool = data.draw(pools((*SMALL_FORMATS, FORMATS["dk_nba_classic"]), players=(9, 9), games=(2, 4)))
    lineup = next(every_lineup(pool, LineupRules()), None)
    if lineup is None:
        return
    known = {player.id: player for player in pool.players}
    hours = {each: data.draw(st.integers(0, 3), label=str(each)) for each in lineup.players}
    fixed = data.draw(st.sets(st.integers(0, pool.format.size - 1), max_size=3))
    players = tuple(known[each] for each in lineup.players)
    starts = {each: EVENING + timedelta(hours=hour) for each, hour in hours.items()}
    found = latest_in_widest(pool.format, players, starts, fixed)

    captain = {player: slot.factor for player, slot in zip(players, pool.format.slots, strict=True)}
    legal = [
        order
        for order in seatings(pool.format, players)
        if all(order[number] is players[number] for number in fixed)
        and all(captain[player] == slot.factor for player, slot in zip(order, pool.format.slots, strict=True))
    ]
    moving = [players[number].id for number in range(pool.format.size) if number not in fixed]
    times = sorted({hours[each] for each in moving})
    ranks = {each: times.index(hour) if each in moving else 0 for each, hour in hours.items()}
    best = max(quality(pool.format, order, ranks) for order in legal)
    equal = [tuple(player.id for player in order) for order in legal if quality(pool.format, order, ranks) == best]
    assert found == min(equal)


def test_a_slot_that_a_player_may_not_fill_is_named() -> None:
    pool = made_pool(SMALL_FORMATS[0], random.Random(1), players=10, games=2)  # noqa: S311 - no secret
    of_c = next(player for player in pool.players if player.positions == {"C"})
    others = [player for player in pool.players if player is not of_c][:3]
    with pytest.raises(ValueError, match=f"{of_c.name} may not fill the slot A"):
        latest_in_widest(pool.format, [of_c, *others], {})
