"""DELETE /dfs/contest-runs/{contest_run_id}: cancel a simulation of a contest."""

from pickvs.dfs.contests.runs import service
from pickvs.dfs.contests.schemas import ContestRun
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:write"], problems={404: ["CONTEST_RUN_NOT_FOUND"], 409: ["RUN_NOT_RUNNING"]})


@app.delete("/dfs/contest-runs/<contest_run_id>")
def cancel_contest_run(contest_run_id: Identifier, caller: Caller) -> ContestRun:
    """End a simulation that is queued or running. What it has found stays."""
    return service.cancel_run(caller.user_id, contest_run_id, session=caller.session, api_key_id=caller.api_key_id)
