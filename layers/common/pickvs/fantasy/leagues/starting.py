"""Starting a league: its settings freeze, its seed is shown, and the groups follow from it."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.access import COMMISSIONER, Caller, hold, lock_as, look, require
from pickvs.fantasy.leagues.grouping import PoolTooSmall, split
from pickvs.fantasy.leagues.pools import most_of_a_draft
from pickvs.fantasy.leagues.queries import LeagueRow
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import FEWEST, may_start
from pickvs.fantasy.leagues.schemas import LeagueGroup, StartedLeague
from pickvs.fantasy.leagues.season.service import put_on_board
from pickvs.fantasy.leagues.seeds import base_order
from pickvs.fantasy.leagues.showing import seen
from pickvs.fantasy.leagues.telling.service import Message, tell
from pickvs.fantasy.leagues.waking import look_after
from pickvs.idempotency.service import once


def start_league(caller: Caller, league_id: int, key: str | None = None) -> StartedLeague:
    """Start a league by hand. key: an Idempotency-Key; the same request with it gets the first answer.

    Raises NotFound (LEAGUE_NOT_FOUND), Forbidden (LEAGUE_ROLE_REQUIRED), and Conflict (LEAGUE_STARTED,
    TOO_FEW_CONSTRUCTORS, POOL_UNKNOWN, POOL_TOO_SMALL).
    """

    def begin() -> StartedLeague:
        held = lock_as(connection, caller, league_id, COMMISSIONER)
        at = clock.now()
        if held.locked.state != "forming":
            raise Conflict("LEAGUE_STARTED", "This league has started already.")
        groups = start(connection, held.league, held.locked.seed, at, by=caller.user_id)
        look_after(connection, league_id, at)
        return StartedLeague(
            league=seen(connection, caller.user_id, league_id),
            groups=[LeagueGroup(number=number, base_order=order) for number, order in enumerate(groups, 1)],
        )

    with transaction() as connection:
        hold(connection, caller)
        require(look(connection, caller.user_id, league_id).role, COMMISSIONER)
        about = f"start of league {league_id}"
        return once(connection, caller.user_id, key, None, StartedLeague, begin, about=about)


def start(connection: Connection, league: LeagueRow, seed: bytes, at: datetime, *, by: int | None) -> list[list[int]]:
    """Start a league that forms and whose row is locked, and return its groups in base order.

    by: the commissioner; None for the league itself. Raises Conflict (TOO_FEW_CONSTRUCTORS, POOL_UNKNOWN,
    POOL_TOO_SMALL).
    """
    constructors = [each.id for each in members.constructors_of(connection, league.id) if each.retired_at is None]
    if not may_start(len(constructors)):
        raise Conflict("TOO_FEW_CONSTRUCTORS", f"A league starts with at least {FEWEST} constructors. Invite somebody.")
    most = most_of_a_draft(connection, league)
    if most is None:
        raise Conflict("POOL_UNKNOWN", "Nobody is entered in an event of the season yet. Start the league later.")
    try:
        groups = split(base_order(seed, constructors), most)
    except PoolTooSmall:
        raise Conflict("POOL_TOO_SMALL", "The events have too few entries for these rounds. Ask for fewer.") from None
    numbers = {each: number for number, group in enumerate(groups, 1) for each in group}
    members.set_groups(connection, numbers)
    queries.start_league(connection, league.id, at)
    put_on_board(connection, league.id)
    queries.append(connection, league.id, at, "started", user_id=by, groups=groups)
    tell(connection, league.id, [Message("league.started", f"league:{league.id}:started", {})], at=at)
    return groups
