"""GET /dfs/contests/{contest_id}: get a contest."""

from pickvs.dfs.contests import showing
from pickvs.dfs.contests.schemas import DfsContest
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["CONTEST_NOT_FOUND"]})


@app.get("/dfs/contests/<contest_id>")
def get_contest(contest_id: Identifier, caller: Caller) -> DfsContest:
    """Return a contest with its payouts."""
    return showing.get_contest(caller.user_id, contest_id)
