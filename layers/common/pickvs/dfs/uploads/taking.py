"""What each kind of file is read into."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pickvs.core.database import Connection
from pickvs.dfs.files.fitting import fitting_formats
from pickvs.dfs.files.names import Known
from pickvs.dfs.files.players import Listed, PlayersFile, Site, read_players_list, read_salaries
from pickvs.dfs.files.report import FileRefused, Report
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates import service as storing
from pickvs.dfs.slates.queries import PlayerRow
from pickvs.dfs.uploads import queries
from pickvs.dfs.uploads.errors import needed, other_format, several_slates, unknown_format, unknown_players
from pickvs.dfs.uploads.facts import says_all_games, slate_facts
from pickvs.dfs.uploads.rules import UploadKind
from pickvs.sports.players.rules import player_name

if TYPE_CHECKING:
    from pickvs.dfs.entries.rules import Entry
    from pickvs.dfs.files.entries import EntriesFile
    from pickvs.dfs.files.projections import Projection as Written
    from pickvs.dfs.projections.rules import Projection

_SOURCE = "upload"
_CENTS = Decimal("0.01")
_SHARES = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Asked:
    """A file, and what the user says of it. See service.upload."""

    user_id: int
    kind: UploadKind
    content: bytes
    slate_id: int | None
    starts_at: datetime | None
    is_strict: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read. report: as it is stored, with a digest of the rows that go into a set or a file of entries."""

    slate_id: int | None
    report: dict[str, Any]
    projections: "list[Projection] | None" = None
    entries: "list[Entry] | None" = None


def take(connection: Connection, asked: Asked, at: datetime) -> Taken:
    """Read a file. Stores the slate that players make; the rest is for the caller to store.

    Raises FileRefused, Invalid, Conflict and NotFound, see service.upload.
    """
    if asked.slate_id is not None:
        slates.slate(connection, asked.slate_id, asked.user_id)
    match asked.kind:
        case "dk_salaries" | "fd_players":
            return _players(connection, asked, at)
        case "projections":
            return _projections(connection, asked)
        case "dk_entries" | "fd_entries":
            return _entries(connection, asked, at)
        case "dk_standings":
            from pickvs.dfs.files.standings import read_standings

            standings = read_standings(asked.content, strict=asked.is_strict)
            return Taken(asked.slate_id, _stored(standings.report, ()))


def _players(connection: Connection, asked: Asked, at: datetime) -> Taken:
    read = read_salaries if asked.kind == "dk_salaries" else read_players_list
    file = read(asked.content, strict=asked.is_strict)
    if not file.players:
        return Taken(None, _stored(file.report, ()))
    if not says_all_games(file.players):
        raise unknown_players()
    return Taken(_put_slate(connection, asked, file, at), _stored(file.report, ()))


def _put_slate(connection: Connection, asked: Asked, file: PlayersFile, at: datetime) -> int:
    kind = _format(file)
    if asked.starts_at is None and any(player.game.starts_at is None for player in file.players):
        raise needed("starts_at", "is missing: this file does not say when the games start")
    facts = slate_facts(file, kind, asked.starts_at, _SOURCE)
    stored = storing.put_slate(connection, facts, user_id=asked.user_id, at=at)
    if asked.slate_id is not None and stored.id != asked.slate_id:
        raise FileRefused("WRONG_SLATE", "The players of the file are of another slate. Leave slate_id out.")
    return stored.id


def _format(file: PlayersFile) -> Format:
    found = fitting_formats(file)
    if not found:
        raise unknown_format()
    return found[0]


def _projections(connection: Connection, asked: Asked) -> Taken:
    from pickvs.dfs.files.projections import read_projections

    if asked.slate_id is None:
        raise needed("slate_id", "is missing: projections are of the players of a slate")
    slate = slates.slate(connection, asked.slate_id, asked.user_id)
    players = [player for player in slates.players_of(connection, asked.slate_id) if not player.is_disabled]
    known = [_known(player) for player in players]
    places = {(player_name(player.name), player.team): place for place, player in enumerate(players)}
    aliases = {
        (each.alias, each.team): places[player_name(each.name), each.team]
        for each in queries.aliases(connection, asked.user_id, slate.sport)
        if (player_name(each.name), each.team) in places
    }
    file = read_projections(asked.content, known, aliases, strict=asked.is_strict)
    projections = [_projection(players[place].id, each) for place, each in file.projections]
    return Taken(asked.slate_id, _stored(file.report, projections), projections=projections or None)


