"""Concurrent administrators, also against incoming results and the loss of their role."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.ingestion.settling import settle
from pickvs.jobs.sources import Capture
from pickvs.markets.scores.service import record_scores
from pickvs.operations.administration.results import service
from pickvs.operations.administration.results.requests import Order, ResultOrder
from tests.support.administration import act, audit_log, hold_to_the_ledger, make_admin, promote
from tests.support.contest import Contest
from tests.support.games import results, score
from tests.support.markets import PROVIDER, TIP_OFF, final, fixture, list_game, record, start_run
from tests.support.rivals import all_at_once
from tests.support.snapshot import rows
from tests.support.waiting import blocked

OVER = TIP_OFF + timedelta(hours=3)
REASON = "the league said so"


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def test_many_administrators_and_the_provider(contest: Contest, database: str, admin: int) -> None:
    """In any order, each act sees the result of the one before. The provider comes first or is refused."""
    game = list_game()
    contest.pick(contest.user(), game.quote("moneyline", "home").id, Decimal(2))
    other = make_admin(contest, database, "another")
    orders = [ResultOrder(reason=REASON, home_score=100 + turn % 3, away_score=101) for turn in range(24)]
    works: list[Callable[[], object]] = [
        *(
            partial(service.set_result, (admin, other)[turn % 2], None, game.id, order)
            for turn, order in enumerate(orders)
        ),
        *(partial(service.void_game, other, None, game.id, Order(reason=REASON)) for _ in range(4)),
        *(partial(service.reopen_game, admin, None, game.id, Order(reason=REASON, dry_run=True)) for _ in range(4)),
        *(partial(record, final(fixture(), 110, 105), at=OVER) for _ in range(4)),
    ]
    works = [works[place * 7 % len(works)] for place in range(len(works))]
    outcomes = all_at_once(database, works, at=OVER, processes=4)
    assert set(outcomes) <= {"made", "RESULT_UNCHANGED", "NO_RESULT"}

    written = rows(database, "SELECT result_id FROM audit_log ORDER BY id")
    said = rows(database, "SELECT id, source FROM game_results ORDER BY id")
    by_admins = [result["id"] for result in said if result["source"].startswith("admin:")]
    assert [entry["result_id"] for entry in written] == by_admins
    assert {result["source"] for result in said[1:]} == {f"admin:{admin}", f"admin:{other}"}
    [known] = rows(database, "SELECT result_id, settled_result_id FROM games")
    assert known["result_id"] == known["settled_result_id"] == said[-1]["id"]
    assert all(one != two for one, two in pairwise(results(database)))
    hold_to_the_ledger(database)


def test_results_that_come_in_at_the_same_moment(
    contest: Contest, database: str, admin: int, thread: ThreadPoolExecutor
) -> None:
    game = list_game()
    contest.pick(contest.user(), game.quote("moneyline", "home").id)
    with psycopg.connect(database, row_factory=dict_row) as other:
        run = start_run(other, "process_results", OVER)
        record_scores(other, Capture((final(fixture(), 110, 105),), ()), provider=PROVIDER, run_id=run, at=OVER)
        settle(other, OVER)
        waiting = blocked(thread, contest, lambda: act(admin, "result", game.id, (104, 105), at=OVER))
    answer = waiting.result(timeout=10)
    assert (answer.body["before"]["home_score"], answer.body["before"]["source"]) == (110, PROVIDER)
    assert [pick["before"]["result"] for pick in answer.body["picks"]] == ["win"]
    assert score(database, game.id) == ("finished", 104, 105)
    hold_to_the_ledger(database)


def test_a_pick_on_its_way_in_is_voided_with_the_rest(
    contest: Contest, database: str, admin: int, thread: ThreadPoolExecutor
) -> None:
    game = list_game()
    quote, user = game.quote("moneyline", "home").id, contest.user()
    before_tip_off = TIP_OFF - timedelta(minutes=30)
    with psycopg.connect(database, row_factory=dict_row) as other:
        other.execute("SELECT FROM games WHERE id = %s FOR SHARE", (game.id,))
        waiting = blocked(thread, contest, lambda: act(admin, "void", game.id, at=before_tip_off))
        other.execute(
            """
            INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
            SELECT %s, game_id, market, selection, id, line, price, 1, captured_at FROM quotes WHERE id = %s
            """,
            (user, quote),
        )
    assert waiting.result(timeout=10).body["picks_changed"] == 1
    [(_, result, _, _)] = contest.ledger(1)
    assert result == "void"


def test_a_role_that_is_taken_away_at_the_same_moment(
    contest: Contest, database: str, admin: int, thread: ThreadPoolExecutor
) -> None:
    game = contest.game(TIP_OFF)
    with psycopg.connect(database) as operator:
        operator.execute("UPDATE users SET role = 'user' WHERE id = %s", (admin,))
        waiting = blocked(thread, contest, lambda: act(admin, "void", game))
    waiting.result(timeout=10).problem(403, "ROLE_REQUIRED")
    promote(database, admin)
    assert audit_log(admin).body["entries"] == []
