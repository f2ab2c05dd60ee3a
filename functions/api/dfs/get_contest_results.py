"""GET /dfs/contests/{contest_id}/results: get how a contest ended."""

from pickvs.dfs.contests.judging import showing
from pickvs.dfs.contests.schemas import DfsContestResults
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["CONTEST_NOT_FOUND", "RESULTS_NOT_FOUND"]})


@app.get("/dfs/contests/<contest_id>/results")
def get_contest_results(contest_id: Identifier, caller: Caller) -> DfsContestResults:
    """Return what simulations of a finished contest said, beside what happened."""
    return showing.get_results(caller.user_id, contest_id)
