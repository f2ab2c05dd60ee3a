"""GET /scoring-tables: list the scoring tables that every league may choose."""

from pickvs.fantasy.scoring import showing
from pickvs.fantasy.scoring.schemas import ScoringTables
from pickvs.http.app import create_app

app = create_app(max_age=300)


@app.get("/scoring-tables")
def list_scoring_tables() -> ScoringTables:
    """Return the tables with their rules, by name and version."""
    return showing.list_tables()
