"""The players of a slate as the sites list them: DraftKings' salaries and FanDuel's players list."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pickvs.dfs.files.columns import Cells, Column, Header, data_rows, find_header, whole_rows
from pickvs.dfs.files.games import Game, read_game
from pickvs.dfs.files.names import Known, same_team
from pickvs.dfs.files.report import Findings, Report
from pickvs.dfs.files.reporting import reported
from pickvs.dfs.files.text import UPLOAD, Row, Text, decode

Site = Literal["draftkings", "fanduel"]

HIGHEST_SALARY = 100_000
SALARY_STEP = 100
CAPTAIN_STEP = 50
LOCKED = "(LOCKED)"
_CAPTAINS = frozenset({"CPT", "MVP"})
"""Slots in which a player has a row, an id and a salary of his own."""
_CAPTAIN_FACTOR = Decimal("1.5")
_NAME_LENGTH = 80
_TEAM_LENGTH = 60
_MOST_PARTS = 12
_POSITION = re.compile(r"[A-Z0-9+]{1,8}")

DRAFTKINGS_COLUMNS = (
    Column("position", ("position",)),
    Column("label", ("name+id",), required=False),
    Column("name", ("name",)),
    Column("id", ("id",)),
    Column("slots", ("rosterposition",)),
    Column("salary", ("salary",)),
    Column("game", ("gameinfo",)),
    Column("team", ("teamabbrev",)),
    Column("average", ("avgpointspergame",), required=False),
)
FANDUEL_COLUMNS = (
    Column("id", ("id",)),
    Column("position", ("position",)),
    Column("name", ("nickname",)),
    Column("salary", ("salary",)),
    Column("game", ("game",)),
    Column("team", ("team",)),
    Column("average", ("fppg",), required=False),
    Column("status", ("injuryindicator",), required=False),
    Column("slots", ("rosterposition",), required=False),
)
_ID = {"draftkings": re.compile(r"\d{1,12}", re.ASCII), "fanduel": re.compile(r"\d{1,9}-\d{1,9}", re.ASCII)}
_ID_EXAMPLE = {"draftkings": "37302935", "fanduel": "55014-9488"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A player of a slate.

    site_id: such as 37302935 (DraftKings) or 55014-9488 (FanDuel). positions: what he plays. slots: the slots he may
    fill, as the site writes them; FanDuel's older files give the positions only. salary: whole dollars.
    captain_site_id, captain_salary: of his row as a captain; None if he has none. average: the site's points a game.
    status: the site's word on an injury, such as O or GTD; empty if none. marked: whether the file marks him locked.
    """

    line: int
    site_id: str
    name: str
    team: str
    positions: tuple[str, ...]
    slots: tuple[str, ...]
    salary: int
    game: Game
    average: Decimal | None = None
    status: str = ""
    marked: bool = False
    captain_site_id: str | None = None
    captain_salary: int | None = None

    @property
    def known(self) -> Known:
        """The player as other files are joined with."""
        ids = (self.site_id,) if self.captain_site_id is None else (self.site_id, self.captain_site_id)
        return Known(ids, self.name, self.team, self.salary)


@dataclass(frozen=True, slots=True)
class PlayersFile:
    """A slate's players, a captain's row joined with the player's own, in the order of the file."""

    site: Site
    players: tuple[Listed, ...]
    report: Report


def read_salaries(data: bytes, *, strict: bool = False) -> PlayersFile:
    """Return the players of DKSalaries.csv, or of the table in a DKEntries.csv.

    strict: leaves out all rows if one is wrong. Raises FileRefused.
    """
    text = decode(data, UPLOAD)
    return _read("dk_salaries", "draftkings", text, DRAFTKINGS_COLUMNS, strict=strict)


def read_players_list(data: bytes, *, strict: bool = False) -> PlayersFile:
    """Return the players of FanDuel's players list, or of the table in its entries file.

    strict: leaves out all rows if one is wrong. Raises FileRefused.
    """
    text = decode(data, UPLOAD)
    return _read("fd_players", "fanduel", text, FANDUEL_COLUMNS, strict=strict)


def read_table(site: Site, lines: Sequence[Row], header: Header, findings: Findings) -> tuple[list[Listed], int]:
    """Return the players of a table, a captain's row still apart, and how many rows it has."""
    read: Callable[[Cells], Listed | None] = _draftkings if site == "draftkings" else _fanduel
    players: list[Listed] = []
    seen: dict[str, int] = {}
    count = 0
    for cells in data_rows(lines, header, findings):
        count += 1
        before = findings.errors
        player = read(cells)
        if player is None or findings.errors > before:
            continue
        if player.site_id in seen:
            cells.error("id", "DUPLICATE_ROW", f"Line {seen[player.site_id]} has the same ID.")
            continue
        seen[player.site_id] = player.line
        players.append(player)
    return players, count


def is_captain(player: Listed) -> bool:
    """Return whether a row lists a player as a captain only."""
    return len(player.slots) == 1 and player.slots[0] in _CAPTAINS


