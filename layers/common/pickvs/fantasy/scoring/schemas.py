"""Responses: scoring tables, and what one would have given."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import Number, ResponseBody, doc

_A_RULE: dict[str, Any] = {"id": "race_position", "session": "race", "kind": "by_position", "points": [25, 18, 15]}
_A_TABLE: dict[str, Any] = {
    "table": "17",
    "is_preset": False,
    "sport": "formula_one",
    "rules": [_A_RULE],
    "sha256": "0" * 64,
}
_SOME_POINTS: dict[str, Any] = {"driver_id": 830, "name": "Max Verstappen", "code": "VER", "points": 671}


class ScoringTable(ResponseBody):
    """A scoring table. It never changes: a change is another table."""

    EXAMPLES: ClassVar = (_A_TABLE,)

    table: Annotated[str, doc("Name and version, or the id of one that somebody has brought. Leagues name it so.")]
    is_preset: Annotated[bool, doc("Whether every league may choose it by its name.")]
    sport: str
    rules: Annotated[
        list[dict[str, Any]], doc("As they were sent. They apply independently of each other, and add up.")
    ]
    sha256: Annotated[str, doc("Of the table. Equal tables are one.")]


class ScoringTables(ResponseBody):
    """The scoring tables that every league may choose."""

    EXAMPLES: ClassVar = ({"tables": [{**_A_TABLE, "table": "midfield@1", "is_preset": True}]},)

    tables: list[ScoringTable]


class CheckedPoints(ResponseBody):
    """What a table would have given a driver in a season."""

    driver_id: int
    name: str
    code: str | None
    points: Number


class CheckedTable(ResponseBody):
    """A table that can be used, and what it would have given in a season."""

    EXAMPLES: ClassVar = ({"sha256": "0" * 64, "season": 2024, "drivers": [_SOME_POINTS]},)

    sha256: str
    season: Annotated[int | None, doc("null if no season has a result.")]
    drivers: Annotated[list[CheckedPoints], doc("The most points first.")]
