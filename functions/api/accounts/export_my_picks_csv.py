"""GET /users/me/picks.csv: export the caller's picks as CSV."""

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.csv_answer import CSV, csv_answer
from pickvs.http.identity import Caller
from pickvs.http.paging import Cursor, Limit
from pickvs.operations.privacy import service

app = create_app(problems={429: ["TOO_MANY_REQUESTS"]})


@app.get("/users/me/picks.csv", responses={200: CSV})
def export_my_picks_csv(caller: Caller, limit: Limit = 100, cursor: Cursor = None) -> Answer[str]:
    """Return one page of the caller's picks, in the order of submission."""
    page = service.export(caller.user_id, parts=("picks",), limit=limit, cursor=cursor)
    return csv_answer(service.picks_as_csv(page), next_cursor=page.next_cursor, name="picks.csv")
