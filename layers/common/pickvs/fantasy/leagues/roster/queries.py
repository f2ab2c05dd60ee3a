"""SQL for the members of leagues and their constructors.

Whoever changes one of them has locked the league's row.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from psycopg.errors import UniqueViolation
from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.leagues.queries import LeagueRole

_INSERT_MEMBER = """
    INSERT INTO league_members (league_id, user_id, role, joined_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (league_id, user_id) DO NOTHING
"""
_INSERT_CONSTRUCTOR = """
    INSERT INTO constructors (league_id, user_id, team_name, name_key, group_no, joined_at)
    VALUES (%(league)s, %(user)s, %(name)s, %(key)s, %(group)s, %(at)s)
    RETURNING id
"""

_MEMBERS = """
    SELECT member.user_id, users.username, member.role, member.joined_at, own.id AS constructor_id, own.team_name
    FROM league_members member
    JOIN users ON users.id = member.user_id
    LEFT JOIN constructors own
      ON own.league_id = member.league_id AND own.user_id = member.user_id AND own.retired_at IS NULL
    WHERE member.league_id = %s
    ORDER BY member.joined_at, member.user_id
"""
_FIND_USER = "SELECT id FROM users WHERE lower(username) = lower(%s) AND erased_at IS NULL"
_END_INVITATIONS = """
    UPDATE league_invitations SET revoked_at = greatest(%(at)s, created_at)
    WHERE league_id = %(league)s AND invited_by = %(user)s AND revoked_at IS NULL AND uses < max_uses
"""
_SUCCESSOR = """
    SELECT user_id FROM league_members
    WHERE league_id = %s AND user_id <> %s
    ORDER BY role = 'co_commissioner' DESC, joined_at, user_id
    LIMIT 1
"""

_CONSTRUCTORS = """
    SELECT constructor.id, constructor.league_id, constructor.user_id, owner.username, constructor.team_name,
           constructor.group_no, constructor.joined_at, constructor.retired_at
    FROM constructors constructor
    JOIN users owner ON owner.id = constructor.user_id
"""
_OF_LEAGUE = _CONSTRUCTORS + "WHERE constructor.league_id = %s ORDER BY constructor.joined_at, constructor.id"
_ONE = _CONSTRUCTORS + "WHERE constructor.id = %s"
_OF_USER = _CONSTRUCTORS + "WHERE constructor.user_id = %s ORDER BY constructor.league_id"
_OF_BOTH = _CONSTRUCTORS + "WHERE constructor.league_id = %s AND constructor.user_id = %s"

_SET_GROUPS = """
    UPDATE constructors SET group_no = said.group_no
    FROM unnest(%(constructors)s::bigint[], %(groups)s::bigint[]) AS said (id, group_no)
    WHERE constructors.id = said.id
"""
_RETIRE = "UPDATE constructors SET retired_at = greatest(%s, joined_at) WHERE id = %s AND retired_at IS NULL"
_RANKS = """
    SELECT constructor_id, rank FROM league_totals WHERE league_id = %s AND constructor_id = ANY(%s)
"""
_HAS_OPEN_DRAFT = "SELECT EXISTS (SELECT FROM drafts WHERE league_id = %s AND phase = 'open')"


class MemberRow(TableRow, frozen=True):
    """A member of a league. constructor_id, team_name: None for one without a constructor that plays."""

    user_id: int
    username: str
    role: LeagueRole
    joined_at: datetime
    constructor_id: int | None
    team_name: str | None


class ConstructorRow(TableRow, frozen=True):
    """A constructor. group_no: None before the league's start. retired_at: None while it plays."""

    id: int
    league_id: int
    user_id: int
    username: str
    team_name: str
    group_no: int | None
    joined_at: datetime
    retired_at: datetime | None


def role_of(connection: Connection, league_id: int, user_id: int) -> LeagueRole | None:
    """Return the role of a user in a league. None for who is no member."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = "SELECT role FROM league_members WHERE league_id = %s AND user_id = %s"
        role: LeagueRole | None = cursor.execute(query, (league_id, user_id)).fetchone()
    return role


def roles_of(connection: Connection, user_id: int) -> dict[int, LeagueRole]:
    """Return the roles of a user by league."""
    rows = connection.execute("SELECT league_id, role FROM league_members WHERE user_id = %s", (user_id,))
    return {row["league_id"]: row["role"] for row in rows}


def find_user(connection: Connection, username: str) -> int | None:
    """Return the id of the user with this name, regardless of case. None if there is none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: int | None = cursor.execute(_FIND_USER, (username,)).fetchone()
    return found


def members_of(connection: Connection, league_id: int) -> list[MemberRow]:
    """Return the members of a league, in the order of joining."""
    with connection.cursor(row_factory=row_of(MemberRow)) as cursor:
        return cursor.execute(_MEMBERS, (league_id,)).fetchall()


def count_leagues_of(connection: Connection, user_id: int) -> int:
    """Return the number of leagues that go on and that the user is a member of."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = """
            SELECT count(*) FROM league_members member
            JOIN leagues league ON league.id = member.league_id AND league.state IN ('forming', 'running')
            WHERE member.user_id = %s
        """
        [count] = cursor.execute(query, (user_id,)).fetchall()
    return int(count)


def leagues_with(connection: Connection, user_id: int) -> list[int]:
    """Return the ids of all leagues that the user is or was in, in ascending order."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = """
            SELECT league_id FROM league_members WHERE user_id = %(user)s
            UNION
            SELECT league_id FROM constructors WHERE user_id = %(user)s
            ORDER BY league_id
        """
        return [int(league_id) for league_id in cursor.execute(query, {"user": user_id}).fetchall()]


def insert_member(connection: Connection, league_id: int, user_id: int, role: LeagueRole, at: datetime) -> None:
    """Make a user a member. Does nothing for who is one already."""
    connection.execute(_INSERT_MEMBER, (league_id, user_id, role, at))


def delete_member(connection: Connection, league_id: int, user_id: int, at: datetime) -> None:
    """End a membership, and the invitations that the member has made."""
    connection.execute("DELETE FROM league_members WHERE league_id = %s AND user_id = %s", (league_id, user_id))
    end_invitations(connection, league_id, user_id, at)


def end_invitations(connection: Connection, league_id: int, user_id: int, at: datetime) -> None:
    """End the invitations into a league, and the codes, that a user has made."""
    connection.execute(_END_INVITATIONS, {"league": league_id, "user": user_id, "at": at})


def set_role(connection: Connection, league_id: int, user_id: int, role: LeagueRole) -> None:
    """Give a member another role."""
    query = "UPDATE league_members SET role = %s WHERE league_id = %s AND user_id = %s"
    connection.execute(query, (role, league_id, user_id))


def successor(connection: Connection, league_id: int, user_id: int) -> int | None:
    """Return who leads the league after this user: the oldest co-commissioner, else the oldest other member."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        found: int | None = cursor.execute(_SUCCESSOR, (league_id, user_id)).fetchone()
    return found


def constructors_of(connection: Connection, league_id: int) -> list[ConstructorRow]:
    """Return all constructors of a league, the retired included, in the order of joining."""
    with connection.cursor(row_factory=row_of(ConstructorRow)) as cursor:
        return cursor.execute(_OF_LEAGUE, (league_id,)).fetchall()


def constructors_by(connection: Connection, user_id: int) -> list[ConstructorRow]:
    """Return all constructors of a user, by league."""
    with connection.cursor(row_factory=row_of(ConstructorRow)) as cursor:
        return cursor.execute(_OF_USER, (user_id,)).fetchall()


def find_constructor(connection: Connection, constructor_id: int) -> ConstructorRow | None:
    """Return a constructor. None if there is none."""
    with connection.cursor(row_factory=row_of(ConstructorRow)) as cursor:
        return cursor.execute(_ONE, (constructor_id,)).fetchone()


def hold_constructor(connection: Connection, constructor_id: int) -> bool:
    """Prevent that a constructor is deleted until the transaction ends. False if there is none."""
    held = connection.execute("SELECT FROM constructors WHERE id = %s FOR KEY SHARE", (constructor_id,))
    return held.rowcount == 1


def constructor_of(connection: Connection, league_id: int, user_id: int) -> ConstructorRow | None:
    """Return the constructor of a user in a league, retired or not. None if there was never one."""
    with connection.cursor(row_factory=row_of(ConstructorRow)) as cursor:
        return cursor.execute(_OF_BOTH, (league_id, user_id)).fetchone()


def insert_constructor(
    connection: Connection, league_id: int, user_id: int, *, name: str, key: str, group: int | None, at: datetime
) -> int | None:
    """Insert a constructor, and return its id. None if another one of the league has the name.

    key: the name as names.name_key writes it. The user must have no constructor in the league.
    """
    values = {"league": league_id, "user": user_id, "name": name, "key": key, "group": group, "at": at}
    try:
        with connection.transaction(), connection.cursor(row_factory=scalar_row) as cursor:
            [constructor_id] = cursor.execute(_INSERT_CONSTRUCTOR, values).fetchall()
    except UniqueViolation:
        return None
    return int(constructor_id)


def rename_constructor(connection: Connection, constructor_id: int, *, name: str, key: str) -> bool:
    """Give a constructor another name. False, and nothing is changed, if another one of the league has it."""
    try:
        with connection.transaction():
            connection.execute(
                "UPDATE constructors SET team_name = %s, name_key = %s WHERE id = %s", (name, key, constructor_id)
            )
    except UniqueViolation:
        return False
    return True


def forget_names(connection: Connection, constructor_id: int, name: str) -> None:
    """Put a name in the place of all that a constructor was ever called in the log."""
    connection.execute("UPDATE constructor_names SET team_name = %s WHERE constructor_id = %s", (name, constructor_id))


def set_groups(connection: Connection, groups: Mapping[int, int]) -> None:
    """Put constructors into groups. groups: the number of each constructor's."""
    values: dict[str, Sequence[int]] = {"constructors": list(groups), "groups": list(groups.values())}
    connection.execute(_SET_GROUPS, values)


def retire_constructor(connection: Connection, constructor_id: int, at: datetime) -> None:
    """Note that a constructor has left its league. It keeps its name, and is in no draft that opens from now on."""
    connection.execute(_RETIRE, (at, constructor_id))


def delete_constructor(connection: Connection, constructor_id: int) -> None:
    """Delete a constructor of a league that forms."""
    connection.execute("DELETE FROM constructors WHERE id = %s", (constructor_id,))


def has_open_draft(connection: Connection, league_id: int) -> bool:
    """Return whether a draft of the league is open."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        [found] = cursor.execute(_HAS_OPEN_DRAFT, (league_id,)).fetchall()
    return bool(found)


def ranks(connection: Connection, league_id: int, constructors: Collection[int]) -> dict[int, int]:
    """Return the rank of constructors on the league's board, of those that have one."""
    found = connection.execute(_RANKS, (league_id, list(constructors)))
    return {row["constructor_id"]: row["rank"] for row in found}
