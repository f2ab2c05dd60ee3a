"""The bench reads a slate's folder into the pool that a build takes."""

from pathlib import Path

from bench.dfs_slates import read_pool, read_results, slates
from tests.support import dfs_files as made


def test_a_folder_is_a_pool(tmp_path: Path) -> None:
    folder = tmp_path / "slate_2030-01-12"
    folder.mkdir()
    (folder / "DKSalaries.csv").write_bytes(made.salaries())
    (folder / "DKEntries.csv").write_bytes(made.entries(started=frozenset({"BOS", "NYK"})))
    (folder / "Projections.csv").write_bytes(made.projections(2).replace(b",40.25,9.5", b",0,9.5"))
    (folder / "contest-standings.csv").write_bytes(made.standings())
    assert slates(tmp_path) == slates(folder) == [folder]
    pool = read_pool(folder)
    assert pool.format.id == "dk_nba_classic"
    assert [player.name for player in pool.players] == [player.name for player in made.PLAYERS[1:]]
    assert {player.game for player in pool.players} == {"BOS@NYK", "LAL@DEN"}
    assert pool.players[0].slots == {"PG", "SG", "G", "UTIL"}
    results = read_results(folder)
    assert results is not None
    assert len(results.standings) == 20


def test_a_captain_may_fill_both_slots(tmp_path: Path) -> None:
    (tmp_path / "DKEntries.csv").write_bytes(made.showdown())
    (tmp_path / "Projections.csv").write_bytes(
        b"Name,FPTS\n" + b"\n".join(f"{p.name},9".encode() for p in made.PLAYERS[12:])
    )
    pool = read_pool(tmp_path)
    assert pool.format.id == "dk_nba_showdown"
    assert len(pool.players) == 12
    assert all(player.slots == {"CPT", "UTIL"} and player.captain_salary for player in pool.players)


def test_recorded_slates(recordings: Path) -> None:
    found = slates(recordings / "dfs")
    assert [slate.name for slate in found] == ["slate_2024-12-13", "slate_2025-01-12"]
    pools = [read_pool(slate) for slate in found]
    assert [len(pool.players) for pool in pools] == [120, 117]
