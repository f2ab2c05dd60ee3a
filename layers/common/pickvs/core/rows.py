"""Rows of the database as values with names and types."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from psycopg._cursor_base import BaseCursor
    from psycopg.rows import RowFactory, RowMaker


class TableRow(Struct, frozen=True, gc=False):
    """Base of what a query returns for each row; the columns have the names of the members, in any order.

    The garbage collector does not look at rows: what the driver makes of a row can have no cycle in it.
    """


def row_of[Kind: TableRow](kind: type[Kind]) -> "RowFactory[Kind]":
    """Return the row factory that makes a `kind` of each row: psycopg's class_row, with less work for a row.

    The columns are found by name once for a result. Raises ValueError for a result that lacks one.
    """
    names = [name.encode() for name in kind.__struct_fields__]

    def for_result(cursor: "BaseCursor[Any, Any]") -> "RowMaker[Kind]":
        result = cursor.pgresult  # cursor.description says the same, and takes as long as all the rows of a page
        columns = [result.fname(place) for place in range(result.nfields)] if result else []
        if columns == names or not columns:
            return lambda values: kind(*values)
        places = [columns.index(name) for name in names]
        return lambda values: kind(*[values[place] for place in places])

    return for_result
