"""SQL for groups.

Whoever changes a group or its members locks the group's row first, and before it the account of the caller. So a
statement after the lock sees all members, and nobody joins or leaves until the transaction ends.
"""

from datetime import datetime

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.groups.rules import Role

_INSERT = "INSERT INTO groups (name, owner_id, code, created_at) VALUES (%s, %s, %s, %s) RETURNING id"
_INSERT_MEMBER = "INSERT INTO group_members (group_id, user_id, joined_at) VALUES (%s, %s, %s)"

_LOCK = "SELECT id, owner_id FROM groups WHERE id = %s FOR UPDATE"
_LOCK_BY_CODE = "SELECT id, owner_id FROM groups WHERE code = %s FOR UPDATE"
_LOCK_OF = """
    SELECT id FROM groups WHERE id IN (SELECT group_id FROM group_members WHERE user_id = %s) ORDER BY id FOR UPDATE
"""

_SEEN = SQL("""
    SELECT seen.id, seen.name, owner.username AS owner, seen.code, seen.created_at, own.joined_at,
           CASE WHEN seen.owner_id = own.user_id THEN 'owner' ELSE 'member' END AS role,
           (SELECT count(*) FROM group_members WHERE group_id = seen.id) AS members
    FROM group_members own
    JOIN groups seen ON seen.id = own.group_id
    JOIN users owner ON owner.id = seen.owner_id
    WHERE own.user_id = %(user)s AND {which}
    ORDER BY own.joined_at, own.group_id
""")
_SEEN_ALL = _SEEN.format(which=SQL("true")).as_bytes()
_SEEN_ONE = _SEEN.format(which=SQL("own.group_id = %(group)s")).as_bytes()

_MEMBERS = SQL("""
    SELECT member.user_id, users.username, member.joined_at,
           CASE WHEN member.user_id = groups.owner_id THEN 'owner' ELSE 'member' END AS role
    FROM group_members member
    JOIN groups ON groups.id = member.group_id
    JOIN users ON users.id = member.user_id
    WHERE member.group_id = %(group)s AND {place}
    ORDER BY member.joined_at, member.user_id
    LIMIT %(limit)s
""")
_MEMBERS_FIRST = _MEMBERS.format(place=SQL("true")).as_bytes()
_MEMBERS_AFTER = _MEMBERS.format(place=SQL("(member.joined_at, member.user_id) > (%(joined_at)s, %(user)s)")).as_bytes()

_FIND_MEMBER = """
    SELECT member.user_id
    FROM group_members member
    JOIN users ON users.id = member.user_id
    WHERE member.group_id = %s AND lower(users.username) = lower(%s)
"""

# Of the user's groups that have other members, the one who has been in it for longest becomes the owner.
_SUCCEED = """
    UPDATE groups
    SET owner_id = successor.user_id
    FROM (
      SELECT DISTINCT ON (group_id) group_id, user_id
      FROM group_members
      WHERE group_id = ANY(%(groups)s::bigint[]) AND user_id <> %(user)s
      ORDER BY group_id, joined_at, user_id
    ) successor
    WHERE groups.id = successor.group_id AND groups.owner_id = %(user)s
"""


class LockedGroup(TableRow, frozen=True):
    """A group whose row the transaction has locked."""

    id: int
    owner_id: int


class SeenGroup(TableRow, frozen=True):
    """A group as one of its members sees it, but with the code, which is for the owner."""

    id: int
    name: str
    owner: str
    code: str
    created_at: datetime
    joined_at: datetime
    role: Role
    members: int


class MemberRow(TableRow, frozen=True):
    """A member of a group."""

    user_id: int
    username: str
    joined_at: datetime
    role: Role


