"""Makes the sets of projections that users ask for."""

from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.dfs.projections import service
from pickvs.dfs.projections.schemas import ProjectionSet
from pickvs.dfs.slates import reading as slates
from pickvs.idempotency.service import once

if TYPE_CHECKING:
    from pickvs.dfs.projections.requests import WantedSet


def create_set(
    user_id: int, wanted: "WantedSet", *, key: str | None, session: UUID | None, api_key_id: int | None
) -> ProjectionSet:
    """Make a set by editing another one, or from forecasts, and return it.

    key: Idempotency-Key of the request. session, api_key_id: the caller's.

    Raises as service.edit_set does, and for a set from forecasts Invalid (NOT_SIMULATED) and Conflict (NO_FORECASTS).
    """
    if wanted.kind == "edited":
        return service.edit_set(user_id, wanted, key=key, session=session, api_key_id=api_key_id)
    if wanted.parent is not None or wanted.changes:
        problem = FieldError("kind", "simulated sets have neither a parent nor changes; edit the set afterwards")
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        if key is None:
            return _simulate(connection, user_id, wanted)
        return once(
            connection,
            user_id,
            key,
            wanted,
            ProjectionSet,
            lambda: _simulate(connection, user_id, wanted),
            about="simulate projections ",
        )


def _simulate(connection: Connection, user_id: int, wanted: "WantedSet") -> ProjectionSet:
    from pickvs.dfs.projections.simulating.service import simulate_set

    slate = slates.slate(connection, wanted.slate_id, user_id)
    return service.stored_set(connection, simulate_set(connection, slate, user_id=user_id, at=clock.now()), user_id)
