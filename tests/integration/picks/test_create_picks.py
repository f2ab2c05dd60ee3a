"""POST /picks through the deployed file, on the real database."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.picking import LOCK_MARGIN_SECONDS, MAX_ODDS_AGE_HOURS, set_pick_rules, stored, submit, want

AT = TIP_OFF - timedelta(hours=3)
LOCK = TIP_OFF - timedelta(seconds=LOCK_MARGIN_SECONDS)
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def supersede(contest: Contest, quote: int) -> None:
    contest.connection.execute("UPDATE quotes SET superseded_at = captured_at WHERE id = %s", (quote,))


# ------------------------------------------------------------------------------------------------------------ made


def test_a_pick_is_answered_with_the_fields_of_the_contract(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    quote = contest.quote(game, "spread", "away", Decimal("2.5"), -115)
    answer = submit(anna, want(contest, quote), at=AT)
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    [pick] = stored(contest)
    teams = contest.connection.execute("SELECT home_team, away_team FROM games").fetchone()
    assert teams is not None
    assert answer.body == {
        "status": "success",
        "picks_created": 1,
        "picks": [
            {
                "id": pick["id"],
                "game": {
                    "id": game,
                    **teams,
                    "commence_time": "2024-01-05T00:30:00Z",
                    "status": "scheduled",
                    "home_score": None,
                    "away_score": None,
                },
                "market": "spread",
                "selection": "away",
                "line": 2.5,
                "price": -115,
                "stake_units": 1.0,
                "placed_at": "2024-01-04T21:30:00Z",
                "result": None,
                "result_units": None,
                "graded_at": None,
                "void_reason": None,
                "closing_line": None,
                "closing_price": None,
                "clv_percent": None,
                "clv_reason": None,
                "clv_points": None,
            }
        ],
    }


def test_a_pick_is_stored_as_the_quote_says(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    quote = contest.quote(game, "total", "over", Decimal("220.5"), 104)
    assert submit(anna, want(contest, quote, stake_units=2.5), at=AT).status == 201
    [pick] = stored(contest)
    assert pick == {
        "id": pick["id"],
        "user_id": anna,
        "game_id": game,
        "market": "total",
        "selection": "over",
        "quote_id": quote,
        "line": Decimal("220.5"),
        "price": 104,
        "draw_offered": None,
        "stake_units": Decimal("2.5"),
        "placed_at": AT,
    }


def test_a_line_of_zero_is_a_line_and_a_moneyline_has_none(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    level = contest.quote(game, "spread", "home", Decimal(0), -105)
    winner = contest.quote(game, "moneyline", "home", None, -130)
    answer = submit(anna, want(contest, level), want(contest, winner), at=AT)
    assert [pick["line"] for pick in answer.body["picks"]] == [0, None]
    assert [pick["line"] for pick in stored(contest)] == [None, Decimal(0)]


def test_fifty_picks_come_back_in_the_order_in_which_they_were_sent(contest: Contest) -> None:
    anna = contest.user()
    games = [contest.game() for _ in range(17)]
    markets = [("moneyline", "home", None), ("spread", "away", Decimal("1.5")), ("total", "under", Decimal(210))]
    quotes = [contest.quote(game, *side, -110) for side in markets for game in reversed(games)][:50]
    sent = [want(contest, quote) for quote in quotes]
    answer = submit(anna, *sent, at=AT)
    assert (answer.status, answer.body["picks_created"]) == (201, 50)
    assert [(pick["game"]["id"], pick["market"], pick["selection"]) for pick in answer.body["picks"]] == [
        (pick["game_id"], pick["market"], pick["selection"]) for pick in sent
    ]
    assert len({pick["id"] for pick in answer.body["picks"]}) == len(stored(contest)) == 50


def test_the_number_of_statements_does_not_grow_with_the_number_of_picks(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[Any] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: psycopg.Cursor[Any], query: Any, *arguments: Any, **options: Any) -> psycopg.Cursor[Any]:
        statements.append(query)
        return execute(cursor, query, *arguments, **options)

    anna, bert = contest.user(), contest.user()
    quotes = [contest.quote(contest.game(), "moneyline", "home", None, -110) for _ in range(50)]
    wanted = [want(contest, quote) for quote in quotes]
    submit(anna, wanted[0], at=AT)  # opens the connection
    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    assert submit(anna, wanted[1], at=AT).status == 201
    for_one = len(statements)
    statements.clear()
    assert submit(bert, *wanted, at=AT).status == 201
    assert len(statements) == for_one <= 8


def test_another_user_and_another_market_are_no_duplicates(contest: Contest) -> None:
    anna, bert, game = contest.user(), contest.user(), contest.game()
    home = contest.quote(game, "moneyline", "home", None, -120)
    over = contest.quote(game, "total", "over", Decimal(210), -110)
    for user, quote in ((anna, home), (anna, over), (bert, home), (bert, over)):
        assert submit(user, want(contest, quote), at=AT).status == 201
    assert len(stored(contest)) == 4


# --------------------------------------------------------------------------------------------------------- refused


def test_an_unknown_game(contest: Contest) -> None:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -110)
    answer = submit(contest.user(), want(contest, quote, game_id=4711), at=AT)
    answer.problem(404, "GAME_NOT_FOUND")
    assert answer.fields() == {"picks[0].game_id"}


@pytest.mark.parametrize(
    "changes", [{"quote_id": 2**63 - 1}, {"market": "spread"}, {"selection": "away"}, {"selection": "over"}]
)
def test_a_quote_of_something_else(contest: Contest, changes: dict[str, Any]) -> None:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -110)
    answer = submit(contest.user(), want(contest, quote, **changes), at=AT)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"picks[0].quote_id"}
    assert stored(contest) == []


def test_a_quote_of_another_game(contest: Contest) -> None:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -110)
    other = contest.game()
    contest.quote(other, "moneyline", "home", None, -110)
    answer = submit(contest.user(), want(contest, quote, game_id=other), at=AT)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"picks[0].quote_id"}


def test_the_lock_falls_at_the_margin_before_tip_off(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    home = contest.quote(game, "moneyline", "home", None, -110)
    over = contest.quote(game, "total", "over", Decimal(210), -110)
    assert submit(anna, want(contest, home), at=LOCK - TICK).status == 201
    for late in (LOCK, LOCK + TICK, TIP_OFF, TIP_OFF + timedelta(days=1)):
        answer = submit(anna, want(contest, over), at=late)
        answer.problem(409, "GAME_LOCKED")
        assert answer.fields() == {"picks[0].game_id"}
    assert len(stored(contest)) == 1


def test_the_lock_follows_the_tip_off(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    home = contest.quote(game, "moneyline", "home", None, -110)
    over = contest.quote(game, "total", "over", Decimal(210), -110)
    move = "UPDATE games SET commence_time = %s"
    contest.connection.execute(move, (TIP_OFF - timedelta(minutes=30),))
    submit(anna, want(contest, home), at=LOCK - TICK).problem(409, "GAME_LOCKED")
    contest.connection.execute(move, (TIP_OFF + timedelta(minutes=30),))
    assert submit(anna, want(contest, over), at=LOCK).status == 201


@pytest.mark.parametrize("status", ["live", "postponed", "cancelled", "review"])
def test_a_game_that_is_not_scheduled_takes_no_picks(contest: Contest, status: str) -> None:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -110)
    contest.connection.execute("UPDATE games SET status = %s", (status,))
    submit(contest.user(), want(contest, quote), at=AT).problem(409, "GAME_LOCKED")


def test_a_finished_game_takes_no_picks(contest: Contest) -> None:
    game = contest.game()
    quote = contest.quote(game, "moneyline", "home", None, -110)
    contest.final(game, 110, 105)
    submit(contest.user(), want(contest, quote), at=AT).problem(409, "GAME_LOCKED")


def test_a_market_is_picked_once(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    home = contest.quote(game, "spread", "home", Decimal("-2.5"), -110)
    away = contest.quote(game, "spread", "away", Decimal("2.5"), -110)
    assert submit(anna, want(contest, home), at=AT).status == 201
    for again in (home, away):
        answer = submit(anna, want(contest, again), at=AT)
        answer.problem(409, "DUPLICATE_PICK")
        assert answer.fields() == {"picks[0].market"}
    assert len(stored(contest)) == 1


def test_a_market_is_picked_once_in_one_submission(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    home = contest.quote(game, "spread", "home", Decimal("-2.5"), -110)
    away = contest.quote(game, "spread", "away", Decimal("2.5"), -110)
    over = contest.quote(game, "total", "over", Decimal(210), -110)
    answer = submit(anna, *(want(contest, quote) for quote in (home, over, away, over)), at=AT)
    answer.problem(409, "DUPLICATE_PICK")
    assert answer.fields() == {"picks[2].market", "picks[3].market"}
    assert stored(contest) == []


def test_moved_odds_come_with_the_new_quote(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    over = contest.quote(game, "total", "over", Decimal(210), -110)
    shown = contest.quote(game, "spread", "home", Decimal("-2.5"), -110)
    supersede(contest, shown)
    new = contest.quote(game, "spread", "home", Decimal(-3), 102, probability=Decimal("0.4712"))
    answer = submit(anna, want(contest, over), want(contest, shown), at=AT)
    assert answer.problem(409, "ODDS_MOVED")["quotes"] == [
        {
            "index": 1,
            "quote_id": new,
            "selection": "home",
            "line": -3.0,
            "price": 102,
            "probability": 0.4712,
            "books": 5,
        }
    ]
    assert answer.fields() == {"picks[1].quote_id"}
    assert stored(contest) == []
    [moved] = answer.body["quotes"]
    again = submit(anna, want(contest, over), want(contest, shown, quote_id=moved["quote_id"]), at=AT)
    assert again.status == 201
    assert [pick["price"] for pick in again.body["picks"]] == [-110, 102]


def test_only_the_picked_side_counts_when_a_market_moves(contest: Contest) -> None:
    game = contest.game()
    shown = contest.quote(game, "moneyline", "home", None, -110)
    supersede(contest, shown)
    current = contest.quote(game, "moneyline", "home", None, -110)
    contest.quote(game, "moneyline", "away", None, -115)
    assert submit(contest.user(), want(contest, shown), at=AT).status == 201
    [pick] = stored(contest)
    assert pick["quote_id"] == current


def test_a_withdrawn_market(contest: Contest) -> None:
    shown = contest.quote(contest.game(), "moneyline", "home", None, -110)
    supersede(contest, shown)
    answer = submit(contest.user(), want(contest, shown), at=AT)
    answer.problem(409, "ODDS_STALE")
    assert answer.fields() == {"picks[0].quote_id"}
    assert "quotes" not in answer.body


def test_odds_grow_stale(contest: Contest) -> None:
    anna, game = contest.user(), contest.game(TIP_OFF + timedelta(days=3))
    captured = TIP_OFF - timedelta(hours=12)
    home = contest.quote(game, "moneyline", "home", None, -110, captured_at=captured)
    over = contest.quote(game, "total", "over", Decimal(210), -110, captured_at=captured)
    last = captured + timedelta(hours=MAX_ODDS_AGE_HOURS)
    assert submit(anna, want(contest, home), at=last).status == 201
    submit(anna, want(contest, over), at=last + TICK).problem(409, "ODDS_STALE")
    contest.connection.execute("UPDATE quotes SET captured_at = %s", (last,))
    assert submit(anna, want(contest, over), at=last + TICK).status == 201


def test_every_pick_at_fault_is_named_and_none_is_made(contest: Contest) -> None:
    anna, game, started = contest.user(), contest.game(), contest.game(AT - timedelta(hours=1))
    good = contest.quote(game, "moneyline", "home", None, -110)
    late = contest.quote(started, "moneyline", "home", None, -110)
    moved = contest.quote(game, "spread", "home", Decimal("-2.5"), -110)
    supersede(contest, moved)
    new = contest.quote(game, "spread", "home", Decimal(-3), -110)
    picks = [
        want(contest, moved),
        want(contest, good),
        want(contest, late),
        want(contest, good, game_id=4711),
        want(contest, good, market="total", selection="over"),
        want(contest, good),
    ]
    ladder = [
        (404, "GAME_NOT_FOUND", "picks[3].game_id"),
        (422, "INVALID_VALUE", "picks[4].quote_id"),
        (409, "GAME_LOCKED", "picks[2].game_id"),
        (409, "DUPLICATE_PICK", "picks[5].market"),
        (409, "ODDS_MOVED", "picks[0].quote_id"),
    ]
    for step, (status, code, _) in enumerate(ladder):
        answer = submit(anna, *picks, at=AT)
        problem = answer.problem(status, code)
        assert answer.fields() == {field for _, _, field in ladder[step:]}
        assert [quote["quote_id"] for quote in problem["quotes"]] == [new]
        assert stored(contest) == []
        field = ladder[step][2]
        place = int(field[len("picks[") : field.index("]")])
        picks[place] = want(contest, contest.quote(contest.game(), "moneyline", "home", None, -110))
    assert submit(anna, *picks, at=AT).body["picks_created"] == len(picks) == len(stored(contest))


# -------------------------------------------------------------- refused without a query to the database: there is none

PICK: dict[str, Any] = {"game_id": 41, "market": "spread", "selection": "home", "quote_id": 9001}
ANNA = (7, "anna")


def send(body: Any) -> Answer:
    return call("create_picks", "POST", "/picks", body=body, user=ANNA)


def test_without_an_identity_nothing_is_made() -> None:
    call("create_picks", "POST", "/picks", body={"picks": [PICK]}).problem(401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"game_id": "1"}, "picks[1].game_id"),
        ({"game_id": 0}, "picks[1].game_id"),
        ({"game_id": 2**63}, "picks[1].game_id"),
        ({"game_id": 1.5}, "picks[1].game_id"),
        ({"quote_id": None}, "picks[1].quote_id"),
        ({"quote_id": True}, "picks[1].quote_id"),
        ({"quote_id": -1}, "picks[1].quote_id"),
        ({"market": "h2h"}, "picks[1].market"),
        ({"selection": "\0"}, "picks[1].selection"),
        ({"stake_units": 0.25}, "picks[1].stake_units"),
        ({"stake_units": 5.5}, "picks[1].stake_units"),
        ({"stake_units": "1"}, "picks[1].stake_units"),
        ({"stake_units": True}, "picks[1].stake_units"),
        ({"stake_units": None}, "picks[1].stake_units"),
        ({"stake_units": 1e300}, "picks[1].stake_units"),
        ({"stake_units": 10**400}, "picks[1].stake_units"),
        ({"line": -2.5}, "picks[1].line"),
        ({"price": 500}, "picks[1].price"),
    ],
)
def test_values_that_are_not_allowed(changes: dict[str, Any], field: str) -> None:
    answer = send({"picks": [PICK, PICK | changes]})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"picks": []}, {"picks"}),
        ({"picks": {}}, {"picks"}),
        ({"picks": "all"}, {"picks"}),
        ({"picks": None}, {"picks"}),
        ({"picks": [PICK] * 51}, {"picks"}),
        ({"picks": [PICK, 1, None]}, {"picks[1]", "picks[2]"}),
        ({"picks": [{}]}, {"picks[0].game_id", "picks[0].market", "picks[0].selection", "picks[0].quote_id"}),
        ({"picks": [PICK], "dry_run": True}, {"dry_run"}),
        ({}, {"picks"}),
        ([], {"body"}),
        ("picks", {"body"}),
        (None, {"body"}),
    ],
)
def test_bodies_of_another_shape(body: Any, fields: set[str]) -> None:
    answer = send(body)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == fields


@pytest.mark.parametrize("text", ["{", "nothing", '{"picks": [{"stake_units": NaN}]}', '{"picks": [1e400]}'])
def test_what_is_not_json(text: str) -> None:
    call("create_picks", "POST", "/picks", raw_body=text, user=ANNA).problem(400, "MALFORMED_JSON")


def test_a_token_of_a_user_who_is_gone_is_refused(contest: Contest) -> None:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -115)
    submit(10**6, want(contest, quote), at=AT).problem(401, "UNAUTHENTICATED")
    assert stored(contest) == []
