"""Points of a session by a table of rules, with a line for the reason of each. Pure, and the same for every sport.

Rules apply independently of each other, and add up. A line is written where a rule gives points or takes them; nobody
gets a line of 0. Amounts are decimals with at most two places.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from types import MappingProxyType

from pickvs.fantasy.events.rules import CLASSIFIED, Fact

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPosition:
    """Points of the classified by their position: the first of `points` for the first, `beyond` after the last."""

    id: str
    session: str
    points: tuple[Decimal, ...]
    beyond: Decimal = Decimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class PerPlace:
    """Points of the classified for each place gained since the start, and for each lost; `most` places count."""

    id: str
    session: str
    gained: Decimal
    lost: Decimal
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Points of whoever has a flag; with `within`, only of the classified up to that position."""

    id: str
    session: str
    fact: str
    points: Decimal
    within: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStatus:
    """Points of those who are not classified, by status."""

    id: str
    session: str
    points: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit:
    """Points for each unit of a measure, such as a rebound."""

    id: str
    session: str
    fact: str
    points: Decimal


type Rule = ByPosition | PerPlace | Flag | ByStatus | PerUnit


@dataclass(frozen=True, slots=True)
class Table:
    """A scoring table. It never changes: a change is another version. sha256: of its body, hexadecimal."""

    sport: str
    rules: tuple[Rule, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """Why a contestant has these points. rule: its id. detail: what it was applied to, such as `P2` or `6 -> 2`."""

    contestant: int
    session: str
    rule: str
    detail: str
    points: Decimal


SHORTENED = "shortened"
"""The rule of a line that takes away what a shortened session does not give. No table may use this id."""


def score(table: Table, session: str, facts: Iterable[Fact]) -> tuple[Line, ...]:
    """Return the ledger of a session: by contestant, and in the order of the table's rules."""
    rules = [rule for rule in table.rules if rule.session == session]
    found: list[Line] = []
    for fact in sorted(facts, key=lambda each: each.contestant):
        for rule in rules:
            detail, points = _applied(rule, fact)
            if points:
                found.append(Line(fact.contestant, session, rule.id, detail, points))
    return tuple(found)


def totals(lines: Iterable[Line]) -> Mapping[int, Decimal]:
    """Return the points of each contestant with a line."""
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line.contestant] += line.points
    return MappingProxyType(dict(found))


def shortened(lines: Sequence[Line], share: Fraction) -> tuple[Line, ...]:
    """Return the ledger of a session of which only a share counts, such as 1/2.

    Each contestant gets one more line, so that the sum is this share of the lines before, rounded to two decimals.
    Raises ValueError unless the share is from 0 to 1, or if the lines are of several sessions.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share: give one from 0 to 1")
    session = lines[0].session if lines else ""
    if any(line.session != session for line in lines):
        raise ValueError("the lines are of several sessions; each has a share of its own")
    found = list(lines)
    for contestant, points in totals(lines).items():
        left = (points * share.numerator / share.denominator).quantize(CENT, ROUND_HALF_EVEN)
        if left != points:
            found.append(Line(contestant, session, SHORTENED, f"x {share}", left - points))
    return tuple(sorted(found, key=lambda line: line.contestant))


def _applied(rule: Rule, fact: Fact) -> tuple[str, Decimal]:
    """Return what a rule looked at, and what it gives. The detail of 0 points is never shown."""
    match rule:
        case ByPosition():
            if fact.position is None:
                return "", Decimal()
            points = rule.points[fact.position - 1] if fact.position <= len(rule.points) else rule.beyond
            return f"P{fact.position}", points
        case PerPlace():
            return _places(rule, fact)
        case Flag():
            has_it = rule.fact in fact.flags
            is_within = rule.within is None or (fact.position is not None and fact.position <= rule.within)
            return rule.fact.replace("_", " "), rule.points if has_it and is_within else Decimal()
        case ByStatus():
            is_out = fact.status != CLASSIFIED
            return fact.status, rule.points.get(fact.status, Decimal()) if is_out else Decimal()
        case PerUnit():
            count = dict(fact.measures).get(rule.fact, Decimal())
            points = (count * rule.points).quantize(CENT, ROUND_HALF_EVEN)
            return f"{count:f} {rule.fact.replace('_', ' ')}", points


def _places(rule: PerPlace, fact: Fact) -> tuple[str, Decimal]:
    if fact.position is None or fact.grid is None:
        return "", Decimal()
    places = fact.grid - fact.position
    counted = abs(places) if rule.most is None else min(abs(places), rule.most)
    return f"{fact.grid} -> {fact.position}", counted * (rule.gained if places > 0 else rule.lost)
