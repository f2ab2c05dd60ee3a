"""Adds aliases to teams."""

from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.operations.administration.access import require_admin
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.teams.requests import AliasOrder
from pickvs.sports.teams.schemas import TeamListing
from pickvs.sports.teams.service import add_alias, team_listing


def add_team_alias(actor_id: int, session: UUID | None, team_id: int, order: AliasOrder) -> TeamListing:
    """Make a spelling an alias of a team, record it in the audit log, and return the team.

    Games that are stored stay with the teams they have. Raises the errors of `require_admin`, of `team_listing` and of
    `add_alias`.
    """
    at = clock.now()
    with transaction() as connection:
        require_admin(connection, actor_id, session)
        team = team_listing(connection, team_id)
        known = add_alias(connection, team, order.provider, order.alias, at)
        spelling = {"provider": order.provider, "alias": order.alias}
        write_entry(
            connection,
            Entry(
                actor_id=actor_id,
                action="add_team_alias",
                team_id=team.id,
                reason=order.reason,
                before=spelling | {"team": known and known.name},
                after=spelling | {"team": team.name},
            ),
            at,
        )
        return team_listing(connection, team_id)
