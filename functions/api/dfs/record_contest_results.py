"""POST /dfs/contests/{contest_id}/results: compare a finished contest with its simulations."""

from pickvs.dfs.contests.judging import service
from pickvs.dfs.contests.requests import WantedResults
from pickvs.dfs.contests.schemas import DfsContestResults
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(
    scopes=["dfs:write"],
    problems={
        404: ["CONTEST_NOT_FOUND", "UPLOAD_NOT_FOUND", "FILE_GONE"],
        409: ["CONTEST_IN_PLAY", "STANDINGS_OF_OTHER_CONTEST"],
    },
)


@app.post("/dfs/contests/<contest_id>/results")
def record_contest_results(contest_id: Identifier, wanted: WantedResults, caller: Caller) -> DfsContestResults:
    """Read the finished standings, which were uploaded, and return what simulations said beside what happened."""
    return service.record_results(
        caller.user_id, contest_id, wanted, session=caller.session, api_key_id=caller.api_key_id
    )
