"""Which kind of contest a list of players is of."""

from pickvs.dfs.files.players import PlayersFile
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import FORMATS


def fitting_formats(file: PlayersFile) -> tuple[Format, ...]:
    """Return the formats that the players of a file fill, each slot by somebody and nobody without a slot.

    DraftKings' files name the slots, which must be those of the format. FanDuel's name positions.
    """
    return tuple(each for each in FORMATS.values() if each.site == file.site and _fits(file, each))


def _fits(file: PlayersFile, kind: Format) -> bool:
    if file.site == "draftkings":
        named = {slot for player in file.players for slot in player.slots}
        captains = any(player.captain_site_id is not None for player in file.players)
        wanted = {slot.name for slot in kind.slots if slot.factor == 1}
        return named == wanted and captains == any(slot.factor != 1 for slot in kind.slots)
    everybody = [frozenset(player.positions) for player in file.players]
    return bool(everybody) and (
        all(kind.slots_for(positions) for positions in everybody)
        and {name for positions in everybody for name in kind.slots_for(positions)}
        == {slot.name for slot in kind.slots}
    )
