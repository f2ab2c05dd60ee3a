"""GET /dfs/builds/{build_id}/lineups.csv: list the lineups of a build as CSV."""

from pickvs.dfs.builds import showing
from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.csv_answer import CSV, csv_answer
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier

app = create_app(scopes=["dfs:read"], problems={404: ["BUILD_NOT_FOUND"]})


@app.get("/dfs/builds/<build_id>/lineups.csv", responses={200: CSV})
def list_lineups_csv(
    build_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Answer[str]:
    """Return one page of lineups with the players' names, for people. The site's upload file is another one."""
    page = showing.list_lineups(caller.user_id, build_id, limit=limit, cursor=cursor)
    return csv_answer(showing.lineups_as_csv(page), next_cursor=page.next_cursor, name="lineups.csv")
