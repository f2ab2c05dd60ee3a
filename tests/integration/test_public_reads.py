"""Every public read: the same answer for all callers, cacheable for a while, not sent again to a client that has it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cdk.routes import ENDPOINTS
from cdk.routes.model import Auth
from pickvs.core import clock
from tests.support.contest import Contest
from tests.support.gateway import Answer, call
from tests.support.picking import set_pick_rules

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
PUBLIC = [each for each in ENDPOINTS if each.method == "GET" and each.auth is Auth.PUBLIC and each.name != "get_health"]
QUERIES: dict[str, list[dict[str, str] | None]] = {"list_public_picks": [None, {"format": "csv"}]}
READS = [(each.name, each.path, query) for each in PUBLIC for query in QUERIES.get(each.name, [None])]


@pytest.fixture(autouse=True)
def _somebody_with_a_pick(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)
    monkeypatch.setenv("ODDS_API_SPORTS", "basketball_nba")
    game = contest.game()
    contest.quote(game, "spread", "home", Decimal("-2.5"), -110)


def read(contest: Contest, name: str, path: str, query: dict[str, str] | None, **headers: str) -> Answer:
    rows = contest.connection.execute(
        "SELECT (SELECT min(id) FROM games) AS game_id, 'user1' AS username, 1 AS team_id"
    ).fetchall()
    address = path.format(**rows[0])
    with clock.held_at(NOW):
        return call(name, "GET", address, query=query, headers=headers)


@pytest.mark.parametrize(("name", "path", "query"), READS)
def test_a_public_read_is_kept_and_asked_for_again_by_its_tag(
    contest: Contest, name: str, path: str, query: dict[str, str] | None
) -> None:
    contest.user("user1")
    first = read(contest, name, path, query)
    assert first.status == 200, first.body
    assert first.headers["cache-control"].startswith("public, max-age=")
    with_token = read(contest, name, path, query, Authorization="Bearer whatever")
    assert with_token == first, "the answer does not depend on who asks"
    again = read(contest, name, path, query, **{"If-None-Match": f'"another", {first.headers["etag"]}'})
    assert (again.status, again.body) == (304, None)
    assert {again.headers[header] == first.headers[header] for header in ("etag", "cache-control")} == {True}


def test_json_and_csv_are_two_things(contest: Contest) -> None:
    answers = [read(contest, "list_public_picks", "/picks/public", query) for query in QUERIES["list_public_picks"]]
    assert len({answer.headers["etag"] for answer in answers}) == 2
