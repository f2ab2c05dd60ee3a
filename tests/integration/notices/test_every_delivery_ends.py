"""Notices of drafts and races to all sorts of users, while SES, receivers and our own processes fail at random.

PICKVS_NOTICES=1000 tells a thousand, and prints what became of their deliveries.
"""

import json
import os
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from pickvs.core.errors import MailRefused, MailThrottled, MailUnavailable
from pickvs.core.mail import Mail
from pickvs.core.outgoing_http import NotSent, TargetRefused
from pickvs.notices.delivery.rules import AT_ONCE
from tests.support.contest import TIP_OFF, Contest
from tests.support.notices import STEPS, Call, KilledError, World, kill_at_random

NOTICES = int(os.environ.get("PICKVS_NOTICES", "120"))
USERS = 40
KINDS = ("draft.turn", "draft.autopicked", "draft.opened", "result.official")
"""Kinds that go out by mail and to webhooks. The first one is over some time after it is told."""

type Sort = Literal["well", "bounced", "complained", "unsubscribed", "unconfirmed", "gone", "dead", "private"]
"""A user's mail address, or webhook, which is well but for that."""

SORTS: tuple[Sort, ...] = (
    *("well", "well", "well", "bounced", "complained", "unsubscribed", "unconfirmed", "gone", "dead", "private"),
)
DAY_OF_ATTEMPTS = 7
"""Attempts after which a delivery that fails may be a day old, and is given up."""
SUPPRESSED = {"bounced", "complained", "unconfirmed"}


@dataclass
class Crowd:
    """Users of each sort, each with a webhook, and what they were told."""

    sorts: dict[int, Sort]
    over: dict[str, datetime]
    """When what a notice tells is over, by the race that it names."""

    def sort_of(self, url: str) -> Sort:
        return self.sorts[int(url.split("-")[1].removesuffix(".example/"))]


def tell_all(contest: Contest, outside: World, dice: random.Random) -> Crowd:
    crowd = Crowd({contest.user(): SORTS[place % len(SORTS)] for place in range(USERS)}, {})
    for user, sort in crowd.sorts.items():
        outside.webhook(user, f"https://receiver-{user}.example/")
        if sort != "unconfirmed":
            outside.confirm(user)
        if sort == "unsubscribed":
            for kind in KINDS:
                outside.choose(user, kind, "email", on=False)
        if sort in {"bounced", "complained"}:
            outside.owner.execute(
                "INSERT INTO mail_suppressions SELECT lower(email), %s, %s FROM users WHERE id = %s",
                ({"bounced": "bounce", "complained": "complaint"}[sort], TIP_OFF, user),
            )
    users = list(crowd.sorts)
    for number in range(NOTICES):
        kind = KINDS[number % len(KINDS)]
        data: dict[str, Any] = {"event": f"Race {number}", "league": "Late Brakers", "contestant": "Driver 1"}
        if kind == KINDS[0]:
            crowd.over[f"Race {number}"] = over = TIP_OFF + timedelta(minutes=dice.randrange(1, 600))
            data["expires_at"] = over.isoformat()
        outside.tell(users[dice.randrange(USERS)], kind, f"cause:{number}", at=TIP_OFF, data=data)
    return crowd


class Outside:
    """How SES and the receivers answer, and what they have taken, with the time."""

    def __init__(self, world: World, crowd: Crowd, dice: random.Random) -> None:
        self.now = TIP_OFF
        self.taken: list[tuple[int, str, datetime]] = []
        """User, race, and when it came."""
        self._crowd = crowd
        self._dice = dice
        self._users = {row["email"]: row["id"] for row in world.rows("SELECT id, email FROM users")}
        world.on_mail, world.on_call = self._mail, self._call

    def _mail(self, mail: Mail) -> None:
        fate = self._dice.random()
        if fate < 0.2:
            raise MailUnavailable("SES did not answer: ReadTimeoutError")
        if fate < 0.22:
            raise MailThrottled("SES did not accept the mail: TooManyRequestsException")
        if fate < 0.24:
            raise MailRefused("SES did not accept the mail: MessageRejected")
        race = next(words for words in mail.text.replace(".", " ").replace(",", " ").split("Race ")[1:]).split()[0]
        self.taken.append((self._users[mail.to], f"mail: Race {race}", self.now))

    def _call(self, call: Call) -> int:
        sort = self._crowd.sort_of(call.url)
        if sort == "private":
            raise TargetRefused("must lead to public addresses only")
        fate = self._dice.random()
        if sort == "dead" or fate < 0.15:
            raise NotSent("no answer in time")
        if sort == "gone":
            return 410
        if fate < 0.3:
            return 500 if fate < 0.25 else 301
        told = json.loads(call.body)["data"]["event"]
        user = int(call.url.split("-")[1].removesuffix(".example/"))
        self.taken.append((user, f"call: {told}", self.now))
        return 200


