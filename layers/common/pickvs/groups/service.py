"""Founding, leading and leaving groups. `joining` is a module of its own, because only it counts attempts.

A group that the caller is not in is as unknown as one that does not exist: every function that takes a group's id
raises NotFound (GROUP_NOT_FOUND). Every function that stores something raises Unauthenticated if the account or the
session has ended: a group that was handed over or deleted does not come back.
"""

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller, lock_account, require_session
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict
from pickvs.core.paging import read_cursor, read_moment, write_cursor
from pickvs.groups import queries
from pickvs.groups.errors import not_the_owner, unknown_group, unknown_member
from pickvs.groups.queries import LockedGroup, SeenGroup
from pickvs.groups.rules import ALPHABET, CODE_LENGTH, GROUPS_PER_USER_MAX, write_code
from pickvs.groups.schemas import Group, Groups, Member, Members

if TYPE_CHECKING:
    from pickvs.groups.requests import Successor, WantedGroup


def found_group(user_id: int, session: UUID | None, wanted: "WantedGroup") -> Group:
    """Found a group with the user as its owner and only member.

    Raises Conflict (TOO_MANY_GROUPS) if the user is in GROUPS_PER_USER_MAX groups.
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        require_session(connection, user_id, session)
        refuse_another_group(connection, user_id)
        group_id = queries.insert_group(
            connection, name=wanted.name, owner_id=user_id, code=_new_code(), at=clock.now()
        )
        return seen(connection, user_id, group_id)


def list_groups(user_id: int, *, with_codes: bool) -> Groups:
    """Return all groups that the user is in. with_codes: show the codes of those that the user owns."""
    with transaction() as connection:
        rows = queries.groups_of(connection, user_id)
    return Groups(groups=[_shown(row, with_code=with_codes) for row in rows])


def show_group(user_id: int, group_id: int, *, with_code: bool) -> Group:
    """Return a group that the user is in. with_code: show its code if the user owns it."""
    with transaction() as connection:
        return seen(connection, user_id, group_id, with_code=with_code)


def list_members(user_id: int, group_id: int, *, limit: int, cursor: str | None) -> Members:
    """Return a page of a group's members, the longest member first.

    Raises Invalid (INVALID_CURSOR) if the cursor is invalid.
    """
    after = None
    if cursor is not None:
        joined_at, last_id = read_cursor(cursor, str, int)
        after = read_moment(joined_at), last_id
    with transaction(snapshot=True) as connection:
        if not queries.is_member(connection, group_id, user_id):
            raise unknown_group()
        rows = queries.members_of(connection, group_id, after=after, limit=limit + 1)
    page = rows[:limit]
    return Members(
        members=[Member.of(row) for row in page],
        next_cursor=write_cursor(page[-1].joined_at.isoformat(), page[-1].user_id) if len(rows) > limit else None,
    )


def rename_group(user_id: int, session: UUID | None, group_id: int, wanted: "WantedGroup") -> Group:
    """Rename a group. Raises Forbidden (OWNER_REQUIRED) unless the user is the owner."""
    with transaction() as connection:
        _lock_as_owner(connection, user_id, session, group_id)
        queries.set_name(connection, group_id, wanted.name)
        return seen(connection, user_id, group_id)


def renew_code(user_id: int, session: UUID | None, group_id: int) -> Group:
    """Replace a group's code; the former one ends. Raises Forbidden (OWNER_REQUIRED) unless the user is the owner."""
    with transaction() as connection:
        _lock_as_owner(connection, user_id, session, group_id)
        queries.set_code(connection, group_id, _new_code())
        return seen(connection, user_id, group_id)


def hand_over(user_id: int, session: UUID | None, group_id: int, successor: "Successor") -> Group:
    """Make another member the owner of a group. The user stays a member.

    Raises Forbidden (OWNER_REQUIRED) unless the user is the owner, and NotFound (MEMBER_NOT_FOUND) if nobody in the
    group has that username.
    """
    with transaction() as connection:
        _lock_as_owner(connection, user_id, session, group_id)
        member_id = queries.find_member(connection, group_id, successor.username)
        if member_id is None:
            raise unknown_member()
        queries.set_owner(connection, group_id, member_id)
        return seen(connection, user_id, group_id)


def remove_member(user_id: int, session: UUID | None, group_id: int, username: str) -> None:
    """Remove a member from a group: any other one if the user is its owner, and oneself, which is leaving.

    The code is renewed if the owner removes somebody, who could come back by it otherwise. An owner who is alone leaves
    no group behind.

    Raises Forbidden (OWNER_REQUIRED) if the user may not remove this member, NotFound (MEMBER_NOT_FOUND) if nobody in
    the group has that username, and Conflict (OWNER_CANNOT_LEAVE) if the owner leaves others behind.
    """
    with transaction() as connection:
        group = _lock_as_member(connection, user_id, session, group_id)
        member_id = queries.find_member(connection, group_id, username)
        if user_id not in (group.owner_id, member_id):
            raise not_the_owner()
        if member_id is None:
            raise unknown_member()
        if member_id != group.owner_id:
            queries.delete_member(connection, group_id, member_id)
            if member_id != user_id:
                queries.set_code(connection, group_id, _new_code())
        elif queries.count_members(connection, group_id) == 1:
            queries.delete_group(connection, group_id)
        else:
            raise Conflict("OWNER_CANNOT_LEAVE", "You own this group. Hand it over to another member, or delete it.")


def delete_group(user_id: int, session: UUID | None, group_id: int) -> None:
    """Delete a group. Raises Forbidden (OWNER_REQUIRED) unless the user is the owner."""
    with transaction() as connection:
        _lock_as_owner(connection, user_id, session, group_id)
        queries.delete_group(connection, group_id)


def seen(connection: Connection, user_id: int, group_id: int, *, with_code: bool = True) -> Group:
    """Return a group that the user is in, as `show_group` does, inside the caller's transaction."""
    row = queries.group_of(connection, user_id, group_id)
    if row is None:
        raise unknown_group()
    return _shown(row, with_code=with_code)


def refuse_another_group(connection: Connection, user_id: int) -> None:
    """Raise Conflict if the user is in as many groups as permitted. The user's account must be locked."""
    if queries.count_groups_of(connection, user_id) >= GROUPS_PER_USER_MAX:
        raise Conflict("TOO_MANY_GROUPS", f"You are in {GROUPS_PER_USER_MAX} groups already; leave one first.")


def _lock_as_member(connection: Connection, user_id: int, session: UUID | None, group_id: int) -> LockedGroup:
    hold_caller(connection, user_id, session=session, api_key_id=None)
    group = queries.lock_group(connection, group_id)
    if group is None or not queries.is_member(connection, group_id, user_id):
        raise unknown_group()
    return group


def _lock_as_owner(connection: Connection, user_id: int, session: UUID | None, group_id: int) -> None:
    if _lock_as_member(connection, user_id, session, group_id).owner_id != user_id:
        raise not_the_owner()


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _shown(row: SeenGroup, *, with_code: bool) -> Group:
    return Group.of(row, code=write_code(row.code) if with_code and row.role == "owner" else None)
