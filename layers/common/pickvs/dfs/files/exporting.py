"""Files for the sites: a site gets its own file back with other players in the slots, and every other byte as it was.

Cells go out as the site wrote them. Tables that people open in a spreadsheet are written by core.csv_text, which
disarms formulas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pickvs.dfs.files.entries import Cell, EntriesFile, Entry, cell_player
from pickvs.dfs.files.players import Site
from pickvs.dfs.files.text import encode, quoted, rows, spans, written

_END = "\r\n"


class SlotsLocked(ValueError):
    """A lineup would change a slot that is locked. entries: the ids of the entries concerned."""

    def __init__(self, entries: Sequence[str]) -> None:
        super().__init__(f"Locked slots would change in the entries {', '.join(entries)}.")
        self.entries = tuple(entries)


class WrongSize(ValueError):
    """A lineup has not one player for each slot."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A player as he is written into a slot. site_id: of the captain's row in a captain's slot."""

    site_id: str
    name: str


def entries_file(file: EntriesFile, data: bytes, lineups: Mapping[str, Sequence[Pick]]) -> bytes:
    """Return the user's entries file with other lineups, and every other byte as it was.

    data: the bytes that `file` was read from. lineups: by entry id, players in the order of the file's slots. A slot
    that holds the player already keeps its text, so a mark (LOCKED) stays. Raises SlotsLocked, WrongSize, and KeyError
    for an entry that the file has not.
    """
    entries = {entry.entry_id: entry for entry in file.entries}
    wanted = {entries[entry_id].line: (entries[entry_id], lineup) for entry_id, lineup in lineups.items()}
    if any(len(lineup) != len(file.layout.slots) for lineup in lineups.values()):
        raise WrongSize(f"A lineup must have {len(file.layout.slots)} players.")
    locked = [entry.entry_id for entry, lineup in wanted.values() if _changes_locked(entry, lineup)]
    if locked:
        raise SlotsLocked(locked)
    parts: list[str] = []
    done = 0
    for row in rows(file.text.text):
        if row.number not in wanted:
            continue
        entry, lineup = wanted[row.number]
        places = spans(row.raw)
        for number, (cell, pick) in enumerate(zip(entry.cells, lineup, strict=True)):
            if cell.site_id == pick.site_id:
                continue
            place = file.layout.first + number
            if place >= len(places):
                parts.append(file.text.text[done : row.start + len(row.raw)] + "," * (place - len(places) + 1))
                places += [(len(row.raw), len(row.raw))] * (place - len(places) + 1)
                done = row.start + len(row.raw)
            else:
                parts.append(file.text.text[done : row.start + places[place][0]])
                done = row.start + places[place][1]
            parts.append(_slot_text(pick, file.site, file.text.encoding))
    if not parts:
        return data
    parts.append(file.text.text[done:])
    return encode("".join(parts), file.text.encoding, bom=file.text.bom)


def lineups_file(site: Site, slots: Sequence[str], lineups: Sequence[Sequence[Pick]]) -> bytes:
    """Return a file of lineups for a site's upload: a line of slots, then a line of ids for each lineup.

    Raises WrongSize.
    """
    if any(len(lineup) != len(slots) for lineup in lineups):
        raise WrongSize(f"A lineup must have {len(slots)} players.")
    lines = [written(slots), *(written([_bare(pick, site) for pick in lineup]) for lineup in lineups)]
    return (_END.join(lines) + _END).encode()


def _changes_locked(entry: Entry, lineup: Sequence[Pick]) -> bool:
    return any(
        _is_locked(cell) and cell.site_id != pick.site_id for cell, pick in zip(entry.cells, lineup, strict=True)
    )


def _is_locked(cell: Cell) -> bool:
    return bool(cell.site_id) and cell.lock.locked


def _bare(pick: Pick, site: Site) -> str:
    parsed = cell_player(pick.site_id, site)
    if parsed is None or parsed[0] != pick.site_id:
        raise WrongSize(f"{pick.site_id!r} is no id of {site}.")
    return pick.site_id


def _slot_text(pick: Pick, site: Site, encoding: str) -> str:
    """Return a player as the site writes him in a slot: the id alone if the encoding lacks a letter of his name."""
    site_id = _bare(pick, site)
    text = f"{pick.name} ({site_id})" if site == "draftkings" else f"{site_id}:{pick.name}"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return site_id
    return quoted(text)
