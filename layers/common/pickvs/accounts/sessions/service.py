"""Lists and ends the sessions of a user."""

from uuid import UUID

from pickvs.accounts import queries as accounts
from pickvs.accounts.presence import require_session
from pickvs.accounts.sessions import queries
from pickvs.accounts.sessions.rules import SESSIONS_SHOWN
from pickvs.accounts.sessions.schemas import OwnSession, OwnSessions
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import NotFound


def list_sessions(user_id: int, current: UUID | None) -> OwnSessions:
    """Return the user's sessions that can go on, last used first. current: the caller's."""
    with transaction() as connection:
        rows = queries.living_sessions(connection, user_id, clock.now(), limit=SESSIONS_SHOWN)
    return OwnSessions(sessions=[OwnSession.of(row, is_current=row.id == current) for row in rows])


def end_session(user_id: int, current: UUID | None, session: UUID) -> None:
    """End one of the user's sessions permanently. current: the caller's.

    Its access token makes no picks and no keys any more. For other requests it stays valid until it expires. Raises
    NotFound (SESSION_NOT_FOUND) if the user has no such session, or it has ended, and Unauthenticated if the caller's
    own session has ended.
    """
    with transaction() as connection:
        accounts.lock_user(connection, user_id)
        require_session(connection, user_id, current)
        if not queries.revoke_sessions(connection, user_id, session, clock.now()):
            raise NotFound("SESSION_NOT_FOUND", "You have no such session; it may have ended.")
