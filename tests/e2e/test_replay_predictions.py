"""A few days of tables through box scores, forecasts and scores, as `make replay-predictions` plays them."""

import gzip
from pathlib import Path

import pytest

from local.replay.forecast_checks import CONTESTANTS
from tests.e2e.test_replay import replay
from tests.support.tables import YEAR, write_tables

pytestmark = pytest.mark.xdist_group("replay")

DAYS, A_DAY = 3, 3


def test_a_season_of_tables_ends_as_they_say(assembly: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    games = write_tables(tables, DAYS, A_DAY)
    rows = len(gzip.decompress((tables / "player_logs.csv.gz").read_bytes()).splitlines()) - 1

    done = replay(assembly, tmp_path, str(tables), str(YEAR), command="replay-predictions")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "everything agrees" in done.stdout
    assert f"players' lines that agree with the table: {rows:,}\n" in done.stdout
    assert f"contestants: {games} of {games}\n" in done.stdout
    assert f"scores of games: {games * len(CONTESTANTS)}\n" in done.stdout
    board = [line.split() for line in done.stdout.splitlines() if line.startswith((*CONTESTANTS, "close "))]
    assert {cells[0] for cells in board} == {*CONTESTANTS, "close"}
    assert {cells[1] for cells in board} == {str(games)}
    # Players are forecast from their second day on.
    assert "forecasts of players: 0\n" not in done.stdout
    assert "scores of players: 0\n" not in done.stdout
    report = tmp_path / "replays" / f"predictions_{YEAR}" / "report.txt"
    assert report.read_text(encoding="utf-8") in done.stdout


def test_a_folder_without_tables_is_refused(assembly: Path, tmp_path: Path) -> None:
    done = replay(assembly, tmp_path, str(tmp_path), str(YEAR), command="replay-predictions")
    assert done.returncode == 2
    assert "no table of box scores" in done.stderr