@pytest.mark.parametrize("chance", [0.0, 0.02] if NOTICES > 500 else [0.02], ids="a process ends at a step: {}".format)
def test_each_is_delivered_or_ends_in_a_state_that_says_why(
    contest: Contest, outside: World, monkeypatch: pytest.MonkeyPatch, chance: float
) -> None:
    dice = random.Random(3)  # noqa: S311 - chance that can be repeated
    crowd = tell_all(contest, outside, dice)
    world = Outside(outside, crowd, dice)
    kills = kill_at_random(monkeypatch, outside, dice, *STEPS, chance=chance)
    runs = 0
    while outside.states()["queued"] or outside.rows("SELECT FROM agenda"):
        runs += 1
        assert runs < 2000, outside.states()
        try:
            outside.deliver(world.now)
            world.now += timedelta(minutes=15)
        except KilledError:
            world.now += timedelta(minutes=1)  # Lambda begins it again

    rows = outside.rows(
        "SELECT user_id, webhook_id IS NULL AS is_mail, state, attempts, last_error, last_status,"
        " notice.data->>'event' AS event, notice.kind"
        " FROM deliveries JOIN notices notice ON notice.id = notice_id"
    )
    came = Counter((user, what) for user, what, _ in world.taken)
    unmarked = 0
    for row in rows:
        sort, way = crowd.sorts[row["user_id"]], "mail" if row["is_mail"] else "call"
        times = came.pop((row["user_id"], f"{way}: {row['event']}"), 0)
        if row["state"] == "sent":
            assert times >= 1, row
        else:
            # One that came, and whose process was killed, may be over, or never answered, when it is tried again.
            unmarked += times
            assert times == 0 or row["attempts"] > 1, row
            assert row["last_error"], row
        may = {"sent"} | ({"expired"} if row["event"] in crowd.over else set())
        if row["is_mail"]:
            may |= {"suppressed"} if sort in SUPPRESSED else {"failed"}
            may -= {"sent"} if sort in SUPPRESSED else set()
            assert sort != "unsubscribed", row
        elif sort in {"gone", "dead", "private"}:
            may = may - {"sent"} | {"failed"}
        elif row["attempts"] >= DAY_OF_ATTEMPTS:
            may |= {"failed"}
        assert row["state"] in may, (sort, row)
    assert not came, "something came that nobody was told"
    assert all(at < crowd.over.get(what.split(": ")[1], world.now) for _, what, at in world.taken)
    twice = len(world.taken) - len({(user, what) for user, what, _ in world.taken})
    repeatable = kills["after sending"] + kills["before the commit"]
    assert twice + unmarked <= repeatable * AT_ONCE
    assert bool(twice) == bool(repeatable) == bool(chance)

    ended = Counter(("mail" if row["is_mail"] else "call", row["state"]) for row in rows)
    attempts = sum(row["attempts"] for row in rows)
    print(f"{NOTICES} notices, {len(rows)} deliveries, {attempts} attempts, {runs} runs, {sum(kills.values())} kills")
    print("ended:", dict(sorted(ended.items())), "came again:", twice, "came and not known:", unmarked)
    print("at most, by the kills after sending:", repeatable * AT_ONCE)
    print("why not sent:", dict(Counter(row["last_error"] for row in rows if row["state"] != "sent").most_common()))
