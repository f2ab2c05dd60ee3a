"""What goes back to the sites is their own file, but for the slots that change."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pickvs.dfs.files.entries import EntriesFile, read_entries
from pickvs.dfs.files.exporting import (
    Pick,
    SlotsLocked,
    WrongSize,
    entries_file,
    lineups_file,
)
from pickvs.dfs.files.text import UPLOAD, decode, quoted, rows, spans
from tests.support import dfs_files as made

BYTE_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
names = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" '.,\""), min_size=1, max_size=12
).filter(lambda name: name == name.strip() and "(" not in name)
ids = st.integers(1, 10**8).map(str)
slot_cells = st.one_of(
    st.just(""),
    st.just("  "),
    ids,
    st.builds("{} ({})".format, names, ids),
    st.builds("{} ({}) (LOCKED)".format, names, ids),
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Entries as a site, a spreadsheet or a person may have written them: any line end, encoding, quotes and length."""
    slots = draw(st.lists(st.sampled_from(made.DRAFTKINGS_SLOTS), min_size=2, max_size=8))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [
        ",".join(["Entry ID", "Contest Name", "Contest ID", "Entry Fee", *slots, *draw(st.sampled_from(([], [""])))])
    ]
    for number in range(draw(st.integers(0, 6))):
        cells = draw(st.lists(slot_cells, min_size=len(slots), max_size=len(slots)))
        cells = [str(number + 1), draw(names), "17", draw(st.sampled_from(["$3 ", "$1,000"])), *cells]
        cells += draw(st.lists(names, max_size=3))
        always = draw(st.booleans())
        lines.append(",".join('"' + cell.replace('"', '""') + '"' if always else quoted(cell) for cell in cells))
        lines += draw(st.sampled_from(([], [""], [" "], [",,,"])))
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    encoding = draw(st.sampled_from(["utf-8", *BYTE_MARKS]))
    return BYTE_MARKS.get(encoding, b"") * (draw(st.booleans()) or encoding != "utf-8") + text.encode(encoding)


@given(data=files(), choice=st.data())
def test_only_open_slots_change(data: bytes, choice: st.DataObject) -> None:
    file = read_entries(data, "draftkings")
    assume(file.entries)
    assert entries_file(file, data, {}) == data
    wanted: dict[str, list[Pick]] = {}
    for entry in file.entries:
        if choice.draw(st.booleans()):
            new = choice.draw(
                st.lists(st.builds(Pick, ids, names), min_size=len(entry.cells), max_size=len(entry.cells))
            )
            wanted[entry.entry_id] = [
                Pick(cell.site_id, cell.name) if cell.site_id and cell.lock.locked else pick
                for cell, pick in zip(entry.cells, new, strict=True)
            ]
    written = entries_file(file, data, wanted)
    before, after = decode(data, UPLOAD), decode(written, UPLOAD)
    assert (before.encoding, before.bom, before.line_end) == (after.encoding, after.bom, after.line_end)
    lines = {entry.line: entry for entry in file.entries if entry.entry_id in wanted}
    for old, new_row in zip(rows(before.text), rows(after.text), strict=True):
        if old.number not in lines:
            assert old.raw == new_row.raw
            continue
        entry = lines[old.number]
        was, now = ([row.raw[start:end] for start, end in spans(row.raw)] for row in (old, new_row))
        first, last = file.layout.first, file.layout.first + len(file.layout.slots)
        assert was[:first] + was[last:] == now[:first] + now[last:]
        for place, (cell, pick) in enumerate(zip(entry.cells, wanted[entry.entry_id], strict=True)):
            if cell.site_id == pick.site_id:
                assert was[first + place] == now[first + place]
            else:
                assert new_row.cells[first + place] == f"{pick.name} ({pick.site_id})"


def _made(started: frozenset[str] = frozenset()) -> tuple[EntriesFile, bytes]:
    data = made.entries(started=started)
    return read_entries(data, "draftkings"), data


def _lineup(file: EntriesFile, number: int) -> list[Pick]:
    return [Pick(cell.site_id, cell.name) for cell in file.entries[number].cells]


def test_a_locked_slot_cannot_change() -> None:
    file, data = _made(frozenset({"BOS", "NYK"}))
    lineup = _lineup(file, 0)
    lineup[0] = Pick("40000055", "Roy Tibbs")
    with pytest.raises(SlotsLocked) as locked:
        entries_file(file, data, {"4560000001": lineup, "4560000002": _lineup(file, 1)})
    assert locked.value.entries == ("4560000001",)


def test_a_reservation_is_filled() -> None:
    file, data = _made()
    written = entries_file(file, data, {"4560000009": _lineup(file, 0)})
    again = read_entries(written, "draftkings")
    assert [cell.site_id for cell in again.entries[8].cells] == [pick.site_id for pick in _lineup(file, 0)]
    assert again.players == file.players


def test_a_line_that_ends_early_is_lengthened() -> None:
    data = b"Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG\r\n7,Cup,9,$1\r\n"
    written = entries_file(read_entries(data, "draftkings"), data, {"7": [Pick("1", "A"), Pick("2", "B")]})
    assert written == b"Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG\r\n7,Cup,9,$1,A (1),B (2)\r\n"


def test_a_name_that_the_encoding_lacks_is_left_to_its_id() -> None:
    data = "Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG\n7,Café,9,$1,,\n".encode("windows-1252")
    written = entries_file(read_entries(data, "draftkings"), data, {"7": [Pick("1", "Dončić"), Pick("2", "José")]})
    assert written.endswith("7,Café,9,$1,1,José (2)\n".encode("windows-1252"))


def test_fanduel_slots_are_written_in_its_form() -> None:
    data = made.fanduel_entries()
    file = read_entries(data, "fanduel")
    lineup = _lineup(file, 0)
    lineup[0] = Pick("55014-19", "Bub Carter")
    written = entries_file(file, data, {"3670015043": lineup})
    assert written == data.replace(b"\"55014-1:D'Arcy O'Mara\"", b"55014-19:Bub Carter", 1)


def test_lineups_for_an_upload() -> None:
    file = lineups_file("draftkings", ("CPT", "UTIL"), [[Pick("9", "A"), Pick("8", "=B")]])
    assert file == b"CPT,UTIL\r\n9,8\r\n"
    assert lineups_file("fanduel", ("PG", "PG"), [[Pick("5-1", "A"), Pick("5-2", "B")]]) == b"PG,PG\r\n5-1,5-2\r\n"
    with pytest.raises(WrongSize):
        lineups_file("draftkings", ("CPT", "UTIL"), [[Pick("9", "A")]])
    with pytest.raises(WrongSize):
        lineups_file("draftkings", ("CPT",), [[Pick("=9", "A")]])
