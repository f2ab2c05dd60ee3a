"""The rules of a user one by one, each with a name, so that an answer can say which of them is meant."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from pickvs.dfs.optimizer.pool import Player, Pool, by_id
from pickvs.dfs.optimizer.rules import Comparison, Group, LineupRules, OpposingPositions, Stack

_NAMES_SHOWN = 4


class RuleKind(StrEnum):
    """Which field of LineupRules a rule is of."""

    LOCK = "lock"
    EXCLUDE = "exclude"
    GROUP = "group"
    STACK = "stack"
    OPPOSING = "opposing"
    TEAM_MOST = "team_most"
    TEAM_LEAST = "team_least"
    MIN_SALARY = "min_salary"
    MAX_OWNERSHIP = "max_ownership"
    MIN_POINTS = "min_points"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """One rule of a user.

    text: the rule in words. player: of a lock or exclude. team: of a team limit. index: the place of a group, stack or
    pair of opposing positions among its like, from 0.
    """

    kind: RuleKind
    text: str
    player: int | None = None
    team: str | None = None
    index: int | None = None


def name_rules(pool: Pool, rules: LineupRules) -> tuple[NamedRule, ...]:
    """Return each rule once: those about few players first, in an order that the pool and the rules decide."""
    players = by_id(pool.players)
    single: list[tuple[RuleKind, Decimal | int | None, str]] = [
        (RuleKind.MIN_SALARY, rules.min_salary, f"spend at least ${rules.min_salary or 0:,}"),
        (RuleKind.MAX_OWNERSHIP, rules.max_ownership, f"ownership of at most {rules.max_ownership} in all"),
        (RuleKind.MIN_POINTS, rules.min_points, f"no player projected below {rules.min_points}"),
    ]
    return (
        *(
            NamedRule(kind=RuleKind.LOCK, player=each, text=f"lock {_name(players, each)}")
            for each in sorted(rules.locks)
        ),
        *(
            NamedRule(kind=RuleKind.GROUP, index=index, text=_of_group(players, group))
            for index, group in enumerate(rules.groups)
        ),
        *(
            NamedRule(kind=RuleKind.STACK, index=index, text=_of_stack(stack))
            for index, stack in enumerate(rules.stacks)
        ),
        *(
            NamedRule(kind=RuleKind.TEAM_MOST, team=team, text=f"at most {most} of {team}")
            for team, most in sorted(rules.team_most.items())
        ),
        *(
            NamedRule(kind=RuleKind.TEAM_LEAST, team=team, text=f"at least {least} of {team}")
            for team, least in sorted(rules.team_least.items())
        ),
        *(
            NamedRule(kind=RuleKind.OPPOSING, index=index, text=_of_opposing(each))
            for index, each in enumerate(rules.opposing)
        ),
        *(NamedRule(kind=kind, text=text) for kind, value, text in single if value is not None),
        *(
            NamedRule(kind=RuleKind.EXCLUDE, player=each, text=f"exclude {_name(players, each)}")
            for each in sorted(rules.excludes)
        ),
    )


def keep_only(rules: LineupRules, kept: Collection[NamedRule]) -> LineupRules:
    """Return only the rules that are named in `kept`."""
    keys = {(each.kind, each.player, each.team, each.index) for each in kept}

    def of(kind: RuleKind, *, player: int | None = None, team: str | None = None, index: int | None = None) -> bool:
        return (kind, player, team, index) in keys

    return LineupRules(
        locks=frozenset(each for each in rules.locks if of(RuleKind.LOCK, player=each)),
        excludes=frozenset(each for each in rules.excludes if of(RuleKind.EXCLUDE, player=each)),
        groups=tuple(each for number, each in enumerate(rules.groups) if of(RuleKind.GROUP, index=number)),
        stacks=tuple(each for number, each in enumerate(rules.stacks) if of(RuleKind.STACK, index=number)),
        opposing=tuple(each for number, each in enumerate(rules.opposing) if of(RuleKind.OPPOSING, index=number)),
        team_most={team: most for team, most in rules.team_most.items() if of(RuleKind.TEAM_MOST, team=team)},
        team_least={team: least for team, least in rules.team_least.items() if of(RuleKind.TEAM_LEAST, team=team)},
        min_salary=rules.min_salary if of(RuleKind.MIN_SALARY) else None,
        max_ownership=rules.max_ownership if of(RuleKind.MAX_OWNERSHIP) else None,
        min_points=rules.min_points if of(RuleKind.MIN_POINTS) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of one rule. field: which figure of it gets `value`; None: the rule is dropped."""

    rule: NamedRule
    text: str
    field: str | None = None
    value: Decimal | None = None


