"""Projections of players, as tools and people write them, joined with the players of a slate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.files.columns import Cells, Column, Header, data_rows, decimal, find_header, whole_rows
from pickvs.dfs.files.names import Known, Missing, Names
from pickvs.dfs.files.report import FileRefused, Findings, Report
from pickvs.dfs.files.reporting import reported
from pickvs.dfs.files.text import UPLOAD, Row, decode

COLUMNS = (
    Column("name", ("name", "player", "playername", "nickname")),
    Column(
        "points",
        ("fpts", "projection", "proj", "projections", "projectedpoints", "projpts", "points", "fantasypoints",
         "dkpoints", "fdpoints", "projfpts", "dkprojection", "fdprojection"),
    ),
    Column("id", ("id", "playerid", "siteid", "dkid", "fdid", "dfsid"), required=False),
    Column("position", ("position", "pos"), required=False),
    Column("team", ("team", "teamabbrev", "tm"), required=False),
    Column("salary", ("salary", "sal", "dksalary", "fdsalary"), required=False),
    Column("deviation", ("stddev", "std", "sd", "stdev", "standarddeviation"), required=False),
    Column("floor", ("floor",), required=False),
    Column("ceiling", ("ceiling", "ceil"), required=False),
    Column(
        "ownership",
        ("own%", "own", "ownership", "ownership%", "ownproj", "projown", "projown%", "projectedownership", "pown",
         "pown%"),
        required=False,
    ),
    Column("minutes", ("minutes", "mins", "min", "projminutes"), required=False),
    Column("field_points", ("fieldfpts", "fieldproj", "fieldprojection"), required=False),
)  # fmt: skip
"""The columns by the titles of the layouts that are in use; their order in the file does not matter."""

LOWEST_POINTS, HIGHEST_POINTS = -200, 1_000
_HIGHEST_SALARY = 200_000
_WRONG_SLATE_SHARE = 2
"""A file of which fewer than one row in so many names a player of the slate is of another slate."""
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Projection:
    """What is expected of a player.

    points, deviation, floor, ceiling, field_points: fantasy points; field_points: what others expect. ownership: share
    of lineups, 0 to 1. None: the file does not say. site_id, team: empty if it does not say.
    """

    line: int
    name: str
    team: str
    site_id: str
    points: Decimal
    salary: int | None = None
    deviation: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    ownership: Decimal | None = None
    minutes: Decimal | None = None
    field_points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProjectionsFile:
    """Projections, each with the place of its player in the list of the slate's players, in the order of the file."""

    projections: tuple[tuple[int, Projection], ...]
    report: Report


def read_projections(
    data: bytes,
    players: Sequence[Known],
    aliases: Mapping[tuple[str, str], int] | None = None,
    *,
    strict: bool = False,
) -> ProjectionsFile:
    """Return the projections of a file for the players of a slate.

    aliases: spellings the user saved, by (spelling, team), to a place in `players`. A row of a player whom the slate
    does not have is a warning if he is projected at 0, else an error. strict: leaves out all rows if one is wrong.
    Raises FileRefused, with WRONG_SLATE if fewer than half of the rows name a player of the slate.
    """
    text = decode(data, UPLOAD)
    findings = Findings()
    lines = whole_rows(text.text, findings)
    header = find_header(lines, COLUMNS)
    share = _share(lines, header)
    names = Names(players, aliases)
    taken: dict[int, Projection] = {}
    count = rejected = met = 0
    for cells in data_rows(lines, header, findings):
        count += 1
        before = findings.errors
        projection = _projection(cells, share)
        found = names.find(cells.text("name"), cells.text("team"), cells.text("id"), suggest=not findings.full)
        met += not isinstance(found, Missing) or found.code != "UNKNOWN_PLAYER"
        if isinstance(found, Missing):
            _missing(cells, found, projection)
        elif projection is not None and found.place in taken:
            cells.error("name", "DUPLICATE_ROW", f"Line {taken[found.place].line} has the same player.")
        elif projection is not None and findings.errors == before:
            _compare(cells, projection, players[found.place])
            taken[found.place] = projection
        rejected += findings.errors > before
    if count and met * _WRONG_SLATE_SHARE < count:
        raise FileRefused(
            "WRONG_SLATE", f"Only {met} of {count} rows name a player of this slate. Choose the slate of this file."
        )
    report = reported("projections", text, count, rejected, findings, strict=strict)
    return ProjectionsFile(tuple(taken.items()) if report.accepted else (), report)


def _projection(cells: Cells, share: Decimal) -> Projection | None:
    before = cells.findings.errors
    points = cells.number("points", LOWEST_POINTS, HIGHEST_POINTS, required=True)
    salary = cells.dollars("salary", _HIGHEST_SALARY) if cells.text("salary") else None
    deviation = cells.number("deviation", 0, HIGHEST_POINTS)
    floor = cells.number("floor", LOWEST_POINTS, HIGHEST_POINTS)
    ceiling = cells.number("ceiling", LOWEST_POINTS, HIGHEST_POINTS)
    ownership = cells.number("ownership", 0, 100)
    minutes = cells.number("minutes", 0, 500)
    field_points = cells.number("field_points", LOWEST_POINTS, HIGHEST_POINTS)
    if floor is not None and ceiling is not None and floor > ceiling:
        cells.error("floor", "OUT_OF_RANGE", "The floor must not be above the ceiling.")
    if points is None or cells.findings.errors > before:
        return None
    return Projection(
        cells.line, cells.text("name"), cells.text("team"), cells.text("id"), points, salary, deviation, floor, ceiling,
        None if ownership is None else ownership * share, minutes, field_points,
    )  # fmt: skip


def _share(lines: Iterable[Row], header: Header) -> Decimal:
    """Return what ownership is multiplied by: 1 if the column has shares, 0.01 if it has per cent.

    It has shares if its title has no % and no value is above 1.
    """
    place = header.places.get("ownership")
    if place is None or "%" in header.titles["ownership"]:
        return 1 / _HUNDRED
    values = [row.cell(place) for row in lines if row.number > header.line]
    numbers = [number for value in values if (number := decimal(value)) is not None]
    return 1 / _HUNDRED if any("%" in value for value in values) or any(n > 1 for n in numbers) else Decimal(1)


def _missing(cells: Cells, missing: Missing, projection: Projection | None) -> None:
    if missing.code == "UNKNOWN_PLAYER" and projection is not None and not projection.points:
        cells.warning("name", missing.code, f"{missing.message} He is projected at 0.", missing.suggestions)
        return
    column = "team" if missing.code == "TEAM_MISMATCH" else "name"
    cells.error(column, missing.code, missing.message, missing.suggestions)


def _compare(cells: Cells, projection: Projection, player: Known) -> None:
    if projection.salary is not None and projection.salary != player.salary:
        cells.warning("salary", "SALARY_MISMATCH", f"The slate has {player.name} at {player.salary}.")
