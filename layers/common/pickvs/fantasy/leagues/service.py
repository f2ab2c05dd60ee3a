"""Showing leagues, and changing their settings.

A league that the caller may not see is as unknown as one that does not exist: every function that takes a league's id
raises NotFound (LEAGUE_NOT_FOUND). Every function that stores something raises Unauthenticated if the account, the
session or the key has ended.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.encoding import as_plain
from pickvs.core.errors import Conflict, FieldError, Invalid
from pickvs.core.paging import NEWEST, read_cursor, write_cursor
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.access import COMMISSIONER, COMMISSIONERS, Caller, lock_as, look, require_member
from pickvs.fantasy.leagues.errors import bad_name, league_name_taken
from pickvs.fantasy.leagues.finding import queries as finding
from pickvs.fantasy.leagues.names import BadName, beginnings, name_key, team_name
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import LEAGUES_PER_USER_MAX, Settings, frozen_changes
from pickvs.fantasy.leagues.schemas import League, Leagues, Log, LogLine
from pickvs.fantasy.leagues.showing import seen, shown
from pickvs.fantasy.leagues.waking import look_after

if TYPE_CHECKING:
    from pickvs.fantasy.leagues.requests import WantedSettings

MOST_LISTED = 500
"""Maximum number of a user's leagues that are listed: those of some seasons."""


def list_leagues(*, q: str | None, season: int | None, open_only: bool, limit: int, cursor: str | None) -> Leagues:
    """Return a page of the public leagues, the newest first.

    q: how words of a league's name begin, in any order. Without a word in it, no league is found. open_only: those with
    room for another constructor. Raises Invalid (INVALID_CURSOR).
    """
    before = NEWEST if cursor is None else int(read_cursor(cursor, int)[0])
    words = None if q is None else beginnings(q)
    if words == "":
        return Leagues(leagues=[], next_cursor=None)
    with transaction() as connection:
        rows = finding.public_leagues(
            connection,
            words=words,
            season=season,
            open_only=open_only,
            before=before,
            limit=limit + 1,
        )
    page = rows[:limit]
    return Leagues(
        leagues=[shown(row, None) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def list_own_leagues(user_id: int) -> Leagues:
    """Return all leagues that the user is a member of, the newest first."""
    with transaction(snapshot=True) as connection:
        rows = queries.leagues_of(connection, user_id, MOST_LISTED)
        roles = members.roles_of(connection, user_id)
        return Leagues(leagues=[shown(row, roles[row.id]) for row in rows], next_cursor=None)


def show_league(user_id: int | None, league_id: int) -> League:
    """Return a league. user_id: None for who is not signed in."""
    with transaction(snapshot=True) as connection:
        return seen(connection, user_id, league_id)


def change_settings(caller: Caller, league_id: int, wanted: "WantedSettings") -> League:
    """Change settings of a league.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED), Invalid (INVALID_VALUE), and Conflict (LEAGUE_NAME_TAKEN, LEAGUE_FROZEN)
    for settings that are frozen since the start, which the error names.
    """
    with transaction() as connection:
        held = lock_as(connection, caller, league_id, COMMISSIONERS)
        known = held.league.settings
        settings = wanted.settings(known)
        frozen = frozen_changes(known, settings, held.locked.state)
        if frozen:
            raise Conflict(
                "LEAGUE_FROZEN",
                "These settings are frozen since the league's start; see settings.",
                extra={"settings": frozen},
            )
        if settings.max_constructors < held.league.constructors:
            raise invalid_setting(
                "max_constructors", f"must be at least {held.league.constructors}: so many are in the league"
            )
        changed = _changed(known, settings)
        if changed:
            table = table_id(connection, held.league.sport, settings)
            columns = queries.columns_of(settings, name_key(settings.name), table)
            if not queries.update_league(connection, league_id, columns):
                raise league_name_taken()
            at = clock.now()
            queries.append(connection, league_id, at, "settings_changed", user_id=caller.user_id, settings=changed)
            look_after(connection, league_id, at)
        return seen(connection, caller.user_id, league_id)


def delete_league(caller: Caller, league_id: int) -> None:
    """Cancel a league that forms. From then on nobody sees it, and its name is free.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED), and Conflict (LEAGUE_STARTED).
    """
    with transaction() as connection:
        held = lock_as(connection, caller, league_id, COMMISSIONER)
        if held.locked.state != "forming":
            raise Conflict("LEAGUE_STARTED", "A league that has started stays for its members. Hand it over instead.")
        queries.append(connection, league_id, clock.now(), "cancelled", user_id=caller.user_id)
        queries.set_state(connection, league_id, "cancelled")


def show_log(user_id: int, league_id: int, *, limit: int, cursor: str | None) -> Log:
    """Return a page of a league's log, the newest line first. For members alone. Raises Invalid (INVALID_CURSOR)."""
    before = NEWEST if cursor is None else int(read_cursor(cursor, int)[0])
    with transaction(snapshot=True) as connection:
        found = look(connection, user_id, league_id)
        require_member(found.role)
        rows = queries.lines_of(connection, league_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return Log(
        lines=[LogLine.of(row, details=row.payload) for row in page],
        next_cursor=write_cursor(page[-1].seq) if len(rows) > limit else None,
    )


def read_team_name(text: str) -> str:
    """Return a constructor's name as it is stored. Raises Invalid (INVALID_VALUE)."""
    try:
        return team_name(text)
    except BadName as error:
        raise bad_name("team_name", error) from None


def refuse_another_league(connection: Connection, user_id: int) -> None:
    """Raise Conflict if the user is in as many leagues as permitted. The user's account must be locked."""
    if members.count_leagues_of(connection, user_id) >= LEAGUES_PER_USER_MAX:
        raise Conflict("TOO_MANY_LEAGUES", f"You are in {LEAGUES_PER_USER_MAX} leagues that go on; leave one first.")


def table_id(connection: Connection, sport: str, settings: Settings) -> int:
    """Return the id of the scoring table that settings name. Raises Invalid (INVALID_VALUE)."""
    found = queries.table_id(connection, sport, settings.table)
    if found is None:
        raise invalid_setting("table", "must be the name and version, or the id, of a scoring table of the sport")
    return found


def _changed(known: Settings, settings: Settings) -> dict[str, Any]:
    """Return the settings that differ, as JSON for the log."""
    before, after = asdict(known), asdict(settings)
    changed: dict[str, Any] = as_plain({name: value for name, value in after.items() if before[name] != value})
    return changed


def invalid_setting(field: str, message: str) -> Invalid:
    """Return the error for a setting that is not to be had."""
    return Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (FieldError(field, message),))
