"""Notices, with SES and receivers that fail at random and processes that end anywhere: each arrives once."""

import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from pickvs.core import clock
from pickvs.core.errors import MailThrottled, MailUnavailable
from pickvs.core.mail import Mail
from pickvs.core.outgoing_http import NotSent
from pickvs.notices.delivery.rules import AT_ONCE
from pickvs.notices.webhooks.service import replay_delivery
from tests.support.contest import TIP_OFF, Contest
from tests.support.notices import STEPS, Call, KilledError, Step, World, kill_at_random

NOTICES = 600
USERS = 50


def tell(contest: Contest, outside: World, number: int) -> int:
    """Tell `number` notices to users with a confirmed address and one or two webhooks. Return the deliveries."""
    users = [contest.user() for _ in range(USERS)]
    for place, user in enumerate(users):
        outside.confirm(user)
        for each in range(1 + place % 2):
            outside.webhook(user, f"https://receiver-{user}-{each}.example/")
    for each in range(number):
        data = {"name": f"key {each}"}
        outside.tell(users[each % USERS], "account.api_key_made", f"key:{each}", at=TIP_OFF, data=data)
    queued = len(outside.deliveries())
    assert queued == number * 5 // 2
    return queued


def run_until_done(outside: World, run: Callable[[datetime], object]) -> None:
    """Run every few minutes, as alarms do, until nothing is queued."""
    at = TIP_OFF
    for _ in range(72):
        run(at)
        if not outside.states()["queued"]:
            return
        at += timedelta(minutes=20)
    raise AssertionError(f"still {outside.states()}")


def arrived(outside: World) -> Counter[tuple[str, str]]:
    """Return how often each notice has reached each place."""
    mails = Counter((mail.to, mail.text) for mail in outside.mails)
    return mails + Counter((call.url, call.headers["webhook-id"]) for call in outside.calls if call.status == 200)


def test_each_arrives_once_however_often_attempts_fail(contest: Contest, outside: World) -> None:
    dice = random.Random(1)  # noqa: S311 - chance that can be repeated
    queued = tell(contest, outside, NOTICES)

    def ses(_: Mail) -> None:
        fate = dice.random()
        if fate < 0.1:
            raise MailUnavailable("SES did not answer: ReadTimeoutError")
        if fate < 0.102:
            raise MailThrottled("SES did not accept the mail: TooManyRequestsException")

    def receiver(_: Call) -> int:
        fate = dice.random()
        if fate < 0.05:
            raise NotSent("no answer in time")
        return 500 if fate < 0.1 else 301 if fate < 0.13 else 200

    outside.on_mail, outside.on_call = ses, receiver
    run_until_done(outside, outside.deliver)
    assert outside.states() == {"sent": queued}
    times = arrived(outside)
    assert (len(times), set(times.values())) == (queued, {1})
    assert not outside.rows("SELECT * FROM agenda")


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_process_repeats_at_most_what_was_under_way(
    contest: Contest, outside: World, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued = tell(contest, outside, NOTICES // 6)
    outside.on_call = lambda _: 200
    kills = kill_at_random(monkeypatch, outside, random.Random(step), step)  # noqa: S311

    def run(at: datetime) -> None:
        with suppress(KilledError):
            outside.deliver(at)

    run_until_done(outside, run)
    assert kills[step]
    assert outside.states() == {"sent": queued}
    times = arrived(outside)
    assert len(times) == queued
    again = sum(times.values()) - queued
    assert again <= kills[step] * AT_ONCE
    match step:
        case "before the lease":
            assert not again
        case "after sending" | "before the commit":
            assert again


def test_nothing_leaves_the_house_when_it_is_over_however_often_attempts_fail(contest: Contest, outside: World) -> None:
    dice = random.Random(2)  # noqa: S311
    users = [contest.user() for _ in range(5)]
    over: dict[str, datetime] = {}
    sent_at: list[tuple[str, datetime]] = []
    now = TIP_OFF
    for place in range(100):
        ends = TIP_OFF + timedelta(minutes=dice.randrange(1, 300))
        over[f"Race {place}"] = ends
        user = users[place % len(users)]
        if place < len(users):
            outside.confirm(user)
            outside.webhook(user)
        data = {"event": f"Race {place}", "expires_at": ends.isoformat()}
        outside.tell(user, "draft.turn", f"turn:{place}", at=TIP_OFF, data=data)

    def ses(mail: Mail) -> None:
        if dice.random() < 0.6:
            raise MailUnavailable("SES did not answer: ReadTimeoutError")
        sent_at.append((mail.subject.removeprefix("Your turn: "), now))

    def receiver(call: Call) -> int:
        if dice.random() < 0.6:
            return 503
        sent_at.append((json.loads(call.body)["data"]["event"], now))
        return 200

    outside.on_mail, outside.on_call = ses, receiver

    def run(at: datetime) -> None:
        nonlocal now
        now = at
        outside.deliver(at)

    run_until_done(outside, run)
    states = outside.states()
    assert states["sent"] == len(sent_at)
    assert states["expired"] > 20
    assert states == {"sent": states["sent"], "expired": 200 - states["sent"]}
    assert all(at < over[event] for event, at in sent_at)

    # Whoever asks for it gets it again, late as it is.
    outside.on_call = lambda _: 200
    [late] = outside.rows(
        "SELECT delivery.id, webhook_id, notice.user_id FROM deliveries delivery"
        " JOIN notices notice ON notice.id = notice_id WHERE state = 'expired' AND webhook_id IS NOT NULL LIMIT 1"
    )
    with clock.held_at(now + timedelta(hours=9)):
        replay_delivery(late["user_id"], late["webhook_id"], late["id"])
    outside.deliver(now + timedelta(hours=9))
    assert outside.rows("SELECT state FROM deliveries WHERE id = %s", late["id"]) == [{"state": "sent"}]
