"""Real entries of slates that are being played: the locked slots stay, the rest gets better, every lineup is legal."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pickvs.dfs.files.entries import read_entries
from pickvs.dfs.files.players import Listed
from pickvs.dfs.files.projections import Projection, read_projections
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.pool import Lineup, Player, Pool
from pickvs.dfs.optimizer.rules import LineupRules
from pickvs.dfs.optimizer.swaps import Entry, Kept, swap
from tests.support.lineups import lineup_faults, salary_of

CLASSIC = FORMATS["dk_nba_classic"]


def _player(place: int, listed: Listed, projection: Projection | None) -> Player:
    return Player(
        id=place,
        name=listed.name,
        team=listed.team,
        game=listed.game.event or listed.team,
        slots=frozenset(listed.slots),
        positions=frozenset(listed.positions),
        salary=listed.salary,
        points=projection.points if projection is not None else Decimal(0),
    )


@pytest.mark.parametrize("slate", ["slate_2024-12-13", "slate_2025-01-12"])
def test_entries_of_a_running_slate_are_swapped(recordings: Path, slate: str) -> None:
    folder = recordings / "dfs" / slate
    file = read_entries((folder / "DKEntries.csv").read_bytes(), "draftkings")
    known = [player.known for player in file.players]
    projected = dict(read_projections((folder / "Projections.csv").read_bytes(), known).projections)
    players = [_player(place, each, projected.get(place)) for place, each in enumerate(file.players)]
    pool = Pool(format=CLASSIC, players=tuple(players))
    places = {each.site_id: place for place, each in enumerate(file.players)}
    begun = {place for place, each in enumerate(file.players) if each.game.state in {"in_progress", "final"}}
    entries = [
        Entry(
            id=entry.entry_id,
            contest=entry.contest_id,
            players=tuple(places.get(cell.site_id) for cell in entry.cells),
            locked=frozenset(number for number, cell in enumerate(entry.cells) if cell.lock.locked),
        )
        for entry in file.entries
    ]
    assert len(entries) > 5
    assert any(entry.locked for entry in entries)

    done = {each.entry: each for each in swap(pool, LineupRules(), entries, begun=begun, starts={})}

    assert done.keys() == {entry.id for entry in entries}
    for entry in entries:
        swapped = done[entry.id]
        assert all(swapped.players[number] == entry.players[number] for number in entry.locked)
        assert {each for each in swapped.players if each in begun} == {each for each in entry.players if each in begun}
        if swapped.kept is None:
            assert swapped.points > swapped.before
            chosen = [players[each] for each in swapped.players if each is not None]
            lineup = Lineup(
                players=tuple(each.id for each in chosen),
                points=sum((each.points for each in chosen), Decimal()),
                salary=salary_of(CLASSIC, chosen),
            )
            # The file hides the opponents of teams that play already, so each of these counts as a game.
            assert lineup_faults(replace(pool, format=replace(CLASSIC, min_games=1)), LineupRules(), lineup) == []
        else:
            assert swapped.kept in {Kept.ALL_LOCKED, Kept.NO_BETTER}
    assert any(each.kept is None for each in done.values())
