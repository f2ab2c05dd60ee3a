"""POST /admin/teams/{team_id}/aliases through the deployed file."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.sports.teams.reading import teams_named
from tests.support.administration import OVER, REASON, add_alias, audit_log, team_id
from tests.support.contest import Contest
from tests.support.databases import migrate
from tests.support.gateway import call
from tests.support.snapshot import everything

NBA = "basketball_nba"


@pytest.fixture
def hawks(contest: Contest) -> int:
    return team_id(contest, "Atlanta Hawks")


def meaning(provider: str, name: str) -> str | None:
    with transaction() as connection:
        team = teams_named(connection, NBA, provider, [name]).get(name)
    return team and team.name


def test_an_alias_is_found_from_now_on_and_is_in_the_audit_log(contest: Contest, admin: int, hawks: int) -> None:
    assert meaning("the_odds_api", "ATL Birds") is None
    answer = add_alias(admin, hawks, "A.T.L. Birds")
    assert answer.status == 201
    assert answer.body["name"] == "Atlanta Hawks"
    assert {"provider": "any", "name": "A.T.L. Birds"} in answer.body["aliases"]
    assert meaning("the_odds_api", "atl birds") == meaning("espn", "ATL BIRDS") == "Atlanta Hawks"
    assert call("get_team", "GET", f"/teams/{hawks}").body == answer.body
    own = add_alias(admin, hawks, "ATL Birds", provider="espn", at=OVER + timedelta(hours=1))
    assert own.status == 201
    entries = audit_log(admin, action="add_team_alias", team_id=str(hawks)).body["entries"]
    assert [(entry["before"], entry["after"]) for entry in entries] == [
        (
            {"provider": "espn", "alias": "ATL Birds", "team": "Atlanta Hawks"},
            {"provider": "espn", "alias": "ATL Birds", "team": "Atlanta Hawks"},
        ),
        (
            {"provider": "any", "alias": "A.T.L. Birds", "team": None},
            {"provider": "any", "alias": "A.T.L. Birds", "team": "Atlanta Hawks"},
        ),
    ]
    assert {(entry["actor"], entry["reason"], entry["team_id"], entry["game_id"]) for entry in entries} == {
        ("the-admin", REASON, hawks, None)
    }
    assert audit_log(admin, team_id=str(hawks + 1)).body["entries"] == []


def test_it_outlives_the_next_deployment(database: str, admin: int, hawks: int) -> None:
    add_alias(admin, hawks, "Birds")
    before = everything(database)
    migrate(database)
    assert everything(database) == before
    assert meaning("espn", "birds") == "Atlanta Hawks"


@pytest.mark.parametrize(
    ("alias", "provider", "code"),
    [
        ("boston CELTICS", "any", "ALIAS_TAKEN"),
        ("BOS", "any", "ALIAS_TAKEN"),
        ("bos", "espn", "ALIAS_TAKEN"),
        ("hawks", "any", "ALIAS_EXISTS"),
        ("Atlanta-Hawks", "espn", "ALIAS_EXISTS"),
    ],
)
def test_a_name_that_is_taken(database: str, admin: int, hawks: int, alias: str, provider: str, code: str) -> None:
    before = everything(database)
    add_alias(admin, hawks, alias, provider=provider).problem(409, code)
    assert everything(database) == before


def test_of_two_who_give_a_name_at_once_one_is_refused(contest: Contest, database: str, admin: int, hawks: int) -> None:
    """The first has not committed when the second looks the name up."""
    celtics = team_id(contest, "Boston Celtics")
    with psycopg.connect(database) as first:
        first.execute(
            "INSERT INTO team_names VALUES (%s, 'any', 'birds', 'Birds', %s, 'administrator', %s)", (NBA, celtics, OVER)
        )
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(add_alias, admin, hawks, "Birds")
            while not contest.connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                assert not second.done()
            first.commit()
            second.result(timeout=30).problem(409, "ALIAS_TAKEN")
    assert audit_log(admin).body["entries"] == []
    assert meaning("espn", "birds") == "Boston Celtics"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"alias": "…"}, "alias"),
        ({"alias": " Birds"}, "alias"),
        ({"alias": ""}, "alias"),
        ({"alias": "x" * 101}, "alias"),
        ({"alias": "Birds\n"}, "alias"),
        ({"provider": "The Odds API"}, "provider"),
        ({"reason": "x"}, "reason"),
        ({"reason": None}, "reason"),
        ({"origin": "x"}, "origin"),
    ],
)
def test_what_cannot_be_an_alias(database: str, admin: int, hawks: int, body: dict[str, str], field: str) -> None:
    before = everything(database)
    answer = add_alias(admin, hawks, **{"alias": "Birds", **body})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}
    assert everything(database) == before


def test_who_may(contest: Contest, database: str, hawks: int) -> None:
    user = contest.user()
    before = everything(database)
    add_alias(user, hawks, "Birds", role="user").problem(403, "ROLE_REQUIRED")
    add_alias(user, hawks, "Birds").problem(403, "ROLE_REQUIRED")
    add_alias(99, hawks, "Birds").problem(401, "UNAUTHENTICATED")
    assert everything(database) == before


def test_a_team_that_is_not_there(admin: int) -> None:
    add_alias(admin, 2**63 - 1, "Birds").problem(404, "TEAM_NOT_FOUND")
