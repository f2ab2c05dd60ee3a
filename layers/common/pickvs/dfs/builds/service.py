"""Has lineups built: stores what a user asks for, and wakes the function that builds."""

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller, lock_account
from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError
from pickvs.dfs.builds import queries
from pickvs.dfs.builds.asking import ask
from pickvs.dfs.builds.entering import entries_of
from pickvs.dfs.builds.errors import invalid_build, not_running, too_many_excluded, too_many_running, unknown_build
from pickvs.dfs.builds.rules import FUNCTION, MOST_EXCLUDED, MOST_RUNNING
from pickvs.dfs.builds.schemas import Build
from pickvs.dfs.builds.showing import build_of
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.projections import reading as projections
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.errors import locked_slate
from pickvs.dfs.slates.rules import has_begun
from pickvs.idempotency.service import once

if TYPE_CHECKING:
    from pickvs.dfs.builds.requests import WantedBuild


def create_build(
    user_id: int, wanted: "WantedBuild", *, key: str | None, session: UUID | None, api_key_id: int | None
) -> Build:
    """Store a build, and wake the function that builds when this has committed. Return the build, which is queued.

    key: Idempotency-Key; the same request with it gets the first answer. session, api_key_id: the caller's.

    Raises NotFound (SLATE_NOT_FOUND, PROJECTION_SET_NOT_FOUND, ENTRY_FILE_NOT_FOUND), Conflict (SLATE_LOCKED,
    SET_OF_OTHER_SLATE, ENTRIES_OF_OTHER_SLATE),
    TooManyRequests (BUILDS_RUNNING), and Invalid if the request names what is not there, or what arithmetic shows to be
    impossible (INFEASIBLE). Deeper conflicts end the build as failed (docs/adr/0024).
    """
    with transaction() as connection:
        lock_account(connection, user_id)
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        if key is None:
            return _create(connection, user_id, wanted)
        return once(
            connection,
            user_id,
            key,
            wanted,
            Build,
            lambda: _create(connection, user_id, wanted),
            about="build lineups ",
        )


def cancel_build(user_id: int, build_id: int, *, session: UUID | None, api_key_id: int | None) -> Build:
    """Cancel a build, and return it. What is found stays. A running one ends after the lineups at hand.

    Raises NotFound (BUILD_NOT_FOUND), and Conflict (BUILD_NOT_RUNNING) if it has ended.
    """
    with transaction() as connection:
        hold_caller(connection, user_id, session=session, api_key_id=api_key_id)
        build = queries.hold_own(connection, build_id, user_id)
        if build is None:
            raise unknown_build()
        if build.ended_at is not None:
            raise not_running()
        if build.state == "queued":
            queries.end(connection, build_id, "cancelled", at=clock.now())
            agenda.drop(connection, FUNCTION, work_key(build_id))
        else:
            queries.request_cancel(connection, build_id)
        changed = queries.find(connection, build_id, user_id)
    if changed is None:
        raise unknown_build()
    return build_of(changed)


def work_key(build_id: int) -> str:
    """Return the key of a build on the agenda."""
    return f"build:{build_id}"


def _create(connection: Connection, user_id: int, wanted: "WantedBuild") -> Build:
    slate = slates.slate(connection, wanted.slate_id, user_id)
    at = clock.now()
    games = slates.games_of(connection, slate.id)
    begun = [has_begun(game.state, game.starts_at, at) for game in games]
    if any(begun) if wanted.late_swap_file_id is None else all(begun):
        raise locked_slate()
    chosen = projections.projection_set(connection, wanted.projection_set_id, user_id, slate_id=slate.id)
    if queries.running(connection, user_id) >= MOST_RUNNING:
        raise too_many_running()
    _check_excluded(connection, user_id, wanted)
    entries = entries_of(connection, wanted, user_id, at)
    ask(
        wanted,
        FORMATS[slate.format],
        slates.players_of(connection, slate.id),
        projections.projections_of(connection, chosen.id),
        entries=entries,
        at=at,
    )
    build_id = queries.insert(
        connection,
        user_id=user_id,
        slate_id=slate.id,
        set_id=chosen.id,
        file_id=wanted.late_swap_file_id,
        is_dry_run=wanted.dry_run,
        settings=wanted.model_dump(mode="json"),
        seed=wanted.seed if wanted.seed is not None else secrets.randbelow(2**31),
        wanted=wanted.count if entries is None else len(entries),
        at=at,
    )
    agenda.put(connection, FUNCTION, work_key(build_id), at, {"build": build_id})
    agenda.wake(connection, FUNCTION)
    stored = queries.find(connection, build_id, user_id)
    if stored is None:
        raise unknown_build()
    return build_of(stored)


def _check_excluded(connection: Connection, user_id: int, wanted: "WantedBuild") -> None:
    """Raise Invalid unless the excluded builds are the user's, of the slate, and not too large."""
    own = queries.builds_of(connection, user_id, wanted.slate_id, wanted.exclude_builds)
    problems = [
        FieldError(f"exclude_builds[{index}]", "not a build of yours for this slate")
        for index, build in enumerate(wanted.exclude_builds)
        if build not in own
    ]
    taken = queries.lineups_of_builds(connection, user_id, wanted.slate_id, own, MOST_EXCLUDED + 1)
    if len(taken) > MOST_EXCLUDED:
        problems.append(too_many_excluded())
    if problems:
        raise invalid_build(problems)
