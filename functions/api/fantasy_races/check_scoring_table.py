"""POST /scoring-tables/check: check a scoring table, and see what it would have given."""

from pickvs.fantasy.scoring import adding
from pickvs.fantasy.scoring.requests import TableCheck
from pickvs.fantasy.scoring.schemas import CheckedTable
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={422: ["SCORING_TABLE_INVALID"]})


@app.post("/scoring-tables/check")
def check_scoring_table(wanted: TableCheck, caller: Caller) -> CheckedTable:
    """Return what a table would have given each driver in a season. Stores nothing."""
    return adding.check_table(wanted)
