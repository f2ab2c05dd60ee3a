"""Joining a league by click or by invitation, and taking over its head."""

from typing import TYPE_CHECKING

from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import lock_account, require_session
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid, NotFound
from pickvs.fantasy.leagues import queries as leagues
from pickvs.fantasy.leagues.access import Caller, look
from pickvs.fantasy.leagues.config import codes_per_address
from pickvs.fantasy.leagues.errors import code_refused, unknown_league
from pickvs.fantasy.leagues.invitations import queries
from pickvs.fantasy.leagues.invitations.queries import InvitationRow
from pickvs.fantasy.leagues.invitations.rules import digest
from pickvs.fantasy.leagues.invitations.service import unknown_invitation
from pickvs.fantasy.leagues.members.joining import enter
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.schemas import Constructor, League
from pickvs.fantasy.leagues.service import read_team_name, refuse_another_league
from pickvs.fantasy.leagues.showing import seen, shown_constructor
from pickvs.fantasy.leagues.telling.service import Message, tell
from pickvs.idempotency.service import Done, once

if TYPE_CHECKING:
    from pickvs.fantasy.leagues.invitations.requests import Acceptance, Refusal, WantedEntry

TRIES = "league-code"
"""Name under which attempts to join by a code are counted."""


def join_league(
    caller: Caller, league_id: int, wanted: "WantedEntry", address: str, key: str | None = None
) -> Constructor:
    """Join a public league by click, or any league by a code.

    address: the caller's network address, by which attempts with a code are counted. key: an Idempotency-Key; the same
    request with it gets the first answer.

    Raises NotFound (LEAGUE_NOT_FOUND) without a code for a league that is private, Forbidden (CODE_REFUSED) with one
    that does not lead into this league, whether it exists or not, TooManyRequests, Invalid (INVALID_VALUE), Conflict as
    `members.joining.enter` does, and Conflict (TOO_MANY_LEAGUES).
    """
    if wanted.code is not None:
        limits.admit_place(TRIES, address, codes_per_address())
    name = read_team_name(wanted.team_name)

    def join(connection: Connection) -> Constructor:
        invitation_id = None
        if wanted.code is not None:
            found = queries.find_by_code(connection, digest(wanted.code), clock.now())
            if found is None or found.league_id != league_id:
                raise code_refused()
            invitation_id = found.id
        return _enter(connection, caller.user_id, league_id, name, invitation_id)

    with transaction() as connection:
        _begin(connection, caller)
        about = f"entry into league {league_id}"
        return once(connection, caller.user_id, key, wanted, Constructor, lambda: join(connection), about=about)


def accept_invitation(caller: Caller, wanted: "Acceptance", address: str, key: str | None = None) -> League:
    """Join the league of an invitation, or lead it, if it is a hand-over.

    key: an Idempotency-Key; the same request with it gets the first answer, of who may still see the league.

    Raises Forbidden (CODE_REFUSED), NotFound (INVITATION_NOT_FOUND) for an id that is not of the caller's invitations,
    TooManyRequests, Invalid (INVALID_VALUE), Conflict as `members.joining.enter` does, and Conflict (TOO_MANY_LEAGUES).
    """
    if wanted.code is not None:
        limits.admit_place(TRIES, address, codes_per_address())
    name = None if wanted.team_name is None else read_team_name(wanted.team_name)

    def accept(connection: Connection) -> League:
        found = _found(connection, caller.user_id, wanted)
        if found.kind == "handover":
            _take_over(connection, caller.user_id, found)
        elif name is None:
            problem = FieldError("team_name", "must name the new constructor")
            raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))
        else:
            _enter(connection, caller.user_id, found.league_id, name, found.id)
        return seen(connection, caller.user_id, found.league_id)

    with transaction() as connection:
        _begin(connection, caller)
        league = once(
            connection, caller.user_id, key, wanted, League, lambda: accept(connection), about="accepted invitation"
        )
        try:
            look(connection, caller.user_id, league.id)  # a key outlives a membership
        except NotFound:
            raise unknown_invitation() from None
        return league


def decline_invitation(caller: Caller, wanted: "Refusal", key: str | None = None) -> None:
    """Decline an invitation of the caller. Raises NotFound (INVITATION_NOT_FOUND).

    key: an Idempotency-Key; the same request with it does nothing more.
    """

    def decline(connection: Connection) -> Done:
        at = clock.now()
        found = _own(connection, caller.user_id, wanted.invitation_id)
        leagues.lock_league(connection, found.league_id)
        queries.revoke(connection, found.id, at)
        kind = "handover_declined" if found.kind == "handover" else "invitation_declined"
        leagues.append(connection, found.league_id, at, kind, user_id=caller.user_id)
        return Done()

    with transaction() as connection:
        _begin(connection, caller)
        once(connection, caller.user_id, key, wanted, Done, lambda: decline(connection), about="declined invitation")


def _begin(connection: Connection, caller: Caller) -> None:
    lock_account(connection, caller.user_id)
    require_session(connection, caller.user_id, caller.session)


def _found(connection: Connection, user_id: int, wanted: "Acceptance") -> InvitationRow:
    if wanted.code is None:
        return _own(connection, user_id, wanted.invitation_id or 0)
    found = queries.find_by_code(connection, digest(wanted.code), clock.now())
    if found is None:
        raise code_refused()
    return found


def _own(connection: Connection, user_id: int, invitation_id: int) -> InvitationRow:
    for row in queries.invitations_of_user(connection, user_id, clock.now()):
        if row.id == invitation_id:
            return row
    raise unknown_invitation()


def _enter(connection: Connection, user_id: int, league_id: int, name: str, invitation_id: int | None) -> Constructor:
    """Put the user into a league. The user's account must be locked."""
    locked = leagues.lock_league(connection, league_id)
    at = clock.now()
    # Looked up again behind the lock: somebody may have used it up, revoked it, or closed the league meanwhile.
    if invitation_id is not None and queries.find_invitation(connection, invitation_id, at) is None:
        raise code_refused()
    league = leagues.find_league(connection, league_id)
    if locked is None or league is None or (invitation_id is None and league.visibility == "private"):
        raise unknown_league()
    refuse_another_league(connection, user_id)
    constructor_id = enter(connection, league, user_id, name, at)
    if invitation_id is not None:
        queries.use(connection, invitation_id)
    made = members.find_constructor(connection, constructor_id)
    if made is None:
        raise AssertionError("a constructor that was just made exists")
    return shown_constructor(made)


def _take_over(connection: Connection, user_id: int, offer: InvitationRow) -> None:
    """Make the user the commissioner. The former one becomes a co-commissioner."""
    league_id = offer.league_id
    leagues.lock_league(connection, league_id)
    at = clock.now()
    if queries.find_invitation(connection, offer.id, at) is None:
        raise unknown_invitation()
    if members.role_of(connection, league_id, user_id) is None:
        raise unknown_invitation()
    for member in members.members_of(connection, league_id):
        if member.role == "commissioner":
            members.set_role(connection, league_id, member.user_id, "co_commissioner")
    members.set_role(connection, league_id, user_id, "commissioner")
    queries.use(connection, offer.id)
    leagues.append(connection, league_id, at, "handed_over", user_id=user_id)
    cause = f"league:{league_id}:handed-over:{offer.id}"
    tell(connection, league_id, [Message("league.handed_over", cause, {}, but=[user_id])], at=at)
