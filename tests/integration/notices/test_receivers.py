"""What becomes of deliveries to receivers that are dead, slow, gone or wrong, and who waits for them."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import MailThrottled
from pickvs.core.mail import Mail
from pickvs.core.outgoing_http import NotSent, TargetRefused
from pickvs.notices.delivery import calling, queries
from pickvs.notices.pruning import delete_old
from pickvs.notices.words import OF_UNKNOWN_KIND
from tests.support.contest import TIP_OFF, Contest
from tests.support.functions import load
from tests.support.gateway import LambdaContext, call
from tests.support.notices import Call, World, erase

MINUTE = timedelta(minutes=1)


def one(contest: Contest, outside: World, **told: Any) -> dict[str, Any]:
    """Queue a call of one webhook, try it once, and return the delivery."""
    user = contest.user()
    outside.webhook(user)
    outside.tell(user, "pick.settled", "a pick", at=TIP_OFF, **told)
    outside.deliver(TIP_OFF)
    [delivery] = outside.deliveries()
    return delivery


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, "sent"), (299, "sent"), (301, "queued"), (404, "queued"), (410, "failed"), (503, "queued")],
)
def test_a_status_decides(contest: Contest, outside: World, status: int, state: str) -> None:
    outside.on_call = lambda _: status
    delivery = one(contest, outside)
    assert (delivery["state"], delivery["last_status"]) == (state, status)
    assert delivery["last_error"] == (None if state == "sent" else f"the receiver answered {status}")


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (NotSent("no answer in time"), "queued", "no answer in time"),
        (TargetRefused("must lead to public addresses only"), "failed", "the URL must lead to public addresses only"),
        (RuntimeError("with a secret in it"), "queued", "a fault on our side"),
    ],
)
def test_a_failure_is_told_in_our_words(
    contest: Contest, outside: World, error: Exception, state: str, said: str
) -> None:
    def fails(_: Call) -> int:
        raise error

    outside.on_call = fails
    delivery = one(contest, outside)
    assert (delivery["state"], delivery["last_status"], delivery["last_error"]) == (state, None, said)


def test_a_dead_receiver_is_given_up_after_a_day_and_an_alarm_leads_to_each_attempt(
    contest: Contest, outside: World
) -> None:
    outside.on_call = lambda _: 500
    one(contest, outside)
    at, attempts = TIP_OFF, 1
    while outside.states()["queued"]:
        [work] = outside.rows("SELECT * FROM agenda")
        assert (work["function"], work["key"]) == ("deliver_notices", "deliveries")
        assert max(outside.alarms.set.values()) >= work["due_at"] > at
        at = work["due_at"]
        outside.deliver(at)
        attempts += 1
    [delivery] = outside.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("failed", attempts)
    assert timedelta(hours=20) < at - TIP_OFF <= timedelta(hours=24)
    assert attempts == 9
    assert not outside.rows("SELECT * FROM agenda")


def test_what_nobody_could_send_for_a_day_is_sent_late(contest: Contest, outside: World) -> None:
    user = contest.user()
    outside.tell(user, "account.confirm_email", "x", at=TIP_OFF, to=("ada@example.com",), secret="token")
    outside.tell(user, "account.confirm_email", "y", at=TIP_OFF, to=("bob@example.com",), secret="token")
    outside.owner.execute("UPDATE deliveries SET attempts = 20 WHERE address = 'bob@example.com'")
    # The other one has ended its process again and again.
    assert outside.deliver(TIP_OFF + timedelta(hours=25)) == {"email_sent": 1, "email_given_up": 1}
    sent, given_up = outside.deliveries()
    assert (sent["state"], given_up["state"]) == ("sent", "failed")
    assert (given_up["secret"], given_up["last_error"]) == (None, "not sent in time")
    assert [mail.to for mail in outside.mails] == ["ada@example.com"]


def test_a_silent_receiver_is_left_alone_for_a_minute_and_holds_up_nobody(contest: Contest, outside: World) -> None:
    silent, lively = contest.user(), contest.user()
    outside.webhook(silent, "https://silent.example/")
    outside.webhook(lively, "https://lively.example/")
    for number in range(40):
        outside.tell(silent, "pick.settled", f"pick {number}", at=TIP_OFF)
        outside.tell(lively, "pick.settled", f"pick {number}", at=TIP_OFF)
    tried = Counter[str]()

    def answer(call: Call) -> int:
        tried[call.url] += 1
        if "silent" in call.url:
            raise NotSent("no answer in time")
        return 200

    outside.on_call = answer
    counts = outside.deliver(TIP_OFF)
    assert (counts["webhook_sent"], tried["https://lively.example/"]) == (40, 40)
    for at, times in ((TIP_OFF, 1), (TIP_OFF + MINUTE / 2, 1), (TIP_OFF + MINUTE, 2)):
        outside.deliver(at)
        assert tried["https://silent.example/"] == times
    assert max(outside.alarms.set.values()) > TIP_OFF + MINUTE


def test_a_slow_receiver_gets_one_call_a_minute(
    contest: Contest, outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "SLOW_SECONDS", -1.0)
    user = contest.user()
    outside.webhook(user)
    for number in range(3):
        outside.tell(user, "pick.settled", f"pick {number}", at=TIP_OFF)
    assert [outside.deliver(TIP_OFF + number * MINUTE / 2) for number in range(3)] == [
        {"webhook_sent": 1}, {}, {"webhook_sent": 1},
    ]  # fmt: skip


def test_a_webhook_with_any_number_of_calls_waits_for_its_turn(
    contest: Contest, outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the oldest calls, and hundreds of them, gets one of each turn, also if that begins with it."""
    monkeypatch.setattr(queries, "any_webhook", lambda _: 0)
    greedy, modest = contest.user(), contest.user()
    outside.webhook(greedy, "https://greedy.example/")
    outside.tell(greedy, "pick.settled", "pick", at=TIP_OFF)
    outside.owner.execute(
        """
        WITH told AS (
          INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at)
          SELECT user_id, kind, cause || number, data, in_feed, told_at FROM notices, generate_series(1, 400) number
          RETURNING id, user_id, told_at
        )
        INSERT INTO deliveries (notice_id, webhook_id, queued_at, next_at)
        SELECT told.id, webhooks.id, told_at, told_at FROM told JOIN webhooks USING (user_id)
        """
    )
    outside.webhook(modest, "https://modest.example/")
    outside.tell(modest, "pick.settled", "pick", at=TIP_OFF + MINUTE)
    order: list[str] = []

    def answer(call: Call) -> int:
        order.append(call.url)
        if "modest" in call.url:
            outside.owner.execute("DELETE FROM webhooks WHERE user_id = %s", (greedy,))
        return 200

    outside.on_call = answer
    outside.deliver(TIP_OFF + MINUTE)
    assert order.index("https://modest.example/") <= 1


