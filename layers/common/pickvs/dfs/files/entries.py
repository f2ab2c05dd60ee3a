"""The user's own entries as the sites write them: contests and lineups left, the table of players right.

DraftKings' file has the columns Entry ID, Contest Name, Contest ID and Entry Fee before the slots, FanDuel's entry_id,
contest_id, contest_name and entry_fee. A template for lineups has the slots alone. Lines are ragged, and the titles of
the table stand beside an entry or below the last.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pickvs.dfs.files.columns import Cells, Column, Header, data_rows, find_header, spelled, whole_rows
from pickvs.dfs.files.games import Game
from pickvs.dfs.files.locks import Lock, lock_of
from pickvs.dfs.files.players import (
    DRAFTKINGS_COLUMNS,
    FANDUEL_COLUMNS,
    LOCKED,
    Listed,
    Site,
    joined,
    read_table,
)
from pickvs.dfs.files.report import FileRefused, Findings, Report
from pickvs.dfs.files.reporting import reported
from pickvs.dfs.files.text import UPLOAD, Row, Text, decode
from pickvs.sports.players.rules import player_name

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_CONTEST = {"draftkings": _NUMBER, "fanduel": re.compile(r"\d{1,12}(?:-\d{1,12})?", re.ASCII)}
_NAME_AND_ID = re.compile(r"(.*?)\s*\((\d{1,12})\)", re.ASCII)
_ID_AND_NAME = re.compile(r"(\d{1,9}-\d{1,9})(?::(.*))?", re.ASCII)
_SLOT = re.compile(r"[A-Z0-9/+]{1,8}", re.ASCII)
_MOST_SLOTS = 20
_LONGEST_CELL = 300
"""Longest text of a slot, in characters. A longer one is no player, and patterns would take long to say so."""
_OWNERS = frozenset({"entryid", "contestname", "contestid", "entryfee"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot of an entry. text: verbatim. site_id, name: of the player; empty in an open slot. lock: his."""

    text: str
    site_id: str
    name: str
    lock: Lock


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. line: physical line. contest_name, fee: verbatim, such as "$3 ". cells: in the order of the slots."""

    line: int
    entry_id: str
    contest_id: str
    contest_name: str
    fee: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file has its slots: their titles, and the place of the first in a line."""

    slots: tuple[str, ...]
    first: int


@dataclass(frozen=True, slots=True)
class EntriesFile:
    """The entries that could be read, and the players of the table beside them, if there is one.

    listed: as the table has them, a captain's row apart. players: a captain's row joined with the player's own.
    """

    site: Site
    text: Text
    layout: Layout
    entries: tuple[Entry, ...]
    listed: tuple[Listed, ...]
    players: tuple[Listed, ...]
    report: Report


def read_entries(
    data: bytes,
    site: Site,
    *,
    now: datetime | None = None,
    starts: Mapping[str, datetime | None] | None = None,
    strict: bool = False,
) -> EntriesFile:
    """Return the entries of a DKEntries.csv or of FanDuel's entries file.

    now: the time to judge locks by. starts: when the games of players start, by the site's id, where that counts
    instead of the file's word; None for a game that has been put off. A mark or a state that says otherwise is a
    warning LOCK_DISAGREES. The rows of the report are entries and players. strict: leaves out all rows if one is wrong.
    Raises FileRefused.
    """
    text = decode(data, UPLOAD)
    findings = Findings()
    lines = whole_rows(text.text, findings)
    owners, layout = _layout(lines, site)
    listed, table_rows = _table(lines, site, layout, findings)
    reader = _Reader(site, layout, {player.site_id: player for player in listed}, now, starts or {}, findings)
    entries, entry_rows = reader.read(lines, owners)
    players = joined(listed, findings)
    kept_rows = len(entries) + sum(1 if player.captain_site_id is None else 2 for player in players)
    kind = "dk_entries" if site == "draftkings" else "fd_entries"
    count = table_rows + entry_rows
    report = reported(kind, text, count, count - kept_rows, findings, strict=strict)
    if strict and report.rejected:
        entries, listed, players = [], [], []
    return EntriesFile(site, text, layout, tuple(entries), tuple(listed), tuple(players), report)


def cell_player(text: str, site: Site) -> tuple[str, str, bool] | None:
    """Return id, name and whether there is a mark (LOCKED) of a slot's cell; name empty if it has only an id.

    All empty for an empty cell. None if the cell is neither empty nor has an id.
    """
    value = text.strip()
    if len(value) > _LONGEST_CELL:
        return None
    marked = value.endswith(LOCKED)
    value = value.removesuffix(LOCKED).rstrip()
    if not value:
        return None if marked else ("", "", False)
    if site == "fanduel":
        found = _ID_AND_NAME.fullmatch(value)
        return None if found is None else (found[1], (found[2] or "").strip(), marked)
    if _NUMBER.fullmatch(value):
        return value, "", marked
    found = _NAME_AND_ID.fullmatch(value)
    return None if found is None else (found[2], found[1], marked)


