"""Files in the sites' shapes, with the oddities of real ones, are read whole."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from pickvs.dfs.files.entries import read_entries
from pickvs.dfs.files.players import read_players_list, read_salaries
from pickvs.dfs.files.projections import read_projections
from pickvs.dfs.files.report import FileRefused
from pickvs.dfs.files.standings import read_standings
from pickvs.dfs.files.text import LONGEST_LINE
from tests.support import dfs_files as made

KNOWN = [player.known for player in read_salaries(made.salaries()).players]
EARLY = frozenset({"BOS", "NYK"})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_salaries_in_every_line_end(end: str) -> None:
    file = read_salaries(made.salaries(end))
    assert (file.report.rows, file.report.rejected, file.report.line_end) == (
        24, 0, {"\n": "lf", "\r\n": "crlf", "\r": "cr"}[end],
    )  # fmt: skip
    first = file.players[0]
    assert (first.name, first.team, first.slots) == ("D'Arcy O'Mara", "BOS", ("PG", "G", "UTIL"))
    assert (first.game.away, first.game.home) == ("BOS", "NYK")
    assert first.game.starts_at == datetime(2030, 1, 13, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "mark", "named", "bom"),
    [
        ("utf-8", b"", "utf-8", False),
        ("utf-8", b"\xef\xbb\xbf", "utf-8", True),
        ("utf-16-le", b"\xff\xfe", "utf-16-le", True),
        ("utf-16-be", b"\xfe\xff", "utf-16-be", True),
        ("windows-1252", b"", "windows-1252", False),
    ],
)
def test_encodings(encoding: str, mark: bytes, named: str, bom: bool) -> None:
    text = made.salaries().decode().replace("Đurić", "Müller").replace("Šime Kovač", "Šime Kova")
    file = read_salaries(mark + text.encode(encoding))
    assert (file.report.encoding, file.report.bom, file.report.rejected) == (named, bom, 0)
    assert {"Nikola Müller", "Šime Kova"} <= {player.name for player in file.players}


def test_entries_are_ragged_and_the_table_stands_beside_them() -> None:
    file = read_entries(made.entries(started=EARLY), "draftkings")
    assert (len(file.entries), len(file.players), file.report.rows) == (9, 24, 33)
    assert file.report.problems == ()
    entry = file.entries[0]
    assert (entry.entry_id, entry.contest_id, entry.fee) == ("4560000001", "171691346", "$3 ")
    assert entry.contest_name == 'NBA "Late" $40K, 20 Max'
    assert [cell.lock.locked for cell in entry.cells] == [True, True, False, False, False, False, False, True]
    assert [cell.site_id for cell in file.entries[8].cells] == [""] * 8
    assert file.players[0].game.state == "in_progress"


def test_entries_without_a_lineup_or_a_table_are_legal() -> None:
    head = made.entries().split(b"\n", 1)[0]
    assert read_entries(head, "draftkings").entries == ()
    alone = b"Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG\n7,Cup,9,$1,40000001,40000022 (LOCKED)\n"
    (entry,) = read_entries(alone, "draftkings").entries
    assert [(cell.site_id, cell.lock.locked) for cell in entry.cells] == [("40000001", False), ("40000022", True)]


def test_a_lock_is_a_mark_a_state_or_a_start() -> None:
    data = made.entries(started=EARLY)
    after_both = datetime(2030, 1, 13, 3, 0, tzinfo=UTC)
    file = read_entries(data, "draftkings", now=after_both)
    assert all(cell.lock.locked for cell in file.entries[0].cells)
    assert {problem.code for problem in file.report.problems} == {"LOCK_DISAGREES"}
    assert file.report.rejected == 0
    assert {problem.line for problem in file.report.problems} == {2, 3}
    quiet = read_entries(data, "draftkings", now=datetime(2030, 1, 13, 1, 0, tzinfo=UTC))
    assert quiet.report.problems == ()


def test_the_slates_start_serves_where_the_file_has_none() -> None:
    data = b"Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG\n7,Cup,9,$1,40000001,40000022\n"
    start = datetime(2030, 1, 13, tzinfo=UTC)
    (entry,) = read_entries(data, "draftkings", now=start, starts={"40000001": start}).entries
    assert [cell.lock.locked for cell in entry.cells] == [True, False]


def test_a_start_that_is_known_better_counts_instead_of_the_files() -> None:
    now = datetime(2030, 1, 13, 1, 0, tzinfo=UTC)  # an hour after the start in the file
    starters = {"40000001": now + timedelta(hours=1), "40000022": None}
    (entry, *_) = read_entries(made.entries(), "draftkings", now=now, starts=starters).entries
    locked = {cell.site_id for cell in entry.cells if cell.lock.locked}
    (entry, *_) = read_entries(made.entries(), "draftkings", now=now).entries
    assert {cell.site_id for cell in entry.cells if cell.lock.locked} - locked == starters.keys()


def test_a_postponed_game_locks_nobody() -> None:
    data = made.entries().replace(b"BOS@NYK 01/12/2030 07:00PM ET", b"Postponed")
    file = read_entries(data, "draftkings", now=datetime(2030, 1, 13, 1, 0, tzinfo=UTC))
    assert not any(cell.lock.locked for entry in file.entries for cell in entry.cells)


def test_a_captain_is_joined_with_his_own_row() -> None:
    file = read_salaries(made.showdown())
    assert (file.report.rows, file.report.accepted, len(file.players)) == (24, 24, 12)
    assert all(player.captain_site_id == str(int(player.site_id) + 1) for player in file.players)


def test_fanduel() -> None:
    file = read_players_list(made.players_list())
    assert (len(file.players), file.report.problems) == (24, ())
    assert (file.players[0].site_id, file.players[0].status) == ("55014-1", "GTD")
    entries = read_entries(made.fanduel_entries(), "fanduel")
    assert (len(entries.entries), len(entries.players), entries.report.problems) == (2, 24, ())
    assert entries.layout.slots == made.FANDUEL_SLOTS
    assert entries.entries[0].cells[0].site_id == "55014-1"


@pytest.mark.parametrize("layout", range(4))
def test_projections_in_four_layouts(layout: int) -> None:
    file = read_projections(made.projections(layout), KNOWN)
    assert [place for place, _ in file.projections] == list(range(24))
    assert all(projection.ownership == Decimal("0.333") for _, projection in file.projections)
    assert (file.report.rows, file.report.rejected) == (25, 0)
    (unknown,) = file.report.problems
    assert (unknown.code, unknown.severity, unknown.line) == ("UNKNOWN_PLAYER", "warning", 26)


@pytest.mark.parametrize("in_play", [False, True])
def test_standings(in_play: bool) -> None:
    file = read_standings(made.standings(in_play=in_play))
    assert (len(file.standings), file.report.problems, file.in_play) == (20, (), in_play)
    assert file.slots == ("C", "F", "G", "PF", "PG", "SF", "SG", "UTIL")
    hidden = [place for place, name in enumerate(file.standings[0].lineup) if name is None]
    assert hidden == ([0, 1, 2, 3, 5] if in_play else [])
    assert file.standings[0].lineup[4] == "D'Arcy O'Mara"
    assert file.standings[19].lineup == ()


def test_a_name_may_hold_a_word_that_looks_like_a_slot() -> None:
    data = made.standings().decode().replace("Ty Marsh", "Ty G Marsh").encode()
    file = read_standings(data, made.DRAFTKINGS_SLOTS)
    assert file.report.problems == ()
    assert file.standings[0].lineup[2] == "Ty G Marsh"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "HEADER_NOT_FOUND"),
        (b"\n\n\n", "HEADER_NOT_FOUND"),
        (b"%PDF-1.7\x00\xff\xfe", "HEADER_NOT_FOUND"),
        (made.projections(), "HEADER_NOT_FOUND"),
        (made.salaries().replace(b"Roster Position", b"Roster"), "COLUMN_MISSING"),
        (b"x" * 2_000_001, "TOO_LARGE"),
        (b"\n" * 5_001, "TOO_MANY_ROWS"),
        (b'"' * (LONGEST_LINE + 1), "HEADER_NOT_FOUND"),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_salaries(data)
    assert refused.value.code == code


def test_strict_takes_all_or_nothing() -> None:
    data = made.salaries().replace(b",9800,", b",9x00,")
    loose, strict = read_salaries(data), read_salaries(data, strict=True)
    assert (len(loose.players), loose.report.accepted, loose.report.rejected) == (23, 23, 1)
    assert (len(strict.players), strict.report.accepted, strict.report.rejected) == (0, 0, 24)
    assert strict.report.problems == loose.report.problems


def test_a_report_holds_the_first_200_problems() -> None:
    lines = [made.SALARIES_HEADER, *(f"C,X ({n}),X,{n},C,1,A@B,A,1" for n in range(1, 300))]
    report = read_salaries("\n".join(lines).encode()).report
    assert (len(report.problems), report.truncated, report.rejected) == (200, True, 299)
