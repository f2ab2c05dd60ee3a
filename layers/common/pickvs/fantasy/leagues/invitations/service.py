"""Making invitations, and ending them. `accepting` is a module of its own, because only it lets somebody in."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pickvs.accounts.presence import hold_account
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, NotFound
from pickvs.fantasy.leagues import queries as leagues
from pickvs.fantasy.leagues.access import COMMISSIONER, COMMISSIONERS, Caller, Held, hold, lock_as, look, require
from pickvs.fantasy.leagues.errors import unknown_member, unknown_user
from pickvs.fantasy.leagues.invitations import queries
from pickvs.fantasy.leagues.invitations.queries import InvitationRow
from pickvs.fantasy.leagues.invitations.rules import ALPHABET, CODE_LENGTH, LIFE, MOST_CODES, digest, write_code
from pickvs.fantasy.leagues.invitations.schemas import (
    LeagueInvitation,
    LeagueInvitations,
    OwnInvitation,
    OwnInvitations,
)
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import CHANGEABLE
from pickvs.fantasy.leagues.telling.service import Message, tell
from pickvs.idempotency.service import once
from pickvs.notices.rules import EXPIRES_AT

if TYPE_CHECKING:
    from pickvs.fantasy.leagues.invitations.requests import WantedHandover, WantedInvitation


def invite(caller: Caller, league_id: int, wanted: "WantedInvitation", key: str | None = None) -> LeagueInvitation:
    """Invite a user, an e-mail address, or whoever gets the code that is shown once.

    An address gets no mail: whoever has confirmed it is told as a user, and finds the invitation. Whether anybody has
    is not shown. key: an Idempotency-Key; the same request with it gets the first answer, without its code, which is
    stored nowhere.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED), NotFound (LEAGUE_NOT_FOUND, USER_NOT_FOUND), and Conflict (TOO_MANY_CODES,
    LEAGUE_OVER, ALREADY_MEMBER).
    """
    code = None if wanted.is_for_somebody else "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    shown: list[str] = []

    def make() -> LeagueInvitation:
        if code is None:
            return _invited(connection, caller, league_id, wanted)
        shown.append(write_code(code))
        return _with_code(connection, caller, league_id, wanted, code)

    with transaction() as connection:
        hold(connection, caller)
        require(look(connection, caller.user_id, league_id).role, COMMISSIONERS)
        about = f"invitation into league {league_id}"
        made = once(connection, caller.user_id, key, wanted, LeagueInvitation, make, about=about)
    return replace(made, code=next(iter(shown), None))


def offer_leadership(
    caller: Caller, league_id: int, wanted: "WantedHandover", key: str | None = None
) -> LeagueInvitation:
    """Offer a member to lead the league. It is handed over when the member accepts.

    key: an Idempotency-Key; the same request with it gets the first answer.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED) unless the caller is the commissioner, NotFound (LEAGUE_NOT_FOUND,
    MEMBER_NOT_FOUND), and Conflict (COMMISSIONER_ALREADY).
    """

    def offer() -> LeagueInvitation:
        heir = members.find_user(connection, wanted.username)
        if heir is None or members.role_of(connection, league_id, heir) is None:
            raise unknown_member()
        hold_account(connection, heir)
        lock_as(connection, caller, league_id, COMMISSIONER)
        if members.role_of(connection, league_id, heir) is None:
            raise unknown_member()
        if heir == caller.user_id:
            raise Conflict("COMMISSIONER_ALREADY", "You lead this league already.")
        at = clock.now()
        expires_at = at + LIFE
        made = queries.insert_invitation(
            connection, league_id, "handover", by=caller.user_id, at=at, expires_at=expires_at, user_id=heir
        )
        leagues.append(connection, league_id, at, "handover_offered", user_id=caller.user_id, subject_id=heir)
        data = {"invitation_id": made, EXPIRES_AT: expires_at}
        told = Message("league.handover_offered", f"invitation:{made}", data, [heir])
        tell(connection, league_id, [told], at=at)
        return _shown(_present(connection, made, at))

    with transaction() as connection:
        hold(connection, caller)
        require(look(connection, caller.user_id, league_id).role, COMMISSIONER)
        about = f"hand-over of league {league_id}"
        return once(connection, caller.user_id, key, wanted, LeagueInvitation, offer, about=about)


def list_invitations(user_id: int, league_id: int) -> LeagueInvitations:
    """Return the invitations of a league that live. Raises Forbidden (LEAGUE_ROLE_REQUIRED)."""
    with transaction(snapshot=True) as connection:
        require(look(connection, user_id, league_id).role, COMMISSIONERS)
        rows = queries.invitations_of_league(connection, league_id, clock.now())
    return LeagueInvitations(invitations=[_shown(row) for row in rows])


def list_own_invitations(user_id: int) -> OwnInvitations:
    """Return the invitations of the user that live, by name or by confirmed e-mail address."""
    with transaction(snapshot=True) as connection:
        rows = queries.invitations_of_user(connection, user_id, clock.now())
    return OwnInvitations(invitations=[OwnInvitation.of(row) for row in rows])


def revoke_invitation(caller: Caller, invitation_id: int) -> None:
    """End an invitation of a league that the caller leads.

    Raises NotFound (INVITATION_NOT_FOUND), also for who is no commissioner of its league.
    """
    with transaction() as connection:
        hold(connection, caller)
        found = queries.find_invitation(connection, invitation_id, clock.now())
        role = None if found is None else members.role_of(connection, found.league_id, caller.user_id)
        if found is None or role is None:
            raise unknown_invitation()
        require(role, COMMISSIONERS)
        lock_as(connection, caller, found.league_id, COMMISSIONERS)
        at = clock.now()
        queries.revoke(connection, invitation_id, at)
        leagues.append(
            connection, found.league_id, at, "invitation_revoked", user_id=caller.user_id, invitation_id=invitation_id
        )


def unknown_invitation() -> NotFound:
    """Return the error for an invitation that does not live, or that the caller may not see."""
    return NotFound("INVITATION_NOT_FOUND", "There is no such invitation, or it has ended.")


def _invited(connection: Connection, caller: Caller, league_id: int, wanted: "WantedInvitation") -> LeagueInvitation:
    """Invite the user or the address that is named."""
    guest = None
    if wanted.username is not None:
        guest = members.find_user(connection, wanted.username)
        if guest is None:
            raise unknown_user()
        hold_account(connection, guest)
    _refuse_over(lock_as(connection, caller, league_id, COMMISSIONERS))
    at = clock.now()
    expires_at = at + timedelta(days=wanted.expires_in_days)
    if guest is not None:
        if members.role_of(connection, league_id, guest) is not None:
            raise Conflict("ALREADY_MEMBER", "This user is in the league already.")
        made = queries.insert_invitation(
            connection, league_id, "user", by=caller.user_id, at=at, expires_at=expires_at, user_id=guest
        )
    else:
        address = (wanted.email or "").lower()
        guest = queries.find_guest(connection, address)
        made = queries.insert_invitation(
            connection, league_id, "email", by=caller.user_id, at=at, expires_at=expires_at, address=address
        )
    leagues.append(connection, league_id, at, "invited", user_id=caller.user_id, invitation_id=made)
    if guest is not None:
        data = {"invitation_id": made, EXPIRES_AT: expires_at}
        told = Message("league.invited", f"invitation:{made}", data, [guest])
        tell(connection, league_id, [told], at=at)
    return _shown(_present(connection, made, at))


def _with_code(
    connection: Connection, caller: Caller, league_id: int, wanted: "WantedInvitation", code: str
) -> LeagueInvitation:
    """Invite whoever gets the code, and return the invitation without it."""
    _refuse_over(lock_as(connection, caller, league_id, COMMISSIONERS))
    at = clock.now()
    living = queries.invitations_of_league(connection, league_id, at)
    if sum(each.kind == "code" for each in living) >= MOST_CODES:
        raise Conflict("TOO_MANY_CODES", f"{MOST_CODES} codes of this league live already; revoke one first.")
    made = queries.insert_invitation(
        connection,
        league_id,
        "code",
        by=caller.user_id,
        at=at,
        expires_at=at + timedelta(days=wanted.expires_in_days),
        max_uses=wanted.max_uses,
        digest=digest(code),
    )
    leagues.append(connection, league_id, at, "code_made", user_id=caller.user_id, invitation_id=made)
    return _shown(_present(connection, made, at))


def _present(connection: Connection, invitation_id: int, at: datetime) -> InvitationRow:
    found = queries.find_invitation(connection, invitation_id, at)
    if found is None:
        raise AssertionError("an invitation that was just made lives")
    return found


def _refuse_over(held: Held) -> None:
    if held.locked.state not in CHANGEABLE:
        raise Conflict("LEAGUE_OVER", "This league is over. Found another one.")


def _shown(row: InvitationRow) -> LeagueInvitation:
    return LeagueInvitation.of(row, code=None)
