"""Why no lineup keeps all rules of a user: which of them contradict each other, and the cheapest way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.optimizer.highs import INFINITY, Program, Solution, Solver, SolverStoppedError
from pickvs.dfs.optimizer.naming import NamedRule, RuleKind, Step, after, name_rules, step_of
from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.optimizer.rows import Rows, Slack, lineup_rows
from pickvs.dfs.optimizer.rules import LineupRules

_RULES_SHOWN = 10

_RELAXATION_SECONDS = 2.0
"""After how long the best way out found so far is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Rules that no lineup keeps together.

    rules: a minimal set: without any one of them, lineups keep the others of the set. Empty if the pool makes no lineup
    at all, whatever the rules. relaxation: the cheapest changes after which all rules can be kept, or the cheapest that
    were found in two seconds; also of rules that are not in `rules` if there are several conflicts. Empty if none was
    found. relaxed: all rules after them.
    """

    rules: tuple[NamedRule, ...]
    relaxation: tuple[Step, ...]
    relaxed: LineupRules

    @property
    def text(self) -> str:
        """Say what contradicts what."""
        if not self.rules:
            return "The players of this pool make no lineup, even without any rule."
        shown = "; ".join(rule.text for rule in self.rules[:_RULES_SHOWN])
        more = f"; and {len(self.rules) - _RULES_SHOWN} more" if len(self.rules) > _RULES_SHOWN else ""
        return f"No lineup keeps these rules together: {shown}{more}."


def find_conflict(pool: Pool, rules: LineupRules) -> Conflict | None:
    """Return why no lineup keeps the rules; None if there is one.

    Raises SolverStoppedError if HiGHS does not find out in time.
    """
    named = name_rules(pool, rules)
    model = _Model(lineup_rows(pool, rules, named))
    if model.feasible(named):
        return None
    if not model.feasible(()):
        return Conflict(rules=(), relaxation=(), relaxed=rules)
    relaxation = _steps(rules, model.cheapest())
    return Conflict(
        rules=tuple(_minimal(model, (), named, check=False)),
        relaxation=relaxation,
        relaxed=after(pool, rules, relaxation),
    )


class _Model:
    """The rows in HiGHS. Rules are switched off by freeing their rows, and bend while their slacks have room."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        program = Program()
        for column in rows.columns:
            program.column(column.upper, whole=column.whole)
        for row in rows.rows:
            program.row(row.terms, row.lower, row.upper)
        self._solver = Solver(program)
        self._bend(allowed=False)

    def feasible(self, kept: Sequence[NamedRule]) -> bool:
        """Say whether a lineup keeps these rules."""
        self._switch(set(kept))
        return self._solver.solve() is not None

    def cheapest(self) -> list[tuple[Slack, int]]:
        """Return the slacks that all rules need at the least cost, with their units; none if no way out is found."""
        self._switch({row.rule for row in self._rows.rows if row.rule})
        self._bend(allowed=True)
        try:
            found = self._solver.solve(nearly=_RELAXATION_SECONDS)
        except SolverStoppedError:
            found = None
        self._bend(allowed=False)
        return [] if found is None else self._used(found)

    def _used(self, found: Solution) -> list[tuple[Slack, int]]:
        used = ((slack, round(found.values[slack.column])) for slack in self._rows.slacks)
        return [(slack, units) for slack, units in used if units]

    def _switch(self, kept: set[NamedRule]) -> None:
        for number, row in enumerate(self._rows.rows):
            if row.rule is not None:
                on = row.rule in kept
                self._solver.bound_row(number, row.lower if on else -INFINITY, row.upper if on else INFINITY)

    def _bend(self, *, allowed: bool) -> None:
        for slack in self._rows.slacks:
            column = self._rows.columns[slack.column]
            self._solver.bound_column(slack.column, column.upper if allowed else 0.0)
            self._solver.cost(slack.column, column.cost if allowed else 0.0)


def _minimal(model: _Model, kept: Sequence[NamedRule], rest: Sequence[NamedRule], *, check: bool) -> list[NamedRule]:
    """Return the rules of `rest` that a minimal conflict has beside `kept`, halving `rest` each time.

    This is QuickXplain (Junker, AAAI 2004): some k * log(n / k) solves for k rules of n. check: `kept` has grown since
    it was feasible.
    """
    if check and not model.feasible(kept):
        return []
    if len(rest) == 1:
        return list(rest)
    half = len(rest) // 2
    first, second = rest[:half], rest[half:]
    of_second = _minimal(model, (*kept, *first), second, check=True)
    of_first = _minimal(model, (*kept, *of_second), first, check=bool(of_second))
    return of_first + of_second


def _steps(rules: LineupRules, used: Sequence[tuple[Slack, int]]) -> tuple[Step, ...]:
    """Return the changes that the slacks stand for, one for each figure."""
    figures: dict[tuple[NamedRule, str], Decimal] = {}
    dropped: list[NamedRule] = []
    for slack, units in used:
        if slack.field is None:
            dropped.append(slack.rule)
        elif slack.rule.kind == RuleKind.MIN_POINTS:
            key = (slack.rule, slack.field)
            figures[key] = min(slack.change, figures.get(key, slack.change))
        else:
            key = (slack.rule, slack.field)
            figures[key] = figures.get(key, _figure(rules, slack.rule, slack.field)) + units * slack.change
    return (
        *(step_of(rule) for rule in dropped),
        *(step_of(rule, field, value) for (rule, field), value in figures.items() if rule not in dropped),
    )


def _figure(rules: LineupRules, rule: NamedRule, figure: str) -> Decimal:
    index = rule.index or 0
    match rule.kind:
        case RuleKind.GROUP:
            return Decimal(rules.groups[index].count)
        case RuleKind.STACK:
            return Decimal(rules.stacks[index].count if figure == "count" else rules.stacks[index].opponents)
        case RuleKind.TEAM_MOST:
            return Decimal(rules.team_most[rule.team or ""])
        case RuleKind.TEAM_LEAST:
            return Decimal(rules.team_least[rule.team or ""])
        case RuleKind.MIN_SALARY:
            return Decimal(rules.min_salary or 0)
        case _:
            return rules.max_ownership or Decimal()
