"""An erasure concurrent with other writes for the same user. No data is stored after it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.accounts import queries as accounts
from pickvs.accounts import service, tokens
from pickvs.accounts.keys.requests import WantedKey
from pickvs.accounts.keys.service import make_key
from pickvs.accounts.requests import Credentials, Renewal
from pickvs.accounts.sessions import queries as sessions
from pickvs.core import clock
from pickvs.core.errors import Unauthenticated
from pickvs.operations.privacy import queries
from pickvs.picks import queries as picks
from pickvs.picks.requests import Submission
from pickvs.picks.schemas import PicksCreated
from pickvs.picks.service import submit
from tests.support.accounts import use_signing_keys
from tests.support.contest import TIP_OFF, Contest
from tests.support.persons import NOW, Person, delete, enter
from tests.support.picking import set_pick_rules, stored, want
from tests.support.rivals import submit_at_once
from tests.support.snapshot import rows
from tests.support.waiting import blocked

AT = TIP_OFF - timedelta(hours=3)
PSEUDONYM = "deleted-0123456789abcdef"


@pytest.fixture(autouse=True)
def _everything_else_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)
    use_signing_keys(monkeypatch, service)


@pytest.fixture
def anna(contest: Contest) -> Person:
    return enter(contest, "Anna-Q7x")


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def submission(contest: Contest) -> Submission:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -110)
    return Submission.model_validate({"picks": [want(contest, quote)]})


@pytest.mark.parametrize("key", [None, "the key"])
def test_a_submission_that_waits_for_the_erasure_is_refused(
    contest: Contest, anna: Person, thread: ThreadPoolExecutor, key: str | None
) -> None:
    wanted = submission(contest)

    def work() -> PicksCreated:
        with clock.held_at(AT):
            return submit(anna.id, wanted, key=key)

    with contest.connection.transaction():
        assert queries.erase(contest.connection, anna.id, PSEUDONYM, NOW)
        outcome = blocked(thread, contest, work)
    with pytest.raises(Unauthenticated):
        outcome.result(timeout=10)
    assert stored(contest) == []
    assert contest.connection.execute("SELECT FROM idempotency_keys").fetchall() == []


def test_an_erasure_waits_for_a_submission_and_takes_its_answer_along(
    contest: Contest, database: str, anna: Person, thread: ThreadPoolExecutor
) -> None:
    quote = contest.quote(contest.game(), "moneyline", "home", None, -110)
    with psycopg.connect(database, row_factory=dict_row) as other:
        assert accounts.hold_account(other, anna.id)
        picks.insert_picks(other, anna.id, [(quote, Decimal(1))], AT)
        other.execute(
            "INSERT INTO idempotency_keys VALUES (%s, 'late', %s, '{}', %s)", (anna.id, anna.digest("late"), AT)
        )
        outcome = blocked(thread, contest, lambda: delete(anna))
    assert outcome.result(timeout=10).status == 204
    [owner] = rows(database, "SELECT username FROM picks JOIN users ON users.id = user_id")
    assert owner["username"].startswith("deleted-")
    assert rows(database, "SELECT * FROM idempotency_keys") == []


def test_no_session_is_opened_after_the_erasure(
    contest: Contest, database: str, anna: Person, thread: ThreadPoolExecutor
) -> None:
    credentials = Credentials(email=anna.email, password=anna.password)
    with contest.connection.transaction():
        assert queries.erase(contest.connection, anna.id, PSEUDONYM, NOW)
        outcome = blocked(thread, contest, lambda: service.login(credentials, "192.0.2.1"))
    with pytest.raises(Unauthenticated) as caught:
        outcome.result(timeout=10)
    assert caught.value.code == "INVALID_CREDENTIALS"
    assert rows(database, "SELECT * FROM refresh_tokens") == []


def test_no_session_is_continued_after_the_erasure(
    contest: Contest, database: str, anna: Person, thread: ThreadPoolExecutor
) -> None:
    token, token_hash = tokens.new_refresh_token()
    at = clock.now()
    with psycopg.connect(database, row_factory=dict_row) as other:
        sessions.insert_refresh_token(
            other,
            token_hash=token_hash,
            user_id=anna.id,
            family_id=uuid4(),
            issued_at=at,
            expires_at=at + timedelta(days=1),
            device=None,
        )
    with contest.connection.transaction():
        assert queries.erase(contest.connection, anna.id, PSEUDONYM, NOW)
        outcome = blocked(thread, contest, lambda: service.refresh(Renewal(refresh_token=token)))
    with pytest.raises(Unauthenticated) as caught:
        outcome.result(timeout=10)
    assert caught.value.code == "INVALID_REFRESH_TOKEN"
    assert rows(database, "SELECT * FROM refresh_tokens") == []


def test_no_key_is_made_after_the_erasure(
    contest: Contest, database: str, anna: Person, thread: ThreadPoolExecutor
) -> None:
    wanted = WantedKey.model_validate({"name": "bot", "scopes": ["picks:read"], "password": anna.password})
    with contest.connection.transaction():
        assert queries.erase(contest.connection, anna.id, PSEUDONYM, NOW)
        outcome = blocked(thread, contest, lambda: make_key(anna.id, anna.session, wanted))
    with pytest.raises(Unauthenticated):
        outcome.result(timeout=10)
    assert rows(database, "SELECT * FROM api_keys") == []


def test_of_two_erasures_at_once_one_is_done(
    contest: Contest, database: str, anna: Person, thread: ThreadPoolExecutor
) -> None:
    with contest.connection.transaction():
        assert queries.erase(contest.connection, anna.id, PSEUDONYM, NOW)
        outcome = blocked(thread, contest, lambda: delete(anna))
    outcome.result(timeout=10).problem(401, "UNAUTHENTICATED")
    assert rows(database, "SELECT username FROM users") == [{"username": PSEUDONYM}]


def test_an_erasure_amid_a_hundred_submissions(contest: Contest, database: str, anna: Person) -> None:
    slips = [submission(contest) for _ in range(100)]
    # The first writes are held up halfway until the erasure is queued; the last ones come when it is done.
    with ThreadPoolExecutor(1) as some, ThreadPoolExecutor(1) as another, psycopg.connect(database) as gate:
        gate.execute("LOCK TABLE picks IN SHARE MODE")
        running = blocked(
            some, contest, lambda: submit_at_once(database, anna.id, slips[:50], at=AT, processes=3), seconds=60
        )
        erasing = another.submit(delete, anna)
        deadline = time.monotonic() + 10
        while not waits_for_the_account(contest):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        gate.rollback()
        assert erasing.result(timeout=60).status == 204
        made = len(stored(contest))
        outcomes = running.result(timeout=60)
    assert set(submit_at_once(database, anna.id, slips[50:], at=AT, processes=3)) == {"UNAUTHENTICATED"}
    assert len(stored(contest)) == made > 0
    assert outcomes.count("made") == made
    assert set(outcomes) <= {"made", "UNAUTHENTICATED"}


def waits_for_the_account(contest: Contest) -> bool:
    """Tell whether the erasure waits for the user's row. The submissions share it, and wait for each other's counts."""
    waiting = contest.connection.execute(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'"
    )
    return waiting.fetchone() is not None
