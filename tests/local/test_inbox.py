"""The inbox of the laptop cloud takes what SES would, and shows it to its own machine alone."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from local.errors import LaptopError
from local.inbox import MOST_MAILS, PAGE, SEND_EMAIL, Inbox

AT = datetime(2026, 3, 14, 12, tzinfo=UTC)


def send(inbox: Inbox, to: str, subject: str = "Hello", text: str = "text") -> TestResponse:
    body = {
        "FromEmailAddress": "PickVs <notices@pickvs.example>",
        "Destination": {"ToAddresses": [to]},
        "Content": {
            "Simple": {
                "Subject": {"Data": subject},
                "Body": {"Text": {"Data": text}, "Html": {"Data": f"<p>{text}</p>"}},
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://x.example/>"}],
            }
        },
    }
    return Client(inbox).post(SEND_EMAIL, data=json.dumps(body))


def look(
    inbox: Inbox, query: str = "", *, accept: str = "application/json", host: str = "127.0.0.1:8000"
) -> TestResponse:
    client = Client(inbox.beside(Response("the API")))
    return client.get(f"{PAGE}{query}", headers={"Accept": accept, "Host": host})


def subjects(answer: TestResponse) -> list[str]:
    return [mail["subject"] for mail in answer.get_json()["mails"]]


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox.json", now=lambda: AT)


def test_mails_are_shown_newest_first_by_address_and_after_a_restart(inbox: Inbox, tmp_path: Path) -> None:
    for number, to in enumerate(("ada@example.com", "bob@example.com", "Ada@Example.com")):
        assert send(inbox, to, f"mail {number}").status_code == 200
    assert subjects(look(inbox)) == ["mail 2", "mail 1", "mail 0"]
    assert subjects(look(inbox, "?to=ada@example.com")) == ["mail 2", "mail 0"]
    [mail] = look(Inbox(tmp_path / "inbox.json"), "?to=bob@example.com").get_json()["mails"]
    assert (mail["text"], mail["at"]) == ("text", "2026-03-14T12:00:00.000000Z")
    assert mail["headers"] == {"List-Unsubscribe": "<https://x.example/>"}
    assert (tmp_path / "inbox.json").stat().st_mode & 0o077 == 0


def test_a_page_for_a_person_runs_nothing_that_a_mail_says(inbox: Inbox) -> None:
    send(inbox, "ada@example.com", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    page = look(inbox, accept="text/html,*/*")
    assert page.content_type.startswith("text/html")
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
    assert "<img" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example:8000", ""])
def test_no_other_name_leads_to_it(inbox: Inbox, host: str) -> None:
    send(inbox, "ada@example.com")
    answer = look(inbox, host=host)
    assert answer.status_code == 403
    assert "ada" not in answer.text


def test_everything_else_is_the_api_s(inbox: Inbox) -> None:
    client = Client(inbox.beside(Response("the API")))
    assert client.get("/api/health").text == "the API"
    assert client.post(PAGE, headers={"Host": "127.0.0.1:8000"}).status_code == 405


def test_the_oldest_mails_go(inbox: Inbox) -> None:
    for number in range(MOST_MAILS + 2):
        send(inbox, "ada@example.com", f"mail {number}")
    found = subjects(look(inbox))
    assert (len(found), found[0], found[-1]) == (MOST_MAILS, f"mail {MOST_MAILS + 1}", "mail 2")


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"Destination": {"ToAddresses": ["a@b", "c@d"]}}'])
def test_what_is_no_mail_is_refused(inbox: Inbox, body: str) -> None:
    answer = Client(inbox).post(SEND_EMAIL, data=body)
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (400, "BadRequestException")
    other: Any = Client(inbox).get("/v2/email/identities")
    assert other.status_code == 400


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "inbox.json"
    file.write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(LaptopError, match="move it away"):
        Inbox(file)
    assert file.read_text(encoding="utf-8") == '{"mine": 1}'
