"""Who may do what in a private league: every use case, tried by everybody who may come along.

For strangers a private league, its constructors and its drafts do not exist, whatever they try.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from pickvs.core import clock
from pickvs.core.errors import Forbidden, NotFound, RequestError
from pickvs.fantasy.drafts import service as drafts
from pickvs.fantasy.drafts.requests import (
    WantedClock,
    WantedOrder,
    WantedPick,
    WantedQueue,
    WantedReason,
    WantedSwap,
    WantedUndo,
)
from pickvs.fantasy.drafts.showing import queue as queues
from pickvs.fantasy.drafts.showing import service as showing
from pickvs.fantasy.leagues import service as leagues
from pickvs.fantasy.leagues import starting
from pickvs.fantasy.leagues.access import Caller
from pickvs.fantasy.leagues.invitations import accepting
from pickvs.fantasy.leagues.invitations import service as invitations
from pickvs.fantasy.leagues.invitations.requests import WantedEntry, WantedHandover, WantedInvitation
from pickvs.fantasy.leagues.members import service as members
from pickvs.fantasy.leagues.requests import WantedConstructor, WantedRole, WantedSettings
from tests.support.alarms import watch_alarms
from tests.support.databases import Databases
from tests.support.leagues import ADDRESS, FIRST_OPENING, FOUNDED, Paddock

AT = FIRST_OPENING + timedelta(minutes=1)
WHY = "a good reason"
PEOPLE = ("stranger", "member", "owner", "co_commissioner", "commissioner")


@dataclass(frozen=True)
class Club:
    """A private league of four constructors whose first draft is open. `owner` has the constructor on turn."""

    paddock: Paddock
    league: int
    draft: int
    event: int
    constructor: int
    people: dict[str, Caller]

    def as_(self, who: str) -> Caller:
        return self.people[who]


@pytest.fixture(scope="module")
def club(databases: Databases) -> Iterator[Club]:
    with databases.fresh() as url, pytest.MonkeyPatch.context() as patch, databases.use(url, patch):
        watch_alarms(patch, "tick_drafts", "deliver_notices")
        patch.setenv("LEAGUE_CODES_PER_ADDRESS", "100000/60")
        paddock = Paddock(url)
        table = paddock.seat(4, order="manual", free_swaps=1)
        paddock.tick(FOUNDED)
        callers = [player.caller for player in table.players]
        draft = paddock.draft_of(table.league, paddock.events[0])
        order = [player.constructor for player in (table.players[2], *table.players[:2], table.players[3])]
        people = dict(zip(("commissioner", "co_commissioner", "owner", "member"), callers, strict=True))
        club = Club(
            paddock,
            table.league,
            draft,
            paddock.events[0],
            table.players[2].constructor,
            {**people, "stranger": paddock.user("stranger")},
        )
        with clock.held_at(FOUNDED):
            drafts.set_order(callers[0], draft, WantedOrder(constructors=order, reason=WHY))
            members.set_role(callers[0], table.league, "user2", WantedRole(role="co_commissioner"))
            leagues.change_settings(callers[0], table.league, WantedSettings(visibility="private"))
        paddock.tick(FIRST_OPENING)
        yield club
        paddock.close()


type Do = Callable[[Club, Caller], object]

READING: dict[str, Do] = {
    "show_league": lambda club, who: leagues.show_league(who.user_id, club.league),
    "list_constructors": lambda club, who: members.list_constructors(who.user_id, club.league),
    "list_members": lambda club, who: members.list_members(who.user_id, club.league),
    "show_constructor": lambda club, who: members.show_constructor(who.user_id, club.constructor),
    "show_log": lambda club, who: leagues.show_log(who.user_id, club.league, limit=50, cursor=None),
    "list_drafts": lambda club, who: showing.list_drafts(who.user_id, club.league),
    "show_room": lambda club, who: showing.show_room(who.user_id, club.draft, since=0, known=lambda _: False),
    "show_known_room": lambda club, who: showing.show_room(who.user_id, club.draft, since=0, known=lambda _: True),
    "show_pool": lambda club, who: showing.show_pool(who.user_id, club.draft),
    "list_drafted": lambda club, who: showing.list_drafted(who.user_id, club.constructor),
}
"""What every member may read."""

OWN: dict[str, Do] = {
    "make_pick": lambda club, who: drafts.make_pick(
        who, club.constructor, WantedPick(event_id=club.event, contestant_id=club.paddock.pool[1], expected_slot=1)
    ),
    "swap_pick": lambda club, who: drafts.swap_pick(
        who, club.constructor, pick_of(club), WantedSwap(contestant_id=club.paddock.pool[2])
    ),
    "show_queue": lambda club, who: queues.show_queue(who.user_id, club.constructor),
    "set_queue": lambda club, who: drafts.set_queue(who, club.constructor, WantedQueue(contestants=[])),
    "rename_constructor": lambda club, who: members.rename_constructor(
        who, club.constructor, WantedConstructor(team_name="Another name")
    ),
}
"""What only the owner of the constructor may do."""

LEADING: dict[str, Do] = {
    "change_settings": lambda club, who: leagues.change_settings(who, club.league, WantedSettings(description="Ours")),
    "invite": lambda club, who: invitations.invite(who, club.league, WantedInvitation()),
    "list_invitations": lambda club, who: invitations.list_invitations(who.user_id, club.league),
    "pause": lambda club, who: drafts.pause(who, club.draft, WantedReason(reason=WHY)),
    "resume": lambda club, who: drafts.resume(who, club.draft, WantedReason(reason=WHY)),
    "undo": lambda club, who: drafts.undo(who, club.draft, WantedUndo(to_slot=1, reason=WHY)),
    "change_clock": lambda club, who: drafts.change_clock(who, club.draft, WantedClock(seconds=600, reason=WHY)),
    "set_order": lambda club, who: drafts.set_order(who, club.draft, WantedOrder(constructors=[1, 2], reason=WHY)),
    "remove_member": lambda club, who: members.remove_member(who, club.league, "user1", WHY),
}
"""What a commissioner or a co-commissioner may do."""

HEADING: dict[str, Do] = {
    "start_league": lambda club, who: starting.start_league(who, club.league),
    "delete_league": lambda club, who: leagues.delete_league(who, club.league),
    "offer_leadership": lambda club, who: invitations.offer_leadership(
        who, club.league, WantedHandover(username="user3")
    ),
    "set_role": lambda club, who: members.set_role(who, club.league, "user4", WantedRole(role="member")),
}
"""What only the commissioner may do."""

PERMITTED = {
    **{name: (act, frozenset(PEOPLE) - {"stranger"}) for name, act in READING.items()},
    **{name: (act, frozenset({"owner"})) for name, act in OWN.items()},
    **{name: (act, frozenset({"co_commissioner", "commissioner"})) for name, act in LEADING.items()},
    **{name: (act, frozenset({"commissioner"})) for name, act in HEADING.items()},
}


def pick_of(club: Club) -> int:
    rows = club.paddock.rows("SELECT id FROM draft_picks WHERE constructor_id = %s", club.constructor)
    return rows[0]["id"] if rows else 1


def outcome(act: Do, club: Club, caller: Caller) -> str:
    """Return whether somebody may do something: what the state of the draft forbids is permitted to who asks."""
    try:
        with clock.held_at(AT):
            act(club, caller)
    except NotFound as error:
        return "permitted" if error.code in {"PICK_NOT_FOUND", "MEMBER_NOT_FOUND"} else "unknown"
    except Forbidden:
        return "forbidden"
    except RequestError:
        return "permitted"
    return "permitted"


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", PERMITTED)
def test_everybody_may_do_what_the_role_permits(club: Club, name: str, who: str) -> None:
    act, permitted = PERMITTED[name]
    refused = "unknown" if who == "stranger" else "forbidden"
    assert outcome(act, club, club.as_(who)) == ("permitted" if who in permitted else refused)


@pytest.mark.parametrize("name", READING)
def test_nobody_reads_a_private_league_without_signing_in(club: Club, name: str) -> None:
    assert outcome(READING[name], club, replace(club.as_("stranger"), user_id=None)) == "unknown"  # type: ignore[arg-type]


def test_a_stranger_cannot_tell_a_private_league_from_none(club: Club) -> None:
    stranger = club.as_("stranger")
    entry = WantedEntry(team_name="Team X")
    with_code = WantedEntry(team_name="Team X", code="ABCDE-FGHJK")
    said = []
    for league in (club.league, 999_999):
        for body in (entry, with_code):
            with pytest.raises(RequestError) as error, clock.held_at(AT):
                accepting.join_league(stranger, league, body, ADDRESS)
            said.append((type(error.value), error.value.code, error.value.detail))
    assert said[:2] == said[2:]
    assert [code for _, code, _ in said[:2]] == ["LEAGUE_NOT_FOUND", "CODE_REFUSED"]
    with clock.held_at(AT):
        listed = leagues.list_leagues(q=None, season=None, open_only=False, limit=50, cursor=None)
    assert club.league not in [league.id for league in listed.leagues]


def test_a_commissioner_picks_for_somebody_with_a_reason_alone(club: Club) -> None:
    body = WantedPick(event_id=club.event, contestant_id=club.paddock.pool[1])
    with pytest.raises(Forbidden) as error, clock.held_at(AT):
        drafts.make_pick(club.as_("commissioner"), club.constructor, body)
    assert error.value.code == "REASON_REQUIRED"
    assert (
        outcome(
            lambda club, who: drafts.make_pick(who, club.constructor, body.model_copy(update={"reason": WHY})),
            club,
            club.as_("member"),
        )
        == "forbidden"
    )


def test_a_public_league_is_seen_by_everybody_and_its_queues_by_nobody(paddock: Paddock) -> None:
    table = paddock.seat(2)
    paddock.tick(FIRST_OPENING)
    draft = paddock.draft_of(table.league, paddock.events[0])
    with clock.held_at(AT):
        assert leagues.show_league(None, table.league).role is None
        room = showing.show_room(None, draft, since=0, known=lambda _: False).body
        assert room is not None
        assert room.draft.phase == "open"
        assert showing.show_pool(None, draft).is_open
        for look in (
            lambda: queues.show_queue(table.head.user_id, table.players[1].constructor),
            lambda: leagues.show_log(paddock.user("visitor").user_id, table.league, limit=5, cursor=None),
        ):
            with pytest.raises(Forbidden):
                look()
