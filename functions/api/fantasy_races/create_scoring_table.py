"""POST /scoring-tables: add a scoring table of one's own."""

from pickvs.fantasy.scoring import adding
from pickvs.fantasy.scoring.requests import TableBody
from pickvs.fantasy.scoring.schemas import ScoringTable
from pickvs.http.app import create_app
from pickvs.http.identity import Caller

app = create_app(problems={422: ["SCORING_TABLE_INVALID"], 429: ["TOO_MANY_REQUESTS"]})


@app.post("/scoring-tables", status_code=201)
def create_scoring_table(body: TableBody, caller: Caller) -> ScoringTable:
    """Add a table, which leagues can then name by its id. An equal one stays one, so a repeat adds nothing."""
    return adding.add_table(caller.user_id, caller.session, body)
