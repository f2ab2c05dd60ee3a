"""The standings of a DraftKings contest, finished or in play: entries left, what became of each player right.

A lineup is one cell: "C Nikola Jokic F Miles Bridges …", a slot and a name in turn. In play, a player whose game has
not started is hidden: LOCKED stands for him. The right table is shorter than the left one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from sys import intern

from pickvs.dfs.files.columns import Cells, Column, data_rows, find_header, whole_rows
from pickvs.dfs.files.report import Findings, Report
from pickvs.dfs.files.reporting import reported
from pickvs.dfs.files.text import STANDINGS, decode
from pickvs.dfs.formats.table import FORMATS

HIDDEN = "LOCKED"
SLOTS = frozenset(slot.name for each in FORMATS.values() for slot in each.slots) | {"CPT", "FLEX", "K"}
"""Slots by which a lineup is split if the caller does not know those of the contest."""

_MOST_STRAYS = 2
"""How many words of names may look like a slot."""
_MOST_SLOTS = 20
"""Most slots of a contest. With more of them, there would be too many ways to leave out strays."""
_ENTRIES = (
    Column("rank", ("rank",)),
    Column("entry", ("entryid",)),
    Column("name", ("entryname",)),
    Column("remaining", ("timeremaining",), required=False),
    Column("points", ("points",)),
    Column("lineup", ("lineup",)),
)
_PLAYERS = (
    Column("player", ("player",)),
    Column("slot", ("rosterposition",)),
    Column("drafted", ("%drafted",)),
    Column("fpts", ("fpts",)),
)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_OF = re.compile(r"(.*?)(?: \((\d{1,4})/(\d{1,4})\))?", re.ASCII)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry of the contest.

    user: name without "(2/20)". number, of: which of the user's entries, and how many he has. remaining: minutes that
    his players have still to play. lineup: names in the order of the file's slots; None for a hidden player; empty for
    an entry without a lineup.
    """

    line: int
    rank: int
    entry_id: str
    user: str
    number: int
    of: int
    remaining: Decimal
    points: Decimal
    lineup: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of a player. slot: where most entries have him. drafted: share of the entries, 0 to 1."""

    line: int
    name: str
    slot: str
    drafted: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class StandingsFile:
    """slots: those of every lineup, in the order of the file. in_play: whether a player is hidden or still to play."""

    slots: tuple[str, ...]
    standings: tuple[Standing, ...]
    players: tuple[Drafted, ...]
    in_play: bool
    report: Report


def read_standings(data: bytes, slots: Iterable[str] | None = None, *, strict: bool = False) -> StandingsFile:
    """Return the standings of a contest. slots: its slots, one for each place; None: those that most lineups have.

    The rows of the report are entries and players. strict: leaves out all rows if one is wrong. Raises FileRefused.
    """
    text = decode(data, STANDINGS)
    findings = Findings()
    lines = whole_rows(text.text, findings)
    left = find_header(lines, _ENTRIES)
    right = find_header(lines, _PLAYERS, left.places["lineup"] + 1)
    players, player_rows = _players(data_rows(lines, right, findings), findings)
    rows = list(data_rows(lines, left, findings))
    wanted = Counter(slots) if slots is not None else _usual(cells.text("lineup") for cells in rows)
    splitter = _Splitter(wanted, frozenset(player.name for player in players))
    standings: list[Standing] = []
    seen: set[str] = set()
    for cells in rows:
        before = findings.errors
        standing = _standing(cells, splitter)
        if standing is not None and standing.entry_id in seen:
            cells.error("entry", "DUPLICATE_ROW", "The file has this entry twice.")
        if standing is not None and findings.errors == before:
            seen.add(standing.entry_id)
            standings.append(standing)
    count = len(rows) + player_rows
    rejected = count - len(standings) - len(players)
    report = reported("dk_standings", text, count, rejected, findings, strict=strict)
    if strict and report.rejected:
        standings, players = [], []
    in_play = any(standing.remaining or None in standing.lineup for standing in standings)
    return StandingsFile(splitter.order, tuple(standings), tuple(players), in_play, report)


def _usual(lineups: Iterable[str]) -> Counter[str]:
    """Return the slots that most lineups have, of those that have no more than a contest."""
    slots = (tuple(word for word in lineup.split() if word in SLOTS) for lineup in lineups if lineup)
    found = Counter(each for each in slots if len(each) <= _MOST_SLOTS)
    return Counter(found.most_common(1)[0][0]) if found else Counter()


class _Splitter:
    """Splits lineups at their slots. order: the slots as the first lineup has them."""

    def __init__(self, slots: Counter[str], names: frozenset[str]) -> None:
        self._slots = slots
        self._count = slots.total()
        self._names = names
        self.order: tuple[str, ...] = ()

    def split(self, lineup: str) -> tuple[str | None, ...] | None:
        """Return the names of a lineup, or None if its slots are not those of the contest."""
        words = lineup.split()
        at = [place for place, word in enumerate(words) if word in self._slots]
        strays = len(at) - self._count
        if not words or words[0] not in self._slots or not 0 <= strays <= _MOST_STRAYS:
            return None
        candidates = (
            self._parts(words, [each for each in at if each not in left]) for left in combinations(at[1:], strays)
        )
        fitting = [parts for parts in candidates if parts is not None]
        # A word of a name may look like a slot, as in "C G. Smith Jr F": the split with known names is meant.
        best = next((parts for parts in fitting if all(self.knows(name) for _, name in parts)), None)
        best = best or (fitting[0] if fitting else None)
        if best is None:
            return None
        if not self.order:
            self.order = tuple(slot for slot, _ in best)
        return tuple(None if name == HIDDEN else intern(name) for _, name in best)

    def knows(self, name: str | None) -> bool:
        """Return whether the table of players has a name, or it is hidden."""
        return name is None or name == HIDDEN or name in self._names

    def _parts(self, words: Sequence[str], at: Sequence[int]) -> list[tuple[str, str]] | None:
        ends = [*at[1:], len(words)]
        parts = [(words[start], " ".join(words[start + 1 : end])) for start, end in zip(at, ends, strict=True)]
        slots = tuple(slot for slot, _ in parts)
        fits = slots == self.order or Counter(slots) == self._slots
        return parts if fits and all(name for _, name in parts) else None


def _standing(cells: Cells, splitter: _Splitter) -> Standing | None:
    rank, entry_id = (_whole(cells, name) for name in ("rank", "entry"))
    remaining = cells.number("remaining", 0, 100_000)
    points = cells.number("points", -10_000, 100_000, required=True)
    text = cells.text("lineup")
    lineup = splitter.split(text) if text else ()
    if lineup is None:
        cells.error("lineup", "UNKNOWN_SLOT", "The lineup does not have one player for each slot of the contest.")
    else:
        unknown = next((name for name in lineup if not splitter.knows(name)), None)
        if unknown is not None:
            cells.warning("lineup", "UNKNOWN_PLAYER", f"The table of players has no {unknown}.")
    name = _OF.fullmatch(cells.text("name"))
    if rank is None or entry_id is None or points is None or lineup is None or name is None:
        return None
    return Standing(
        cells.line, int(rank), entry_id, name[1], int(name[2] or 1), int(name[3] or 1), remaining or Decimal(0), points,
        lineup,
    )  # fmt: skip


def _whole(cells: Cells, name: str) -> str | None:
    if _WHOLE.fullmatch(cells.text(name)):
        return cells.text(name)
    cells.error(name, "NOT_A_NUMBER", f"{cells.title(name)} must be a whole number.")
    return None


def _players(rows: Iterable[Cells], findings: Findings) -> tuple[list[Drafted], int]:
    players: list[Drafted] = []
    seen: set[tuple[str, str]] = set()
    count = 0
    for cells in rows:
        count += 1
        before = findings.errors
        drafted = cells.number("drafted", 0, 100, required=True)
        points = cells.number("fpts", -1_000, 10_000, required=True)
        name, slot = " ".join(cells.text("player").split()), cells.text("slot")
        if not name:
            cells.error("player", "UNKNOWN_PLAYER", "The row names no player.")
        elif (name, slot) in seen:
            cells.error("player", "DUPLICATE_ROW", "The file has this player twice.")
        if drafted is None or points is None or findings.errors > before:
            continue
        seen.add((name, slot))
        players.append(Drafted(cells.line, intern(name), slot, drafted / _HUNDRED, points))
    return players, count
