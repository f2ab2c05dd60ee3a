"""Why fewer lineups than wanted fit the exposures: how many are missing, whose exposures hold them back, a way out.

N lineups together keep the rows of one lineup with bounds times N, and the exposures. So a linear program over these
sums proves how many lineups there can be at most. It says nothing of lineups that must differ, or of max repeating.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from pickvs.dfs.optimizer.highs import INFINITY, Program, Solver
from pickvs.dfs.optimizer.naming import name_rules
from pickvs.dfs.optimizer.pool import Pool, by_id
from pickvs.dfs.optimizer.rows import Rows, lineup_rows
from pickvs.dfs.optimizer.rules import Exposure, LineupRules, PortfolioRules

_LARGEST_STEP = 1_000.0
"""What the largest change of an exposure costs, where the sum of all changes counts 1: changes are spread evenly."""

_TINY = 1e-6
_NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureStep:
    """A player whose exposure has to change, and the narrowest one that is wide enough."""

    player: int
    name: str
    exposure: Exposure


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Exposures that the wanted lineups cannot keep.

    wanted: lineups asked for. possible: at most so many fit the maximal exposures. players: with more lineups for one
    of them, there might be more. relaxation: the least changes with which the number is not out of reach, as even as
    possible.
    """

    wanted: int
    possible: int
    players: tuple[int, ...]
    relaxation: tuple[ExposureStep, ...]
    text: str

    @property
    def missing(self) -> int:
        """How many of the wanted lineups there cannot be."""
        return self.wanted - self.possible


def find_shortage(pool: Pool, rules: LineupRules, asked: PortfolioRules) -> Shortage | None:
    """Return why the exposures leave no room for the lineups asked for; None if there is no proof of that.

    The rules must leave a lineup (`find_conflict`). Raises SolverStoppedError if HiGHS does not find out in time.
    """
    if not asked.exposures:
        return None
    rows = lineup_rows(pool, rules, name_rules(pool, rules))
    steps = _relaxation(pool, rows, asked)
    if not steps:
        return None
    possible, players = _most_lineups(rows, asked)
    return Shortage(
        wanted=asked.count,
        possible=possible,
        players=players,
        relaxation=steps,
        text=_text(pool, asked, possible, players, steps),
    )


def places_used(pool: Pool, asked: PortfolioRules) -> Decimal:
    """Return which share of all places that the maximal exposures allow the portfolio takes.

    Near 1, nearly every player of the pool is needed as often as he may be, and the last lineups are those that are
    left. Above 1, there are not as many lineups.
    """
    allowed = sum(
        min(asked.count, asked.exposures[player.id].most) if player.id in asked.exposures else asked.count
        for player in pool.players
    )
    return Decimal(asked.count * pool.format.size) / Decimal(max(1, allowed))


def _relaxation(pool: Pool, rows: Rows, asked: PortfolioRules) -> tuple[ExposureStep, ...]:
    """Return the least changes of exposures with which the rows hold for the sum of the lineups asked for."""
    program = Program()
    bending = {slack.column for slack in rows.slacks}
    for number, column in enumerate(rows.columns):
        program.column(0.0 if number in bending else column.upper * asked.count)
    for row in rows.rows:
        program.row(row.terms, row.lower * asked.count, row.upper * asked.count)
    largest = program.column(INFINITY, cost=_LARGEST_STEP)
    more: dict[int, int] = {}
    fewer: dict[int, int] = {}
    for player, exposure in asked.exposures.items():
        used = rows.players([player])
        more[player] = program.column(INFINITY, cost=1.0)
        fewer[player] = program.column(INFINITY, cost=1.0)
        program.row(used | {more[player]: -1.0}, upper=float(exposure.most))
        program.row(used | {fewer[player]: 1.0}, lower=float(exposure.least))
        program.row({more[player]: 1.0, largest: -1.0}, upper=0.0)
        program.row({fewer[player]: 1.0, largest: -1.0}, upper=0.0)
    found = Solver(program).solve()
    if found is None:
        return ()
    names = by_id(pool.players)
    steps = []
    for player, exposure in asked.exposures.items():
        raised = ceil(found.values[more[player]] - _TINY)
        lowered = ceil(found.values[fewer[player]] - _TINY)
        if raised > 0 or lowered > 0:
            changed = Exposure(least=exposure.least - max(0, lowered), most=exposure.most + max(0, raised))
            name = names[player].name if player in names else f"player {player}"
            steps.append(ExposureStep(player=player, name=name, exposure=changed))
    return tuple(steps)


def _most_lineups(rows: Rows, asked: PortfolioRules) -> tuple[int, tuple[int, ...]]:
    """Return how many lineups fit the maximal exposures at most, and the players at whose exposure the number ends."""
    program = Program()
    lineups = program.column(float(asked.count), cost=-1.0)
    bending = {slack.column for slack in rows.slacks}
    for number, column in enumerate(rows.columns):
        program.column(0.0 if number in bending else INFINITY)
        if number not in bending and column.upper < INFINITY:
            program.row({number + 1: 1.0, lineups: -column.upper}, upper=0.0)
    for row in rows.rows:
        terms = _moved(row.terms)
        if row.lower > -INFINITY:
            program.row(terms | {lineups: -row.lower}, lower=0.0)
        if row.upper < INFINITY:
            program.row(terms | {lineups: -row.upper}, upper=0.0)
    limits = {
        player: program.row(_moved(rows.players([player])), upper=float(exposure.most))
        for player, exposure in asked.exposures.items()
    }
    found = Solver(program).solve()
    if found is None:
        return 0, ()
    holding = tuple(player for player, row in limits.items() if abs(found.duals[row]) > _TINY)
    return floor(found.values[lineups] + _TINY), holding


def _moved(terms: Mapping[int, float]) -> dict[int, float]:
    """Return the terms with the columns one further, after that of the number of lineups."""
    return {column + 1: value for column, value in terms.items()}


def _text(
    pool: Pool, asked: PortfolioRules, possible: int, players: Sequence[int], steps: Sequence[ExposureStep]
) -> str:
    names = by_id(pool.players)
    if possible >= asked.count:
        shown = _listed([f"{step.name} in {step.exposure.least}" for step in steps])
        return f"The minimal exposures do not fit into {asked.count} lineups. They would with at most: {shown}."
    held = _listed([names[player].name for player in players if player in names])
    raised = max(step.exposure.most - asked.exposures[step.player].most for step in steps)
    return (
        f"At most {possible} of {asked.count} lineups fit the maximal exposures. They are held back by {held}. Allow"
        f" players up to {raised} more lineups, or ask for {possible}."
    )


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _NAMES_SHOWN} more" if len(parts) > _NAMES_SHOWN else ""
    return ", ".join(parts[:_NAMES_SHOWN]) + more
