"""Feed, preferences, unsubscribing and webhooks, through the deployed files."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.notices.preferences.service import lift_bounce
from pickvs.notices.pruning import delete_old
from pickvs.notices.rules import CHANNELS, CHOOSABLE_KINDS, KINDS
from tests.support.accounts import sign_in
from tests.support.contest import TIP_OFF, Contest
from tests.support.functions import load
from tests.support.gateway import Answer, call
from tests.support.notices import URL, World, erase, unsubscribe_token

DAY = timedelta(days=1)


class Client:
    """Calls endpoints as one user."""

    def __init__(self, contest: Contest) -> None:
        self.id = contest.user()
        self.session = sign_in(contest.url, (self.id, "somebody"))

    def send(self, operation: str, method: str, path: str, **request: Any) -> Answer:
        with clock.held_at(TIP_OFF):
            return call(operation, method, path, user=(self.id, "somebody"), session=self.session, **request)

    def feed(self, **query: str) -> Any:
        answer = self.send("list_notices", "GET", "/notices", query=query or None)
        assert answer.status == 200, answer.body
        return answer.body

    def preferences(self) -> Any:
        return self.send("get_notice_preferences", "GET", "/notices/preferences").body

    def choose(self, *preferences: dict[str, Any]) -> Answer:
        body = {"preferences": list(preferences)}
        return self.send("replace_notice_preferences", "PUT", "/notices/preferences", body=body)

    def webhook(self, url: str = URL) -> Answer:
        return self.send("create_webhook", "POST", "/webhooks", body={"url": url})

    def deliveries(self, webhook: int) -> Any:
        path = f"/webhooks/{webhook}/deliveries"
        return self.send("list_webhook_deliveries", "GET", path).body["deliveries"]


@pytest.fixture
def ada(contest: Contest) -> Client:
    return Client(contest)


@pytest.fixture
def bob(contest: Contest) -> Client:
    return Client(contest)


def test_the_feed_in_pages_and_what_was_read(ada: Client, bob: Client, outside: World) -> None:
    for number in range(5):
        outside.tell(ada.id, "account.api_key_made", f"key:{number}", at=TIP_OFF, data={"name": f"key {number}"})
        outside.tell(bob.id, "account.api_key_made", f"key:{number}", at=TIP_OFF)
    outside.tell(ada.id, "account.confirm_email", "mail", at=TIP_OFF, secret="the-token")
    pages = [ada.feed(limit="2")]
    while pages[-1]["next_cursor"]:
        pages.append(ada.feed(limit="2", cursor=pages[-1]["next_cursor"]))
    found = [notice for page in pages for notice in page["notices"]]
    assert [notice["data"]["name"] for notice in found] == [f"key {number}" for number in (4, 3, 2, 1, 0)]
    assert {page["unread"] for page in pages} == {5}
    assert "the-token" not in str(pages)

    def read(**body: Any) -> Answer:
        return ada.send("read_notices", "POST", "/notices/read", body=body)

    others = bob.feed()["notices"]
    assert read(ids=[found[0]["id"], others[0]["id"]]).body == {"unread": 4}
    assert read(up_to=found[2]["id"]).body == {"unread": 1}
    assert [notice["read_at"] is None for notice in ada.feed()["notices"]] == [False, True, False, False, False]
    assert bob.feed()["unread"] == 5
    read(ids=[]).problem(422, "INVALID_VALUE")
    assert read().body == {"unread": 0}
    assert bob.feed()["unread"] == 5


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_choice_decides_by_which_way_a_kind_comes(
    ada: Client, outside: World, channel: str, subtests: pytest.Subtests
) -> None:
    ada.webhook()
    for kind, wanted in itertools.product(KINDS, (True, False)):
        with subtests.test(kind=kind, wanted=wanted):
            check_choice(ada, outside, kind, channel, wanted=wanted)


def check_choice(ada: Client, outside: World, kind: str, channel: str, *, wanted: bool) -> None:
    known = KINDS[kind]
    other = "webhook" if channel == "email" else "email"
    answer = ada.choose({"kind": kind, channel: wanted})
    if kind not in CHOOSABLE_KINDS:
        assert answer.problem(422, "INVALID_VALUE")["errors"][0]["field"] == "preferences[0].kind"
        return
    if channel in known.always | known.never and wanted != (channel in known.always):
        assert answer.problem(422, "INVALID_VALUE")["errors"][0]["field"] == f"preferences[0].{channel}"
        return
    assert answer.status == 200
    [shown] = [each for each in ada.preferences()["preferences"] if each["kind"] == kind]
    assert (shown[channel], shown[other]) == (wanted, known.is_on(other))
    cause = f"{kind} {wanted}"
    outside.tell(ada.id, kind, cause, at=TIP_OFF)
    queued = outside.rows(
        "SELECT webhook_id FROM deliveries JOIN notices ON notices.id = notice_id WHERE cause = %s", cause
    )
    ways = {"email" if each["webhook_id"] is None else "webhook" for each in queued}
    assert ways == {way for way in CHANNELS if shown[way]}


def test_choices_are_replaced_as_a_whole(ada: Client, outside: World) -> None:
    defaults = ada.preferences()["preferences"]
    assert ada.choose({"kind": "pick.settled", "email": True}, {"kind": "pick.voided", "webhook": False}).status == 200
    assert ada.choose({"kind": "pick.voided", "email": True}).status == 200
    changed = {each["kind"]: each for each in ada.preferences()["preferences"]}
    assert (changed["pick.settled"]["email"], changed["pick.voided"]["email"]) == (False, True)
    assert changed["pick.voided"]["webhook"]
    assert ada.choose().body["preferences"] == defaults
    twice = ada.choose({"kind": "pick.settled"}, {"kind": "pick.settled"})
    assert twice.problem(422, "INVALID_VALUE")["errors"][0]["message"] == "is named twice"


def wants_mail(ada: Client, outside: World) -> str:
    """Let the user want mails of settled picks, and send one. Return the token of its link."""
    outside.confirm(ada.id)
    ada.choose({"kind": "pick.settled", "email": True})
    outside.tell(ada.id, "pick.settled", "first", at=TIP_OFF)
    assert outside.deliver(TIP_OFF) == {"email_sent": 1}
    assert outside.mails[-1].headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return unsubscribe_token(outside.mails[-1])


def unsubscribe(token: str, **request: Any) -> Answer:
    return call("unsubscribe", "POST", "/notices/unsubscribe", query={"token": token}, **request)


def test_one_click_turns_off_mails_of_one_kind(ada: Client, bob: Client, outside: World) -> None:
    token = wants_mail(ada, outside)
    ada.choose({"kind": "pick.settled", "email": True}, {"kind": "pick.voided", "email": True})
    one_click = {
        "raw_body": "List-Unsubscribe=One-Click",
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    }
    assert [unsubscribe(token, **one_click).status for _ in range(2)] == [204, 204]
    chosen = {each["kind"]: each["email"] for each in ada.preferences()["preferences"]}
    assert (chosen["pick.settled"], chosen["pick.voided"]) == (False, True)
    for forged in (token.replace(f"{ada.id}.", f"{bob.id}.", 1), token.replace("settled", "voided"), token[:-1], "x"):
        unsubscribe(forged).problem(404, "UNSUBSCRIBE_TOKEN_UNKNOWN")


def test_a_mail_for_the_safety_of_an_account_has_no_such_link(ada: Client, outside: World) -> None:
    outside.confirm(ada.id)
    outside.tell(ada.id, "account.password_changed", "x", at=TIP_OFF)
    outside.deliver(TIP_OFF)
    assert outside.mails[0].headers == {}


def feedback(kind: str, recipients: list[Any], **more: Any) -> dict[str, Any]:
    member, named = {
        "Bounce": ("bounce", "bouncedRecipients"),
        "Complaint": ("complaint", "complainedRecipients"),
    }[kind]
    return {"source": "aws.ses", "detail": {"eventType": kind, member: {named: recipients, **more}}}


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("Bounce", {"bounceType": "Permanent"}, "bounce"),
        ("Complaint", {"complaintFeedbackType": "abuse"}, "complaint"),
        ("Complaint", {}, "complaint"),
        ("Bounce", {"bounceType": "Transient"}, None),
        ("Bounce", {}, None),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, None),
    ],
)
@pytest.mark.parametrize("form", ["{}", "Ada <{}>"])
def test_an_address_that_bounces_or_complains_gets_no_mail(
    ada: Client, outside: World, kind: str, more: dict[str, str], reason: str | None, form: str
) -> None:
    outside.confirm(ada.id)
    address = str(outside.rows("SELECT upper(email) AS email FROM users WHERE id = %s", ada.id)[0]["email"])
    event = feedback(kind, [{"emailAddress": form.format(address)}], **more)
    suppressed = [load("note_mail_feedback/handler").handler(event, None)["suppressed"] for _ in range(2)]
    assert suppressed == [int(reason is not None), 0]
    outside.tell(ada.id, "account.password_changed", "x", at=TIP_OFF)
    assert outside.deliver(TIP_OFF) == {"email_suppressed" if reason else "email_sent": 1}
    assert ada.preferences()["mail"]["suppressed"] == reason
    assert ada.preferences()["mail"]["confirmed"]
    outside.tell(ada.id, "account.confirm_email", "again", at=TIP_OFF, to=(address,), secret="again")
    assert outside.deliver(TIP_OFF) == {"email_suppressed" if reason == "complaint" else "email_sent": 1}
    with transaction() as connection:
        assert lift_bounce(connection, address) == (reason == "bounce")
    assert ada.preferences()["mail"]["suppressed"] == ("complaint" if reason == "complaint" else None)


def test_an_address_with_an_international_domain_is_mailed_and_its_bounce_is_known(ada: Client, outside: World) -> None:
    outside.confirm(ada.id)
    outside.owner.execute("UPDATE users SET email = 'ada@bücher.example' WHERE id = %s", (ada.id,))
    outside.tell(ada.id, "account.password_changed", "x", at=TIP_OFF)
    assert outside.deliver(TIP_OFF) == {"email_sent": 1}
    [mail] = outside.mails
    assert mail.to == "ada@xn--bcher-kva.example"
    load("note_mail_feedback/handler").handler(
        feedback("Bounce", [{"emailAddress": mail.to}], bounceType="Permanent"), None
    )
    assert ada.preferences()["mail"]["suppressed"] == "bounce"


def test_a_report_of_an_address_counts_for_its_owner_and_for_nobody_else(ada: Client, outside: World) -> None:
    event = feedback("Complaint", [{"emailAddress": "stranger@example.com"}])
    handler = load("note_mail_feedback/handler").handler
    assert handler(event, None) == {"suppressed": 0}, "no account uses the address, so the report is not kept"
    outside.owner.execute("UPDATE users SET email = 'Stranger@example.com' WHERE id = %s", (ada.id,))
    assert handler(event, None) == {"suppressed": 1}
    assert ada.preferences()["mail"]["suppressed"] is None, "the address may be somebody else's"
    outside.confirm(ada.id)
    assert ada.preferences()["mail"]["suppressed"] == "complaint"


@pytest.mark.parametrize(
    "event", [{}, {"detail": None}, feedback("Bounce", [7, {}, {"emailAddress": 7}], bounceType="Permanent")]
)
def test_an_event_that_nobody_expects_suppresses_nothing(outside: World, event: dict[str, Any]) -> None:
    assert load("note_mail_feedback/handler").handler(event, None) == {"suppressed": 0}


def test_mail_goes_to_confirmed_addresses_and_to_those_that_it_is_for(ada: Client, outside: World) -> None:
    outside.tell(ada.id, "account.password_changed", "not confirmed", at=TIP_OFF)
    outside.tell(ada.id, "account.confirm_email", "for it", at=TIP_OFF, to=("new@example.com",), secret="the-token")
    assert outside.deliver(TIP_OFF) == {"email_sent": 1, "email_suppressed": 1}
    [mail] = outside.mails
    assert mail.to == "new@example.com"
    assert "Code: the-token\n" in mail.text
    assert "the-token" in mail.html
    assert {each["last_error"] for each in outside.deliveries()} == {None, "the address is not confirmed"}
    assert {each["secret"] for each in outside.deliveries()} == {None}


def test_a_webhook_from_its_making_to_its_end(ada: Client, bob: Client, outside: World) -> None:
    made = ada.webhook()
    assert made.status == 201
    webhook, secret = made.body["id"], made.body["secret"]
    assert secret.startswith("whsec_")
    shown = ada.send("get_webhook", "GET", f"/webhooks/{webhook}")
    assert shown.body == {"id": webhook, "url": URL, "created_at": made.body["created_at"]}
    assert ada.send("list_webhooks", "GET", "/webhooks").body == {"webhooks": [shown.body]}
    assert bob.send("list_webhooks", "GET", "/webhooks").body == {"webhooks": []}

    test = ada.send("test_webhook", "POST", f"/webhooks/{webhook}/test")
    assert (test.status, test.body["state"]) == (202, "queued")
    assert ada.send("test_webhook", "POST", f"/webhooks/{webhook}/test").body["id"] == test.body["id"]
    outside.on_call = lambda _: 500
    assert outside.deliver(TIP_OFF) == {"webhook_failed": 1, "email_suppressed": 1}
    [failed] = ada.deliveries(webhook)
    assert (failed["state"], failed["attempts"], failed["last_status"]) == ("queued", 1, 500)
    assert failed["last_error"] == "the receiver answered 500"
    outside.on_call = lambda _: 200
    assert outside.deliver(TIP_OFF + timedelta(minutes=2)) == {"webhook_sent": 1}
    replay = f"/webhooks/{webhook}/deliveries/{failed['id']}/replay"
    assert ada.send("replay_webhook_delivery", "POST", replay).body["state"] == "queued"
    assert outside.deliver(TIP_OFF + timedelta(minutes=4)) == {"webhook_sent": 1}
    assert len({call.headers["webhook-id"] for call in outside.calls}) == 1
    assert len({call.body for call in outside.calls}) == 1
    assert [each["kind"] for each in ada.feed()["notices"]] == ["account.webhook_made"]

    own, unknown = f"/webhooks/{webhook}", "/webhooks/999"
    for operation, method, tail in (
        ("get_webhook", "GET", ""),
        ("delete_webhook", "DELETE", ""),
        ("test_webhook", "POST", "/test"),
        ("list_webhook_deliveries", "GET", "/deliveries"),
        ("replay_webhook_delivery", "POST", f"/deliveries/{failed['id']}/replay"),
    ):
        bob.send(operation, method, own + tail).problem(404, "WEBHOOK_NOT_FOUND")
        ada.send(operation, method, unknown + tail).problem(404, "WEBHOOK_NOT_FOUND")
    ada.send("replay_webhook_delivery", "POST", f"{own}/deliveries/999/replay").problem(404, "DELIVERY_NOT_FOUND")
    assert ada.send("delete_webhook", "DELETE", own).status == 204
    ada.send("get_webhook", "GET", own).problem(404, "WEBHOOK_NOT_FOUND")
    assert not [each for each in outside.deliveries() if each["webhook_id"]]


def test_a_user_has_five_webhooks_at_most(ada: Client, outside: World) -> None:
    assert [ada.webhook(f"{URL}/{number}").status for number in range(5)] == [201] * 5
    ada.webhook().problem(409, "TOO_MANY_WEBHOOKS")


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://127.0.0.1/", "https://169.254.169.254/", "https://[::1]/"]
)
def test_a_webhook_leads_to_a_public_place(ada: Client, outside: World, url: str) -> None:
    assert ada.webhook(url).problem(422, "INVALID_VALUE")["errors"][0]["field"] == "url"


def test_an_erased_account_is_told_nothing_more(ada: Client, contest: Contest, outside: World) -> None:
    outside.webhook(ada.id)
    erase(contest, ada.id)
    for answer in (
        ada.webhook(),
        ada.choose(),
        ada.send("get_notice_preferences", "GET", "/notices/preferences"),
        ada.send("read_notices", "POST", "/notices/read", body={"ids": [1]}),
        ada.send("delete_webhook", "DELETE", "/webhooks/1"),
    ):
        answer.problem(401, "UNAUTHENTICATED")


def test_old_notices_and_ended_deliveries_go(ada: Client, outside: World) -> None:
    outside.webhook(ada.id)
    for days in (0, 59, 89, 91):
        outside.tell(ada.id, "pick.settled", f"{days} days ago", at=TIP_OFF - days * DAY)
        outside.deliver(TIP_OFF - days * DAY)
    assert len(outside.deliveries()) == 4
    with transaction() as connection:
        assert delete_old(connection, TIP_OFF, 1_000) == 2
    causes = {row["cause"] for row in outside.rows("SELECT cause FROM notices")}
    assert causes == {"0 days ago", "59 days ago", "89 days ago"}
    assert len(outside.deliveries()) == 1