def _entries(connection: Connection, asked: Asked, at: datetime) -> Taken:
    from pickvs.dfs.entries.service import entries_of
    from pickvs.dfs.files.entries import read_entries

    site: Site = "draftkings" if asked.kind == "dk_entries" else "fanduel"
    first = read_entries(asked.content, site, strict=asked.is_strict)
    slate_id = _slate_of(connection, asked, first, at)
    players = slates.players_of(connection, slate_id)
    told = {each.site_id for each in first.listed if each.game.starts_at is not None}
    starts = slates.starts_beside(slates.slate(connection, slate_id, asked.user_id), players, told)
    ids = {site_id: player.id for player in players for site_id in _known(player).site_ids}
    file = read_entries(asked.content, site, now=at, starts=starts, strict=asked.is_strict)
    entries = entries_of(file, ids)
    if file.entries and not entries:
        raise FileRefused(
            "WRONG_SLATE", "The players of the entries are not of this slate. Choose the slate of the file."
        )
    return Taken(slate_id, _stored(file.report, entries), entries=entries)


def _slate_of(connection: Connection, asked: Asked, file: "EntriesFile", at: datetime) -> int:
    """Return the slate of a file of entries: the one that is named, that has its players, or that its table makes."""
    table = PlayersFile(file.site, file.players, file.report)
    if asked.slate_id is not None:
        slate = slates.slate(connection, asked.slate_id, asked.user_id)
        if slate.site != file.site or (table.players and slate.format not in {f.id for f in fitting_formats(table)}):
            raise other_format()
        return asked.slate_id
    named = _ids(file.players) | {cell.site_id for entry in file.entries for cell in entry.cells if cell.site_id}
    kinds = [_format(table).id] if table.players else [each.id for each in _formats_of(file)]
    found = sorted(
        {
            slate_id
            for format_id in kinds
            for slate_id in slates.slates_with(
                connection, asked.user_id, site=file.site, format_id=format_id, site_player_ids=named
            )
        }
    )
    if len(found) > 1:
        raise several_slates(found)
    if found:
        return found[0]
    if not table.players or not says_all_games(table.players):
        raise unknown_players()
    return _put_slate(connection, asked, table, at)


def _formats_of(file: "EntriesFile") -> list[Format]:
    """Return the formats that have the slots of the file's first line, in this order."""
    from pickvs.dfs.formats.table import FORMATS

    return [
        each
        for each in FORMATS.values()
        if each.site == file.site and tuple(slot.name for slot in each.slots) == file.layout.slots
    ]


def _ids(players: Sequence[Listed]) -> set[str]:
    return {site_id for player in players for site_id in player.known.site_ids}


def _known(player: PlayerRow) -> Known:
    ids = (
        (player.site_player_id,) if player.captain_site_id is None else (player.site_player_id, player.captain_site_id)
    )
    return Known(ids, player.name, player.team, player.salary)


def _projection(player_id: int, written: "Written") -> "Projection":
    from pickvs.dfs.projections.rules import Projection

    return Projection(
        player=player_id,
        points=written.points.quantize(_CENTS),
        deviation=_rounded(written.deviation, _CENTS),
        floor=_rounded(written.floor, _CENTS),
        ceiling=_rounded(written.ceiling, _CENTS),
        ownership=_rounded(written.ownership, _SHARES),
        minutes=_rounded(written.minutes, _CENTS),
        field_points=_rounded(written.field_points, _CENTS),
    )


def _rounded(value: Decimal | None, places: Decimal) -> Decimal | None:
    return None if value is None else value.quantize(places)


def _stored(report: Report, rows: Sequence[object]) -> dict[str, Any]:
    """Return a report as JSON. taken: a digest by which the same outcome is recognised."""
    stored: Mapping[str, Any] = asdict(report)
    problems = [{**problem, "suggestions": list(problem["suggestions"])} for problem in stored["problems"]]
    digest = hashlib.sha256(repr(list(rows)).encode(errors="replace")).hexdigest()
    return {**stored, "problems": problems, "taken": digest}
