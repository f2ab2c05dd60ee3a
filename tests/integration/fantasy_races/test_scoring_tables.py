"""Scoring tables at the endpoints: those for everybody, one's own, and what a table would have given."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core import clock
from tests.support.gateway import Answer, call
from tests.support.leagues import FIRST_LOCK, SEASON, Paddock
from tests.support.race_results import in_order, tell

NOW = FIRST_LOCK + timedelta(days=3)
RULE = {"id": "race_position", "session": "race", "kind": "by_position", "points": [3, 2.5, 0.01], "beyond": -1}
TABLE: dict[str, Any] = {"sport": "formula_one", "rules": [RULE]}


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORING_TABLES_PER_USER", "3/86400")


def send(path: str, body: Any, user: int | None = None) -> Answer:
    operation = {"/scoring-tables": "create_scoring_table", "/scoring-tables/check": "check_scoring_table"}[path]
    with clock.held_at(NOW):
        return call(operation, "POST", path, body=body, user=None if user is None else (user, "user1"))


def test_the_tables_for_everybody_have_names(season: Paddock) -> None:
    listed = call("list_scoring_tables", "GET", "/scoring-tables").body["tables"]
    assert [each["table"] for each in listed] == ["midfield@1", "standard@1", "weekend@1"]
    for each in listed:
        assert call("get_scoring_table", "GET", f"/scoring-tables/{each['table']}").body == each


def test_a_table_of_one_s_own_is_named_by_its_id_and_an_equal_one_is_the_same(season: Paddock) -> None:
    user = season.user().user_id
    added = send("/scoring-tables", TABLE, user)
    assert added.status == 201, added.body
    assert (added.body["is_preset"], added.body["rules"]) == (False, [RULE])
    again = send("/scoring-tables", TABLE | {"rules": [RULE | {"points": [3.0, 2.50, 0.01]}]}, user)
    assert again.body == added.body
    name = added.body["table"]
    assert call("get_scoring_table", "GET", f"/scoring-tables/{name}").body == added.body
    league = season.found(season.user(), "Own rules", table=name)
    assert league.settings.table == name
    send("/scoring-tables", TABLE, user)
    send("/scoring-tables", TABLE, user).problem(429, "TOO_MANY_REQUESTS")
    send("/scoring-tables", TABLE, season.user().user_id)


def test_a_table_says_what_it_would_have_given(season: Paddock) -> None:
    drivers, user = season.pool, season.user().user_id
    assert send("/scoring-tables/check", {"table": TABLE}, user).body["drivers"] == []
    for event in season.events:
        tell(event, "race", in_order("race", drivers[:9], out=drivers[9:]), NOW)
    answer = send("/scoring-tables/check", {"table": TABLE}, user)
    assert answer.body["season"] == SEASON
    shown = {each["driver_id"]: Decimal(str(each["points"])) for each in answer.body["drivers"]}
    assert shown == {drivers[0]: 6, drivers[1]: 5, drivers[2]: Decimal("0.02")} | dict.fromkeys(drivers[3:9], -2) | {
        drivers[9]: 0
    }
    assert send("/scoring-tables/check", {"table": TABLE, "season": 1999}, user).body["drivers"] == []


@pytest.mark.parametrize("path", ["/scoring-tables", "/scoring-tables/check"])
def test_a_table_that_cannot_be_used_says_why(season: Paddock, path: str) -> None:
    wrong = {
        "sport": "formula_one",
        "rules": [
            RULE,
            RULE,
            {"id": "a", "session": "practice_1", "kind": "by_position", "points": [1]},
            {"id": "b", "session": "qualifying", "kind": "per_place", "gained": 1, "lost": 1},
            {"id": "c", "session": "race", "kind": "flag", "fact": "overtakes", "points": 1},
        ],
    }
    user = season.user().user_id
    problem = send(path, wrong if path == "/scoring-tables" else {"table": wrong}, user).problem(
        422, "SCORING_TABLE_INVALID"
    )
    assert {each["field"] for each in problem["errors"]} == {
        *("rules[0].id", "rules[1].id", "rules[2].session", "rules[3].session", "rules[4].fact"),
    }
    send(path, TABLE if path == "/scoring-tables" else {"table": TABLE}).problem(401, "UNAUTHENTICATED")
