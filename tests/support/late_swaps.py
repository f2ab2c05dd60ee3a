"""Entries of a contest that has begun, of which three cannot be swapped."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.lineups import best_lineups
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.rules import LineupRules
from pickvs.dfs.optimizer.swaps import Entry, Kept
from tests.support.player_pools import made_pool

_FIRST_GAME = datetime(2025, 1, 12, 17, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Evening:
    """A pool of which two games have begun, entries made earlier, and why some of them have to be kept."""

    pool: Pool
    entries: tuple[Entry, ...]
    begun: frozenset[int]
    starts: dict[int, datetime]
    impossible: dict[str, Kept]


def evening(count: int, seed: int = 11) -> Evening:
    """Return `count` entries, made with projections that have nothing to do with those of the pool."""
    rng = random.Random(seed)  # noqa: S311 - a slate is no secret
    pool = made_pool(FORMATS["dk_nba_classic"], rng, players=120, games=6)
    begun = frozenset(player.id for player in pool.players if player.game in {"A0@H0", "A1@H1"})
    entered: dict[frozenset[int], Lineup] = {}
    while len(entered) < count:
        earlier = replace(
            pool, players=tuple(replace(each, points=Decimal(rng.randrange(10, 60))) for each in pool.players)
        )
        for lineup in best_lineups(earlier, LineupRules(), 20):
            if 1 <= len(begun & set(lineup.players)) <= 5:
                entered[frozenset(lineup.players)] = lineup
    entries = [
        Entry(id=str(number), contest="1", players=lineup.players, locked=frozenset())
        for number, lineup in enumerate([*entered.values()][:count])
    ]
    dear = sorted((p for p in pool.players if p.id in begun), key=lambda p: -p.salary)[:7]
    first, second, third = count // 4, count // 2, count * 3 // 4
    entries[first] = replace(entries[first], players=(None, *entries[first].players[1:]), locked=frozenset({0}))
    entries[second] = replace(entries[second], locked=frozenset(range(8)))
    entries[third] = replace(entries[third], players=(*(each.id for each in dear), None), locked=frozenset(range(7)))
    return Evening(
        pool=pool,
        entries=tuple(entries),
        begun=begun,
        starts={p.id: _FIRST_GAME + timedelta(hours=int(p.game[1])) for p in pool.players},
        impossible={str(first): Kept.LOCKED_EMPTY, str(second): Kept.ALL_LOCKED, str(third): Kept.NO_LINEUP},
    )
