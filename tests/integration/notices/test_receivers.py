"""What becomes of deliveries to receivers that are dead, slow, gone or wrong, and who waits for them."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.mail import Mail
from pickvs.core.outgoing_http import NotSent, TargetRefused
from pickvs.notices.delivery.rules import MOST_CALLS_OF_WEBHOOK
from tests.support.contest import TIP_OFF, Contest
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.notices import Call, World

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


def test_what_nobody_could_send_for_a_day_is_given_up_unsent(contest: Contest, outside: World) -> None:
    user = contest.user()
    outside.tell(user, "account.confirm_email", "x", at=TIP_OFF, to=("ada@example.com",), secret="token")
    assert outside.deliver(TIP_OFF + timedelta(hours=25)) == {"email_given_up": 1}
    [delivery] = outside.deliveries()
    assert (delivery["state"], delivery["secret"], delivery["last_error"]) == ("failed", None, "not sent in time")
    assert not outside.mails


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
    assert tried["https://silent.example/"] <= 2 * MOST_CALLS_OF_WEBHOOK
    assert {each["next_at"] for each in outside.deliveries() if each["state"] == "queued"} == {TIP_OFF + MINUTE}


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
