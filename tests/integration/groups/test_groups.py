"""Founding, joining, leading and leaving groups through the deployed files."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core.paging import write_cursor
from pickvs.groups.rules import MEMBERS_MAX
from tests.support.accounts import make_user
from tests.support.gateway import Answer
from tests.support.groups import NOW, User, ask, crowd, found, join, names, set_group_limits, shown
from tests.support.snapshot import everything, rows

MINUTE = timedelta(minutes=1)


def listed(user: User) -> list[dict[str, Any]]:
    return list(ask("list_groups", user).body["groups"])


def hand_over(owner: User, group: int, name: str) -> Answer:
    return ask("hand_over_group", owner, group, body={"username": name})


def test_a_founder_is_the_owner_and_the_only_member(database: str, ada: User) -> None:
    group = found(ada, "Thursday night")
    code = group.pop("code")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert group == {
        "id": 1,
        "name": "Thursday night",
        "owner": "ada",
        "members": 1,
        "role": "owner",
        "created_at": "2024-01-15T19:30:00Z",
        "joined_at": "2024-01-15T19:30:00Z",
    }
    assert shown(ada, 1) == {**group, "code": code}
    assert listed(ada) == [{**group, "code": code}]
    assert names(ada, 1) == ["ada"]
    assert rows(database, "SELECT code FROM groups") == [{"code": code.replace("-", "")}]


def test_an_owner_s_api_key_is_shown_no_code(ada: User) -> None:
    group = found(ada)
    for scopes in ("picks:read", "picks:read picks:write"):
        assert ask("get_group", ada, 1, scopes=scopes).body == {**group, "code": None}
        assert ask("list_groups", ada, scopes=scopes).body == {"groups": [{**group, "code": None}]}


def test_no_two_codes_are_alike(ada: User) -> None:
    group = found(ada)
    assert len({group["code"], *(ask("renew_group_code", ada, 1).body["code"] for _ in range(9))}) == 10


@pytest.mark.parametrize(
    "sent",
    [
        lambda code: code,
        lambda code: code.lower().replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
        lambda code: f"https://pickvs.example/groups/join#{code}",
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
)
def test_who_has_the_code_joins_and_is_not_shown_it(ada: User, bert: User, sent: Callable[[str], str]) -> None:
    group = found(ada)
    answer = join(bert, sent(group["code"]), at=NOW + MINUTE)
    assert (answer.status, answer.body) == (
        200,
        {**group, "members": 2, "role": "member", "code": None, "joined_at": "2024-01-15T19:31:00Z"},
    )
    assert shown(bert, 1) == answer.body
    assert shown(ada, 1) == {**group, "members": 2}
    assert names(bert, 1) == names(ada, 1) == ["ada", "Bert"]


def test_joining_again_changes_nothing(database: str, ada: User, bert: User) -> None:
    code = found(ada)["code"]
    first = join(bert, code)
    before = everything(database, but={"limits"})
    assert join(bert, code, at=NOW + MINUTE).body == first.body
    assert join(ada, code).body["role"] == "owner"
    assert everything(database, but={"limits"}) == before


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": "4F7K-9QXM"}, {"code": 7}, {"code": "4F7K-9QXM-2TZC", "id": 1}]
)
def test_what_is_no_code_is_422(ada: User, body: Any) -> None:
    answer = ask("join_group", ada, body=body)
    answer.problem(422, "INVALID_VALUE")
    assert "4F7K" not in str(answer.body["errors"]).replace("such as 4F7K-9QXM-2TZC", "")


def test_an_unknown_code_is_404(ada: User, bert: User) -> None:
    code = found(ada)["code"]
    other = ("1" if code[0] != "1" else "2") + code[1:]
    problem = join(bert, other).problem(404, "GROUP_NOT_FOUND")
    assert other not in str(problem)
    assert listed(bert) == []


def test_guesses_at_codes_run_out(monkeypatch: pytest.MonkeyPatch, ada: User, bert: User) -> None:
    set_group_limits(monkeypatch, joins_per_user="3/600")
    code = found(ada)["code"]
    for left in (2, 1, 0):
        answer = join(bert, "4F7K-9QXM-2TZC")
        answer.problem(404, "GROUP_NOT_FOUND")
        assert answer.headers.get("x-ratelimit-remaining") == str(left)
    answer = join(bert, code)
    answer.problem(429, "TOO_MANY_REQUESTS")
    assert answer.headers["retry-after"] == "200"
    assert join(ada, code).status == 200
    assert join(bert, code, at=NOW + timedelta(seconds=200)).status == 200


def test_a_renewed_code_ends_the_former_one(ada: User, bert: User) -> None:
    group = found(ada)
    renewed = ask("renew_group_code", ada, 1)
    assert (renewed.status, renewed.body) == (200, {**group, "code": renewed.body["code"]})
    join(bert, group["code"]).problem(404, "GROUP_NOT_FOUND")
    assert join(bert, renewed.body["code"]).status == 200


def test_a_group_is_renamed(ada: User, bert: User) -> None:
    group = found(ada)
    join(bert, group["code"])
    answer = ask("rename_group", ada, 1, body={"name": "Friday"})
    assert (answer.status, answer.body) == (200, {**group, "name": "Friday", "members": 2})
    assert shown(bert, 1)["name"] == "Friday"


def test_a_user_is_in_at_most_twenty_groups(ada: User, bert: User, cleo: User) -> None:
    codes = [found(ada, f"of ada {number}")["code"] for number in range(11)]
    mine = [found(bert, f"of Bert {number}")["id"] for number in range(10)]
    assert [join(bert, code).status for code in codes[:10]] == [200] * 10
    join(bert, codes[10]).problem(409, "TOO_MANY_GROUPS")
    ask("create_group", bert, body={"name": "one more"}).problem(409, "TOO_MANY_GROUPS")
    assert join(bert, codes[3]).status == 200, "who is in it already may say so again"
    assert len(listed(bert)) == 20
    assert ask("delete_group", bert, mine[0]).status == 204
    assert join(bert, codes[10]).status == 200
    join(bert, found(cleo)["code"]).problem(409, "TOO_MANY_GROUPS")


def test_a_group_has_at_most_a_thousand_members(database: str, ada: User, bert: User, cleo: User) -> None:
    group = found(ada)
    crowd(database, 1, MEMBERS_MAX - 2)
    assert join(bert, group["code"]).body["members"] == MEMBERS_MAX
    join(cleo, group["code"]).problem(409, "GROUP_FULL")
    assert join(bert, group["code"]).status == 200, "who is in it already may say so again"
    assert ask("remove_group_member", bert, 1, "bert").status == 204
    assert join(cleo, group["code"]).body["members"] == MEMBERS_MAX


def test_members_are_read_page_by_page_the_longest_first(database: str, ada: User) -> None:
    code = found(ada)["code"]
    expected = ["ada"]
    for number in range(5):
        user = make_user(database, f"user-{number}")
        join(user, code, at=NOW + number // 2 * MINUTE)
        expected.append(user[1])
    read: list[dict[str, Any]] = []
    query = {"limit": "2"}
    while True:
        page = ask("list_group_members", ada, 1, query=query).body
        read += page["members"]
        if page["next_cursor"] is None:
            break
        assert len(page["members"]) == 2
        query["cursor"] = page["next_cursor"]
    assert [member["username"] for member in read] == expected
    assert [member["role"] for member in read] == ["owner"] + ["member"] * 5
    assert read[-1]["joined_at"] == "2024-01-15T19:32:00Z"


@pytest.mark.parametrize(
    "cursor", ["made-up", write_cursor(1, 2), write_cursor("yesterday", 1), write_cursor("2024-01-15T19:30:00", 1)]
)
def test_a_cursor_of_another_list_is_refused(ada: User, cursor: str) -> None:
    found(ada)
    ask("list_group_members", ada, 1, query={"cursor": cursor}).problem(422, "INVALID_CURSOR")


def test_a_member_becomes_the_owner(ada: User, bert: User, cleo: User) -> None:
    group = found(ada)
    join(bert, group["code"])
    hand_over(ada, 1, "cleo").problem(404, "MEMBER_NOT_FOUND")
    hand_over(ada, 1, "nobody").problem(404, "MEMBER_NOT_FOUND")
    assert hand_over(ada, 1, "ADA").body == {**group, "members": 2}, "to oneself is no change"
    answer = hand_over(ada, 1, "bERT")
    assert (answer.status, answer.body) == (
        200,
        {**group, "owner": "Bert", "members": 2, "role": "member", "code": None},
    )
    assert shown(bert, 1)["code"] == group["code"]
    hand_over(ada, 1, "ada").problem(403, "OWNER_REQUIRED")
    assert ask("remove_group_member", bert, 1, "ada").status == 204
    assert listed(ada) == []


def test_a_member_removes_nobody_else(database: str, ada: User, bert: User, cleo: User) -> None:
    code = found(ada)["code"]
    for user in (bert, cleo):
        join(user, code)
    before = everything(database, but={"limits"})
    for name in ("ada", "cleo", "nobody"):
        ask("remove_group_member", bert, 1, name).problem(403, "OWNER_REQUIRED")
    assert everything(database, but={"limits"}) == before


def test_a_removed_member_does_not_come_back_by_the_code(ada: User, bert: User, cleo: User) -> None:
    group = found(ada)
    join(bert, group["code"])
    join(cleo, group["code"])
    assert ask("remove_group_member", ada, 1, "BERT").status == 204
    join(bert, group["code"]).problem(404, "GROUP_NOT_FOUND")
    assert names(ada, 1) == ["ada", "cleo"]
    ask("remove_group_member", ada, 1, "bert").problem(404, "MEMBER_NOT_FOUND")
    assert join(bert, shown(ada, 1)["code"]).status == 200


def test_a_member_leaves_and_may_come_back(ada: User, bert: User) -> None:
    group = found(ada)
    join(bert, group["code"])
    assert ask("remove_group_member", bert, 1, "Bert").status == 204
    ask("get_group", bert, 1).problem(404, "GROUP_NOT_FOUND")
    assert shown(ada, 1) == group, "who leaves changes no code"
    assert join(bert, group["code"]).status == 200


def test_an_owner_hands_over_before_leaving(database: str, ada: User, bert: User) -> None:
    join(bert, found(ada)["code"])
    before = everything(database, but={"limits"})
    ask("remove_group_member", ada, 1, "ada").problem(409, "OWNER_CANNOT_LEAVE")
    assert everything(database, but={"limits"}) == before
    hand_over(ada, 1, "Bert")
    assert ask("remove_group_member", ada, 1, "ada").status == 204
    assert ask("remove_group_member", bert, 1, "Bert").status == 204, "who is alone leaves no group behind"
    assert rows(database, "SELECT FROM groups") == rows(database, "SELECT FROM group_members") == []


def test_a_deleted_group_is_gone_for_all(database: str, ada: User, bert: User) -> None:
    code = found(ada)["code"]
    kept = found(bert)
    join(bert, code)
    assert ask("delete_group", ada, 1).status == 204
    ask("get_group", ada, 1).problem(404, "GROUP_NOT_FOUND")
    join(bert, code).problem(404, "GROUP_NOT_FOUND")
    assert listed(bert) == [kept]
    assert rows(database, "SELECT group_id FROM group_members") == [{"group_id": kept["id"]}]


@pytest.mark.parametrize("group", ["0", "-1", "x", str(2**63), "1.5"])
def test_what_is_no_id_is_refused(ada: User, group: str) -> None:
    for operation in ("get_group", "list_group_members", "get_group_leaderboard"):
        answer = ask(operation, ada, group)
        answer.problem(422, "INVALID_VALUE")
        assert answer.fields() == {"group_id"}


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE groups SET owner_id = %(bert)s", psycopg.errors.ForeignKeyViolation),
        ("DELETE FROM group_members", psycopg.errors.ForeignKeyViolation),
        (
            "INSERT INTO groups (name, owner_id, code, created_at) VALUES ('a', %(bert)s, '4F7K9QXM2TZC', now())",
            psycopg.errors.ForeignKeyViolation,
        ),
        ("INSERT INTO group_members VALUES (2, %(bert)s, now())", psycopg.errors.ForeignKeyViolation),
        ("INSERT INTO group_members VALUES (1, 99, now())", psycopg.errors.ForeignKeyViolation),
        ("INSERT INTO group_members SELECT * FROM group_members", psycopg.errors.UniqueViolation),
        ("UPDATE groups SET code = 'u' || left(code, 11)", psycopg.errors.CheckViolation),
        ("UPDATE groups SET code = left(code, 11)", psycopg.errors.CheckViolation),
        ("UPDATE groups SET name = ''", psycopg.errors.CheckViolation),
    ],
)
def test_the_database_holds_to_what_a_group_is(
    database: str, ada: User, bert: User, statement: str, error: type[Exception]
) -> None:
    ask("create_group", ada, body={"name": "a"})
    with pytest.raises(error), psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statement, {"bert": bert[0]})
