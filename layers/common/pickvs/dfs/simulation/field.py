"""Makes the lineups that the other entries of a contest may have, from the players' ownership.

Each slot takes a player in proportion to a weight. Lineups that do not use up the salary, or break a rule of the
format, are dropped, and so is the weakest part of the rest: people do neither. What is dropped moves the players'
shares away from their ownership, so the weights are corrected until the shares are near it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.rules import SimulatedPlayer

type Lineups = NDArray[np.int32]
type Floats = NDArray[np.float64]

SALARY_WINDOW = 0.98
"""Least part of the cap that a lineup uses: 49,000 of 50,000."""
WEAKEST = 0.3
"""Part of the drawn lineups that is dropped: those with the lowest projections."""
_WIDER = 0.02
_WIDEST = 0.5
_BATCH = 2_048
_BATCHES = 12
"""Batches at one salary window before it is widened."""
_CORRECTIONS = 4
_SAMPLE = 1_200
_DAMPING = 0.7
_LARGEST_STEP = 3.0
_REDRAWS = 30
_LEVELS = 1_000
"""At most so many levels of salary are told apart while lineups are drawn."""
_CORRECTING = 0
_MAKING = 1


class NoField(ValueError):
    """The players of a slate fill no lineups of the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Lineups of the other entries.

    lineups: a row a lineup, a column a slot of the format; places of players in the list given. least_salary: whole
    dollars. estimated: the ownership was not stated by any projection but made from points and salaries.
    """

    lineups: Lineups
    least_salary: int
    estimated: bool


def make_field(contest_format: Format, players: Sequence[SimulatedPlayer], *, count: int, seed: int) -> Field:
    """Return `count` lineups, or fewer where a slate has no more that fit.

    The same arguments give the same lineups. Raises NoField if the players fill none.
    """
    maker = _Maker(contest_format, players)
    weights = maker.ownership.copy()
    for number in range(_CORRECTIONS):
        stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_CORRECTING, number)))
        sample = maker.kept(maker.drawn(weights, _SAMPLE, stream), _SAMPLE)
        weights = _corrected(weights, maker.ownership, maker.shares(sample))
    stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_MAKING,)))
    lineups = maker.kept(maker.drawn(weights, count, stream), count)
    return Field(lineups=lineups, least_salary=maker.least_salary, estimated=maker.estimated)


def estimated_ownership(players: Sequence[SimulatedPlayer], size: int) -> Floats:
    """Return ownership where no projection states any: in proportion to points x e^(points per 1,000 dollars).

    A rule of thumb. On one finished NBA contest its mean error was 4.3 percentage points, an uploaded column's 4.1.
    """
    points = np.array([player.points for player in players])
    salaries = np.array([max(player.salary, 1) for player in players])
    return _scaled(points * np.exp(np.minimum(points / salaries * 1_000, 50.0)), size)


def _scaled(shares: Floats, size: int) -> Floats:
    """Return the shares with the sum `size` and none above 1. Zero stays zero."""
    shares = shares.copy()
    for _ in range(50):
        total = shares.sum()
        if total <= 0:
            break
        shares = np.minimum(shares * (size / total), 1.0)
        if abs(shares.sum() - size) < 1e-6:  # noqa: PLR2004 - of some 8
            break
    return shares


def _corrected(weights: Floats, wanted: Floats, found: Floats) -> Floats:
    """Return weights that bring the shares found nearer to those wanted (iterative proportional fitting, damped)."""
    floor = 0.5 / _SAMPLE
    step = np.clip((wanted + floor) / (found + floor), 1 / _LARGEST_STEP, _LARGEST_STEP) ** _DAMPING
    return weights * step


class _Choices:
    """The players whom one slot may take, with their chances at each level of salary spent before it."""

    def __init__(self, chances: Floats) -> None:
        up_to = np.cumsum(chances, axis=1)
        total = up_to[:, -1:]
        self.open = total[:, 0] > 0
        self._players = chances.shape[1]
        # One ascending array: the level, and the distribution function at it.
        self._up_to = (np.arange(len(chances))[:, None] + up_to / np.where(total > 0, total, 1.0)).ravel()

    def drawn(self, spent: NDArray[np.int64], stream: np.random.Generator) -> NDArray[np.int64]:
        """Return a player for each level of salary spent; any player where the level is not open."""
        place = np.searchsorted(self._up_to, spent + stream.random(len(spent)), side="right")
        return np.asarray(np.clip(place - spent * self._players, 0, self._players - 1))


class _Maker:
    """The players of a slate as arrays, and the steps of making a field."""

    def __init__(self, contest_format: Format, players: Sequence[SimulatedPlayer]) -> None:
        self.format = contest_format
        self.players = players
        self.slots = contest_format.slots
        stated = np.array([player.ownership or 0.0 for player in players])
        playing = np.array([player.points > 0 and player.out_chance != 1 for player in players], dtype=bool)
        self.estimated = not (stated * playing).sum() > 0
        ownership = estimated_ownership(players, self.format.size) if self.estimated else stated
        self.ownership = _scaled(np.where(playing, ownership, 0.0), self.format.size)
        self.fits = np.array([[bool(slot.positions & p.positions) for p in players] for slot in self.slots])
        self.salaries = np.array([[_salary(p, float(slot.factor)) for p in players] for slot in self.slots])
        expected = np.array([p.points if p.field_points is None else p.field_points for p in players])
        self.points = np.multiply.outer([float(slot.factor) for slot in self.slots], expected)
        self.least_salary = int(SALARY_WINDOW * contest_format.cap)
        self._teams = np.unique([f"{p.game}\n{p.team}" for p in players], return_inverse=True)[1]
        self._games = np.unique([p.game for p in players], return_inverse=True)[1]
        self._unlimited = np.array([bool(p.positions & contest_format.max_per_team_except) for p in players])
        self._uncounted = np.array([bool(p.positions & contest_format.min_teams_except) for p in players])
        self.order = sorted(range(len(self.slots)), key=lambda slot: (self.ownership * self.fits[slot]).sum())
        self.step = max(contest_format.grid, int(contest_format.cap / _LEVELS))
        self.levels = contest_format.cap // self.step
        # A salary between two levels counts as the lower one; `_legal` compares the exact sum with the cap.
        self.steps = (self.salaries // self.step).astype(np.int64)

    def drawn(self, weights: Floats, count: int, stream: np.random.Generator) -> Lineups:
        """Return lineups within the rules and the salary window, at least as many as `count` needs if there are."""
        needed, found, held = ceil(count / (1 - WEAKEST)), [], 0
        while True:
            choices = self._choices(weights)
            for _ in range(_BATCHES if choices[0].open[0] else 0):
                batch = self._batch(choices, stream)
                found.append(batch)
                held += len(batch)
                if held >= needed:
                    return np.concatenate(found)[:needed]
            if self.least_salary <= _WIDEST * self.format.cap:
                break
            self.least_salary -= int(_WIDER * self.format.cap)
        if held == 0:
            raise NoField(f"the players fill no lineup of {self.format.id}")
        return np.concatenate(found)

    def kept(self, lineups: Lineups, count: int) -> Lineups:
        """Return the lineups without the weakest, in the order in which they were drawn."""
        points = sum(self.points[slot][lineups[:, slot]] for slot in range(len(self.slots)))
        stays = min(count, max(1, ceil((1 - WEAKEST) * len(lineups))))
        best = np.argsort(-np.asarray(points), kind="stable")[:stays]
        return lineups[np.sort(best)]

    def shares(self, lineups: Lineups) -> Floats:
        """Return in which part of the lineups each player is."""
        return np.bincount(lineups.ravel(), minlength=len(self.players)) / max(len(lineups), 1)

    def _batch(self, choices: "list[_Choices]", stream: np.random.Generator) -> Lineups:
        lineups = np.full((_BATCH, len(self.slots)), -1, dtype=np.int32)
        spent = np.zeros(_BATCH, dtype=np.int64)
        good = np.ones(_BATCH, dtype=bool)
        for slot, players in zip(self.order, choices, strict=True):
            rows = np.arange(_BATCH)
            for _ in range(_REDRAWS):
                drawn = players.drawn(spent[rows], stream)
                again = (lineups[rows] == drawn[:, None]).any(axis=1)
                lineups[rows[~again], slot] = drawn[~again]
                rows = rows[again]
                if len(rows) == 0:
                    break
            good[rows] = False
            good &= players.open[spent]
            spent = np.minimum(spent + self.steps[slot][lineups[:, slot]], self.levels)
        lineups = lineups[good]
        return lineups[self._legal(lineups)]

    def _choices(self, weights: Floats) -> list["_Choices"]:
        """Return what each slot takes, in the order in which slots are filled.

        A player's chance is his weight times that of all ways to fill the slots after this one within the window. So
        what is drawn has the distribution of lineups drawn by weight alone that happen to be in it.
        """
        ways = np.zeros(self.levels + 1)
        ways[ceil(self.least_salary / self.step) :] = 1.0
        found: list[_Choices] = []
        for slot in reversed(self.order):
            after = np.arange(self.levels + 1)[:, None] + self.steps[slot]
            chances = np.where(after <= self.levels, ways[np.minimum(after, self.levels)], 0.0)
            chances *= weights * self.fits[slot]
            ways = chances.sum(axis=1)
            if ways.max() > 0:
                ways = ways / ways.max()
            found.append(_Choices(chances))
        return found[::-1]

    def _legal(self, lineups: Lineups) -> NDArray[np.bool_]:
        salary = np.zeros(len(lineups))
        for slot in range(len(self.slots)):
            salary += self.salaries[slot][lineups[:, slot]]
        legal: NDArray[np.bool_] = (salary <= self.format.cap) & (salary >= self.least_salary)
        legal &= _different(self._games[lineups]) >= self.format.min_games
        teams = self._teams[lineups]
        if self.format.min_teams > 1:
            counted = np.where(self._uncounted[lineups], -1, teams)
            legal &= _different(counted) - (counted < 0).any(axis=1) >= self.format.min_teams
        if self.format.max_per_team is not None:
            own = -1 - np.arange(len(self.slots))
            legal &= _most_alike(np.where(self._unlimited[lineups], own, teams)) <= self.format.max_per_team
        return legal


def _salary(player: SimulatedPlayer, factor: float) -> float:
    if factor == 1:
        return player.salary
    return player.salary * factor if player.captain_salary is None else player.captain_salary


def _different(names: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many different values each row has."""
    ordered = np.sort(names, axis=1)
    return np.asarray(1 + (np.diff(ordered, axis=1) != 0).sum(axis=1))


def _most_alike(names: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how often the most frequent value of each row is in it."""
    return np.stack([(names == names[:, [column]]).sum(axis=1) for column in range(names.shape[1])]).max(axis=0)
