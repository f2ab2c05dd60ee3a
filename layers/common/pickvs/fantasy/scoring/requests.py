"""A scoring table as it comes in: its shape, and its words against those of the sport."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from pickvs.core.errors import FieldError, Invalid
from pickvs.core.requests import RequestBody, Worded
from pickvs.fantasy.events.rules import Vocabulary
from pickvs.fantasy.scoring.rules import SHORTENED, ByPosition, ByStatus, Flag, PerPlace, PerUnit, Rule, Table

_MOST_RULES = 40
_MOST_PLACES = 30
_MOST_POINTS = 1_000


def _number(raw: Any) -> Any:
    """Return a JSON number as a decimal, as it is written: 0.1 is a tenth."""
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return Decimal(str(raw))
    raise ValueError("must be a number")


Amount = Annotated[
    Decimal,
    Field(strict=False, ge=-_MOST_POINTS, le=_MOST_POINTS, decimal_places=2),
    BeforeValidator(_number),
    WithJsonSchema({"type": "number", "minimum": -_MOST_POINTS, "maximum": _MOST_POINTS, "multipleOf": 0.01}),
]
"""Points, as a JSON number."""
RuleId = Annotated[
    str, Field(pattern=r"^[a-z0-9_]{1,40}$"), Worded("must be 1 to 40 lower-case letters, digits and underscores")
]
Word = Annotated[str, Field(min_length=1, max_length=40)]


class _RuleBody(RequestBody):
    id: RuleId
    session: Word


class ByPositionBody(_RuleBody):
    """Points by position."""

    kind: Literal["by_position"]
    points: Annotated[tuple[Amount, ...], Field(strict=False, min_length=1, max_length=_MOST_PLACES)]
    beyond: Amount = Decimal()


class PerPlaceBody(_RuleBody):
    """Points for places gained and lost since the start."""

    kind: Literal["per_place"]
    gained: Amount
    lost: Amount
    most: Annotated[int, Field(ge=1)] | None = None


class FlagBody(_RuleBody):
    """Points for a fact that is true or not."""

    kind: Literal["flag"]
    fact: Word
    points: Amount
    within: Annotated[int, Field(ge=1)] | None = None


class ByStatusBody(_RuleBody):
    """Points for a status without a position."""

    kind: Literal["by_status"]
    points: Annotated[dict[Word, Amount], Field(min_length=1)]


class PerUnitBody(_RuleBody):
    """Points for each unit of a measure."""

    kind: Literal["per_unit"]
    fact: Word
    points: Amount


RuleBody = Annotated[ByPositionBody | PerPlaceBody | FlagBody | ByStatusBody | PerUnitBody, Field(discriminator="kind")]


class TableBody(RequestBody):
    """A scoring table. Rules apply independently of each other, and add up."""

    sport: Annotated[Word, Field(examples=["formula_one"])]
    rules: Annotated[
        tuple[RuleBody, ...],
        Field(
            strict=False,
            min_length=1,
            max_length=_MOST_RULES,
            examples=[[{"id": "race_position", "session": "race", "kind": "by_position", "points": [25, 18, 15]}]],
        ),
    ]


class TableCheck(RequestBody):
    """A scoring table, and the season for which to say what it would have given."""

    table: TableBody
    season: Annotated[
        int | None,
        Field(ge=1900, le=2200, description="By default the last one in which there are results.", examples=[2024]),
    ] = None


def table_of(body: TableBody, vocabulary: Vocabulary) -> Table:
    """Return the table. Raises Invalid with every rule that uses a word that the sport does not have."""
    errors = tuple(_errors(body, vocabulary))
    if errors:
        raise Invalid("SCORING_TABLE_INVALID", "The scoring table cannot be used. See `errors`.", errors)
    rules = tuple(_rule(each) for each in body.rules)
    written = json.dumps(body.model_dump(mode="json", exclude_none=True), sort_keys=True, separators=(",", ":"))
    return Table(body.sport, rules, sha256(written.encode()).hexdigest())


def as_written(body: TableBody) -> dict[str, Any]:
    """Return the table as it is kept and shown: as it came in, with whole numbers where they are."""
    written: dict[str, Any] = _plain(body.model_dump(exclude_none=True))
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _errors(body: TableBody, vocabulary: Vocabulary) -> Iterator[FieldError]:
    if body.sport != vocabulary.sport:
        yield FieldError("sport", f"must be {vocabulary.sport}")
    ids = Counter(rule.id for rule in body.rules)
    for index, rule in enumerate(body.rules):
        where = f"rules[{index}]"
        if ids[rule.id] > 1:
            yield FieldError(f"{where}.id", "must be unique in the table")
        if rule.id == SHORTENED:
            yield FieldError(f"{where}.id", f"must not be {SHORTENED}, which is the name of a reduction")
        if rule.session not in vocabulary.sessions:
            yield FieldError(f"{where}.session", _one_of(vocabulary.sessions))
        yield from _word_errors(rule, vocabulary, where)


def _word_errors(rule: RuleBody, vocabulary: Vocabulary, where: str) -> Iterator[FieldError]:
    match rule:
        case PerPlaceBody() if rule.session in vocabulary.sessions and rule.session not in vocabulary.gridded:
            yield FieldError(f"{where}.session", f"has no starting order; {_one_of(sorted(vocabulary.gridded))}")
        case FlagBody() if rule.fact not in vocabulary.flags:
            yield FieldError(f"{where}.fact", _one_of(sorted(vocabulary.flags)))
        case PerUnitBody() if rule.fact not in vocabulary.measures:
            yield FieldError(f"{where}.fact", _one_of(sorted(vocabulary.measures)))
        case ByStatusBody() if rule.points.keys() - vocabulary.statuses:
            yield FieldError(f"{where}.points", f"names must each be {_listed(sorted(vocabulary.statuses))}")
        case _:
            pass


def _one_of(words: tuple[str, ...] | list[str]) -> str:
    return f"must be {_listed(words)}" if words else "is nothing that this sport has"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return " or ".join(words)


def _rule(body: RuleBody) -> Rule:
    match body:
        case ByPositionBody():
            return ByPosition(id=body.id, session=body.session, points=body.points, beyond=body.beyond)
        case PerPlaceBody():
            return PerPlace(id=body.id, session=body.session, gained=body.gained, lost=body.lost, most=body.most)
        case FlagBody():
            return Flag(id=body.id, session=body.session, fact=body.fact, points=body.points, within=body.within)
        case ByStatusBody():
            points: Mapping[str, Decimal] = MappingProxyType(dict(body.points))
            return ByStatus(id=body.id, session=body.session, points=points)
        case PerUnitBody():
            return PerUnit(id=body.id, session=body.session, fact=body.fact, points=body.points)
