"""No damage makes a reader fail: a file is refused with a code, or read with a report that adds up.

make fuzz-files    # the large run, 100,000 files: some minutes
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from random import Random

import pytest

from pickvs.dfs.files.entries import EntriesFile, read_entries
from pickvs.dfs.files.exporting import Pick, entries_file
from pickvs.dfs.files.players import PlayersFile, Site, read_players_list, read_salaries
from pickvs.dfs.files.projections import ProjectionsFile, read_projections
from pickvs.dfs.files.report import FileRefused, Report
from pickvs.dfs.files.standings import StandingsFile, read_standings
from pickvs.dfs.files.text import UPLOAD, decode, rows
from tests.support import dfs_files as made
from tests.support.damaged_files import damaged

FILES = int(os.environ.get("PICKVS_FUZZ_FILES", "800"))
NOW = datetime(2030, 1, 13, 1, tzinfo=UTC)
KNOWN = [player.known for player in read_salaries(made.salaries()).players]


def salaries(data: bytes) -> Report:
    return players(read_salaries(data))


def players_list(data: bytes) -> Report:
    return players(read_players_list(data))


def players(file: PlayersFile) -> Report:
    ids = [site_id for player in file.players for site_id in player.known.site_ids]
    assert len(set(ids)) == len(ids) == file.report.accepted
    for player in file.players:
        assert 0 < player.salary <= 100_000
        assert player.slots
        assert (player.name + player.team + player.status).isprintable()
    return file.report


def entries(site: Site) -> Callable[[bytes], Report]:
    def read(data: bytes) -> Report:
        file = read_entries(data, site, now=NOW)
        assert_unchanged(file, data)
        return file.report

    return read


def assert_unchanged(file: EntriesFile, data: bytes) -> None:
    """Export the entries with their own players, and then one of them with another player in an open slot."""
    same = {entry.entry_id: [Pick(cell.site_id, cell.name) for cell in entry.cells] for entry in file.entries}
    assert entries_file(file, data, same) == data
    for entry in file.entries[:1]:
        place = next((place for place, cell in enumerate(entry.cells) if not cell.lock.locked), None)
        if place is not None:
            lineup = same[entry.entry_id]
            lineup[place] = Pick("55014-77" if file.site == "fanduel" else "77", "Név, Új")
            changed = decode(entries_file(file, data, {entry.entry_id: lineup}), UPLOAD).text
            pairs = zip(rows(file.text.text), rows(changed), strict=True)
            assert [before.number for before, after in pairs if before.raw != after.raw] == [entry.line]


def projections(layout: int) -> Callable[[bytes], Report]:
    def read(data: bytes) -> Report:
        file: ProjectionsFile = read_projections(data, KNOWN)
        places = [place for place, _ in file.projections]
        assert len(set(places)) == len(places) <= file.report.accepted
        assert all(-200 <= projection.points <= 1_000 for _, projection in file.projections)
        assert all(0 <= (projection.ownership or 0) <= 100 for _, projection in file.projections)
        return file.report

    return read


def standings(data: bytes) -> Report:
    file: StandingsFile = read_standings(data)
    assert all(len(standing.lineup) in {0, len(file.slots)} for standing in file.standings)
    return file.report


READERS: tuple[tuple[bytes, Callable[[bytes], Report]], ...] = (
    (made.salaries(), salaries),
    (made.showdown(), salaries),
    (made.players_list(), players_list),
    (made.entries(started=frozenset({"BOS", "NYK"})), entries("draftkings")),
    (made.showdown(), entries("draftkings")),
    (made.fanduel_entries(), entries("fanduel")),
    *((made.projections(layout), projections(layout)) for layout in range(4)),
    (made.standings(), standings),
    (made.standings(in_play=True), standings),
)


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_survived(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    read_whole = refused = 0
    for _ in range(FILES // 4):
        data, read = random.choice(READERS)
        broken = damaged(data, random)
        try:
            report = read(broken)
        except FileRefused:
            refused += 1
            continue
        except Exception as error:
            error.add_note(f"file: {broken!r}")
            raise
        read_whole += 1
        assert report.accepted + report.rejected == report.rows
        assert report.accepted >= 0 <= report.rejected
        shown = json.dumps(asdict(report), ensure_ascii=False)
        assert "\\u0000" not in shown
        shown.encode()
    assert read_whole > refused > 0
