"""Private groups for tests: the requests that their members send."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from tests.support.evening import PASSWORD_HASH
from tests.support.gateway import Answer, call
from tests.support.in_step import Request

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)

type User = tuple[int, str]
"""Id and name of a user."""

OPERATIONS: dict[str, tuple[str, str]] = {
    "create_group": ("POST", "/groups"),
    "list_groups": ("GET", "/groups"),
    "join_group": ("POST", "/groups/join"),
    "get_group": ("GET", "/groups/{group}"),
    "rename_group": ("PUT", "/groups/{group}"),
    "delete_group": ("DELETE", "/groups/{group}"),
    "renew_group_code": ("POST", "/groups/{group}/code"),
    "hand_over_group": ("POST", "/groups/{group}/handover"),
    "get_group_leaderboard": ("GET", "/groups/{group}/leaderboard"),
    "list_group_members": ("GET", "/groups/{group}/members"),
    "remove_group_member": ("DELETE", "/groups/{group}/members/{name}"),
}
"""Method and path of every operation on groups."""


def set_group_limits(monkeypatch: pytest.MonkeyPatch, *, joins_per_user: str = "100000/60") -> None:
    """Set the rate limit of joining; by default, lift it."""
    monkeypatch.setenv("GROUP_JOINS_PER_USER", joins_per_user)


def ask(
    operation: str, user: User | None, group: object = "", name: str = "", *, at: datetime = NOW, **request: Any
) -> Answer:
    """Send a request about a group, and of its member `name`."""
    method, path = OPERATIONS[operation]
    with clock.held_at(at):
        return call(operation, method, path.format(group=group, name=name), user=user, **request)


def request(operation: str, user: User, group: object = "", name: str = "", body: Any = None) -> Request:
    """Return a request for `send_in_step`."""
    method, path = OPERATIONS[operation]
    more = {"user": user} | ({} if body is None else {"body": body})
    return Request(operation, method, path.format(group=group, name=name), NOW, more)


def found(owner: User, name: str = "Thursday night", *, at: datetime = NOW) -> dict[str, Any]:
    """Found a group, and return it as its owner sees it."""
    answer = ask("create_group", owner, at=at, body={"name": name})
    assert answer.status == 201, answer.body
    return dict(answer.body)


def join(user: User, code: str, *, at: datetime = NOW) -> Answer:
    return ask("join_group", user, at=at, body={"code": code})


def shown(user: User, group: object) -> dict[str, Any]:
    """Return a group as one of its members sees it."""
    answer = ask("get_group", user, group)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def names(user: User, group: object) -> list[str]:
    """Return the usernames of a group's members, the longest member first."""
    answer = ask("list_group_members", user, group, query={"limit": "100"})
    assert answer.status == 200, answer.body
    return [member["username"] for member in answer.body["members"]]


def crowd(url: str, group: int, members: int) -> None:
    """Store users and make them members of the group, after those who are in it."""
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            WITH made AS (
              INSERT INTO users (username, email, password_hash, created_at)
              SELECT 'extra-' || n, 'extra-' || n || '@example.com', %s, %s FROM generate_series(1, %s) n
              RETURNING id
            )
            INSERT INTO group_members (group_id, user_id, joined_at) SELECT %s, id, %s FROM made
            """,
            (PASSWORD_HASH, NOW, members, group, NOW),
        )
