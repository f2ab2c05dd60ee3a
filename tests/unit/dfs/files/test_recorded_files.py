"""Every recorded file of the sites is read without a problem, and gives what is in it."""

import csv
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pickvs.dfs.files.entries import read_entries
from pickvs.dfs.files.exporting import Pick, entries_file
from pickvs.dfs.files.fitting import fitting_formats
from pickvs.dfs.files.players import read_players_list, read_salaries
from pickvs.dfs.files.projections import read_projections
from pickvs.dfs.files.report import FileRefused
from pickvs.dfs.files.standings import read_standings

FORMATS = {
    "DKSalaries_nba_2023-01-18.csv": "dk_nba_classic",
    "slate_2024-12-13/DKEntries.csv": "dk_nba_classic",
    "DKEntries_nba_showdown_CPT.csv": "dk_nba_showdown",
    "FanDuel_nba_players_list_2021-02-24.csv": "fd_nba_classic",
}
SLATES = ("slate_2024-12-13", "slate_2025-01-12")


@pytest.fixture
def dfs(recordings: Path) -> Path:
    return recordings / "dfs"


@pytest.mark.parametrize(
    ("name", "count", "games", "line_end"),
    [("DKSalaries_nba_2023-01-18.csv", 293, 9, "crlf"), ("slate_2025-01-12/DKSalaries.csv", 209, 6, "lf")],
)
def test_salaries(dfs: Path, name: str, count: int, games: int, line_end: str) -> None:
    file = read_salaries((dfs / name).read_bytes())
    report = file.report
    assert (report.rows, report.accepted, report.problems, report.line_end) == (count, count, (), line_end)
    assert len({player.game for player in file.players}) == games
    assert all(player.game.starts_at is not None and "UTIL" in player.slots for player in file.players)


def test_players_list(dfs: Path) -> None:
    file = read_players_list((dfs / "FanDuel_nba_players_list_2021-02-24.csv").read_bytes())
    assert (file.report.accepted, file.report.problems, file.report.line_end) == (295, (), "crlf")
    assert Counter(player.status for player in file.players) == {"": 235, "O": 36, "GTD": 24}
    assert file.players[0].site_id == "55014-9488"


@pytest.mark.parametrize(("slate", "players", "locked", "marked"), [(SLATES[0], 213, 14, 14), (SLATES[1], 209, 47, 43)])
def test_entries(dfs: Path, slate: str, players: int, locked: int, marked: int) -> None:
    data = (dfs / slate / "DKEntries.csv").read_bytes()
    file = read_entries(data, "draftkings")
    cells = [cell for entry in file.entries for cell in entry.cells]
    assert (len(file.entries), len(file.players), file.report.rejected) == (8, players, 0)
    assert (sum(cell.lock.locked for cell in cells), sum(cell.lock.marked for cell in cells)) == (locked, marked)
    disagreeing = {problem.code for problem in file.report.problems}
    assert disagreeing == ({"LOCK_DISAGREES"} if locked != marked else set())
    assert {entry.fee for entry in file.entries} <= {"$3 ", "$4 "}
    same = {entry.entry_id: [Pick(cell.site_id, cell.name) for cell in entry.cells] for entry in file.entries}
    assert entries_file(file, data, same) == data


def test_a_changed_slot_is_all_that_changes(dfs: Path) -> None:
    data = (dfs / SLATES[0] / "DKEntries.csv").read_bytes()
    file = read_entries(data, "draftkings")
    entry = file.entries[1]
    lineup = [Pick(cell.site_id, cell.name) for cell in entry.cells]
    place = next(place for place, cell in enumerate(entry.cells) if not cell.lock.locked)
    lineup[place] = Pick("37000931", "Anthony Davis")
    before = list(csv.reader(data.decode().splitlines()))
    after = list(csv.reader(entries_file(file, data, {entry.entry_id: lineup}).decode().splitlines()))
    changed = [(y, x) for y, line in enumerate(before) for x, cell in enumerate(line) if after[y][x] != cell]
    assert changed == [(entry.line - 1, 4 + place)]
    assert after[entry.line - 1][4 + place] == "Anthony Davis (37000931)"


@pytest.mark.parametrize(("name", "format_id"), FORMATS.items())
def test_the_players_say_the_format(dfs: Path, name: str, format_id: str) -> None:
    read = read_players_list if name.startswith("FanDuel") else read_salaries
    assert [each.id for each in fitting_formats(read((dfs / name).read_bytes()))] == [format_id]


def test_showdown(dfs: Path) -> None:
    file = read_entries((dfs / "DKEntries_nba_showdown_CPT.csv").read_bytes(), "draftkings")
    assert (file.report.rows, file.report.problems, file.entries) == (72, (), ())
    assert len(file.players) == 36
    assert all(player.captain_salary == player.salary * 3 // 2 for player in file.players)


@pytest.mark.parametrize(("slate", "count"), [(SLATES[0], 213), (SLATES[1], 209)])
def test_projections(dfs: Path, slate: str, count: int) -> None:
    players = read_entries((dfs / slate / "DKEntries.csv").read_bytes(), "draftkings").players
    file = read_projections((dfs / slate / "Projections.csv").read_bytes(), [player.known for player in players])
    assert (len(file.projections), file.report.problems) == (count, ())
    owned = sum((projection.ownership or Decimal() for _, projection in file.projections), Decimal())
    assert 7 < owned < 9


def test_projections_of_another_slate_are_refused(dfs: Path) -> None:
    players = read_salaries((dfs / "DKSalaries_nba_2023-01-18.csv").read_bytes()).players[:20]
    with pytest.raises(FileRefused) as refused:
        read_projections((dfs / SLATES[0] / "Projections.csv").read_bytes(), [player.known for player in players])
    assert refused.value.code == "WRONG_SLATE"


def test_standings_add_up(dfs: Path) -> None:
    file = read_standings(gzip.decompress((dfs / SLATES[0] / "contest-standings.csv.gz").read_bytes()))
    assert (len(file.standings), len(file.players), file.report.problems, file.in_play) == (15_854, 156, (), False)
    assert sum(not standing.lineup for standing in file.standings) == 62
    points = {player.name: player.points for player in file.players}
    for standing in file.standings:
        assert standing.points == sum(points[name] for name in standing.lineup if name is not None)


def test_standings_in_play(dfs: Path) -> None:
    file = read_standings(gzip.decompress((dfs / SLATES[1] / "contest-standings_IN_PROGRESS.csv.gz").read_bytes()))
    assert (len(file.standings), len(file.players), file.report.problems, file.in_play) == (5_945, 93, (), True)
    assert sum(standing.lineup.count(None) for standing in file.standings) == 18_040
