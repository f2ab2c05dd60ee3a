"""Who has left a league, or was never in it, learns nothing more of it, and keeps no right in it."""

from datetime import timedelta

import pytest

from pickvs.core import clock
from pickvs.core.errors import Forbidden, Invalid, NotFound
from pickvs.fantasy.drafts import service as drafts
from pickvs.fantasy.drafts.requests import WantedPick
from pickvs.fantasy.drafts.schemas import MadePick
from pickvs.fantasy.leagues import service
from pickvs.fantasy.leagues.invitations import accepting
from pickvs.fantasy.leagues.invitations import service as invitations
from pickvs.fantasy.leagues.invitations.requests import Acceptance, WantedEntry, WantedHandover, WantedInvitation
from pickvs.fantasy.leagues.members import service as members
from pickvs.fantasy.leagues.requests import WantedRole, WantedSettings
from tests.support.leagues import ADDRESS, FIRST_LOCK, FIRST_OPENING, FOUNDED, Paddock, Player, Table

SECOND = timedelta(seconds=1)
KEY = "pick-of-the-weekend"


def keyed(paddock: Paddock, player: Player, *, place: int) -> MadePick:
    """Pick with an Idempotency-Key."""
    body = WantedPick(event_id=paddock.events[0], contestant_id=paddock.pool[place])
    with clock.held_at(FIRST_OPENING + SECOND):
        return drafts.make_pick(player.caller, player.constructor, body, KEY)


def on_turn(paddock: Paddock, table: Table) -> Player:
    [row] = paddock.rows(
        "SELECT slot.constructor_id FROM drafts draft JOIN draft_slots slot"
        " ON slot.draft_id = draft.id AND slot.slot_no = draft.turn_slot WHERE draft.league_id = %s",
        table.league,
    )
    return table.by_constructor[row["constructor_id"]]


def name_of(paddock: Paddock, player: Player) -> str:
    [row] = paddock.rows("SELECT username FROM users WHERE id = %s", player.caller.user_id)
    return str(row["username"])


def test_who_has_left_is_told_nothing_of_the_draft(paddock: Paddock) -> None:
    table = paddock.seat(3)
    paddock.tick(FIRST_OPENING)
    leaver = next(each for each in table.players[1:] if each != on_turn(paddock, table))
    with clock.held_at(FIRST_OPENING + SECOND):
        members.remove_member(table.head, table.league, name_of(paddock, leaver), "quarrelsome")
    paddock.tick(FIRST_LOCK)
    last = "SELECT kind FROM notices WHERE user_id = %s ORDER BY id DESC LIMIT 1"
    assert paddock.rows(last, leaver.caller.user_id) == [{"kind": "league.removed"}]
    draft = paddock.draft_of(table.league, paddock.events[0])
    made = "SELECT count(*) FROM draft_picks WHERE draft_id = %s AND constructor_id = %s"
    assert paddock.rows(made, draft, leaver.constructor) == [{"count": 2}]


def test_a_key_is_for_one_constructor_and_for_who_may_see_its_league(paddock: Paddock) -> None:
    """A fan wants the same driver in two leagues. The second request with the key is refused, not taken for done."""
    tables = [paddock.seat(2), paddock.seat(2)]
    paddock.tick(FIRST_OPENING)
    fan = on_turn(paddock, tables[0])
    made = keyed(paddock, fan, place=0)
    assert keyed(paddock, fan, place=0) == made
    elsewhere = Player(fan.caller, tables[1].players[0].constructor)
    with pytest.raises(Invalid) as reused:
        keyed(paddock, elsewhere, place=0)
    assert reused.value.code == "IDEMPOTENCY_KEY_REUSED"

    other = next(each for each in tables[0].players if each != fan)
    with clock.held_at(FIRST_OPENING + SECOND):
        service.change_settings(tables[0].head, tables[0].league, WantedSettings(visibility="private"))
        if fan.caller == tables[0].head:
            offer = invitations.offer_leadership(
                fan.caller, tables[0].league, WantedHandover(username=name_of(paddock, other))
            )
            accepting.accept_invitation(other.caller, Acceptance(invitation_id=offer.id), ADDRESS)
        members.remove_member(fan.caller, tables[0].league, name_of(paddock, fan), "")
    with pytest.raises(NotFound):
        keyed(paddock, fan, place=0)


def test_the_codes_of_who_was_removed_are_closed(paddock: Paddock) -> None:
    """A co-commissioner who quarrels could otherwise let friends in for days, or come back by the same door."""
    table = paddock.seat(3, start=False)
    helper = table.players[1]
    with clock.held_at(FOUNDED):
        service.change_settings(table.head, table.league, WantedSettings(visibility="private"))
        members.set_role(table.head, table.league, name_of(paddock, helper), WantedRole(role="co_commissioner"))
        code = invitations.invite(helper.caller, table.league, WantedInvitation()).code
        kept = invitations.invite(table.head, table.league, WantedInvitation()).code
        members.remove_member(table.head, table.league, name_of(paddock, helper), "quarrelsome")
        with pytest.raises(Forbidden) as closed:
            accepting.join_league(helper.caller, table.league, WantedEntry(team_name="Back", code=code), ADDRESS)
        assert closed.value.code == "CODE_REFUSED"
        entry = WantedEntry(team_name="A friend's team", code=kept)
        assert accepting.join_league(paddock.user(), table.league, entry, ADDRESS).team_name == "A friend's team"
