"""The stand-in's slate of daily fantasy: salaries, projections and reserved entries, as a site's files have them.

Six games of the stand-in's teams. The first one begins with the first full minute that is more than 20 seconds away,
the others half an hour after each other, so that a newcomer soon sees a late swap. All follows from the first start.
"""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from local.slate import TEAMS
from local.slate_players import Member, hurt_on, roster

GAMES = 6
SOONEST = timedelta(seconds=20)
BETWEEN = timedelta(minutes=30)
"""Time from the first game to the second, and from each of the others to the next."""
ENTRIES = 20
_ZONE = ZoneInfo("America/New_York")
_ABBREVIATIONS = dict(
    zip(
        TEAMS,
        (
            *("ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GS", "HOU", "IND", "LAC", "LAL", "MEM"),
            *("MIA", "MIL", "MIN", "NO", "NY", "OKC", "ORL", "PHI", "PHO", "POR", "SAC", "SA", "TOR", "UTA", "WAS"),
        ),
        strict=True,
    )
)
_POSITIONS = {"G": "PG/SG", "F": "SF/PF"}
_WIDER = {"PG": ("PG", "G"), "SG": ("SG", "G"), "SF": ("SF", "F"), "PF": ("PF", "F"), "C": ("C",)}
SLOTS = ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")
_LEAST_SALARY = 3000
_OUT = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A player of the slate. points: projected. ownership: in percent."""

    id: int
    name: str
    team: str
    positions: str
    game: str
    starts_at: datetime
    salary: int
    points: float
    deviation: float
    ownership: float
    minutes: float

    @property
    def slots(self) -> str:
        """The slots that the player may fill, as the site writes them."""
        wide = [slot for position in self.positions.split("/") for slot in _WIDER[position]]
        return "/".join([slot for slot in SLOTS if slot in wide] + ["UTIL"])


@dataclass(frozen=True)
class DfsSlate:
    """A slate whose first game begins at `starts_at`, a full minute in UTC."""

    starts_at: datetime

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The players, dearest first."""
        return tuple(sorted(self._players(), key=lambda row: (-row.salary, row.id)))

    def salaries(self) -> str:
        """Return the file of salaries."""
        header = ("Position", "Name + ID", "Name", "ID", "Roster Position", "Salary", "Game Info", "TeamAbbrev")
        rows = [
            (row.positions, _cell(row), row.name, row.id, row.slots, row.salary, _game_info(row), row.team, row.points)
            for row in self.rows
        ]
        return _csv([(*header, "AvgPointsPerGame"), *rows])

    def projections(self) -> str:
        """Return the file of projections."""
        header = ("Name", "Position", "Team", "Minutes", "Salary", "Fpts", "Own%", "StdDev")
        return _csv(
            [
                header,
                *(
                    (
                        row.name,
                        row.positions,
                        row.team,
                        row.minutes,
                        row.salary,
                        f"{row.points:.2f}",
                        f"{row.ownership:.2f}",
                        f"{row.deviation:.2f}",
                    )
                    for row in self.rows
                ),
            ]
        )

    def entries(self) -> str:
        """Return the file of reserved entries, with the players beside them as the site has it."""
        blank = [""] * 9
        lines: list[list[object]] = [
            ["Entry ID", "Contest Name", "Contest ID", "Entry Fee", *SLOTS, "", "Instructions"]
        ]
        beside: list[list[object]] = [[""] * 9 for _ in range(6)]
        beside.append(
            [
                *("Position", "Name + ID", "Name", "ID", "Roster Position", "Salary", "Game Info", "TeamAbbrev"),
                "AvgPointsPerGame",
            ]
        )
        beside += [
            [row.positions, _cell(row), row.name, row.id, row.slots, row.salary, _game_info(row), row.team, row.points]
            for row in self.rows
        ]
        number = int(self.starts_at.timestamp()) // 60 * 1000
        for place in range(max(ENTRIES, len(beside))):
            entry: list[object] = [""] * 12
            if place < ENTRIES:
                entry = [number + place, "NBA $40K Stand-in [20 Entry Max]", number // 1000, "$3 ", *[""] * len(SLOTS)]
            lines.append([*entry, "", *(beside[place] if place < len(beside) else blank)])
        return _csv(lines)

    def _players(self) -> Iterator[Row]:
        chance = random.Random(f"dfs {self.starts_at:%Y%m%d%H%M}")  # noqa: S311 - a game of chance, not a secret
        teams = chance.sample(TEAMS, 2 * GAMES)
        first = int(self.starts_at.timestamp()) // 60 % 10_000 * 1000
        for place in range(GAMES):
            away, home = teams[2 * place], teams[2 * place + 1]
            game = f"{_ABBREVIATIONS[away]}@{_ABBREVIATIONS[home]}"
            starts_at = self.starts_at + BETWEEN * place
            out = {**hurt_on(away, starts_at.date()), **hurt_on(home, starts_at.date())}
            for team in (away, home):
                for member in roster(team):
                    yield self._row(chance, first + int(member.athlete.id) % 1000, member, team, game, starts_at, out)

    @staticmethod
    def _row(
        chance: random.Random,
        number: int,
        member: Member,
        team: str,
        game: str,
        starts_at: datetime,
        out: dict[str, str],
    ) -> Row:
        skill = sum(member.skills.values()) / len(member.skills)
        usual = member.minutes * (0.55 + 0.5 * skill)
        points = _OUT if member.athlete.id in out else max(2.0, usual * chance.gauss(1, 0.08))
        return Row(
            id=number,
            name=member.athlete.name,
            team=_ABBREVIATIONS[team],
            positions=_POSITIONS.get(member.athlete.position, member.athlete.position),
            game=game,
            starts_at=starts_at,
            salary=max(_LEAST_SALARY, round((usual * 195 + 500) / 100) * 100),
            points=round(points, 2),
            deviation=round(7.7 + 0.105 * points, 2) if points else 0.0,
            ownership=round(min(60.0, points**2 / 40 * chance.uniform(0.4, 1.6)), 2),
            minutes=float(member.minutes) if points else 0.0,
        )


def next_slate(now: datetime) -> DfsSlate:
    """Return the slate whose first game begins next."""
    minute = (now.astimezone(UTC) + SOONEST).replace(second=0, microsecond=0)
    return DfsSlate(minute + timedelta(minutes=1))


def _cell(row: Row) -> str:
    return f"{row.name} ({row.id})"


def _game_info(row: Row) -> str:
    return f"{row.game} {row.starts_at.astimezone(_ZONE):%m/%d/%Y %I:%M%p} ET"


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