def after(pool: Pool, rules: LineupRules, steps: Sequence[Step]) -> LineupRules:
    """Return the rules after the steps."""
    groups, stacks = list(rules.groups), list(rules.stacks)
    team_most, team_least = dict(rules.team_most), dict(rules.team_least)
    figures: dict[str, Decimal] = {}
    for step in steps:
        if step.field is None or step.value is None:
            continue
        index, count = step.rule.index or 0, int(step.value)
        match step.rule.kind:
            case RuleKind.GROUP:
                groups[index] = replace(groups[index], count=count)
            case RuleKind.STACK if step.field == "count":
                stacks[index] = replace(stacks[index], count=count)
            case RuleKind.STACK:
                stacks[index] = replace(stacks[index], opponents=count)
            case RuleKind.TEAM_MOST:
                team_most[step.rule.team or ""] = count
            case RuleKind.TEAM_LEAST:
                team_least[step.rule.team or ""] = count
            case _:
                figures[step.rule.kind] = step.value
    changed = replace(
        rules,
        groups=tuple(groups),
        stacks=tuple(stacks),
        team_most=team_most,
        team_least=team_least,
        min_salary=int(figures["min_salary"]) if "min_salary" in figures else rules.min_salary,
        max_ownership=figures.get("max_ownership", rules.max_ownership),
        min_points=figures.get("min_points", rules.min_points),
    )
    dropped = {step.rule for step in steps if step.field is None}
    return keep_only(changed, [each for each in name_rules(pool, rules) if each not in dropped])


def step_of(rule: NamedRule, field: str | None = None, value: Decimal | None = None) -> Step:
    """Return the step that gives the rule's `field` the value, or drops the rule, in words."""
    if field is None or value is None:
        return Step(rule=rule, text=f"drop: {rule.text}")
    shown = {"min_salary": f"${value:,}"}.get(field, f"{value.normalize():f}")
    what = {"count": "", "opponents": " opponents"}.get(field, "")
    return Step(rule=rule, field=field, value=value, text=f"{rule.text}: make it {shown}{what}")


def _name(players: Mapping[int, Player], player: int) -> str:
    return players[player].name if player in players else f"player {player}, who is not in the pool"


def _of_group(players: Mapping[int, Player], group: Group) -> str:
    known = [each for each in players if each in group.players]
    names = ", ".join(players[each].name for each in known[:_NAMES_SHOWN])
    more = f" and {len(group.players) - _NAMES_SHOWN} more" if len(group.players) > _NAMES_SHOWN else ""
    words = {Comparison.AT_MOST: "at most", Comparison.AT_LEAST: "at least", Comparison.EXACTLY: "exactly"}
    condition = "" if group.if_player is None else f"with {_name(players, group.if_player)}: "
    return f"{condition}{words[group.comparison]} {group.count} of {names or 'nobody in the pool'}{more}"


def _of_stack(stack: Stack) -> str:
    team = " or ".join(sorted(stack.teams)) or "a team"
    counting = f" ({'/'.join(sorted(stack.positions))})" if stack.positions else ""
    against = f" and {stack.opponents} of its opponents" if stack.opponents else ""
    return f"{stack.count} players of {team}{against}{counting}"


def _of_opposing(rule: OpposingPositions) -> str:
    return f"no {'/'.join(sorted(rule.positions))} against {'/'.join(sorted(rule.against))}"
