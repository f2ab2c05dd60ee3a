"""What a source says of a session, judged: its facts, and why they must not be believed as they stand."""

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import cast

from pickvs.fantasy.events.formula_one.invariants.rules import Broken, check_qualifying, check_result
from pickvs.fantasy.events.formula_one.points.rules import official_share
from pickvs.fantasy.events.formula_one.rules import (
    AnyResult,
    QualifyingRow,
    ResultRow,
    SessionResult,
    qualifying_facts,
    result_facts,
    with_absent,
)
from pickvs.fantasy.events.rules import Fact, Seated, Statement


def statement_of(
    result: AnyResult,
    ids: Mapping[str, int],
    *,
    qualified: Set[str] | None = None,
    entries: Set[str] | None = None,
    raced: Sequence[Fact] = (),
) -> Statement:
    """Return the facts of a session, and every invariant that they break and driver that is not known.

    ids: contestants by the source's id. qualified, entries: as in `check_result`. raced: facts of the race by the same
    source, for a qualifying: who raced without a row in it has no time.
    """
    broken: tuple[Broken, ...]
    if result.kind == "qualifying":
        qualifying = cast("SessionResult[QualifyingRow]", result)
        facts = with_absent(qualifying_facts(qualifying, ids), raced)
        broken = check_qualifying(qualifying, entries=entries)
    else:
        run = cast("SessionResult[ResultRow]", result)
        facts, broken = result_facts(run, ids), check_result(run, qualified=qualified, entries=entries)
    unknown = sorted({row.entrant.driver for row in result.rows} - ids.keys())
    problems = [f"{each.invariant}: {each.detail}" for each in broken]
    if unknown:
        problems.append(f"drivers: unknown: {', '.join(unknown)}")
    share = official_share(result.season, result.kind, facts)
    entrants = (row.entrant for row in result.rows if row.entrant.driver in ids)
    return Statement(
        facts=facts,
        states=result.states,
        problems=tuple(problems),
        share=share or Fraction(1),
        seats=tuple(Seated(ids[each.driver], each.car_number, each.team) for each in entrants),
    )
