"""The life of a league: founding, joining, starting, leading, leaving, and the end of accounts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from pydantic import TypeAdapter

from pickvs.accounts.requests import Email
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import Conflict, Forbidden, Invalid, NotFound, RequestError, TooManyRequests
from pickvs.fantasy.boards.leaderboard.service import show_board
from pickvs.fantasy.drafts import personal as drafts_personal
from pickvs.fantasy.drafts.showing.service import show_room
from pickvs.fantasy.leagues import personal, pruning, service
from pickvs.fantasy.leagues.access import Caller
from pickvs.fantasy.leagues.ending import finish
from pickvs.fantasy.leagues.invitations import accepting
from pickvs.fantasy.leagues.invitations import service as invitations
from pickvs.fantasy.leagues.invitations.requests import (
    Acceptance,
    Refusal,
    WantedEntry,
    WantedHandover,
    WantedInvitation,
)
from pickvs.fantasy.leagues.members import service as members
from pickvs.fantasy.leagues.requests import WantedConstructor, WantedRole, WantedSettings
from pickvs.fantasy.leagues.rules import ARCHIVED_AFTER
from tests.support.database_roles import url_of
from tests.support.leagues import ADDRESS, FIRST_LOCK, FIRST_OPENING, FOUNDED, WEEK, Paddock

DAY = timedelta(days=1)


def refused(kind: type[RequestError], code: str, act: Callable[[], Any]) -> RequestError:
    with pytest.raises(kind) as error:
        act()
    assert error.value.code == code, error.value
    return error.value


def accept(caller: Caller, *, at: Any = FOUNDED, **body: Any) -> Any:
    with clock.held_at(at):
        return accepting.accept_invitation(caller, Acceptance(**body), ADDRESS)


def invite(caller: Caller, league: int, *, at: Any = FOUNDED, **body: Any) -> Any:
    with clock.held_at(at):
        return invitations.invite(caller, league, WantedInvitation(**body))


def kinds(paddock: Paddock, league: int) -> list[str]:
    return [
        row["kind"] for row in paddock.rows("SELECT kind FROM league_log WHERE league_id = %s ORDER BY seq", league)
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x" * 10_000}, None),
        ({"name": "x" * 200}, "name"),
        ({"name": "abc\u202edef"}, "name"),
        ({"name": "ab"}, "name"),
        ({"team": "zero\u200bwidth"}, "team_name"),
        ({"team": "\u3164\u3164\u3164"}, "team_name"),
        ({"team": "Team\u034f One"}, "team_name"),
        ({"timezone": "America"}, "timezone"),
        ({"table": "weekend@9"}, "table"),
        ({"quiet": {"begin": "08:00", "end": "08:00"}}, "quiet"),
    ],
)
def test_what_is_wrong_with_a_league_is_said(paddock: Paddock, changes: dict[str, Any], field: str | None) -> None:
    founder = paddock.user()
    if field is None:
        with pytest.raises(ValueError, match="at most 300"):
            paddock.found(founder, **changes)
        return
    error = refused(Invalid, "INVALID_VALUE", lambda: paddock.found(founder, **changes))
    assert [each.field for each in error.errors] == [field]
    assert paddock.rows("SELECT id FROM leagues") == []


def test_a_name_is_one_league_s_of_the_season_until_it_is_cancelled(paddock: Paddock) -> None:
    ada, bert = paddock.user(), paddock.user()
    league = paddock.found(ada, name="Sunday drivers").id
    refused(Conflict, "LEAGUE_NAME_TAKEN", lambda: paddock.found(bert, name="SUNDAY  Drivers"))
    with clock.held_at(FOUNDED):
        service.delete_league(ada, league)
        refused(NotFound, "LEAGUE_NOT_FOUND", lambda: service.show_league(ada.user_id, league))
    assert paddock.found(bert, name="SUNDAY Drivers").name == "SUNDAY Drivers"


def test_settings_freeze_at_the_start_and_names_do_not(paddock: Paddock) -> None:
    table = paddock.seat(2, start=False)
    with clock.held_at(FOUNDED):
        changed = service.change_settings(table.head, table.league, WantedSettings(rounds=1, clock_seconds=None))
        assert (changed.settings.rounds, changed.settings.clock_seconds) == (1, None)
        assert changed.seed is None
        paddock.start(table.head, table.league)
        error = refused(
            Conflict,
            "LEAGUE_FROZEN",
            lambda: service.change_settings(table.head, table.league, WantedSettings(rounds=2, name="Other")),
        )
        assert error.extra == {"settings": ["rounds"]}
        after = service.change_settings(table.head, table.league, WantedSettings(name="Other", visibility="private"))
        assert (after.name, after.settings.visibility, after.settings.rounds) == ("Other", "private", 1)
        refused(Conflict, "LEAGUE_STARTED", lambda: service.delete_league(table.head, table.league))
    assert kinds(paddock, table.league) == ["founded", "joined", "settings_changed", "started", "settings_changed"]


def test_the_reader_s_role_sees_a_seed_only_once_it_is_shown(paddock: Paddock) -> None:
    paddock.seat(2)
    with psycopg.connect(url_of(paddock.url, "reader")) as reader:
        assert reader.execute("SELECT shown_seed IS NULL FROM leagues").fetchall() == [(False,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT seed FROM leagues")


def test_a_league_starts_by_itself_when_enough_have_joined(paddock: Paddock) -> None:
    founder = paddock.user()
    league = paddock.found(founder).id
    refused(Conflict, "TOO_FEW_CONSTRUCTORS", lambda: paddock.start(founder, league))
    paddock.tick(FIRST_OPENING)  # the event is passed over
    assert paddock.rows("SELECT state FROM leagues") == [{"state": "forming"}]
    paddock.join(paddock.user(), league, "Team Two", at=FIRST_LOCK + DAY)
    paddock.tick(FIRST_LOCK + DAY)
    assert paddock.rows("SELECT state FROM leagues") == [{"state": "forming"}]
    paddock.tick(FIRST_OPENING + WEEK)
    drafts = paddock.rows("SELECT event_id, phase FROM drafts")
    assert drafts == [{"event_id": paddock.events[1], "phase": "open"}]


def test_joining_has_its_limits(paddock: Paddock) -> None:
    table = paddock.seat(2, max_constructors=3, start=False)
    newcomer = paddock.user()
    refused(Conflict, "TEAM_NAME_TAKEN", lambda: paddock.join(newcomer, table.league, "TEAM  one"))
    refused(Conflict, "ALREADY_MEMBER", lambda: paddock.join(table.head, table.league, "Second team"))
    paddock.join(newcomer, table.league, "Team Three")
    refused(Conflict, "LEAGUE_FULL", lambda: paddock.join(paddock.user(), table.league, "Team Four"))


def test_a_league_does_not_become_smaller_than_it_is(paddock: Paddock) -> None:
    table = paddock.seat(3, start=False)
    with clock.held_at(FOUNDED):
        error = refused(
            Invalid,
            "INVALID_VALUE",
            lambda: service.change_settings(table.head, table.league, WantedSettings(max_constructors=2)),
        )
        assert [each.field for each in error.errors] == ["max_constructors"]
        changed = service.change_settings(table.head, table.league, WantedSettings(max_constructors=3))
    assert changed.settings.max_constructors == 3


def test_a_newcomer_waits_for_an_open_draft_and_is_last_in_the_next(paddock: Paddock) -> None:
    table = paddock.seat(2)
    paddock.tick(FIRST_OPENING)
    newcomer = paddock.user()
    refused(Conflict, "DRAFT_OPEN", lambda: paddock.join(newcomer, table.league, "Newcomer", at=FIRST_OPENING))
    paddock.tick(FIRST_LOCK)
    joined = paddock.join(newcomer, table.league, "Newcomer", at=FIRST_LOCK + DAY)
    paddock.tick(FIRST_OPENING + WEEK)
    first, second = (paddock.order(paddock.draft_of(table.league, event)) for event in paddock.events)
    assert second[:3] == [first[1], first[0], joined.id]


def test_a_league_of_fifty_is_five_groups_of_ten(paddock: Paddock) -> None:
    event = paddock.event("Long grid", FIRST_LOCK + 2 * WEEK, paddock.pool)
    rows = paddock.rows(
        "INSERT INTO contestants (sport, name, short_name, created_at, updated_at)"
        " SELECT 'formula_one', 'Other ' || n, 'O' || n, now(), now() FROM generate_series(1, 12) n RETURNING id"
    )
    for each in (*paddock.events, event):
        paddock.enter(each, [row["id"] for row in rows])
    table = paddock.seat(50, max_constructors=50)
    sizes = paddock.rows("SELECT group_no, count(*) FROM constructors GROUP BY group_no ORDER BY group_no")
    assert [(row["group_no"], row["count"]) for row in sizes] == [(number, 10) for number in range(1, 6)]
    paddock.tick(FIRST_OPENING)
    orders = [paddock.order(paddock.draft_of(table.league, paddock.events[0], group)) for group in range(1, 6)]
    assert [len(order) for order in orders] == [20] * 5
    assert len({constructor for order in orders for constructor in order}) == 50


def test_a_code_lets_its_number_of_people_in_for_its_time(paddock: Paddock) -> None:
    table = paddock.seat(2, start=False, visibility="public")
    with clock.held_at(FOUNDED):
        service.change_settings(table.head, table.league, WantedSettings(visibility="private"))
    made = invite(table.head, table.league, max_uses=1, expires_in_days=2)
    assert made.code is not None
    stored = paddock.rows("SELECT * FROM league_invitations")
    assert made.code.replace("-", "") not in str(stored)
    ada, bert = paddock.user(), paddock.user()
    league = accept(ada, code=made.code.lower(), team_name="Ada's team")
    assert (league.id, league.role) == (table.league, "member")
    refused(Forbidden, "CODE_REFUSED", lambda: accept(bert, code=made.code, team_name="Bert's team"))
    codes = [invite(table.head, table.league) for _ in range(5)]
    refused(Conflict, "TOO_MANY_CODES", lambda: invite(table.head, table.league))
    with clock.held_at(FOUNDED):
        invitations.revoke_invitation(table.head, codes[0].id)
    refused(Forbidden, "CODE_REFUSED", lambda: accept(bert, code=codes[0].code, team_name="Bert's team"))
    with clock.held_at(FOUNDED):
        entry = WantedEntry(team_name="Bert's team", code=codes[1].code)
        assert accepting.join_league(bert, table.league, entry, ADDRESS).team_name == "Bert's team"
    late = FOUNDED + 8 * DAY
    refused(Forbidden, "CODE_REFUSED", lambda: accept(paddock.user(), at=late, code=codes[2].code, team_name="Late"))
    with clock.held_at(FOUNDED + 60 * DAY), transaction() as connection:
        assert pruning.delete_dead_invitations(connection, clock.now(), 100) == 6


def test_codes_cannot_be_guessed_from_one_address(paddock: Paddock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAGUE_CODES_PER_ADDRESS", "20/3600")
    guesser = paddock.user()
    for _ in range(20):
        refused(Forbidden, "CODE_REFUSED", lambda: accept(guesser, code="ABCDE-FGHJK", team_name="Guesser"))
    with pytest.raises(TooManyRequests):
        accept(paddock.user(), code="ABCDE-FGHJK", team_name="Guesser")


def test_an_invitation_is_for_one_user_or_one_address(paddock: Paddock) -> None:
    table = paddock.seat(2, start=False)
    ada, bert = paddock.user("ada"), paddock.user("bert")
    by_name = invite(table.head, table.league, username="ADA")
    by_address = invite(table.head, table.league, email="Bert@Example.com")
    told = paddock.rows("SELECT user_id FROM notices WHERE kind = 'league.invited' ORDER BY user_id")
    assert [row["user_id"] for row in told] == [ada.user_id, bert.user_id]
    with clock.held_at(FOUNDED):
        [own] = invitations.list_own_invitations(bert.user_id).invitations
        assert (own.id, own.league_id) == (by_address.id, table.league)
        refused(NotFound, "INVITATION_NOT_FOUND", lambda: accept(bert, invitation_id=by_name.id, team_name="Bert"))
        accepting.decline_invitation(ada, Refusal(invitation_id=by_name.id))
        assert invitations.list_own_invitations(ada.user_id).invitations == []
    assert accept(bert, invitation_id=by_address.id, team_name="Bert's team").role == "member"
    refused(NotFound, "USER_NOT_FOUND", lambda: invite(table.head, table.league, username="nobody-here"))
    refused(Conflict, "ALREADY_MEMBER", lambda: invite(table.head, table.league, username="bert"))
    assert invite(table.head, table.league, email="stranger@example.com").email == "stranger@example.com"


@pytest.mark.parametrize("given", ["ada@bücher.example", "Ada@xn--bcher-kva.EXAMPLE", "ada@BU\u0308CHER.example"])
@pytest.mark.parametrize("confirmed", ["ada@bücher.example", "ada@xn--bcher-kva.example"])
def test_an_international_address_is_the_same_in_every_spelling(paddock: Paddock, given: str, confirmed: str) -> None:
    table = paddock.seat(2, start=False)
    ada = paddock.user("ada")
    stored = TypeAdapter(Email).validate_python(confirmed)  # as an account has it
    paddock.owner.execute("UPDATE users SET email = %s WHERE id = %s", (stored, ada.user_id))
    made = invite(table.head, table.league, email=given)
    assert [each.id for each in invitations.list_own_invitations(ada.user_id).invitations] == [made.id]
    told = paddock.rows("SELECT user_id FROM notices WHERE kind = 'league.invited'")
    assert told == [{"user_id": ada.user_id}]
    assert accept(ada, invitation_id=made.id, team_name="Ada's team").role == "member"


def test_a_league_is_handed_over_with_consent(paddock: Paddock) -> None:
    table = paddock.seat(3)
    heir = table.players[2].caller
    with clock.held_at(FOUNDED):
        offer = invitations.offer_leadership(table.head, table.league, WantedHandover(username="user3"))
    roles = "SELECT user_id, role FROM league_members WHERE role <> 'member' ORDER BY role"
    assert paddock.rows(roles) == [{"user_id": table.head.user_id, "role": "commissioner"}]
    refused(NotFound, "INVITATION_NOT_FOUND", lambda: accept(table.players[1].caller, invitation_id=offer.id))
    assert accept(heir, invitation_id=offer.id).role == "commissioner"
    assert [row["user_id"] for row in paddock.rows(roles)] == [table.head.user_id, heir.user_id]
    refused(NotFound, "INVITATION_NOT_FOUND", lambda: accept(heir, invitation_id=offer.id))


def test_who_leaves_a_running_league_is_retired_and_the_system_picks(paddock: Paddock) -> None:
    table = paddock.seat(3)
    paddock.tick(FIRST_OPENING)
    draft = paddock.draft_of(table.league, paddock.events[0])
    leaver = table.by_constructor[paddock.order(draft)[0]]
    name = next(f"user{place}" for place, each in enumerate(table.players, 1) if each == leaver)
    if leaver.caller == table.head:
        with clock.held_at(FIRST_OPENING):
            refused(
                Conflict, "COMMISSIONER_STAYS", lambda: members.remove_member(leaver.caller, table.league, name, "")
            )
            offer = invitations.offer_leadership(table.head, table.league, WantedHandover(username="user2"))
        accept(table.players[1].caller, at=FIRST_OPENING, invitation_id=offer.id)
    with clock.held_at(FIRST_OPENING):
        members.remove_member(leaver.caller, table.league, name, "")
    paddock.tick(FIRST_OPENING)
    assert paddock.picks(draft) == {1: paddock.pool[0]}
    refused(Conflict, "ALREADY_MEMBER", lambda: paddock.join(leaver.caller, table.league, "Back again"))
    paddock.tick(FIRST_LOCK)
    paddock.tick(FIRST_OPENING + WEEK)
    assert leaver.constructor not in paddock.order(paddock.draft_of(table.league, paddock.events[1]))
    paddock.prove()


def test_the_codes_of_a_co_commissioner_end_with_the_role(paddock: Paddock) -> None:
    table = paddock.seat(2, start=False)
    helper = table.players[1].caller

    def give(role: Any) -> None:
        with clock.held_at(FOUNDED):
            members.set_role(table.head, table.league, "user2", WantedRole(role=role))

    give("co_commissioner")
    code = invite(helper, table.league).code
    kept = invite(table.head, table.league).code
    guest, other = paddock.user(), paddock.user()
    by_name = invite(helper, table.league, username="user3")
    give("member")
    refused(Forbidden, "CODE_REFUSED", lambda: accept(guest, code=code, team_name="Late"))
    refused(NotFound, "INVITATION_NOT_FOUND", lambda: accept(guest, invitation_id=by_name.id, team_name="Late"))
    give("co_commissioner")
    refused(Forbidden, "CODE_REFUSED", lambda: accept(guest, code=code, team_name="Late"))
    assert accept(other, code=kept, team_name="In time").role == "member"


def test_what_shows_a_name_is_new_when_somebody_who_had_left_is_erased(paddock: Paddock) -> None:
    table = paddock.seat(3)
    reader, leaver = table.head.user_id, table.players[2]
    paddock.tick(FIRST_OPENING)
    draft = paddock.draft_of(table.league, paddock.events[0])
    with clock.held_at(FIRST_OPENING):
        members.remove_member(leaver.caller, table.league, "user3", "")
    seen = show_board(reader, table.league, None, known=lambda _: False)
    assert seen.body is not None
    assert "Team 3" in [place.team_name for place in seen.body.places]
    paddock.tick(FIRST_OPENING)
    room = show_room(reader, draft, since=None, known=lambda _: False).version
    erase(paddock, leaver.caller)
    names = show_room(reader, draft, since=None, known=lambda version: version == room).body
    assert names is not None
    assert [team.team_name for team in names.teams][2] == f"Former team {leaver.constructor}"
    after = show_board(reader, table.league, None, known=lambda version: version == seen.version).body
    assert after is not None
    assert f"Former team {leaver.constructor}" in [place.team_name for place in after.places]


def test_who_leaves_before_the_start_is_gone(paddock: Paddock) -> None:
    table = paddock.seat(3, start=False)
    with clock.held_at(FOUNDED):
        members.remove_member(table.head, table.league, "user3", "never came")
    assert len(paddock.rows("SELECT id FROM constructors")) == 2
    assert paddock.join(table.players[2].caller, table.league, "Team 3").team_name == "Team 3"


def erase(paddock: Paddock, caller: Caller, *, at: Any = FIRST_OPENING) -> None:
    with clock.held_at(at), transaction() as connection:
        left_behind = personal.erase(connection, caller.user_id, at)
        drafts_personal.erase(connection, caller.user_id)
        personal.follow_up(connection, left_behind, at)


def test_an_erased_commissioner_has_a_successor_and_leaves_no_name(paddock: Paddock) -> None:
    table = paddock.seat(3)
    with clock.held_at(FOUNDED):
        members.rename_constructor(
            table.head, table.players[0].constructor, WantedConstructor(team_name="Ada Lovelace")
        )
        members.set_role(table.head, table.league, "user3", WantedRole(role="co_commissioner"))
    invite(table.head, table.league)
    paddock.queue(table.players[0], paddock.pool[:3], at=FOUNDED)
    paddock.tick(FIRST_OPENING)
    erase(paddock, table.head)
    paddock.tick(FIRST_OPENING)
    lead = "SELECT user_id FROM league_members WHERE role = 'commissioner'"
    assert paddock.rows(lead) == [{"user_id": table.players[2].caller.user_id}]
    for relation in ("constructors", "constructor_names", "league_log", "draft_queues", "draft_queue_items"):
        assert "Ada" not in str(paddock.rows(f"TABLE {relation}"))
    assert paddock.rows("SELECT id FROM league_invitations WHERE revoked_at IS NULL") == []
    assert (
        paddock.rows(
            "SELECT constructor_id FROM draft_queues WHERE constructor_id = %s AND mode <> 'at_expiry'",
            table.players[0].constructor,
        )
        == []
    )
    erase(paddock, table.players[2].caller)
    assert paddock.rows(lead) == [{"user_id": table.players[1].caller.user_id}]
    erase(paddock, table.players[1].caller)
    assert paddock.rows("SELECT state FROM leagues") == [{"state": "archived"}]
    paddock.tick(FIRST_LOCK)
    paddock.prove()


def test_a_finished_league_is_archived_by_the_daily_tick_and_stays_readable(paddock: Paddock) -> None:
    table = paddock.seat(2)
    with clock.held_at(FIRST_LOCK), transaction() as connection:
        assert finish(connection, table.league, FIRST_LOCK, {"champion": 1})

    def state(at: datetime) -> Any:
        paddock.tick(at, all_leagues=True)
        return service.show_league(table.head.user_id, table.league).state

    due = FIRST_LOCK + ARCHIVED_AFTER
    assert state(due - timedelta(seconds=1)) == "finished"
    before = show_board(table.head.user_id, table.league, None, known=lambda _: False).body
    assert state(due) == "archived"
    assert state(due + timedelta(days=1)) == "archived"
    log = service.show_log(table.head.user_id, table.league, limit=100, cursor=None).lines
    assert [line.kind for line in log].count("archived") == 1
    assert before is not None
    after = show_board(table.head.user_id, table.league, None, known=lambda _: False).body
    assert after is not None
    assert (after.state, after.places) == ("frozen", before.places)
    assert [league.state for league in service.list_own_leagues(table.head.user_id).leagues] == ["archived"]


def test_a_finished_league_changes_no_more(paddock: Paddock) -> None:
    table = paddock.seat(2)
    with clock.held_at(FIRST_LOCK), transaction() as connection:
        assert finish(connection, table.league, FIRST_LOCK, {"champion": 1})
        assert not finish(connection, table.league, FIRST_LOCK, {"champion": 1})
    with clock.held_at(FIRST_LOCK):
        refused(
            Conflict,
            "LEAGUE_FROZEN",
            lambda: service.change_settings(table.head, table.league, WantedSettings(name="New")),
        )
        refused(Conflict, "LEAGUE_OVER", lambda: invite(table.head, table.league, at=FIRST_LOCK))
    refused(Conflict, "LEAGUE_OVER", lambda: paddock.join(paddock.user(), table.league, "Too late", at=FIRST_LOCK))
    told = paddock.rows("SELECT user_id FROM notices WHERE kind = 'league.finished'")
    assert len(told) == 2