def test_mails_that_ses_throttles_wait_without_being_given_up(contest: Contest, outside: World) -> None:
    """SES takes ten mails of each run. Nobody's is given up, however old it is."""
    for _ in range(35):
        user = contest.user()
        outside.confirm(user)
        outside.tell(user, "account.password_changed", "x", at=TIP_OFF)
    late, taken = TIP_OFF + timedelta(hours=30), Counter[int]()
    for run in range(4):

        def ses(_: Mail, run: int = run) -> None:
            if taken[run] == 10:
                raise MailThrottled("SES did not accept the mail: TooManyRequestsException")
            taken[run] += 1

        outside.on_mail = ses
        assert outside.deliver(late + run * MINUTE) == {"email_sent": 10 if run < 3 else 5}
        assert outside.deliver(late + run * MINUTE + MINUTE / 2, seconds=0) == {}
    assert outside.states() == {"sent": 35}
    assert {each["attempts"] for each in outside.deliveries()} == {1}


def test_a_mail_with_a_token_overtakes_others(contest: Contest, outside: World) -> None:
    for _ in range(30):
        user = contest.user()
        outside.confirm(user)
        outside.choose(user, "pick.settled", "email", on=True)
        outside.tell(user, "pick.settled", "x", at=TIP_OFF - MINUTE)
    outside.tell(user, "account.password_forgotten", "y", at=TIP_OFF, to=("ada@example.com",), secret="token")
    outside.deliver(TIP_OFF)
    assert outside.mails[0].to == "ada@example.com"
    assert len(outside.mails) == 31


