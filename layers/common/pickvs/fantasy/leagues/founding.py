"""Founding leagues. Apart from the other use cases, because only this one reads what a repeat is compared with."""

import secrets
from typing import TYPE_CHECKING

from pickvs.accounts.presence import lock_account, require_session
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.access import Caller
from pickvs.fantasy.leagues.errors import league_name_taken
from pickvs.fantasy.leagues.names import name_key
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import Settings
from pickvs.fantasy.leagues.schemas import League
from pickvs.fantasy.leagues.seeds import SEED_BYTES, commitment
from pickvs.fantasy.leagues.service import invalid_setting, read_team_name, refuse_another_league, table_id
from pickvs.fantasy.leagues.showing import seen
from pickvs.fantasy.leagues.waking import look_after
from pickvs.idempotency.service import once

if TYPE_CHECKING:
    from pickvs.fantasy.leagues.requests import WantedLeague


def found_league(caller: Caller, wanted: "WantedLeague", key: str | None = None) -> League:
    """Found a league, with the caller as its commissioner and first constructor. Its seed is drawn and committed to.

    key: an Idempotency-Key; the same request with it gets the first answer.

    Raises Invalid (INVALID_VALUE) for settings, names, a season or a scoring table that is not to be had, and Conflict
    (LEAGUE_NAME_TAKEN, TOO_MANY_LEAGUES).
    """
    settings = wanted.settings()
    name = read_team_name(wanted.team_name)
    with transaction() as connection:
        lock_account(connection, caller.user_id)
        require_session(connection, caller.user_id, caller.session)
        return once(
            connection,
            caller.user_id,
            key,
            wanted,
            League,
            lambda: _founded(connection, caller, wanted, settings, name),
            about="league",
        )


def _founded(connection: Connection, caller: Caller, wanted: "WantedLeague", settings: Settings, name: str) -> League:
    seed = secrets.token_bytes(SEED_BYTES)
    refuse_another_league(connection, caller.user_id)
    at = clock.now()
    if wanted.season not in events.seasons(connection, wanted.sport):
        raise invalid_setting("season", "must be a season of the sport whose schedule is known")
    table = table_id(connection, wanted.sport, settings)
    league_id = queries.insert_league(
        connection,
        wanted.sport,
        wanted.season,
        queries.columns_of(settings, name_key(settings.name), table),
        seed=seed,
        seed_sha256=commitment(seed),
        at=at,
    )
    if league_id is None:
        raise league_name_taken()
    seq = queries.append(connection, league_id, at, "founded", user_id=caller.user_id)
    members.insert_member(connection, league_id, caller.user_id, "commissioner", at)
    constructor_id = members.insert_constructor(
        connection, league_id, caller.user_id, name=name, key=name_key(name), group=None, at=at
    )
    if constructor_id is None:
        raise AssertionError("a new league has no other constructor")
    queries.append_name(connection, league_id, seq, constructor_id, name)
    look_after(connection, league_id, at)
    return seen(connection, caller.user_id, league_id)
