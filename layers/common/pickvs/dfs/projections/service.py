"""Stores sets of projections, and shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.paging import NEWEST, invalid_cursor, read_cursor, write_cursor
from pickvs.dfs.projections import queries, reading
from pickvs.dfs.projections.errors import too_many_sets
from pickvs.dfs.projections.queries import SetRow
from pickvs.dfs.projections.rules import MOST_SETS, Projection, SetKind, edited
from pickvs.dfs.projections.schemas import PlayerProjection, ProjectionSet, ProjectionSetPage, ProjectionSets
from pickvs.dfs.slates import reading as slates

if TYPE_CHECKING:
    from pickvs.dfs.projections.requests import ProjectionChange, WantedSet

_FIRST = (Decimal(-(10**6)), 0)


def add_set(
    connection: Connection,
    *,
    slate_id: int,
    user_id: int | None,
    kind: SetKind,
    projections: Sequence[Projection],
    parameters: Mapping[str, Any],
    at: datetime,
    parent_id: int | None = None,
    upload_id: int | None = None,
) -> int:
    """Store a set of projections, in the caller's transaction, and return its id.

    projections: one a player, of the slate's players. parameters: how the set was made, as JSON. user_id: whose it is;
    None for a public one. parent_id: of an edit alone. upload_id: of an upload alone. The caller has checked that the
    user may see the slate.

    Raises Conflict (TOO_MANY_SETS).
    """
    version = queries.next_version(connection, slate_id, user_id)
    if version > MOST_SETS and user_id is not None:
        raise too_many_sets()
    set_id = queries.insert(
        connection,
        slate_id=slate_id,
        user_id=user_id,
        version=version,
        kind=kind,
        parent_id=parent_id,
        upload_id=upload_id,
        parameters=parameters,
        at=at,
    )
    queries.insert_all(connection, set_id, slate_id, projections)
    return set_id


def edit_set(
    user_id: int, wanted: "WantedSet", *, key: str | None, session: UUID | None, api_key_id: int | None
) -> ProjectionSet:
    """Make a set from another one and changes, and return it.

    key: Idempotency-Key of the request. session, api_key_id: the caller's.

    Raises NotFound (SLATE_NOT_FOUND, PROJECTION_SET_NOT_FOUND), Conflict (SET_OF_OTHER_SLATE, TOO_MANY_SETS), and
    Invalid if a change is of nobody, twice of one player, or makes no projection.
    """
    # Late: who only reads needs neither.
    from pickvs.accounts.presence import hold_caller
    from pickvs.idempotency.service import once

    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)

        def make() -> ProjectionSet:
            return _edit(connection, user_id, wanted)

        if key is None:
            return make()
        return once(connection, user_id, key, wanted, ProjectionSet, make, about="edit projections ")


def list_sets(user_id: int, slate_id: int, *, limit: int, cursor: str | None) -> ProjectionSets:
    """Return a page of a slate's sets that the user may see, newest first.

    Raises NotFound (SLATE_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    before = read_cursor(cursor, int)[0] if cursor is not None else NEWEST
    with transaction(snapshot=True) as connection:
        slates.slate(connection, slate_id, user_id)
        rows = queries.in_order(connection, user_id, slate_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return ProjectionSets(
        projection_sets=[_shown(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def get_set(user_id: int, set_id: int, *, limit: int, cursor: str | None) -> ProjectionSetPage:
    """Return a set and a page of its projections, most points first.

    Raises NotFound (PROJECTION_SET_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    after = _place(cursor) if cursor is not None else _FIRST
    with transaction(snapshot=True) as connection:
        row = reading.projection_set(connection, set_id, user_id)
        rows = queries.shown(connection, set_id, after=after, limit=limit + 1)
    page = rows[:limit]
    return ProjectionSetPage(
        projection_set=_shown(row),
        projections=[PlayerProjection.of(each) for each in page],
        next_cursor=write_cursor(str(-page[-1].points), page[-1].player_id) if len(rows) > limit else None,
    )


def stored_set(connection: Connection, set_id: int, user_id: int) -> ProjectionSet:
    """Return a set that the user may see, as it is shown. Raises NotFound (PROJECTION_SET_NOT_FOUND)."""
    return _shown(reading.projection_set(connection, set_id, user_id))


def _edit(connection: Connection, user_id: int, wanted: "WantedSet") -> ProjectionSet:
    slates.slate(connection, wanted.slate_id, user_id)
    if wanted.parent is None or not wanted.changes:
        problems = [
            FieldError(name, "is missing: an edited set has a parent and changes")
            for name, value in (("parent", wanted.parent), ("changes", wanted.changes))
            if not value
        ]
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", tuple(problems))
    parent = reading.projection_set(connection, wanted.parent, user_id, slate_id=wanted.slate_id)
    known = {player.id for player in slates.players_of(connection, wanted.slate_id)}
    changes = _changes(wanted.changes, known)
    before = reading.projections_of(connection, parent.id)
    try:
        projections = edited(before, changes)
    except KeyError as error:
        raise _invalid(wanted.changes, error.args[0], "points", "missing: this player has no projection yet") from None
    except ValueError as error:
        raise _invalid(wanted.changes, error.args[0], "floor", "must not be above the ceiling") from None
    at = clock.now()
    set_id = add_set(
        connection,
        slate_id=wanted.slate_id,
        user_id=user_id,
        kind="edited",
        projections=projections,
        parameters={"changed": len(changes)},
        parent_id=parent.id,
        at=at,
    )
    return stored_set(connection, set_id, user_id)


def _changes(changes: "Sequence[ProjectionChange]", known: set[int]) -> dict[int, dict[str, Decimal | None]]:
    """Return the changed values by player. Raises Invalid if a player is not of the slate, or there twice."""
    found: dict[int, dict[str, Decimal | None]] = {}
    errors = []
    for index, change in enumerate(changes):
        if change.player_id not in known:
            errors.append(FieldError(f"changes[{index}].player_id", "not a player of the slate"))
        elif change.player_id in found:
            errors.append(FieldError(f"changes[{index}].player_id", "there twice; change a player once"))
        elif "points" in change.model_fields_set and change.points is None:
            errors.append(FieldError(f"changes[{index}].points", "cannot be taken away; exclude the player instead"))
        else:
            found[change.player_id] = change.model_dump(include=change.model_fields_set - {"player_id"})
    if errors:
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", tuple(errors))
    return found


def _invalid(changes: "Sequence[ProjectionChange]", player: int, field: str, said: str) -> Invalid:
    index = next(place for place, change in enumerate(changes) if change.player_id == player)
    problem = FieldError(f"changes[{index}].{field}", said)
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))


def _place(cursor: str) -> tuple[Decimal, int]:
    points, player = read_cursor(cursor, str, int)
    try:
        found = Decimal(points)
    except InvalidOperation:
        raise invalid_cursor() from None
    if not found.is_finite() or abs(found) > 10**6:
        raise invalid_cursor()
    return found, player


def _shown(row: SetRow) -> ProjectionSet:
    return ProjectionSet.of(row, is_own=row.user_id is not None, parent=row.parent_id)
