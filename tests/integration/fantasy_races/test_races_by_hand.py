"""What administrators do about races: results, cancellations, replacements, questions, boards made again."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core import clock
from tests.support.gateway import Answer, call
from tests.support.leagues import FIRST_LOCK, FIRST_OPENING, Paddock, Table
from tests.support.picking import set_pick_rules
from tests.support.race_results import in_order, tell

LOCKED = FIRST_LOCK + timedelta(minutes=1)
SUNDAY = FIRST_LOCK + timedelta(days=2, hours=4)
MONDAY = SUNDAY + timedelta(days=1)
WHY = "The stewards' document 57 says so."


class Office:
    """An administrator at the endpoints."""

    def __init__(self, season: Paddock) -> None:
        self.user = season.user("the-admin").user_id
        season.owner.execute("UPDATE users SET role = 'admin' WHERE id = %s", (self.user,))

    def ask(self, operation: str, method: str, path: str, **more: Any) -> Answer:
        with clock.held_at(MONDAY):
            return call(operation, method, path, user=(self.user, "the-admin"), role="admin", **more)

    def act(self, operation: str, path: str, *, method: str = "POST", **body: Any) -> Answer:
        return self.ask(operation, method, path, body={"reason": WHY, **body})

    def done(self, operation: str, path: str, *, method: str = "POST", **body: Any) -> Any:
        answer = self.act(operation, path, method=method, **body)
        assert answer.status == 200, answer.body
        return answer.body

    def log(self) -> list[tuple[str, str]]:
        entries = self.ask("list_audit_log", "GET", "/admin/audit-log").body["entries"]
        return [(each["action"], each["reason"]) for each in entries]

    def reviews(self, state: str = "open") -> list[dict[str, Any]]:
        found = self.ask("list_race_reviews", "GET", "/admin/reviews/races", query={"state": state, "limit": "100"})
        return list(found.body["reviews"])


@pytest.fixture
def office(season: Paddock, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("ODDS_API_SPORTS", "basketball_nba")
    return Office(season)


@pytest.fixture
def held(season: Paddock) -> Table:
    """A league of three whose draft of the first race was picked by the system."""
    table = season.seat(3, clock_seconds=None)
    season.tick(FIRST_OPENING)
    season.tick(LOCKED)
    return table


def rows_of(order: list[int], out: list[int]) -> list[dict[str, Any]]:
    """Return a result as an administrator enters it."""
    return [
        {"driver_id": driver, "status": "classified", "position": place, "grid": place}
        for place, driver in enumerate(order, 1)
    ] + [{"driver_id": driver, "status": "dsq"} for driver in out]


def board(season: Paddock, league: int) -> dict[int, Decimal]:
    rows = season.rows("SELECT constructor_id, points FROM league_totals WHERE league_id = %s", league)
    return {row["constructor_id"]: row["points"] for row in rows}


def picks_of(season: Paddock, table: Table, event: int) -> dict[int, list[int]]:
    rows = season.rows(
        "SELECT pick.constructor_id, pick.contestant_id FROM draft_picks pick JOIN drafts draft ON draft.id = draft_id"
        " WHERE draft.league_id = %s AND draft.event_id = %s AND voided_seq IS NULL",
        *(table.league, event),
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["constructor_id"], []).append(row["contestant_id"])
    return found


def kept(season: Paddock) -> list[Any]:
    """Return what acts may change, to see that a dry run has changed nothing."""
    tables = ("result_versions", "result_acts", "session_results", "substitutions", "fantasy_reviews", "board_rows")
    tables += ("league_totals", "league_results", "drafts", "audit_log", "notices", "events")
    return [season.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]


def dry_then_done(season: Paddock, act: Callable[..., Any]) -> Any:
    """Carry out an act after a dry run, which says the same and changes nothing."""
    before = kept(season)
    dry = act(dry_run=True)
    assert kept(season) == before
    done = act()
    assert dry | {"dry_run": False} == done
    return done


def test_a_result_by_hand_stands_whatever_sources_say_until_it_is_reopened(
    season: Paddock, held: Table, office: Office
) -> None:
    event, drivers = season.events[0], season.pool
    told = in_order("race", drivers)
    tell(event, "race", told, SUNDAY)
    official = board(season, held.league)
    entered = [drivers[1], *drivers[2:], drivers[0]][:9]
    body = {"session": "race", "rows": rows_of(entered, [drivers[0]])}
    done = dry_then_done(
        season,
        lambda **more: office.done("set_race_result", f"/admin/races/{event}/results", method="PUT", **body, **more),
    )
    assert done["sessions"] == [
        {
            "race_id": event,
            "session": "race",
            "state_before": "official",
            "state": "amended",
            "version_before": 1,
            "version": 2,
        }
    ]
    by_hand = board(season, held.league)
    moved = {each["constructor_id"]: Decimal(each["points"]) - Decimal(each["points_before"]) for each in done["rows"]}
    assert moved == {who: points - official[who] for who, points in by_hand.items() if points != official[who]}
    assert done["leagues"] == 1
    holder = next(who for who, picked in picks_of(season, held, event).items() if drivers[0] in picked)
    assert by_hand[holder] < official[holder]
    assert office.log() == [("set_race_result", WHY)]

    tell(event, "race", in_order("race", drivers[::-1]), MONDAY, "first")
    assert board(season, held.league) == by_hand
    office.done("reopen_race", f"/admin/races/{event}/reopen", session="race")
    tell(event, "race", told, MONDAY, "first")
    assert board(season, held.league) == official
    office.act("reopen_race", f"/admin/races/{event}/reopen", session="race").problem(409, "NOTHING_TO_REOPEN")


def test_a_question_is_answered_with_one_of_the_accounts(season: Paddock, held: Table, office: Office) -> None:
    event, drivers = season.events[0], season.pool
    tell(event, "race", in_order("race", drivers), SUNDAY)
    assert office.reviews() == []
    tell(event, "race", in_order("race", drivers[::-1]), MONDAY, "first")
    [asked] = office.reviews()
    assert (asked["race_id"], asked["kind"], asked["subject"]) == (event, "result", "race")
    path = f"/admin/reviews/{asked['id']}/decide"
    office.act("decide_review", path, choice="held").problem(422, "CHOICE_UNKNOWN")
    done = dry_then_done(season, lambda **more: office.done("decide_review", path, choice="first", **more))
    assert [(each["state_before"], each["state"]) for each in done["sessions"]] == [("review", "amended")]
    office.act("decide_review", path, choice="first").problem(409, "REVIEW_CLOSED")
    assert office.reviews() == []
    [closed] = office.reviews("closed")
    assert closed["reason"] == WHY
    assert office.log() == [("decide_review", WHY)]


def test_a_cancelled_race_takes_its_drafts_along_and_comes_back(season: Paddock, held: Table, office: Office) -> None:
    event = season.events[0]
    path = f"/admin/races/{event}"
    draft = season.draft_of(held.league, event)

    def phase() -> str:
        season.tick(MONDAY)
        [row] = season.rows("SELECT phase FROM drafts WHERE id = %s", draft)
        return str(row["phase"])

    dry_then_done(season, lambda **more: office.done("cancel_race", f"{path}/cancel", **more))
    assert phase() == "void"
    assert call("get_race", "GET", f"/races/{event}").body["state"] == "void"
    office.act("cancel_race", f"{path}/cancel").problem(409, "RACE_VOID")
    office.done("reopen_race", f"{path}/reopen")
    assert call("get_race", "GET", f"/races/{event}").body["state"] == "scheduled"
    assert phase() == "locked"
    season.prove()
    told = season.rows("SELECT kind FROM notices WHERE kind IN ('event.void', 'draft.reinstated') ORDER BY kind")
    assert [row["kind"] for row in told] == 3 * ["draft.reinstated"] + 3 * ["event.void"]
    assert len(picks_of(season, held, event)) == 3
    tell(event, "race", in_order("race", season.pool), MONDAY)
    assert sum(board(season, held.league).values()) > 0
    assert office.log() == [("reopen_race", WHY), ("cancel_race", WHY)]


def test_whoever_is_replaced_by_hand_scores_as_the_replacement(season: Paddock, held: Table, office: Office) -> None:
    event, drivers = season.events[0], season.pool
    tell(event, "race", in_order("race", drivers), SUNDAY)
    before = board(season, held.league)
    holder = next(who for who, picked in picks_of(season, held, event).items() if drivers[0] in picked)
    path = f"/admin/races/{event}/substitutions"
    order = {"driver_id": drivers[0], "scores_as": drivers[9]}
    dry_then_done(season, lambda **more: office.done("substitute_driver", path, **order, **more))
    # The first of ten has 25 points, the last one 1.
    assert board(season, held.league) == before | {holder: before[holder] - 24}
    office.done("substitute_driver", path, driver_id=drivers[0], scores_as=None)
    assert board(season, held.league) == before | {holder: before[holder] - 25}
    office.act("substitute_driver", path, driver_id=987654, scores_as=None).problem(404, "DRIVER_NOT_ENTERED")
    office.act("substitute_driver", path, driver_id=drivers[0], scores_as=drivers[0]).problem(422, "SAME_DRIVER")


def test_a_board_made_again_differs_in_nothing_and_mends_what_was_damaged(
    season: Paddock, held: Table, office: Office
) -> None:
    tell(season.events[0], "race", in_order("race", season.pool), SUNDAY)
    path, right = f"/admin/leagues/{held.league}/rescore", board(season, held.league)
    assert office.done("rescore_league", path)["rows_differing"] == 0
    season.owner.execute("UPDATE league_totals SET points = points + 1 WHERE league_id = %s", (held.league,))
    assert office.done("rescore_league", path, dry_run=True)["rows_differing"] > 0
    assert board(season, held.league) != right
    assert office.done("rescore_league", path)["rows_differing"] > 0
    assert board(season, held.league) == right
    office.act("rescore_league", "/admin/leagues/987654/rescore").problem(404, "LEAGUE_NOT_FOUND")


def test_a_result_that_contradicts_itself_is_refused_with_every_reason(season: Paddock, office: Office) -> None:
    event, drivers = season.events[0], season.pool
    rows = [
        {"driver_id": drivers[0], "status": "classified", "position": 1},
        {"driver_id": drivers[1], "status": "classified", "position": 1},
        {"driver_id": drivers[2], "status": "classified"},
        {"driver_id": drivers[3], "status": "dnf", "position": 4},
        {"driver_id": drivers[4], "status": "dnf", "grid": 4},
        {"driver_id": drivers[4], "status": "dnf"},
        {"driver_id": 987654, "status": "dns"},
    ]
    answer = office.act("set_race_result", f"/admin/races/{event}/results", method="PUT", session="race", rows=rows)
    assert {each["field"] for each in answer.problem(422, "INVALID_VALUE")["errors"]} == {
        *("rows[0].position", "rows[1].position", "rows[2].position", "rows[3].position"),
        *("rows[4].driver_id", "rows[4].grid", "rows[5].driver_id", "rows[6].driver_id"),
    }
    good = rows_of(drivers, [])
    for path, session, code in (("987654", "race", "RACE_NOT_FOUND"), (str(event), "sprint", "RACE_SESSION_NOT_FOUND")):
        refused = office.act(
            "set_race_result", f"/admin/races/{path}/results", method="PUT", session=session, rows=good
        )
        refused.problem(404, code)


def test_administrators_see_what_waits_in_fantasy(
    season: Paddock, held: Table, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    monkeypatch.setenv("MAX_RESULTS_AGE_HOURS", "26")

    def troubles(at: Any) -> dict[str, Any]:
        with clock.held_at(at):
            found = call("get_attention", "GET", "/admin/attention", user=(office.user, "the-admin"), role="admin").body
        ours = {"drafts_overdue", "races_in_review", "race_results_unconfirmed"}
        return {each["kind"]: each for each in found["troubles"] if each["kind"] in ours}

    [first, _] = season.events
    assert troubles(LOCKED) == {}
    # Nobody wakes the drafts of the second race, which opens on Monday in New York.
    opens = FIRST_OPENING + timedelta(days=7) - timedelta(hours=1)
    season.tick(opens - timedelta(hours=2))
    assert troubles(opens + timedelta(minutes=4)) == {}
    [late] = troubles(opens + timedelta(minutes=6))["drafts_overdue"]["entries"]
    assert "Race 2" in late["about"]
    season.tick(opens + timedelta(minutes=6))
    tell(first, "race", in_order("race", season.pool), SUNDAY, "first")
    assert troubles(SUNDAY + timedelta(hours=71)) == {}
    [alone] = troubles(SUNDAY + timedelta(hours=73))["race_results_unconfirmed"]["entries"]
    assert "race of Race 1" in alone["about"]
    tell(first, "race", in_order("race", season.pool[::-1]), MONDAY, "second")
    [asked] = troubles(MONDAY)["races_in_review"]["entries"]
    assert (asked["reason"], asked["since"]) == ("disagreement", f"{MONDAY:%Y-%m-%dT%H:%M:%SZ}")
