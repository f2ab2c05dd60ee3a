"""GET /picks/public.csv: list all users' graded picks, latest games first, as CSV."""

from typing import Annotated

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.core.types import Moment
from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.csv_answer import CSV, csv_answer
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Query
from pickvs.markets.values import Market
from pickvs.picks.ledger import service
from pickvs.sports.schemas import SportKey

app = create_app(max_age=60)

Username = Annotated[
    str | None, Query(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN, words=USERNAME_WORDS)
]


@app.get("/picks/public.csv", responses={200: CSV})
def list_public_picks_csv(
    username: Username = None,
    sport: Annotated[SportKey | None, Query()] = None,
    market: Annotated[Market | None, Query()] = None,
    since: Annotated[Moment | None, span_start("Tip-off")] = None,
    until: Annotated[Moment | None, span_end("Tip-off")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Answer[str]:
    """Return one page of graded picks, in the order of GET /picks/public and with the same cursors."""
    page = service.list_public(
        username=username, sport=sport, market=market, since=since, until=until, limit=limit, cursor=cursor
    )
    return csv_answer(service.as_csv(page), next_cursor=page.next_cursor, name="picks.csv")
