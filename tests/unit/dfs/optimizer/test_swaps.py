"""Late swap finds the best lineup around the fixed slots, keeps entries unique, and loses none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, Stack
from pickvs.dfs.optimizer.swaps import Entry, Swapped, swap
from tests.support.late_swaps import evening
from tests.support.lineups import every_lineup, lineup_faults, seatings
from tests.support.player_pools import pools

NOON = datetime(2025, 1, 12, 17, tzinfo=UTC)


@st.composite
def rules_of(draw: st.DrawFn, pool: Pool) -> LineupRules:
    ids = sorted(player.id for player in pool.players)
    some = st.frozensets(st.sampled_from(ids), max_size=3)
    group = st.builds(Group, players=some, comparison=st.sampled_from(Comparison), count=st.integers(0, 2))
    return LineupRules(
        excludes=draw(some),
        groups=draw(st.lists(group, max_size=1).map(tuple)),
        stacks=draw(st.sampled_from([(), (), (Stack(count=2),), (Stack(count=1, opponents=1),)])),
    )


@given(st.data())
@settings(max_examples=35, deadline=None)
def test_each_entry_gets_the_best_lineup_that_is_left(data: st.DataObject) -> None:
    pool = data.draw(pools(players=(7, 9)))
    legal = list(every_lineup(pool, LineupRules()))
    if not legal:
        return
    rules = data.draw(rules_of(pool))
    games = sorted({player.game for player in pool.players})
    begun_games = data.draw(st.sets(st.sampled_from(games), max_size=len(games)))
    begun = {player.id for player in pool.players if player.game in begun_games}
    game = pool.format
    entries = [
        Entry(
            id=str(number),
            contest=data.draw(st.sampled_from("XY")),
            players=tuple(
                each if each in begun or data.draw(st.integers(0, 9)) else None
                for each in data.draw(st.sampled_from(legal)).players
            ),
            locked=frozenset(data.draw(st.sets(st.integers(0, game.size - 1), max_size=1))),
        )
        for number in range(data.draw(st.integers(1, 4)))
    ]
    model = Model(pool, rules, legal, entries, begun)
    done = list(swap(pool, rules, entries, begun=begun, starts={}))
    assert sorted(each.entry for each in done) == [entry.id for entry in entries]
    for swapped in done:
        model.judge(swapped)


class Model:
    """Judges what becomes of entries, one after the other: all lineups are compared."""

    def __init__(
        self, pool: Pool, rules: LineupRules, legal: list[Lineup], entries: list[Entry], begun: set[int]
    ) -> None:
        self.pool, self.rules, self.legal, self.begun = pool, rules, legal, begun
        self.known = {player.id: player for player in pool.players}
        self.entries = {entry.id: entry for entry in entries}
        self.taken = Counter((entry.contest, self.key(entry.players)) for entry in entries)

    def key(self, players: Sequence[int | None]) -> frozenset[tuple[int, Decimal]]:
        pairs = zip(players, self.pool.format.slots, strict=True)
        return frozenset((player, slot.factor) for player, slot in pairs if player is not None)

    def judge(self, swapped: Swapped) -> None:
        entry = self.entries[swapped.entry]
        fixed = {n: each for n, each in enumerate(entry.players) if n in entry.locked or each in self.begun}
        possible = {self.key(each.players): each.points for each in self.legal if self.possible(each, fixed)}
        self.taken[entry.contest, self.key(entry.players)] -= 1
        free = [points for key, points in possible.items() if not self.taken[entry.contest, key]]
        new, old = self.key(swapped.players), self.key(entry.players)
        if swapped.kept is None:
            assert all(swapped.players[number] == player for number, player in fixed.items())
            assert swapped.points == possible[new] == max(free)
            assert not self.taken[entry.contest, new]
            assert old not in possible or swapped.points > possible[old]
        else:
            assert swapped.players == entry.players
            assert swapped.text
            assert len(fixed) == len(entry.players) or not free or possible.get(old, 0) >= max(free)
        self.taken[entry.contest, new] += 1

    def possible(self, lineup: Lineup, fixed: dict[int, int | None]) -> bool:
        """Return whether the lineup has the fixed players, can have them in their slots, and keeps the rules."""
        held = {player for player in fixed.values() if player is not None}
        rules = replace(self.rules, excludes=self.rules.excludes - held)
        return (
            len(held) == len(fixed)
            and not (set(lineup.players) - held) & self.begun
            and not lineup_faults(self.pool, rules, lineup)
            and any(
                all(seated[number].id == player for number, player in fixed.items())
                and self.key([each.id for each in seated]) == self.key(lineup.players)
                for seated in seatings(self.pool.format, [self.known[each] for each in lineup.players])
            )
        )


def test_impossible_entries_are_kept_and_all_others_are_swapped() -> None:
    made = evening(40)
    done = {
        each.entry: each for each in swap(made.pool, LineupRules(), made.entries, begun=made.begun, starts=made.starts)
    }
    assert len(done) == 40
    assert {entry: each.kept for entry, each in done.items() if each.kept is not None} == made.impossible
    for entry in made.entries:
        pairs = zip(entry.players, done[entry.id].players, strict=True)
        assert all(new == old for old, new in pairs if old in made.begun)
    swapped = [each for each in done.values() if each.kept is None]
    assert len({frozenset(each.players) for each in swapped}) == 37
    assert all(each.points > each.before for each in swapped)