def test_a_notice_of_a_newer_release_waits_alone(contest: Contest, outside: World) -> None:
    """The API that tells is deployed before the function that delivers."""
    users = [contest.user() for _ in range(2)]
    for user in users:
        outside.confirm(user)
        outside.webhook(user)
        outside.tell(user, "account.password_changed", "x", at=TIP_OFF)
    rename = "UPDATE notices SET kind = %s WHERE user_id = %s"
    outside.owner.execute(rename, ("account.novelty", users[0]))
    assert outside.deliver(TIP_OFF) == {
        "email_failed": 1, "email_sent": 1, "webhook_failed": 1, "webhook_sent": 1,
    }  # fmt: skip
    feed = call("list_notices", "GET", "/notices", user=(users[0], "ada"))
    assert (feed.status, feed.body["notices"][0]["title"]) == (200, OF_UNKNOWN_KIND.title)
    outside.owner.execute(rename, ("account.password_changed", users[0]))
    assert outside.deliver(TIP_OFF + MINUTE) == {"email_sent": 1, "webhook_sent": 1}


def test_an_erased_account_gets_no_mail_and_keeps_no_notice(contest: Contest, outside: World) -> None:
    """A settlement that saw the account may commit after the erasure."""
    user = contest.user()
    outside.tell(user, "account.confirm_email", "x", at=TIP_OFF, to=("ada@example.com",), secret="token")
    erase(contest, user)
    assert outside.deliver(TIP_OFF) == {"email_suppressed": 1}
    with transaction() as connection:
        assert delete_old(connection, TIP_OFF + timedelta(days=1), 10) == 1
    assert not outside.rows("SELECT FROM notices")


def test_mails_go_before_webhooks(contest: Contest, outside: World) -> None:
    order: list[str] = []

    def mail(_: Mail) -> None:
        order.append("mail")

    def call(_: Call) -> int:
        order.append("call")
        return 200

    outside.on_mail, outside.on_call = mail, call
    for _ in range(30):
        user = contest.user()
        outside.webhook(user)
        outside.confirm(user)
        outside.tell(user, "account.password_changed", "x", at=TIP_OFF)
    outside.deliver(TIP_OFF)
    assert order == ["mail"] * 30 + ["call"] * 30


def test_a_run_takes_no_work_when_its_time_is_over_and_an_alarm_goes_on(contest: Contest, outside: World) -> None:
    user = contest.user()
    outside.webhook(user)
    outside.tell(user, "pick.settled", "x", at=TIP_OFF)
    assert outside.deliver(TIP_OFF, seconds=0) == {}
    assert outside.alarms.set == {"deliver_notices-20240105T0031": TIP_OFF + MINUTE}
    # The context of the tests has ten seconds left, which is less than a run keeps in reserve.
    with clock.held_at(TIP_OFF):
        assert load("deliver_notices/handler").handler({}, LambdaContext()) == {}
    assert not outside.calls


def test_a_webhook_that_goes_while_it_is_called_leaves_nothing(contest: Contest, outside: World) -> None:
    user = contest.user()
    webhook = outside.webhook(user)
    outside.tell(user, "pick.settled", "x", at=TIP_OFF)

    def deleted(_: Call) -> int:
        outside.owner.execute("DELETE FROM webhooks WHERE id = %s", (webhook,))
        return 500

    outside.on_call = deleted
    assert outside.deliver(TIP_OFF) == {"webhook_failed": 1}
    assert not outside.deliveries()
    assert not outside.rows("SELECT * FROM agenda")


def test_a_stage_that_sends_no_mail_says_so(contest: Contest, outside: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "")
    user = contest.user()
    outside.confirm(user)
    outside.tell(user, "account.password_changed", "x", at=TIP_OFF)
    assert outside.deliver(TIP_OFF) == {"email_suppressed": 1}
    assert outside.deliveries()[0]["last_error"] == "this stage sends no mail"
