"""Notices from the settled pick to a program that is told, and from a choice to a mail in the inbox, over HTTP."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from pickvs.notices.webhooks.rules import message_id
from tests.e2e import inbox
from tests.e2e.client import Client
from tests.e2e.teams import teams_of
from tests.e2e.test_journey import fetch_odds, final, find, game, process_results, wanted
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer
from tests.support.scripted_server import ScriptedServer, answers, scripted

pytestmark = pytest.mark.xdist_group("e2e")


def wait_for[Found](look: Callable[[], Found], *, seconds: float = 20) -> Found:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)
    return found


def messages(server: ScriptedServer) -> list[tuple[dict[str, str], bytes]]:
    """Return headers and body of each request to a receiver."""
    found = []
    for request in list(server.requests):
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
        found.append(({name.lower(): value for name, _, value in lines}, body))
    return found


def is_genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Verify a message as docs/webhooks.md says."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def confirmed(api: Client, name: str) -> Client:
    """Return a client of a new user who has confirmed the address."""
    user = api.register(name)
    token = inbox.token(api, f"{name}@example.com", "Confirm your e-mail address")
    assert user.post("/auth/confirm-email", {"token": token}).status in {200, 204}
    return user


def settle_a_pick(laptop: Laptop, provider: OddsApiServer, user: Client, number: int) -> int:
    """Make a pick on a game, play it, and settle it. Return the pick's id."""
    tip_off = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=8)
    fetch_odds(laptop, provider, game(number, tip_off))
    body = {"picks": [wanted(find(user, teams_of(number)[0]), "moneyline", "home", stake_units=2)]}
    made = user.post("/picks", body)
    assert made.status == 201, made.body
    while datetime.now(UTC) <= tip_off:
        time.sleep(0.2)
    assert process_results(laptop, provider, final(number, 112, 104, tip_off))["picks_graded"] == 1
    return int(made.body["picks"][0]["id"])


def test_a_settled_pick_is_in_the_feed_at_a_webhook_and_in_the_inbox(
    laptop: Laptop, provider: OddsApiServer, api: Client
) -> None:
    user = confirmed(api, "noticed")
    choice = {"preferences": [{"kind": "pick.settled", "email": True}]}
    assert user.send("PUT", "/notices/preferences", body=choice).status == 200
    with scripted(answers(204, b"")) as receiver:
        made = user.post("/webhooks", {"url": f"{receiver.url}/hook"})
        assert made.status == 201, made.body
        pick = settle_a_pick(laptop, provider, user, 31)
        [(headers, body)] = wait_for(lambda: messages(receiver))
    assert is_genuine(made.body["secret"], headers, body)
    assert not is_genuine(made.body["secret"], headers, body + b" ")
    told: dict[str, Any] = json.loads(body)
    assert (told["type"], told["data"]["pick_id"], told["data"]["units"]) == ("pick.settled", pick, 1.6667)

    notices = user.get("/notices").body
    [notice] = [each for each in notices["notices"] if each["kind"] == "pick.settled"]
    assert headers["webhook-id"] == message_id(notice["id"], datetime.fromisoformat(notice["told_at"]))
    assert (notice["title"], notice["data"]) == (told["title"], told["data"])
    assert user.post("/notices/read", {"up_to": notice["id"]}).body == {"unread": 0}

    text = inbox.mail(api, "noticed@example.com", notice["title"])
    assert notice["text"] in text
    [mail] = [each for each in inbox.mails(api, "noticed@example.com") if each["subject"] == notice["title"]]
    link = mail["headers"]["List-Unsubscribe"].strip("<>")  # type: ignore[index]
    assert link.startswith(api.base)
    assert urllib3.request("GET", link, retries=False).status in {403, 404}
    assert user.get("/notices/preferences").body["preferences"][0]["email"]
    assert urllib3.request("POST", link, body=b"List-Unsubscribe=One-Click", retries=False).status == 204
    assert not user.get("/notices/preferences").body["preferences"][0]["email"]


def test_a_receiver_that_fails_is_called_again_by_an_alarm(api: Client) -> None:
    user = api.register("patient")
    with scripted(answers(500, b"no"), answers(200, b"yes")) as receiver:
        webhook = user.post("/webhooks", {"url": receiver.url}).body["id"]
        assert user.send("POST", f"/webhooks/{webhook}/test").status == 202

        def delivery() -> dict[str, Any]:
            [found] = user.get(f"/webhooks/{webhook}/deliveries").body["deliveries"]
            return dict(found)

        wait_for(lambda: delivery()["attempts"] == 1 and delivery()["last_status"] == 500)
        assert delivery()["last_error"] == "the receiver answered 500"
        wait_for(lambda: delivery()["state"] == "sent", seconds=150)
        replay = f"/webhooks/{webhook}/deliveries/{delivery()['id']}/replay"
        assert user.send("POST", replay).body["state"] == "queued"
        wait_for(lambda: len(receiver.requests) == 3)
    assert len({headers["webhook-id"] for headers, _ in messages(receiver)}) == 1


def test_a_person_reads_the_inbox(api: Client) -> None:
    api.register("reader-of-mail")
    inbox.mail(api, "reader-of-mail@example.com", "Confirm your e-mail address")
    page = f"{api.base.removesuffix('/api')}/local/inbox"
    shown = urllib3.request("GET", page, headers={"Accept": "text/html"}, retries=False)
    assert shown.headers["Content-Type"].startswith("text/html")
    assert "reader-of-mail@example.com" in shown.data.decode()
    # A page of another site that leads its own name here reads nothing.
    foreign = urllib3.request("GET", page, headers={"Host": "evil.example"}, retries=False)
    assert foreign.status == 403
