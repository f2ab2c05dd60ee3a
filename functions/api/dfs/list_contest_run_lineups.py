"""GET /dfs/contest-runs/{contest_run_id}/lineups: list what the lineups of a simulation get."""

from pickvs.dfs.contests.runs import showing
from pickvs.dfs.contests.schemas import ContestRunLineups
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["CONTEST_RUN_NOT_FOUND"]})


@app.get("/dfs/contest-runs/<contest_run_id>/lineups")
def list_contest_run_lineups(
    contest_run_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> ContestRunLineups:
    """Return one page of lineups by number, with what each gets if the projections are right."""
    return showing.list_lineups(caller.user_id, contest_run_id, limit=limit, cursor=cursor)
