"""Shows scoring tables. Light on imports."""

from pickvs.core.database import transaction
from pickvs.fantasy.scoring import queries
from pickvs.fantasy.scoring.queries import TableInStore
from pickvs.fantasy.scoring.schemas import ScoringTable, ScoringTables
from pickvs.fantasy.scoring.tables import kept, name_of


def list_tables() -> ScoringTables:
    """Return the tables that every league may choose, by name and version."""
    with transaction() as connection:
        return ScoringTables(tables=[shown(row) for row in queries.named_tables(connection)])


def show_table(table: str) -> ScoringTable:
    """Return a table by its name and version, or by its id. Raises NotFound (SCORING_TABLE_NOT_FOUND)."""
    with transaction() as connection:
        return shown(kept(connection, table))


def shown(row: TableInStore) -> ScoringTable:
    """Return a table as it is shown."""
    return ScoringTable(
        table=name_of(row),
        is_preset=row.name is not None,
        sport=row.sport,
        rules=row.body["rules"],
        sha256=row.sha256,
    )