def _layout(lines: Sequence[Row], site: Site) -> tuple[Header | None, Layout]:
    """Return the columns of an entry, None in a template for lineups, and the slots."""
    if not lines:
        raise FileRefused("HEADER_NOT_FOUND", "The file is empty. Upload the entries file as the site writes it.")
    titles = [cell.strip() for cell in lines[0].cells]
    names = {spelled(title): place for place, title in reversed(list(enumerate(titles)))}
    present = _OWNERS & names.keys()
    if present and not {"entryid", "contestid"} <= present:
        raise FileRefused(
            "COLUMN_MISSING", "The table of entries lacks the column Entry ID or Contest ID.", lines[0].number
        )
    first = max((names[name] for name in present), default=-1) + 1
    slots: list[str] = []
    for title in titles[first:]:
        if not title or spelled(title) == "instructions":
            break
        slots.append(title)
    if not 1 < len(slots) <= _MOST_SLOTS or not all(_SLOT.fullmatch(_slot(title, site)) for title in slots):
        raise FileRefused(
            "HEADER_NOT_FOUND",
            "The first line must have the titles of an entries file: Entry ID, Contest Name, Contest ID, Entry Fee"
            " and the slots, or the slots alone.",
        )
    layout = Layout(tuple(_slot(title, site) for title in slots), first)
    places = {name: names[name] for name in sorted(present)}
    places |= {f"slot{number}": first + number for number in range(len(slots))}
    return (
        Header(lines[0].number, places, {name: titles[place] for name, place in places.items()}) if present else None
    ), layout


def _slot(title: str, site: Site) -> str:
    """Return a slot's name. FanDuel writes "MVP - 1.5X Points" for MVP."""
    return title.partition(" - ")[0].upper() if site == "fanduel" else title.upper()


def _table(lines: Sequence[Row], site: Site, layout: Layout, findings: Findings) -> tuple[list[Listed], int]:
    columns: Sequence[Column] = DRAFTKINGS_COLUMNS if site == "draftkings" else FANDUEL_COLUMNS
    try:
        header = find_header(lines, columns, layout.first + len(layout.slots))
    except FileRefused as refused:
        # People upload their entries without the table, which the site accepts as well.
        if refused.code == "HEADER_NOT_FOUND":
            return [], 0
        raise
    return read_table(site, lines, header, findings)


@dataclass(slots=True)
class _Reader:
    site: Site
    layout: Layout
    players: Mapping[str, Listed]
    now: datetime | None
    starts: Mapping[str, datetime | None]
    findings: Findings

    def read(self, lines: Sequence[Row], owners: Header | None) -> tuple[list[Entry], int]:
        """Return the entries without a fault, and how many there are."""
        if owners is None:
            return [], 0
        entries: list[Entry] = []
        seen: dict[str, int] = {}
        count = 0
        for cells in data_rows(lines, owners, self.findings):
            count += 1
            before = self.findings.errors
            entry = self._entry(cells)
            if entry.entry_id in seen:
                cells.error("entryid", "DUPLICATE_ROW", f"Line {seen[entry.entry_id]} has the same entry.")
            if self.findings.errors == before:
                seen[entry.entry_id] = entry.line
                entries.append(entry)
        return entries, count

    def _entry(self, cells: Cells) -> Entry:
        if not _NUMBER.fullmatch(cells.text("entryid")):
            cells.error("entryid", "UNKNOWN_ENTRY_CONTEST", "An entry must have the number the site gave it.")
        if not _CONTEST[self.site].fullmatch(cells.text("contestid")):
            cells.error("contestid", "UNKNOWN_ENTRY_CONTEST", "An entry must have the number of its contest.")
        slots = [self._cell(cells, f"slot{number}", slot) for number, slot in enumerate(self.layout.slots)]
        taken: set[str] = set()
        for number, cell in enumerate(slots):
            if cell.site_id and cell.site_id in taken:
                cells.error(f"slot{number}", "DUPLICATE_PLAYER", "The lineup has this player twice.")
            taken.add(cell.site_id)
        return Entry(
            cells.line, cells.text("entryid"), cells.text("contestid"), _verbatim(cells, "contestname"),
            _verbatim(cells, "entryfee"), tuple(slots),
        )  # fmt: skip

    def _cell(self, cells: Cells, name: str, slot: str) -> Cell:
        text = _verbatim(cells, name)
        parsed = cell_player(text, self.site)
        if parsed is None:
            cells.error(name, "UNKNOWN_PLAYER", "A slot must be empty or hold a player with his ID.")
            parsed = ("", "", False)
        site_id, written, marked = parsed
        player = self.players.get(site_id)
        if site_id and self.players:
            self._check(cells, name, slot, player, written)
        game = player.game if player is not None else Game("")
        start = self.starts.get(site_id, game.starts_at)
        lock = lock_of(marked=marked, game=game, now=self.now, starts_at=start)
        if site_id and lock.disagrees:
            cells.warning(name, "LOCK_DISAGREES", _disagreement(lock))
        return Cell(text, site_id, written, lock)

    def _check(self, cells: Cells, name: str, slot: str, player: Listed | None, written: str) -> None:
        if player is None:
            cells.error(name, "UNKNOWN_PLAYER", "The table of players has no such ID.")
        elif written and player_name(written) != player_name(player.name):
            cells.error(name, "AMBIGUOUS_PLAYER", f"The cell names {written}, but the ID is of {player.name}.")
        elif self.site == "draftkings" and slot not in player.slots:
            cells.error(name, "UNKNOWN_SLOT", f"{player.name} fills {'/'.join(player.slots)}, not {slot}.")


def _verbatim(cells: Cells, name: str) -> str:
    place = cells.header.places.get(name)
    return cells.row.cells[place] if place is not None and place < len(cells.row.cells) else ""


def _disagreement(lock: Lock) -> str:
    mark = "marked as locked" if lock.marked else "not marked as locked"
    told = [
        "his game runs or is over" if lock.stated else "",
        "" if lock.started is None else "his game has started" if lock.started else "his game has not started",
    ]
    outcome = "The slot counts as locked." if lock.locked else "The slot counts as open."
    return f"The player is {mark}, but {' and '.join(part for part in told if part)}. {outcome}"
