"""The rows of one lineup: what the site asks, and each rule of a user with slacks that bend it.

A column says whether a player is in the lineup in slots of one factor. Which slot he fills is not a column of his own:
players who may fill the same slots are a class, and the classes flow into the slots. Every row is homogeneous but for
its bounds, so the same rows, with bounds times N, hold for the sum of N lineups.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pickvs.dfs.optimizer.highs import INFINITY
from pickvs.dfs.optimizer.naming import NamedRule, RuleKind
from pickvs.dfs.optimizer.pool import Player, Pool
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack

type _SlotKey = tuple[str, Decimal]
"""Name and factor: slots that are alike."""

_DROP, _STEP, _TENTH_OF_CAP = 10.0, 9.0, 100.0
"""Costs: of dropping a rule, of changing a count by one, of spending a tenth of the cap less."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column from 0 to `upper`. whole: it is an integer. cost: of one unit, while rules may bend."""

    upper: float = 1.0
    whole: bool = False
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """lower <= terms <= upper. rule: of the user that it is a part of; None: the site's."""

    terms: Mapping[int, float]
    lower: float
    upper: float
    rule: NamedRule | None


@dataclass(frozen=True, slots=True)
class Slack:
    """A column that bends a rule.

    field: the figure that changes; None: the rule is dropped. change: by how much a unit changes it; of min_points,
    to what.
    """

    column: int
    rule: NamedRule
    field: str | None = None
    change: Decimal = Decimal()


@dataclass(slots=True)
class Rows:
    """Columns and rows. of_player: the columns of each player, by id, with the factor of their slots."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    slacks: list[Slack] = field(default_factory=list)
    of_player: dict[int, dict[int, Decimal]] = field(default_factory=dict)

    def column(self, column: Column) -> int:
        """Add a column and return its number."""
        self.columns.append(column)
        return len(self.columns) - 1

    def row(
        self,
        terms: Mapping[int, float],
        lower: float = -INFINITY,
        upper: float = INFINITY,
        rule: NamedRule | None = None,
    ) -> None:
        """Add a row."""
        self.rows.append(Row(terms, lower, upper, rule))

    def slack(
        self, rule: NamedRule, cost: float, *, upper: float = INFINITY, figure: str | None = None, change: object = 0
    ) -> int:
        """Add a column that bends `rule` and return its number."""
        number = self.column(Column(upper=upper, whole=True, cost=cost))
        self.slacks.append(Slack(number, rule, figure, Decimal(str(change))))
        return number

    def players(self, players: Iterable[int]) -> dict[int, float]:
        """Return the terms that count the players, whatever slots they fill."""
        return {column: 1.0 for player in players for column in self.of_player.get(player, ())}


def lineup_rows(pool: Pool, rules: LineupRules, named: Sequence[NamedRule]) -> Rows:
    """Return the rows of one lineup of the pool. named: the rules by their names, from `name_rules`."""
    made = _site_rows(pool)
    builder = _Builder(pool, rules, made)
    for rule in named:
        builder.add(rule)
    return made


def _site_rows(pool: Pool) -> Rows:
    game, made = pool.format, Rows()
    classes = _player_columns(pool, made)
    counts = Counter((slot.name, slot.factor) for slot in game.slots)
    into: dict[_SlotKey, dict[int, float]] = {slot: {} for slot in counts}
    for fills, members in classes.items():
        flows = {made.column(Column(upper=INFINITY)): slot for slot in fills}
        for flow, slot in flows.items():
            into[slot][flow] = 1.0
        made.row(dict.fromkeys(members, 1.0) | dict.fromkeys(flows, -1.0), lower=0.0, upper=0.0)
    for slot, count in counts.items():
        made.row(into[slot], lower=count, upper=count)
    made.row(_spent(pool, made), upper=game.cap / game.grid)
    _spread(made, _parts((player.game, player) for player in pool.players), game.min_games)
    _spread(made, _teams(pool, game.min_teams_except), game.min_teams)
    if game.max_per_team is not None:
        for of_team in _teams(pool, game.max_per_team_except).values():
            made.row(made.players(of_team), upper=game.max_per_team)
    return made


def _player_columns(pool: Pool, made: Rows) -> dict[tuple[_SlotKey, ...], list[int]]:
    """Add a column for each player and factor of his slots, and return them by the slots that he may fill."""
    slots = sorted({(slot.name, slot.factor) for slot in pool.format.slots})
    classes: dict[tuple[_SlotKey, ...], list[int]] = {}
    for player in pool.players:
        own = made.of_player.setdefault(player.id, {})
        for factor in sorted({factor for _, factor in slots}):
            fills = tuple(slot for slot in slots if slot[1] == factor and slot[0] in player.slots)
            if fills:
                column = made.column(Column(whole=True))
                own[column] = factor
                classes.setdefault(fills, []).append(column)
        if len(own) > 1:
            made.row(dict.fromkeys(own, 1.0), upper=1.0)
    return classes


def _spent(pool: Pool, made: Rows) -> dict[int, float]:
    """Return what each column costs, in steps of the salaries' grid."""
    return {
        column: float(salary(player, factor) / pool.format.grid)
        for player in pool.players
        for column, factor in made.of_player[player.id].items()
    }


