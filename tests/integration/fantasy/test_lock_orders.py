"""Two that change the same league at once wait for each other in one order, so that neither is sent away.

In each test, one transaction holds a league or a draft, as a service does halfway. The other one runs until it waits
for it. Then the first goes on to what it locks next, which the other must not hold yet.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.fantasy.collecting.following import follow_facts
from pickvs.fantasy.drafts.planning import look_after_league
from pickvs.fantasy.events.results import service as results
from pickvs.fantasy.events.results.service import Answer
from pickvs.fantasy.events.rules import Fact, Statement
from pickvs.operations.administration.races import service as races
from pickvs.operations.administration.races.requests import ReviewDecision
from pickvs.operations.privacy import service as privacy
from pickvs.operations.privacy.requests import Erasure
from tests.support.accounts import PASSWORD
from tests.support.leagues import FIRST_LOCK, FOUNDED, WEEK, Paddock

LATER = FIRST_LOCK + WEEK / 2

HOLD_LEAGUE = "SELECT FROM leagues WHERE id = %s FOR UPDATE"
HOLD_DRAFT = "SELECT FROM drafts WHERE id = %s FOR UPDATE"
COLLECT = "SELECT pg_advisory_xact_lock(hashtextextended('pickvs-boards', %s))"
ADD_WEBHOOK = """
    INSERT INTO webhooks (user_id, url, secret, created_at)
    VALUES (%s, 'https://example.com/hook', 'whsec_' || repeat('a', 32), %s)
"""
LOOK_AFTER = """
    INSERT INTO agenda (function, key, due_at, payload, next_at) VALUES ('tick_drafts', %s, now(), '{}', now())
    ON CONFLICT (function, key) DO UPDATE SET due_at = now()
"""


@contextmanager
def held(paddock: Paddock, statement: str, number: int, work: Any) -> Iterator[psycopg.Connection]:
    """Hold a row while `work` runs into it. When the block has ended, the row is free, and the work must succeed."""
    with psycopg.connect(paddock.url) as one, ThreadPoolExecutor(1) as thread:
        one.execute("SET lock_timeout = '3s'")
        one.execute(statement, (number,))
        other = thread.submit(work)
        deadline = monotonic() + 10
        while not paddock.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert not other.done(), other.result()
            assert monotonic() < deadline
            sleep(0.01)
        yield one
        one.commit()
        other.result(timeout=20)


def test_whoever_joins_tells_a_member_whose_account_is_being_erased(paddock: Paddock) -> None:
    """Who tells a user locks the user's webhooks, and so does who erases the account."""
    table = paddock.seat(3)
    leaving = table.players[2].caller
    paddock.owner.execute(ADD_WEBHOOK, (leaving.user_id, FOUNDED))
    paddock.queue(table.players[2], paddock.pool[:3], at=FOUNDED)

    def erase() -> None:
        with clock.held_at(FOUNDED):
            privacy.erase(leaving.user_id, None, Erasure(password=PASSWORD))

    with held(paddock, HOLD_LEAGUE, table.league, erase) as joining:
        joining.execute("SELECT FROM webhooks WHERE user_id = %s FOR KEY SHARE", (leaving.user_id,))
        joining.execute("UPDATE draft_queues SET misses = 1 WHERE constructor_id = %s", (table.players[2].constructor,))
    assert paddock.rows("SELECT 1 FROM league_members WHERE user_id = %s", leaving.user_id) == []


def statement(order: list[int]) -> Statement:
    facts = [
        Fact(contestant=each, status="classified", position=place, official_points=Decimal())
        for place, each in enumerate(order, 1)
    ]
    return Statement(facts=tuple(facts), states=frozenset())


def tell(paddock: Paddock, *answers: Answer) -> None:
    """Tell of the first race, and let everything follow."""
    event = paddock.events[0]
    with clock.held_at(LATER), transaction() as connection:
        changes = [results.hear(connection, event, "race", answer, LATER) for answer in answers]
        follow_facts(connection, changes, [event], LATER)


def test_a_result_reaches_the_board_of_a_league_that_is_being_changed(paddock: Paddock) -> None:
    table = paddock.seat(2)
    paddock.tick(FOUNDED)
    paddock.tick(FIRST_LOCK)
    answer = Answer("first", "test", statement(paddock.pool))
    with held(paddock, HOLD_LEAGUE, table.league, lambda: tell(paddock, answer)) as changing:
        changing.execute(LOOK_AFTER, (f"league:{table.league}",))
    assert len(paddock.rows("SELECT 1 FROM league_totals")) == 2


def test_an_administrator_decides_while_results_are_collected(paddock: Paddock) -> None:
    """Whoever collects locks a result and then the question about it; whoever decides, the other way round."""
    tell(
        paddock,
        Answer("first", "one", statement(paddock.pool)),
        Answer("second", "two", statement(paddock.pool[::-1])),
    )
    [review] = paddock.rows("SELECT id FROM fantasy_reviews WHERE closed_at IS NULL")
    admin = paddock.user("the-admin")
    paddock.owner.execute("UPDATE users SET role = 'admin' WHERE id = %s", (admin.user_id,))

    def decide() -> None:
        order = ReviewDecision(choice="first", reason="as the stewards have it")
        with clock.held_at(LATER):
            races.decide_review(admin.user_id, None, review["id"], order)

    with held(paddock, COLLECT, 0, decide) as collecting:
        collecting.execute("SELECT FROM session_results WHERE session = 'race' FOR UPDATE")
        collecting.execute("SELECT FROM fantasy_reviews WHERE id = %s FOR UPDATE", (review["id"],))
    assert paddock.rows("SELECT 1 FROM fantasy_reviews WHERE closed_at IS NULL") == []


def test_a_queue_of_a_constructor_that_is_just_being_removed(paddock: Paddock) -> None:
    table = paddock.seat(3, start=False)
    player = table.players[2]

    def queue() -> None:
        with pytest.raises(NotFound) as error:
            paddock.queue(player, paddock.pool[:3], at=FOUNDED)
        assert error.value.code == "CONSTRUCTOR_NOT_FOUND"

    with held(paddock, "DELETE FROM constructors WHERE id = %s", player.constructor, queue):
        pass


def test_the_drafts_of_two_groups_are_locked_at_once(paddock: Paddock) -> None:
    """The pool of ten gives three picks each to three constructors, so four are two groups."""
    table = paddock.seat(4, rounds=3)
    paddock.tick(FOUNDED)
    second = paddock.draft_of(table.league, paddock.events[0], group=2)

    def look_after() -> None:
        with clock.held_at(FIRST_LOCK), transaction() as connection:
            look_after_league(connection, table.league)

    with held(paddock, HOLD_DRAFT, second, look_after) as picking:
        picking.execute(LOOK_AFTER, (f"league:{table.league}",))
    assert {
        row["phase"] for row in paddock.rows("SELECT phase FROM drafts WHERE event_id = %s", paddock.events[0])
    } == {"locked"}
