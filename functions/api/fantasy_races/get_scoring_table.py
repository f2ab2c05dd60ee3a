"""GET /scoring-tables/{table_id}: get a scoring table."""

from typing import Annotated

from pickvs.fantasy.scoring import showing
from pickvs.fantasy.scoring.schemas import ScoringTable
from pickvs.fantasy.scoring.tables import NAME_MAX, NAME_PATTERN, NAME_WORDS
from pickvs.http.app import create_app
from pickvs.http.parameters import Path

app = create_app(problems={404: ["SCORING_TABLE_NOT_FOUND"]}, max_age=14_400)


@app.get("/scoring-tables/<table_id>")
def get_scoring_table(
    table_id: Annotated[
        str, Path(max_length=NAME_MAX, pattern=NAME_PATTERN, words=NAME_WORDS, description="Name and version, or id.")
    ],
) -> ScoringTable:
    """Return a table with its rules. It never changes."""
    return showing.show_table(table_id)