def salary(player: Player, factor: Decimal) -> Decimal:
    """Return the player's salary in a slot with the factor, in dollars."""
    if factor == 1 or player.captain_salary is None:
        return player.salary * factor
    return Decimal(player.captain_salary)


def _teams(pool: Pool, spared: frozenset[str]) -> dict[str, list[int]]:
    """Return the players of each team without those of the `spared` positions."""
    return _parts((player.team, player) for player in pool.players if not player.positions & spared)


def _parts(players: Iterable[tuple[str, Player]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for part, player in players:
        found.setdefault(part, []).append(player.id)
    return found


def _spread(made: Rows, parts: Mapping[str, list[int]], least: int) -> None:
    """Ask for players of at least so many games, or teams."""
    if least <= 1:
        return
    used = {}
    for members in parts.values():
        used[made.column(Column())] = members
    for column, members in used.items():
        made.row(made.players(members) | {column: -1.0}, lower=0.0)
    made.row(dict.fromkeys(used, 1.0), lower=least)


class _Builder:
    """Adds the rows and slacks of each rule of a user."""

    def __init__(self, pool: Pool, rules: LineupRules, made: Rows) -> None:
        self._pool, self._rules, self._made = pool, rules, made
        self._size = float(pool.format.size)
        self._points = {player.id: float(player.points) for player in pool.players}

    def add(self, rule: NamedRule) -> None:
        """Add the rows of one rule."""
        rules, index = self._rules, rule.index or 0
        match rule.kind:
            case RuleKind.LOCK | RuleKind.EXCLUDE:
                self._of_player(rule, rule.player or 0)
            case RuleKind.GROUP:
                self._group(rule, rules.groups[index])
            case RuleKind.STACK:
                self._stack(rule, rules.stacks[index])
            case RuleKind.OPPOSING:
                self._opposing(rule, rules.opposing[index])
            case RuleKind.TEAM_MOST:
                self._most(rule, self._team(rule), rules.team_most[rule.team or ""], {})
            case RuleKind.TEAM_LEAST:
                self._least(rule, self._team(rule), rules.team_least[rule.team or ""], {})
            case RuleKind.MIN_SALARY:
                self._min_salary(rule, rules.min_salary or 0)
            case RuleKind.MAX_OWNERSHIP:
                self._max_ownership(rule, rules.max_ownership or Decimal())
            case RuleKind.MIN_POINTS:
                self._min_points(rule, rules.min_points or Decimal())

    def _team(self, rule: NamedRule) -> list[int]:
        return [player.id for player in self._pool.players if player.team == rule.team]

    def _of_player(self, rule: NamedRule, player: int) -> None:
        # Of equal ways out, the one that costs fewer projected points.
        weight = self._points.get(player, 0.0) / 1_000
        terms = self._made.players([player])
        if rule.kind == RuleKind.LOCK:
            self._made.row(terms | {self._made.slack(rule, _DROP + weight, upper=1): 1.0}, lower=1.0, rule=rule)
        else:
            self._made.row(terms | {self._made.slack(rule, _DROP - weight, upper=1): -1.0}, upper=0.0, rule=rule)

    def _most(
        self, rule: NamedRule, members: Iterable[int], count: int, condition: Mapping[int, float], figure: str = "count"
    ) -> None:
        """At most `count` of the members, if a player whose columns are the condition is there."""
        bend = self._made.slack(rule, _STEP, figure=figure, change=1)
        off = {column: max(0.0, self._size - count) for column in condition}
        terms = _sum(self._made.players(members), {bend: -1.0}, off)
        self._made.row(terms, upper=count + max(0.0, self._size - count) if condition else count, rule=rule)

    def _least(
        self, rule: NamedRule, members: Iterable[int], count: int, condition: Mapping[int, float], figure: str = "count"
    ) -> None:
        bend = self._made.slack(rule, _STEP, upper=count, figure=figure, change=-1)
        if condition:
            on = {column: -float(count) for column in condition}
            self._made.row(_sum(self._made.players(members), {bend: 1.0}, on), lower=0.0, rule=rule)
        else:
            self._made.row(self._made.players(members) | {bend: 1.0}, lower=count, rule=rule)

    def _group(self, rule: NamedRule, group: Group) -> None:
        condition: dict[int, float] = {}
        if group.if_player is not None:
            condition = self._made.players([group.if_player])
            if not condition:
                return
        if group.comparison != Comparison.AT_LEAST:
            self._most(rule, group.players, group.count, condition)
        if group.comparison != Comparison.AT_MOST:
            self._least(rule, group.players, group.count, condition)

    def _stack(self, rule: NamedRule, stack: Stack) -> None:
        made = self._made
        fewer = made.slack(rule, _STEP, upper=max(0, stack.count - 1), figure="count", change=-1)
        fewer_opponents = made.slack(rule, _STEP, upper=stack.opponents, figure="opponents", change=-1)
        dropped = made.slack(rule, 3 * _DROP, upper=1)
        counting = [each for each in self._pool.players if not stack.positions or stack.positions & each.positions]
        chosen: list[int] = []
        needed: dict[tuple[int, ...], dict[int, float]] = {}
        for team, game in sorted({(each.team, each.game) for each in counting}):
            if stack.teams and team not in stack.teams:
                continue
            own = tuple(each.id for each in counting if each.team == team)
            against = tuple(each.id for each in counting if each.game == game and each.team != team)
            of_team = made.column(Column(whole=True))
            chosen.append(of_team)
            made.row(made.players(own) | {of_team: -float(stack.count), fewer: 1.0}, lower=0.0)
            made.row(made.players(against) | {of_team: -float(stack.opponents), fewer_opponents: 1.0}, lower=0.0)
            needed.setdefault(own, {})[of_team] = -float(stack.count)
            needed.setdefault(against, {})[of_team] = -float(stack.opponents)
        made.row(dict.fromkeys(chosen, 1.0) | {dropped: 1.0}, lower=1.0, rule=rule)
        # One of the teams is enough. That it is one alone tightens the relaxation: both needs of a team add up.
        made.row(dict.fromkeys(chosen, 1.0), upper=1.0)
        for players, needs in needed.items():
            made.row(made.players(players) | needs | {fewer: 1.0, fewer_opponents: 1.0}, lower=0.0)

    def _opposing(self, rule: NamedRule, opposing: OpposingPositions) -> None:
        made, players, size = self._made, self._pool.players, self._size
        dropped = made.slack(rule, 3 * _DROP, upper=1)
        for team, game in sorted({(each.team, each.game) for each in players}):
            own = [each.id for each in players if each.team == team and each.positions & opposing.positions]
            against = [
                each.id
                for each in players
                if each.game == game and each.team != team and each.positions & opposing.against
            ]
            if own and against:
                has = made.column(Column(whole=True))
                made.row(made.players(own) | {has: -size, dropped: -size}, upper=0.0, rule=rule)
                made.row(made.players(against) | {has: size, dropped: -size}, upper=size, rule=rule)

    def _min_salary(self, rule: NamedRule, least: int) -> None:
        game = self._pool.format
        bend = self._made.slack(rule, _TENTH_OF_CAP * game.grid / game.cap, figure="min_salary", change=-game.grid)
        spent = _spent(self._pool, self._made)
        self._made.row(spent | {bend: 1.0}, lower=least / game.grid, rule=rule)

    def _max_ownership(self, rule: NamedRule, most: Decimal) -> None:
        """Count in percents, so that the slack is a whole number of them."""
        bend = self._made.slack(rule, 1.0, figure="max_ownership", change="0.01")
        owned = {
            column: 100 * float(player.ownership or 0)
            for player in self._pool.players
            for column in self._made.of_player[player.id]
        }
        self._made.row(owned | {bend: -1.0}, upper=100 * float(most), rule=rule)

    def _min_points(self, rule: NamedRule, least: Decimal) -> None:
        """Let players in one by one, those just below the limit for less."""
        below = [player for player in self._pool.players if player.points < least]
        for player in below:
            short = float(least - player.points) / max(1.0, float(least))
            allowed = self._made.slack(rule, _DROP * (1 + short), upper=1, figure="min_points", change=player.points)
            self._made.row(self._made.players([player.id]) | {allowed: -1.0}, upper=0.0, rule=rule)


def _sum(*parts: Mapping[int, float]) -> dict[int, float]:
    total: dict[int, float] = {}
    for part in parts:
        for column, value in part.items():
            total[column] = total.get(column, 0.0) + value
    return total
