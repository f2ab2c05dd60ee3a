"""What becomes of groups when an account is erased."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.accounts import make_user
from tests.support.contest import Contest
from tests.support.groups import NOW, User, ask, found, join, names, shown
from tests.support.persons import Person, delete, enter, exported
from tests.support.snapshot import everything, rows
from tests.support.uploads import users_files

HOUR = timedelta(hours=1)


@pytest.fixture
def anna(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """A user who owns one group already, and has uploaded files, which go with the account."""
    with users_files(monkeypatch):
        yield enter(contest, "Anna-Q7x")


def of(person: Person) -> User:
    return person.id, person.name


def test_the_longest_member_becomes_the_owner(database: str, anna: Person, bert: User, cleo: User) -> None:
    group = found(of(anna))
    join(cleo, group["code"], at=NOW + HOUR)
    join(bert, group["code"], at=NOW + 2 * HOUR)
    assert delete(anna).status == 204
    assert (shown(cleo, group["id"])["role"], shown(bert, group["id"])["owner"]) == ("owner", "cleo")
    assert shown(cleo, group["id"])["code"] == group["code"]
    assert names(bert, group["id"]) == ["cleo", "Bert"]
    assert rows(database, "SELECT id FROM groups") == [{"id": group["id"]}], "nobody is left in the other one"
    assert rows(database, "SELECT FROM group_members WHERE user_id = %s", anna.id) == []


def test_a_group_of_others_loses_a_member_and_nothing_else(database: str, anna: Person, bert: User, cleo: User) -> None:
    group = found(bert)
    join(cleo, group["code"])
    before = everything(database, but={"limits"})
    join(of(anna), group["code"])
    assert delete(anna).status == 204
    after = everything(database, but={"limits"})
    assert [row for row in after["groups"] if row[0] == group["id"]] == [
        row for row in before["groups"] if row[0] == group["id"]
    ]
    assert names(bert, group["id"]) == ["Bert", "cleo"]


def test_a_token_that_outlives_its_account_opens_no_group(database: str, anna: Person, bert: User) -> None:
    group = found(of(anna))
    join(bert, group["code"])
    assert delete(anna).status == 204
    before = everything(database, but={"limits"})
    assert ask("list_groups", of(anna)).body == {"groups": []}
    for operation in ("get_group", "list_group_members", "get_group_leaderboard"):
        ask(operation, of(anna), group["id"]).problem(404, "GROUP_NOT_FOUND")
    join(of(anna), group["code"]).problem(401, "UNAUTHENTICATED")
    ask("create_group", of(anna), body={"name": "a"}).problem(401, "UNAUTHENTICATED")
    ask("delete_group", of(anna), group["id"]).problem(401, "UNAUTHENTICATED")
    assert everything(database, but={"limits"}) == before


def test_an_export_has_memberships_and_owned_groups(database: str, anna: Person, bert: User) -> None:
    other = found(bert, "of Bert")
    join(of(anna), other["code"])
    make_user(database, "dora")
    [page] = exported(anna)
    [owned] = page["groups"]
    assert owned["name"] == "the group of Anna-Q7x"
    assert {each["group_id"] for each in page["group_members"]} == {owned["id"], other["id"]}
    assert "of Bert" not in str(page)
    codes = [row["code"] for row in rows(database, "SELECT code FROM groups")]
    assert not [code for code in codes if code in str(page).replace("-", "")]
