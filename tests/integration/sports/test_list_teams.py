"""GET /teams and GET /teams/{team_id} through the deployed files."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.sports.teams.reading import register_teams
from tests.support.contest import Contest
from tests.support.gateway import Answer, call
from tests.support.snapshot import row, rows

AT = datetime(2026, 11, 29, tzinfo=UTC)


def ask(**query: str) -> Answer:
    return call("list_teams", "GET", "/teams", query=query or None)


def test_a_team_with_every_spelling_of_its_name(database: str) -> None:
    answer = ask(sport="basketball_nba", limit="100")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    teams = answer.body["teams"]
    assert (len(teams), answer.body["next_cursor"]) == (30, None)
    assert [team["name"] for team in teams] == sorted(team["name"] for team in teams)
    clippers = next(team for team in teams if team["key"] == "lac")
    aliases = clippers.pop("aliases")
    assert {"provider": "any", "name": "LA Clippers"} in aliases
    assert {alias["name"] for alias in aliases} >= {"Clippers", "LAC"}
    assert "Los Angeles Clippers" not in {alias["name"] for alias in aliases}
    assert clippers == {
        "id": row(database, "SELECT id FROM teams WHERE sport = 'basketball_nba' AND key = 'lac'")["id"],
        "sport": "basketball_nba",
        "key": "lac",
        "name": "Los Angeles Clippers",
        "short_name": "Clippers",
        "abbreviation": "LAC",
        "city": "Los Angeles",
        "time_zone": "America/Los_Angeles",
        "listed": True,
    }
    one = call("get_team", "GET", f"/teams/{clippers['id']}")
    assert one.status == 200
    assert one.headers["cache-control"] == "public, max-age=300"
    assert one.body == {**clippers, "aliases": aliases}


def test_the_pages_hold_every_team_of_the_covered_sports_once(database: str) -> None:
    with transaction() as connection:
        register_teams(connection, "soccer_usa_mls", "the_odds_api", ["LA Galaxy", "Inter Miami CF"], AT)
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO teams (sport, name, normal, listed, created_at) VALUES ('quidditch', 'A', 'a', false, %s)",
            (AT,),
        )
    found: list[dict[str, Any]] = []
    cursor = None
    while cursor is not None or not found:
        page = ask(limit="50", **({"cursor": cursor} if cursor else {})).body
        assert len(page["teams"]) == 50 or page["next_cursor"] is None
        found += page["teams"]
        cursor = page["next_cursor"]
    stored = rows(database, "SELECT id FROM teams WHERE sport <> 'quidditch' ORDER BY sport, name")
    assert [team["id"] for team in found] == [team["id"] for team in stored]
    galaxy = next(team for team in found if team["name"] == "LA Galaxy")
    assert {name: galaxy[name] for name in ("key", "short_name", "city", "listed", "aliases", "time_zone")} == {
        "key": None,
        "short_name": None,
        "city": None,
        "listed": False,
        "aliases": [],
        "time_zone": "America/New_York",
    }
    unknown = row(database, "SELECT id FROM teams WHERE sport = 'quidditch'")["id"]
    call("get_team", "GET", f"/teams/{unknown}").problem(404, "TEAM_NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"sport": "quidditch"}, "sport", "INVALID_VALUE"),
        ({"cursor": "WzFd"}, "cursor", "INVALID_CURSOR"),
        ({"limit": "101"}, "limit", "INVALID_VALUE"),
        ({"team": "x"}, "team", "INVALID_VALUE"),
    ],
)
def test_what_cannot_be_asked(contest: Contest, query: dict[str, str], field: str, code: str) -> None:
    answer = ask(**query)
    answer.problem(422, code)
    assert answer.fields() == {field}


def test_a_team_that_is_not_there(database: str) -> None:
    call("get_team", "GET", f"/teams/{2**63 - 1}").problem(404, "TEAM_NOT_FOUND")
