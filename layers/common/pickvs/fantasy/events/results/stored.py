"""Facts of a session as JSON, and back."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pickvs.fantasy.events.rules import Fact, Statement


def as_json(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return facts as JSON, by contestant. Decimals are texts, so that no float stands between."""
    return [
        {
            "contestant": fact.contestant,
            "status": fact.status,
            "position": fact.position,
            "grid": fact.grid,
            "flags": sorted(fact.flags),
            "measures": {name: str(value) for name, value in fact.measures},
            "official_points": None if fact.official_points is None else str(fact.official_points),
        }
        for fact in sorted(facts, key=lambda each: each.contestant)
    ]


def answer_as_json(statement: Statement) -> list[dict[str, Any]]:
    """Return the facts of an answer as JSON, with the number and the seat of each contestant where they are told."""
    seats = {each.contestant: {"number": each.number, "seat": each.seat} for each in statement.seats}
    return [fact | seats.get(fact["contestant"], {}) for fact in as_json(statement.facts)]


def from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """Return the facts that `as_json` or `answer_as_json` wrote."""
    return tuple(
        Fact(
            contestant=row["contestant"],
            status=row["status"],
            position=row["position"],
            grid=row["grid"],
            flags=frozenset(row["flags"]),
            measures=tuple(sorted((name, Decimal(value)) for name, value in row["measures"].items())),
            official_points=None if row["official_points"] is None else Decimal(row["official_points"]),
        )
        for row in rows
    )
