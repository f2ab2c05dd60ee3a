"""Reads a result that an administrator enters."""

from collections import Counter
from collections.abc import Collection, Iterator

from pickvs.core.errors import FieldError, Invalid
from pickvs.fantasy.events.rules import CLASSIFIED, Fact, Statement
from pickvs.fantasy.races.rules import SPORT
from pickvs.fantasy.scoring.presets import VOCABULARIES
from pickvs.operations.administration.races.requests import EnteredRow, RaceResultOrder


def statement_of(order: RaceResultOrder, entered: Collection[int]) -> Statement:
    """Return what the administrator says of a session. entered: the drivers who are.

    Raises Invalid with every row that contradicts itself, another row, or the entries.
    """
    errors = tuple(_errors(order, entered))
    if errors:
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", errors)
    return Statement(facts=tuple(map(_fact, order.rows)), states=VOCABULARIES[SPORT].flags)


def _fact(row: EnteredRow) -> Fact:
    return Fact(
        contestant=row.driver_id,
        status=row.status,
        position=row.position,
        grid=row.grid,
        flags=frozenset(row.flags),
        official_points=row.official_points,
    )


def _errors(order: RaceResultOrder, entered: Collection[int]) -> Iterator[FieldError]:
    drivers = Counter(row.driver_id for row in order.rows)
    positions = Counter(row.position for row in order.rows if row.position is not None)
    classified = sum(row.status == CLASSIFIED for row in order.rows)
    for number, row in enumerate(order.rows):
        where = f"rows[{number}]"
        if row.driver_id not in entered:
            yield FieldError(f"{where}.driver_id", "must be a driver who is entered in the race")
        elif drivers[row.driver_id] > 1:
            yield FieldError(f"{where}.driver_id", "must be in one row only")
        if (row.position is not None) != (row.status == CLASSIFIED):
            yield FieldError(f"{where}.position", "is there for the classified, and for nobody else")
        elif row.position is not None and (positions[row.position] > 1 or row.position > classified):
            yield FieldError(f"{where}.position", f"must be one of 1 to {classified}, each once")
        if row.grid is not None and (order.session == "qualifying" or row.status != CLASSIFIED):
            yield FieldError(f"{where}.grid", "counts for the classified of a sprint or race, and for nobody else")
