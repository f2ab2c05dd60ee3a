"""Joining groups."""

from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import lock_account, require_session
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import Conflict, NotFound
from pickvs.groups import queries
from pickvs.groups.config import joins_per_user
from pickvs.groups.personal import JOINING
from pickvs.groups.rules import MEMBERS_MAX
from pickvs.groups.schemas import Group
from pickvs.groups.service import refuse_another_group, seen

if TYPE_CHECKING:
    from pickvs.groups.requests import Invitation


def join_group(user_id: int, session: UUID | None, invitation: "Invitation") -> Group:
    """Make the user a member of the group with this code. Idempotent.

    Raises NotFound (GROUP_NOT_FOUND) if no group has the code, Conflict (TOO_MANY_GROUPS, GROUP_FULL) if the user is in
    GROUPS_PER_USER_MAX groups or the group has MEMBERS_MAX members, TooManyRequests after too many attempts, and
    Unauthenticated if the account or the session has ended.
    """
    limits.admit_user(JOINING, user_id, joins_per_user())
    with transaction() as connection:
        lock_account(connection, user_id)
        require_session(connection, user_id, session)
        group = queries.lock_group_by_code(connection, invitation.code)
        if group is None:
            raise NotFound("GROUP_NOT_FOUND", "No group has this code. Ask the group's owner for the current one.")
        if not queries.is_member(connection, group.id, user_id):
            refuse_another_group(connection, user_id)
            if queries.count_members(connection, group.id) >= MEMBERS_MAX:
                raise Conflict("GROUP_FULL", f"The group has {MEMBERS_MAX} members already; no one else can join it.")
            queries.insert_member(connection, group.id, user_id, clock.now())
        return seen(connection, user_id, group.id)
