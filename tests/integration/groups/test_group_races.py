"""Requests about one group or one user at the same time, from processes of their own, as on Lambda."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.accounts.presence import hold_account
from pickvs.core import clock
from pickvs.core.errors import NotFound
from pickvs.groups.joining import join_group
from pickvs.groups.requests import Invitation
from pickvs.groups.rules import GROUPS_PER_USER_MAX, MEMBERS_MAX
from pickvs.groups.schemas import Group
from tests.support.accounts import make_user
from tests.support.contest import Contest
from tests.support.gateway import Answer
from tests.support.groups import NOW, User, ask, crowd, found, join, names, request
from tests.support.in_step import Request, send_in_step
from tests.support.persons import Person, enter
from tests.support.snapshot import rows
from tests.support.waiting import blocked

ROUNDS = 20


def outcome(answer: Answer) -> object:
    return answer.body["code"] if answer.status >= 400 else answer.status


def race(url: str, pairs: Sequence[tuple[Request, Request]]) -> list[tuple[object, object]]:
    """Send the two requests of each pair at the same time, and return what became of both."""
    answers = send_in_step(url, [each for pair in pairs for each in pair], processes=2)
    return list(zip(map(outcome, answers[::2]), map(outcome, answers[1::2]), strict=True))


def joining(user: User, code: str) -> Request:
    return request("join_group", user, body={"code": code})


def leaving(user: User, group: int, name: str) -> Request:
    return request("remove_group_member", user, group, name)


def erasing(person: Person) -> Request:
    return Request(
        "delete_me",
        "DELETE",
        "/users/me",
        NOW,
        {"user": (person.id, person.name), "body": {"password": person.password}},
    )


def members_of(url: str) -> dict[int, list[int]]:
    found = rows(
        url, "SELECT group_id, array_agg(user_id ORDER BY user_id) AS ids FROM group_members GROUP BY group_id"
    )
    return {row["group_id"]: row["ids"] for row in found}


def test_of_two_joins_at_the_last_group_of_a_user_one_is_made(database: str, ada: User) -> None:
    owners = [make_user(database, f"owner-{number}") for number in range(3)]
    codes = [found(owner, f"{number}")["code"] for owner in owners for number in range(GROUPS_PER_USER_MAX)]
    users = [make_user(database, f"user-{number}") for number in range(6)]
    pairs = []
    for user in users:
        for code in codes[: GROUPS_PER_USER_MAX - 1]:
            assert join(user, code).status == 200
        pairs.append((joining(user, codes[-1]), joining(user, codes[-2])))
        pairs.append((joining(user, codes[-3]), request("create_group", user, body={"name": "mine"})))
    results = race(database, pairs)
    assert all(sorted(map(str, pair)) == ["200", "TOO_MANY_GROUPS"] for pair in results[::2]), results
    assert results[1::2] == [("TOO_MANY_GROUPS", "TOO_MANY_GROUPS")] * len(users)
    counts = rows(database, "SELECT count(*) AS groups FROM group_members GROUP BY user_id")
    assert {row["groups"] for row in counts} == {GROUPS_PER_USER_MAX}


def test_of_many_joins_at_the_last_place_of_a_group_one_is_made(database: str, ada: User) -> None:
    group = found(ada)
    crowd(database, group["id"], MEMBERS_MAX - 2)
    users = [make_user(database, f"user-{number}") for number in range(8)]
    answers = send_in_step(database, [joining(user, group["code"]) for user in users], processes=8)
    assert Counter(map(outcome, answers)) == {200: 1, "GROUP_FULL": 7}
    assert len(members_of(database)[group["id"]]) == MEMBERS_MAX


def test_who_becomes_the_owner_while_leaving_is_the_owner_or_gone(database: str, contest: Contest) -> None:
    pairs = []
    for number in range(ROUNDS):
        ada, bert = make_user(database, f"ada-{number}"), make_user(database, f"bert-{number}")
        group = found(ada)
        join(bert, group["code"])
        handover = request("hand_over_group", ada, group["id"], body={"username": bert[1]})
        pairs.append((handover, leaving(bert, group["id"], bert[1])))
    results = race(database, pairs)
    assert set(results) <= {(200, "OWNER_CANNOT_LEAVE"), ("MEMBER_NOT_FOUND", 204)}
    sizes = [len(ids) for _, ids in sorted(members_of(database).items())]
    assert sizes == [2 if result[0] == 200 else 1 for result in results]


def test_who_is_removed_while_joining_again_is_gone(database: str) -> None:
    pairs, expected = [], {}
    for number in range(ROUNDS):
        ada, bert = make_user(database, f"ada-{number}"), make_user(database, f"bert-{number}")
        group = found(ada)
        join(bert, group["code"])
        expected[group["id"]] = [ada[0]]
        pairs.append((leaving(ada, group["id"], bert[1]), joining(bert, group["code"])))
    assert set(race(database, pairs)) <= {(204, 200), (204, "GROUP_NOT_FOUND")}
    assert members_of(database) == expected


def test_who_joins_while_the_owner_goes_is_the_owner_or_comes_too_late(database: str, contest: Contest) -> None:
    pairs, people = [], []
    for number in range(ROUNDS // 2):
        ada, bert = enter(contest, f"ada-{number}"), make_user(database, f"bert-{number}")
        [group] = ask("list_groups", (ada.id, ada.name)).body["groups"]
        people.append((group["id"], bert))
        pairs.append((erasing(ada), joining(bert, group["code"])))
    results = race(database, pairs)
    assert set(results) <= {(204, 200), (204, "GROUP_NOT_FOUND")}
    left = {row["id"]: row["owner_id"] for row in rows(database, "SELECT id, owner_id FROM groups")}
    assert left == {group: bert[0] for (group, bert), (_, joined) in zip(people, results, strict=True) if joined == 200}


def test_who_goes_while_joining_or_becoming_the_owner_is_in_no_group(database: str, contest: Contest) -> None:
    pairs = []
    for number in range(ROUNDS // 2):
        ada = make_user(database, f"ada-{number}")
        going = [enter(contest, f"goes-{number}{each}") for each in range(2)]
        group = found(ada)
        join((going[1].id, going[1].name), group["code"])
        handover = request("hand_over_group", ada, group["id"], body={"username": going[1].name})
        pairs += [
            (erasing(going[0]), joining((going[0].id, going[0].name), group["code"])),
            (erasing(going[1]), handover),
        ]
    results = race(database, pairs)
    assert set(results[::2]) <= {(204, 200), (204, "UNAUTHENTICATED")}
    assert set(results[1::2]) <= {(204, 200), (204, "MEMBER_NOT_FOUND")}
    kept = rows(database, "SELECT username FROM group_members JOIN users ON users.id = user_id ORDER BY user_id")
    assert [row["username"] for row in kept] == [f"ada-{number}" for number in range(ROUNDS // 2)]
    owners = rows(database, "SELECT username FROM groups JOIN users ON users.id = owner_id ORDER BY users.id")
    assert owners == kept


# --------------------------------------------------------------------------- the same locks, one after the other


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def join_now(user: User, code: str) -> Group:
    with clock.held_at(NOW):
        return join_group(user[0], None, Invitation(code=code))


def test_a_join_that_waits_for_a_new_code_is_refused(
    contest: Contest, thread: ThreadPoolExecutor, ada: User, bert: User
) -> None:
    group = found(ada)
    with contest.connection.transaction():
        contest.connection.execute("UPDATE groups SET code = '4F7K9QXM2TZC'")
        waiting = blocked(thread, contest, lambda: join_now(bert, group["code"]))
    with pytest.raises(NotFound):
        waiting.result(timeout=10)
    assert names(ada, group["id"]) == ["ada"]


def test_a_join_has_the_account_for_itself(
    database: str, contest: Contest, thread: ThreadPoolExecutor, ada: User, bert: User
) -> None:
    """A lock that it shared with another join would let both count 19 groups."""
    group = found(ada)
    with psycopg.connect(database, row_factory=dict_row) as other:
        hold_account(other, bert[0])
        waiting = blocked(thread, contest, lambda: join_now(bert, group["code"]))
    assert waiting.result(timeout=10).role == "member"