def joined(players: Sequence[Listed], findings: Findings) -> list[Listed]:
    """Return the players, each with his captain's row. A captain's row without another is an error."""
    own: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for player in players:
        if not is_captain(player):
            own[player.name, player.team].append(player)
    captains: dict[str, Listed] = {}
    for captain in players:
        if not is_captain(captain):
            continue
        rest = [each for each in own[captain.name, captain.team] if each.site_id not in captains]
        fitting = [each for each in rest if each.salary * _CAPTAIN_FACTOR == captain.salary] or rest
        if not fitting:
            findings.error(
                captain.line, "Name", captain.name, "UNKNOWN_PLAYER", "The captain has no row in the other slots."
            )
            continue
        if fitting[0].salary * _CAPTAIN_FACTOR != captain.salary:
            findings.warning(
                captain.line, "Salary", str(captain.salary), "SALARY_MISMATCH",
                f"As a captain he usually costs 1.5 times {fitting[0].salary}.",
            )  # fmt: skip
        captains[fitting[0].site_id] = captain
    return [_with_captain(player, captains.get(player.site_id)) for player in players if not is_captain(player)]


def _read(kind: str, site: Site, text: Text, columns: Sequence[Column], *, strict: bool) -> PlayersFile:
    findings = Findings()
    lines = whole_rows(text.text, findings)
    listed, count = read_table(site, lines, find_header(lines, columns), findings)
    players = joined(listed, findings)
    rejected = count - sum(1 if player.captain_site_id is None else 2 for player in players)
    report = reported(kind, text, count, rejected, findings, strict=strict)
    return PlayersFile(site, tuple(players) if report.accepted else (), report)


def _with_captain(player: Listed, captain: Listed | None) -> Listed:
    if captain is None:
        return player
    marked = player.marked or captain.marked
    return replace(player, captain_site_id=captain.site_id, captain_salary=captain.salary, marked=marked)


def _draftkings(cells: Cells) -> Listed | None:
    site_id = _site_id(cells, "draftkings")
    label = cells.text("label")
    if label and site_id and f"({site_id})" not in label:
        cells.error("label", "AMBIGUOUS_PLAYER", f"The cell names another ID than {site_id}.")
    slots = _parts(cells, "slots", "UNKNOWN_SLOT")
    return _listed(cells, site_id, slots, marked=label.endswith(LOCKED))


def _fanduel(cells: Cells) -> Listed | None:
    site_id = _site_id(cells, "fanduel")
    slots = _parts(cells, "slots", "UNKNOWN_SLOT") if cells.text("slots") else _parts(cells, "position", "UNKNOWN_SLOT")
    return _listed(cells, site_id, slots, marked=False)


def _listed(cells: Cells, site_id: str | None, slots: tuple[str, ...], *, marked: bool) -> Listed | None:
    name, team = cells.text("name"), cells.text("team")
    if not name or len(name) > _NAME_LENGTH or not name.isprintable():
        cells.error("name", "UNKNOWN_PLAYER", f"The name must have 1 to {_NAME_LENGTH} printable characters.")
    if len(team) > _TEAM_LENGTH or not team.isprintable():
        cells.error("team", "TEAM_MISMATCH", f"The team must have at most {_TEAM_LENGTH} printable characters.")
    game = _game(cells, team)
    salary = cells.dollars("salary", HIGHEST_SALARY, CAPTAIN_STEP if _CAPTAINS.issuperset(slots) else SALARY_STEP)
    average = cells.number("average", -1_000, 10_000)
    positions = _parts(cells, "position", "UNKNOWN_SLOT")
    if site_id is None or salary is None or game is None or not slots or not positions:
        return None
    status = cells.text("status")[:_NAME_LENGTH]
    return Listed(
        cells.line, site_id, name, team, positions, slots, salary, game, average,
        status if status.isprintable() else "", marked,
    )  # fmt: skip


def _site_id(cells: Cells, site: Site) -> str | None:
    text = cells.text("id")
    if _ID[site].fullmatch(text):
        return text
    cells.error("id", "NOT_A_NUMBER", f"{cells.title('id')} must be the site's own, such as {_ID_EXAMPLE[site]}.")
    return None


def _parts(cells: Cells, name: str, code: Literal["UNKNOWN_SLOT"]) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in cells.text(name).upper().split("/"))
    if len(parts) <= _MOST_PARTS and all(_POSITION.fullmatch(part) for part in parts):
        return tuple(dict.fromkeys(parts))
    cells.error(name, code, f"{cells.title(name)} must be slots with strokes between them, such as PG/G/UTIL.")
    return ()


def _game(cells: Cells, team: str) -> Game | None:
    game = read_game(cells.text("game")) if cells.text("game").isprintable() else None
    if game is None:
        message = "Expected a game such as CLE@OKC 01/16/2025 07:30PM ET, or In Progress, Final or Postponed."
        cells.error("game", "NOT_A_GAME", message)
    elif game.away and game.home and not (same_team(team, game.away) or same_team(team, game.home)):
        cells.error("team", "TEAM_MISMATCH", f"The team plays in neither side of {game.event}.")
    return game
