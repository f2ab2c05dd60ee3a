"""Exports a build's lineups as a file for the site: the user's own file of entries, or lineups alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict
from pickvs.dfs.builds import queries
from pickvs.dfs.builds.errors import unknown_build
from pickvs.dfs.builds.queries import BuildRow, LineupRow
from pickvs.dfs.entries import originals
from pickvs.dfs.entries import reading as entries
from pickvs.dfs.entries.queries import FileRow
from pickvs.dfs.files.entries import EntriesFile, read_entries
from pickvs.dfs.files.exporting import Pick, SlotsLocked, entries_file, lineups_file
from pickvs.dfs.files.players import Site
from pickvs.dfs.formats.rules import Format, Slot
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.queries import PlayerRow

type Form = Literal["entries", "lineups"]
"""What is exported: the user's file of entries with other lineups, or a file of lineups alone."""

_SHOWN = 10
_UTF_8 = "utf-8"


def export(user_id: int, build_id: int, *, form: Form, entry_file_id: int | None, is_partial: bool) -> tuple[str, str]:
    """Return the name and the text of a file for the site.

    A late swap's lineups go into their entries, any other build's into the entries in the order of the file. Slots that
    keep their player, and all other cells, are as they were. A file that was not in UTF-8 comes back in UTF-8.
    entry_file_id: the user's last one of the slate by default. is_partial: whether there may be more entries than
    lineups, or fewer; the rest then stays as it is.

    Raises NotFound (BUILD_NOT_FOUND, ENTRY_FILE_NOT_FOUND, FILE_GONE) and Conflict (SLOTS_LOCKED, COUNTS_DIFFER,
    ENTRIES_OF_OTHER_SLATE).
    """
    with transaction(snapshot=True) as connection:
        at = clock.now()
        build = queries.find(connection, build_id, user_id)
        if build is None:
            raise unknown_build()
        lineups = queries.lineups_of(connection, build_id)
        slate = slates.slate(connection, build.slate_id, user_id)
        players = {player.id: player for player in slates.players_of(connection, build.slate_id)}
        file = _file(connection, build, user_id, entry_file_id) if form == "entries" else None
        swapped = _swapped(connection, build, user_id, at)
    kind = FORMATS[slate.format]
    site: Site = "draftkings" if kind.site == "draftkings" else "fanduel"
    if file is None:
        picks = [_picks(kind, lineup.players, players) for lineup in lineups]
        names = [slot.name for slot in kind.slots]
        content = lineups_file(site, names, [[pick for pick in row if pick is not None] for row in picks])
        return f"build-{build_id}-lineups.csv", content.decode(_UTF_8)
    original = originals.read(user_id, file.sha256)
    told = {each.site_id for each in read_entries(original, site).listed if each.game.starts_at is not None}
    written = read_entries(original, site, now=at, starts=slates.starts_beside(slate, players.values(), told))
    wanted = _assigned(written, kind, lineups, players, swapped, is_partial=is_partial)
    try:
        filled = entries_file(written, original, wanted)
    except SlotsLocked as error:
        raise _locked(error.entries) from None
    return f"build-{build_id}-entries.csv", _as_utf_8(filled, written)


def _file(connection: Connection, build: BuildRow, user_id: int, file_id: int | None) -> FileRow:
    wanted = file_id if file_id is not None else build.entry_file_id
    if wanted is None:
        return entries.latest_file(connection, build.slate_id, user_id)
    return entries.entry_file(connection, wanted, user_id, slate_id=build.slate_id)


def _swapped(connection: Connection, build: BuildRow, user_id: int, at: datetime) -> dict[int, str]:
    """Return the ids of the entries that a late swap is for, by the lines of the file that it was built for."""
    if build.entry_file_id is None:
        return {}
    file = entries.entry_file(connection, build.entry_file_id, user_id)
    return {entry.line: entry.entry_key for entry in entries.entries_at(connection, file, at)}


def _assigned(
    file: EntriesFile,
    kind: Format,
    lineups: Sequence[LineupRow],
    players: Mapping[int, PlayerRow],
    keys: Mapping[int, str],
    *,
    is_partial: bool,
) -> dict[str, list[Pick]]:
    """Return the lineups by entry. A late swap leaves out the entries that it kept.

    keys: the ids of the entries that were swapped, by their lines. Another file may have them in another order.
    """
    if file.layout.slots != tuple(slot.name for slot in kind.slots):
        raise Conflict("ENTRIES_OF_OTHER_SLATE", "The file of entries is of another kind of contest than the build.")
    swapped = [lineup for lineup in lineups if lineup.entry_line is not None]
    if swapped:
        held = {entry.entry_id for entry in file.entries}
        better = [each for each in swapped if each.kept_because is None]
        named = [(keys.get(each.entry_line or 0, ""), each) for each in better]
        pairs = [(entry_id, each) for entry_id, each in named if entry_id in held]
        if len(pairs) != len(better) and not is_partial:
            raise _counts_differ(len(better), len(pairs))
    else:
        if len(lineups) != len(file.entries) and not is_partial:
            raise _counts_differ(len(lineups), len(file.entries))
        pairs = [(entry.entry_id, lineup) for entry, lineup in zip(file.entries, lineups, strict=False)]
    found: dict[str, list[Pick]] = {}
    for entry_id, lineup in pairs:
        picks = _picks(kind, lineup.players, players)
        if all(pick is not None for pick in picks):
            found[entry_id] = [pick for pick in picks if pick is not None]
    return found


def _picks(kind: Format, lineup: Sequence[int | None], players: Mapping[int, PlayerRow]) -> list[Pick | None]:
    return [
        None if player is None else _pick(slot, players[player])
        for slot, player in zip(kind.slots, lineup, strict=True)
    ]


def _pick(slot: Slot, player: PlayerRow) -> Pick:
    captain = player.captain_site_id if slot.factor != 1 else None
    return Pick(captain or player.site_player_id, player.name)


def _as_utf_8(content: bytes, file: EntriesFile) -> str:
    """Return the text of a file, with its byte order mark if it had one. One in another encoding gets the mark."""
    text = content.decode(file.text.encoding)
    if file.text.encoding == _UTF_8 or text.startswith("\ufeff"):
        return text
    return "\ufeff" + text


def _locked(entry_ids: Sequence[str]) -> Conflict:
    shown = ", ".join(entry_ids[:_SHOWN])
    more = f" and {len(entry_ids) - _SHOWN} more" if len(entry_ids) > _SHOWN else ""
    return Conflict(
        "SLOTS_LOCKED",
        f"Locked slots would change in the entries {shown}{more}. Build a late swap of this file (late_swap_file_id).",
        extra={"entries": list(entry_ids)},
    )


def _counts_differ(lineups: int, held: int) -> Conflict:
    return Conflict(
        "COUNTS_DIFFER",
        f"The build has {lineups} lineups and the file {held} entries for them. Ask again with partial=true to "
        "fill as many as there are of both.",
    )
