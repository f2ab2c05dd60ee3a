"""SQL for invitations. Whoever makes, uses or ends one has locked the league's row."""

from datetime import datetime

from psycopg.rows import scalar_row
from psycopg.sql import SQL

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.fantasy.leagues.invitations.rules import InvitationKind

_INVITATIONS = SQL("""
    SELECT invitation.id, invitation.league_id, league.name AS league, invitation.kind, invitation.user_id,
           guest.username, invitation.address AS email, host.username AS invited_by, invitation.uses,
           invitation.max_uses, invitation.created_at, invitation.expires_at
    FROM league_invitations invitation
    JOIN leagues league ON league.id = invitation.league_id AND league.state IN ('forming', 'running')
    JOIN users host ON host.id = invitation.invited_by
    LEFT JOIN users guest ON guest.id = invitation.user_id
    WHERE invitation.revoked_at IS NULL AND invitation.uses < invitation.max_uses
      AND invitation.expires_at > %(at)s AND {which}
    ORDER BY invitation.id DESC
""")
_OF_LEAGUE = _INVITATIONS.format(which=SQL("invitation.league_id = %(league)s")).as_bytes()
_ONE = _INVITATIONS.format(which=SQL("invitation.id = %(invitation)s")).as_bytes()
_BY_CODE = _INVITATIONS.format(which=SQL("invitation.code_sha256 = %(digest)s")).as_bytes()
_OWN = _INVITATIONS.format(
    which=SQL("""
      (invitation.user_id = %(user)s OR invitation.address =
        (SELECT lower(email) FROM users WHERE id = %(user)s AND email_confirmed_at IS NOT NULL))
    """)
).as_bytes()

_INSERT = """
    INSERT INTO league_invitations
      (league_id, kind, user_id, address, code_sha256, invited_by, created_at, expires_at, max_uses)
    VALUES (%(league)s, %(kind)s, %(user)s, %(address)s, %(digest)s, %(by)s, %(at)s, %(expires_at)s, %(max_uses)s)
    RETURNING id
"""
# Of a user or an address one invitation lives, and of a league one hand-over: another one replaces it.
_REPLACE = """
    UPDATE league_invitations SET revoked_at = %(at)s
    WHERE league_id = %(league)s AND kind = %(kind)s AND revoked_at IS NULL AND uses = 0
      AND (user_id = %(user)s OR address = %(address)s OR kind = 'handover')
"""
_DELETE_DEAD = """
    DELETE FROM league_invitations
    WHERE id IN (SELECT id FROM league_invitations WHERE expires_at < %(before)s ORDER BY expires_at LIMIT %(most)s)
"""
_FORGET = """
    DELETE FROM league_invitations WHERE user_id = %(user)s
"""


class InvitationRow(TableRow, frozen=True):
    """An invitation that lives. username, invited_by: names of users."""

    id: int
    league_id: int
    league: str
    kind: InvitationKind
    user_id: int | None
    username: str | None
    email: str | None
    invited_by: str
    uses: int
    max_uses: int
    created_at: datetime
    expires_at: datetime


def invitations_of_league(connection: Connection, league_id: int, at: datetime) -> list[InvitationRow]:
    """Return the invitations of a league that live at `at`, the newest first."""
    with connection.cursor(row_factory=row_of(InvitationRow)) as cursor:
        return cursor.execute(_OF_LEAGUE, {"league": league_id, "at": at}).fetchall()


def invitations_of_user(connection: Connection, user_id: int, at: datetime) -> list[InvitationRow]:
    """Return the living invitations of a user, by id or by confirmed address, the newest first."""
    with connection.cursor(row_factory=row_of(InvitationRow)) as cursor:
        return cursor.execute(_OWN, {"user": user_id, "at": at}).fetchall()


def find_invitation(connection: Connection, invitation_id: int, at: datetime) -> InvitationRow | None:
    """Return a living invitation by its id."""
    with connection.cursor(row_factory=row_of(InvitationRow)) as cursor:
        return cursor.execute(_ONE, {"invitation": invitation_id, "at": at}).fetchone()


def find_by_code(connection: Connection, digest: bytes, at: datetime) -> InvitationRow | None:
    """Return a living invitation by the hash of its code."""
    with connection.cursor(row_factory=row_of(InvitationRow)) as cursor:
        return cursor.execute(_BY_CODE, {"digest": digest, "at": at}).fetchone()


def find_guest(connection: Connection, address: str) -> int | None:
    """Return the id of the user who has confirmed an address. None if nobody has."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        query = "SELECT id FROM users WHERE lower(email) = lower(%s) AND email_confirmed_at IS NOT NULL"
        found: int | None = cursor.execute(query, (address,)).fetchone()
    return found


def insert_invitation(
    connection: Connection,
    league_id: int,
    kind: InvitationKind,
    *,
    by: int,
    at: datetime,
    expires_at: datetime,
    max_uses: int = 1,
    user_id: int | None = None,
    address: str | None = None,
    digest: bytes | None = None,
) -> int:
    """Insert an invitation, and return its id. It replaces a living one of the same user or address."""
    values = {
        "league": league_id,
        "kind": kind,
        "user": user_id,
        "address": address,
        "digest": digest,
        "by": by,
        "at": at,
        "expires_at": expires_at,
        "max_uses": max_uses,
    }
    if kind != "code":
        connection.execute(_REPLACE, values)
    with connection.cursor(row_factory=scalar_row) as cursor:
        [invitation_id] = cursor.execute(_INSERT, values).fetchall()
    return int(invitation_id)


def use(connection: Connection, invitation_id: int) -> None:
    """Count a use of a living invitation."""
    connection.execute("UPDATE league_invitations SET uses = uses + 1 WHERE id = %s", (invitation_id,))


def revoke(connection: Connection, invitation_id: int, at: datetime) -> None:
    """End an invitation."""
    query = "UPDATE league_invitations SET revoked_at = greatest(%s, created_at) WHERE id = %s AND revoked_at IS NULL"
    connection.execute(query, (at, invitation_id))


def forget_user(connection: Connection, user_id: int) -> None:
    """Delete the invitations of a user."""
    connection.execute(_FORGET, {"user": user_id})


def delete_dead(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` invitations that expired before a time. Return the number deleted."""
    return connection.execute(_DELETE_DEAD, {"before": before, "most": most}).rowcount