def insert_group(connection: Connection, *, name: str, owner_id: int, code: str, at: datetime) -> int:
    """Insert a group with its owner as its first member, and return its id."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [group_id] = cursor.execute(_INSERT, (name, owner_id, code, at)).fetchall()
    insert_member(connection, group_id, owner_id, at)
    return int(group_id)


def insert_member(connection: Connection, group_id: int, user_id: int, at: datetime) -> None:
    """Insert a member, who must not be one yet."""
    connection.execute(_INSERT_MEMBER, (group_id, user_id, at))


def lock_group(connection: Connection, group_id: int) -> LockedGroup | None:
    """Lock a group and return it. None if there is none."""
    with connection.cursor(row_factory=row_of(LockedGroup)) as cursor:
        return cursor.execute(_LOCK, (group_id,)).fetchone()


def lock_group_by_code(connection: Connection, code: str) -> LockedGroup | None:
    """Lock the group with this code and return it. None if there is none."""
    with connection.cursor(row_factory=row_of(LockedGroup)) as cursor:
        return cursor.execute(_LOCK_BY_CODE, (code,)).fetchone()


def groups_of(connection: Connection, user_id: int) -> list[SeenGroup]:
    """Return all groups that the user is in, in the order of joining."""
    with connection.cursor(row_factory=row_of(SeenGroup)) as cursor:
        return cursor.execute(_SEEN_ALL, {"user": user_id}).fetchall()


def group_of(connection: Connection, user_id: int, group_id: int) -> SeenGroup | None:
    """Return a group that the user is in. None if there is no such group, or the user is not in it."""
    with connection.cursor(row_factory=row_of(SeenGroup)) as cursor:
        return cursor.execute(_SEEN_ONE, {"user": user_id, "group": group_id}).fetchone()


def is_member(connection: Connection, group_id: int, user_id: int) -> bool:
    """Return whether the user is in the group."""
    found = connection.execute("SELECT FROM group_members WHERE group_id = %s AND user_id = %s", (group_id, user_id))
    return found.rowcount == 1


def find_member(connection: Connection, group_id: int, username: str) -> int | None:
    """Return the id of the member with this username, regardless of case. None if there is none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        user_id = cursor.execute(_FIND_MEMBER, (group_id, username)).fetchone()
    return None if user_id is None else int(user_id)


def member_ids(connection: Connection, group_id: int) -> list[int]:
    """Return the ids of all members of a group, in ascending order. Empty if there is no such group."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = "SELECT user_id FROM group_members WHERE group_id = %s ORDER BY user_id"
        return [int(user_id) for user_id in cursor.execute(query, (group_id,)).fetchall()]


def members_of(
    connection: Connection, group_id: int, *, after: tuple[datetime, int] | None, limit: int
) -> list[MemberRow]:
    """Return up to `limit` members of a group in the order of joining.

    after: when the last member of the page before joined, and the id. None for the first page.
    """
    values: dict[str, object] = {"group": group_id, "limit": limit}
    if after is not None:
        values["joined_at"], values["user"] = after
    with connection.cursor(row_factory=row_of(MemberRow)) as cursor:
        return cursor.execute(_MEMBERS_FIRST if after is None else _MEMBERS_AFTER, values).fetchall()


def count_groups_of(connection: Connection, user_id: int) -> int:
    """Return the number of groups that the user is in."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [count] = cursor.execute("SELECT count(*) FROM group_members WHERE user_id = %s", (user_id,)).fetchall()
    return int(count)


def count_members(connection: Connection, group_id: int) -> int:
    """Return the number of members of a group."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [count] = cursor.execute("SELECT count(*) FROM group_members WHERE group_id = %s", (group_id,)).fetchall()
    return int(count)


def set_name(connection: Connection, group_id: int, name: str) -> None:
    """Rename a group."""
    connection.execute("UPDATE groups SET name = %s WHERE id = %s", (name, group_id))


def set_code(connection: Connection, group_id: int, code: str) -> None:
    """Give a group another code. The former one ends."""
    connection.execute("UPDATE groups SET code = %s WHERE id = %s", (code, group_id))


def set_owner(connection: Connection, group_id: int, user_id: int) -> None:
    """Make a member the owner of the group."""
    connection.execute("UPDATE groups SET owner_id = %s WHERE id = %s", (user_id, group_id))


def delete_member(connection: Connection, group_id: int, user_id: int) -> None:
    """Delete a member, who must not be the owner."""
    connection.execute("DELETE FROM group_members WHERE group_id = %s AND user_id = %s", (group_id, user_id))


def delete_group(connection: Connection, group_id: int) -> None:
    """Delete a group with its members."""
    connection.execute("DELETE FROM groups WHERE id = %s", (group_id,))


def delete_memberships(connection: Connection, user_id: int) -> None:
    """Delete the user from all groups, and the groups that are left without a member.

    Of a group that the user owns, the longest member becomes the owner. The caller must hold the user's account.
    """
    values = {"user": user_id, "groups": _lock_groups_of(connection, user_id)}
    connection.execute(_SUCCEED, values)
    connection.execute("DELETE FROM groups WHERE id = ANY(%(groups)s::bigint[]) AND owner_id = %(user)s", values)
    connection.execute("DELETE FROM group_members WHERE user_id = %(user)s", values)


def _lock_groups_of(connection: Connection, user_id: int) -> list[int]:
    """Lock all groups that the user is in, in the order of their ids, and return these."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return [int(group_id) for group_id in cursor.execute(_LOCK_OF, (user_id,)).fetchall()]
