"""What contestants did in a session of an event, in any sport, and how two accounts of it differ. Pure.

Facts are what points are computed from. What a source says beyond them (lap times, reasons of a retirement) is not
compared and changes nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

CLASSIFIED = "classified"
"""The status of a contestant with a position. Every sport has it; the other statuses are its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of a sport's facts.

    sessions: those that score, in the order in which they are listed. gridded: sessions with a starting order.
    statuses: of contestants without a position. flags: what is true of a contestant or not. measures: what is counted,
    such as rebounds.
    """

    sport: str
    sessions: tuple[str, ...]
    gridded: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What one contestant did in a session.

    position: from 1, and only with the status `classified`. grid: place at the start, from 1; None if there was none
    or it does not count. official_points: by the sport's own table; None if the session gives none. measures: counts
    by name, each name once. Raises ValueError if position and status contradict each other.
    """

    contestant: int
    status: str
    position: int | None = None
    grid: int | None = None
    flags: frozenset[str] = frozenset()
    measures: tuple[tuple[str, Decimal], ...] = ()
    official_points: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.position is not None) != (self.status == CLASSIFIED):
            raise ValueError(f"status {self.status!r} with position {self.position}: only who is classified has one")


@dataclass(frozen=True, slots=True)
class Seated:
    """A contestant in a seat. seat: empty if it is not known. number: of the car; breaks ties of the ranking."""

    contestant: int
    number: int
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a source says of a session.

    facts: one for each contestant that the source names and we know. states: the flags that this source reports; of
    others it says nothing, so their absence means nothing. problems: why the answer must not be believed as it stands.
    share: of its points that the session gives, such as 1/2 for one that was cut short. seats: of the contestants, as
    the source names them; they are no part of the facts.
    """

    facts: tuple[Fact, ...]
    states: frozenset[str]
    problems: tuple[str, ...] = ()
    share: Fraction = Fraction(1)
    seats: tuple[Seated, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it can be believed as it stands."""
        return not self.problems

    @property
    def digest(self) -> str:
        """Fingerprint of the facts. Two sources that say the same have the same, whether it can be believed or not."""
        return digest_of(self.facts)


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that two accounts differ in. field: `contestant` if only one of them has the contestant at all."""

    contestant: int
    field: str
    before: str | None
    after: str | None


def digest_of(facts: Iterable[Fact]) -> str:
    """Return the fingerprint of facts: SHA-256, hexadecimal. Equal facts have equal ones, in whatever order."""
    rows = sorted((fact.contestant, sorted(_written(fact).items())) for fact in facts)
    return sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def differences(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Difference, ...]:
    """Return where two accounts of a session differ, by contestant and field. Empty if they say the same."""
    old, new = _by_contestant(before), _by_contestant(after)
    found = []
    for contestant in sorted(old.keys() | new.keys()):
        if contestant not in old or contestant not in new:
            found.append(
                Difference(contestant, "contestant", _presence(contestant, old), _presence(contestant, new)),
            )
            continue
        was, is_now = _written(old[contestant]), _written(new[contestant])
        found += [
            Difference(contestant, field, was.get(field), is_now.get(field))
            for field in sorted(was.keys() | is_now.keys())
            if was.get(field) != is_now.get(field)
        ]
    return tuple(found)


def beside(second: Statement, reference: Statement) -> Statement:
    """Return the second source's statement in the words of another one, so that the two can be compared.

    reference: what is in force where that is official, and the first source's statement where nothing is. A source does
    not contradict what it does not report: such a flag is taken from the reference. Flags that the reference does not
    report are left out. So a source's silence confirms a first result, and never a change of what is official: there
    the flag in force stands against the first source's new one, and somebody decides.
    """
    flags = {fact.contestant: fact.flags for fact in reference.facts}
    silent = reference.states - second.states
    facts = tuple(
        replace(
            fact,
            flags=(fact.flags & reference.states) | (flags.get(fact.contestant, frozenset()) & silent),
        )
        for fact in second.facts
    )
    return replace(second, facts=facts, states=reference.states)


def _by_contestant(facts: Sequence[Fact]) -> Mapping[int, Fact]:
    found = {fact.contestant: fact for fact in facts}
    if len(found) != len(facts):
        raise ValueError("a contestant has two facts in one session; keep one of them")
    return found


def _presence(contestant: int, facts: Mapping[int, Fact]) -> str | None:
    return facts[contestant].status if contestant in facts else None


def _written(fact: Fact) -> dict[str, str]:
    """Return the fields of a fact that are set, as text."""
    written = {"status": fact.status}
    if fact.position is not None:
        written["position"] = str(fact.position)
    if fact.grid is not None:
        written["grid"] = str(fact.grid)
    if fact.official_points is not None:
        written["official_points"] = _plain(fact.official_points)
    written |= {f"flag {flag}": "yes" for flag in fact.flags}
    return written | {f"measure {name}": _plain(value) for name, value in fact.measures}


def _plain(number: Decimal) -> str:
    """Return the number in one way of many: 26 for 26, 26.0 and 2.6E+1."""
    return f"{number.normalize():f}" if number else "0"
