"""GET /dfs/contest-runs/{contest_run_id}: get a simulation of a contest and its progress."""

from pickvs.dfs.contests.runs import showing
from pickvs.dfs.contests.schemas import ContestRun
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["CONTEST_RUN_NOT_FOUND"]})


@app.get("/dfs/contest-runs/<contest_run_id>")
def get_contest_run(contest_run_id: Identifier, caller: Caller) -> ContestRun:
    """Return how far a simulation is, and what all lineups get together so far, if the projections are right."""
    return showing.get_run(caller.user_id, contest_run_id)
