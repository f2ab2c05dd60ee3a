"""Builds the lineups of a portfolio, batch by batch, and proves how good they can be at most."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.candidates import Candidates
from pickvs.dfs.optimizer.lineups import lineups_of
from pickvs.dfs.optimizer.naming import NamedRule, name_rules
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.prices import Limits, price_stage
from pickvs.dfs.optimizer.problem import PoolError, Problem, in_points, problem_of
from pickvs.dfs.optimizer.randomized import Draws
from pickvs.dfs.optimizer.ranking import Ranking
from pickvs.dfs.optimizer.rules import LineupRules, PortfolioRules
from pickvs.dfs.optimizer.search import Search
from pickvs.dfs.optimizer.selection import Selection

BATCH = 15
"""Lineups of a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Why a portfolio is not what was asked.

    missing: lineups that were not found. used_up: ids of players who are in as many lineups as they may be. unmet: by
    player, in how many more lineups he should be. hindering: the rule of the user that most lineups broke where the
    search was cut short; more may keep the rules than were found. None: it was not, or by no rule of the user.
    """

    missing: int
    used_up: tuple[int, ...]
    unmet: Mapping[int, int]
    hindering: NamedRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The next lineups of a portfolio.

    found, points: of all lineups up to here, those that were committed included. bound: no portfolio that has the
    wanted number of lineups and keeps the exposures has more points; if the exposures leave no room for one, no
    portfolio of fewer. last: no batch follows. shortfall: in the last batch, if something is missing.
    """

    lineups: tuple[Lineup, ...]
    found: int
    points: Decimal
    bound: Decimal
    last: bool
    shortfall: Shortfall | None = None

    @property
    def gap(self) -> Decimal | None:
        """Return the share of the bound by which a complete portfolio may be below the best; None until it is."""
        if not self.last or self.shortfall is not None or self.bound <= 0:
            return None
        return max(Decimal(), (self.bound - self.points) / self.bound)


class _Chooser(Protocol):
    """Chooses lineups, one after the other, among its candidates."""

    def choose(self, count: int) -> list[NDArray[np.int16]]:
        """Choose up to `count` lineups; fewer if no more fit. Return their choices."""
        ...


def build(pool: Pool, rules: LineupRules, asked: PortfolioRules, committed: Sequence[Lineup] = ()) -> Iterator[Batch]:
    """Yield the lineups of a portfolio in batches of 15; always at least one batch.

    committed: lineups of an earlier run of the same build, which are kept. A run that is continued with what another
    has committed after a batch yields the same lineups as one that was not interrupted. A portfolio that cannot be
    completed ends with a shortfall. Raises PoolError.
    """
    problem = problem_of(pool, rules)
    rosters = [roster_of(problem, lineup) for lineup in committed]
    candidates = Candidates(problem, _limits(pool, problem, asked), asked.max_repeating, asked.taken)
    search = Search(problem)
    bound, chooser = _chooser(search, candidates, asked)
    progress = _Progress(asked, bound, committed)
    for roster in rosters:
        candidates.choose(roster)
    while True:
        chosen = chooser.choose(BATCH) if chooser is not None else []
        last = candidates.count <= 0 or len(chosen) < BATCH
        batch = progress.batch(
            lineups_of(problem, np.array(chosen, np.int16).reshape(-1, problem.format.size)), last=last
        )
        if batch.shortfall is not None and batch.shortfall.missing:
            batch = replace(batch, shortfall=replace(batch.shortfall, hindering=_hindering(pool, search)))
        yield batch
        if last:
            return


def _hindering(pool: Pool, search: Search) -> NamedRule | None:
    """Return the rule of the user that most lineups broke where the search was cut short."""
    constraint = search.hindering
    if constraint is None or constraint.rule is None:
        return None
    kind, of = constraint.rule
    return next(
        each for each in name_rules(pool, search.problem.rules) if each.kind == kind and of in {each.index, each.team}
    )


def _chooser(search: Search, candidates: Candidates, asked: PortfolioRules) -> tuple[int, _Chooser | None]:
    """Return the bound in 1/10,000 of a point, and what chooses the lineups; None if there is no lineup."""
    if candidates.unlimited and asked.randomness is None:
        ranking = Ranking(search, candidates)
        return ranking.bound, ranking
    prices = price_stage(search, candidates.limits)
    if prices is None:
        return 0, None
    if asked.randomness is not None:
        return prices.bound, Draws(search, asked.randomness, candidates, asked.seed)
    return prices.bound, Selection(search, prices, candidates, asked.seed)


def roster_of(problem: Problem, lineup: Lineup) -> NDArray[np.int16]:
    """Return the choices of a lineup. Raises PoolError if one of its players is not usable any more."""
    numbers = problem.numbers
    found = []
    for id_, slot in zip(lineup.players, problem.format.slots, strict=True):
        options = problem.choices[numbers[id_]] if id_ in numbers else ()
        fitting = [choice for choice in options if problem.factor[choice] == slot.factor]
        if not fitting:
            raise PoolError(f"Player {id_} of a committed lineup cannot be used in {slot.name}: the pool has changed.")
        found.append(fitting[0])
    return np.array(sorted(found), np.int16)


def _limits(pool: Pool, problem: Problem, asked: PortfolioRules) -> Limits:
    """Return the limits by the players' numbers. Raises PoolError."""
    known = {player.id for player in pool.players}
    if unknown := sorted(asked.exposures.keys() - known):
        raise PoolError(f"Players with an exposure are not in the pool: {unknown}.")
    least, most = np.zeros(len(problem.players), np.int64), np.full(len(problem.players), asked.count)
    for id_, exposure in asked.exposures.items():
        if not 0 <= exposure.least <= exposure.most:
            raise PoolError(f"Player {id_} cannot be in {exposure.least} to {exposure.most} lineups.")
        if id_ in problem.numbers:
            number = problem.numbers[id_]
            least[number], most[number] = min(exposure.least, asked.count), min(exposure.most, asked.count)
    return Limits(asked.count, least, most)


class _Progress:
    """What has been found so far."""

    def __init__(self, asked: PortfolioRules, bound: int, committed: Sequence[Lineup]) -> None:
        self._asked = asked
        self._bound = in_points(bound)
        self._found = len(committed)
        self._points = sum((lineup.points for lineup in committed), Decimal())
        self._used = Counter(player for lineup in committed for player in lineup.players)

    def batch(self, lineups: Sequence[Lineup], *, last: bool) -> Batch:
        """Return the next batch."""
        self._found += len(lineups)
        self._points += sum((lineup.points for lineup in lineups), Decimal())
        self._used.update(player for lineup in lineups for player in lineup.players)
        return Batch(
            lineups=tuple(lineups),
            found=self._found,
            points=self._points,
            bound=self._bound,
            last=last,
            shortfall=self._shortfall() if last else None,
        )

    def _shortfall(self) -> Shortfall | None:
        exposures = self._asked.exposures
        missing = max(0, self._asked.count - self._found)
        unmet = {id_: each.least - self._used[id_] for id_, each in exposures.items() if each.least > self._used[id_]}
        if not missing and not unmet:
            return None
        used_up = (id_ for id_, each in exposures.items() if self._used[id_] >= each.most)
        return Shortfall(missing=missing, used_up=tuple(sorted(used_up)), unmet=unmet)
