"""Who may see a league, and who may do what in it. Every use case of fantasy asks here."""

from dataclasses import dataclass
from uuid import UUID

from pickvs.accounts.presence import hold_caller
from pickvs.core.database import Connection
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.errors import not_permitted, not_the_owner, unknown_constructor, unknown_league
from pickvs.fantasy.leagues.queries import LeagueRole, LeagueRow, LockedLeague
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.roster.queries import ConstructorRow

COMMISSIONER: tuple[LeagueRole, ...] = ("commissioner",)
COMMISSIONERS: tuple[LeagueRole, ...] = ("commissioner", "co_commissioner")

_WORDS = {COMMISSIONER: "the commissioner", COMMISSIONERS: "the commissioner or a co-commissioner"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts: a user by a session, or by an API key. session is None for a key, and the other way round."""

    user_id: int
    session: UUID | None = None
    api_key_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A league that the caller may see. role: None for a spectator of a public league, signed in or not."""

    league: LeagueRow
    role: LeagueRole | None

    @property
    def is_led_by_caller(self) -> bool:
        """Whether the caller is its commissioner or a co-commissioner."""
        return self.role in COMMISSIONERS


@dataclass(frozen=True, slots=True)
class Held:
    """A league whose row the transaction has locked, as the caller sees it."""

    league: LeagueRow
    locked: LockedLeague
    role: LeagueRole | None


def look(connection: Connection, user_id: int | None, league_id: int) -> Seen:
    """Return a league for who may see it: everybody if it is public, else its members.

    user_id: None for who is not signed in. Raises NotFound (LEAGUE_NOT_FOUND).
    """
    league = queries.find_league(connection, league_id)
    role = None if user_id is None else members.role_of(connection, league_id, user_id)
    if league is None or (league.visibility == "private" and role is None):
        raise unknown_league()
    return Seen(league, role)


def look_at_constructor(
    connection: Connection, user_id: int | None, constructor_id: int
) -> tuple[Seen, ConstructorRow]:
    """Return a constructor with its league, for who may see the league. Raises NotFound (CONSTRUCTOR_NOT_FOUND)."""
    constructor = members.find_constructor(connection, constructor_id)
    league = None if constructor is None else queries.find_league(connection, constructor.league_id)
    if constructor is None or league is None:
        raise unknown_constructor()
    role = None if user_id is None else members.role_of(connection, league.id, user_id)
    if league.visibility == "private" and role is None:
        raise unknown_constructor()
    return Seen(league, role), constructor


def own_constructor(connection: Connection, user_id: int, constructor_id: int) -> tuple[Seen, ConstructorRow]:
    """Return a constructor that plays, for its owner.

    Raises NotFound (CONSTRUCTOR_NOT_FOUND) for who may not see it, and Forbidden (CONSTRUCTOR_OWNER_REQUIRED) for any
    other who is not its owner, and for the owner of one that has retired.
    """
    seen, constructor = look_at_constructor(connection, user_id, constructor_id)
    if constructor.user_id != user_id or constructor.retired_at is not None:
        raise not_the_owner()
    return seen, constructor


def hold_own_constructor(connection: Connection, user_id: int, constructor_id: int) -> Seen:
    """Return the league of a constructor that plays, for its owner. Keeps the constructor until the transaction ends.

    Raises what `own_constructor` raises, also if the constructor is being removed from a league that forms.
    """
    seen, _ = own_constructor(connection, user_id, constructor_id)
    if not members.hold_constructor(connection, constructor_id):
        raise unknown_constructor()
    return seen


def hold(connection: Connection, caller: Caller) -> None:
    """Keep the caller's account and session or key until the transaction ends. Raises Unauthenticated."""
    hold_caller(connection, caller.user_id, session=caller.session, api_key_id=caller.api_key_id)


def lock(connection: Connection, caller: Caller, league_id: int) -> Held:
    """Lock a league for a change by somebody who may see it. Raises NotFound and Unauthenticated."""
    hold(connection, caller)
    locked = queries.lock_league(connection, league_id)
    if locked is None:
        raise unknown_league()
    seen = look(connection, caller.user_id, league_id)
    return Held(seen.league, locked, seen.role)


def lock_as(connection: Connection, caller: Caller, league_id: int, roles: tuple[LeagueRole, ...]) -> Held:
    """Lock a league for a change that needs one of these roles: COMMISSIONER or COMMISSIONERS.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED) for others who may see the league, NotFound and Unauthenticated.
    """
    held = lock(connection, caller, league_id)
    require(held.role, roles)
    return held


def require(role: LeagueRole | None, roles: tuple[LeagueRole, ...]) -> None:
    """Raise Forbidden (LEAGUE_ROLE_REQUIRED) unless the role is one of these."""
    if role not in roles:
        raise not_permitted(_WORDS[roles])


def require_member(role: LeagueRole | None) -> None:
    """Raise Forbidden (LEAGUE_ROLE_REQUIRED) for a spectator."""
    if role is None:
        raise not_permitted("a member")
