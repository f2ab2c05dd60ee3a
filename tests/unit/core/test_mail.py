"""Mails to SES: one recipient, no added header, and errors that name no address."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.session import get_session

from pickvs.core import mail
from pickvs.core.errors import MailRefused, MailThrottled, MailUnavailable, PickvsError
from pickvs.core.mail import Mail, Sender

SENDER = Sender(address="PickVs <notices@pickvs.example>", configuration_set="pickvs-test")


def written(**more: Any) -> Mail:
    return Mail(**{"to": "ada@example.com", "subject": "Hello", "text": "text", "html": "<p>text</p>", **more})


@pytest.mark.parametrize(
    "to",
    [
        *("", "ada", "@example.com", "ada@", "ada@example.com,eve@example.com", "ada@example.com;eve@example.com"),
        *("ada@example.com\nBcc: eve@example.com", "Ada <ada@example.com>", '"a b"@example.com', "ada @example.com"),
        *("ada@example.com ", "ada@exa mple.com", "ada@@example.com", "ada@example.com\0"),
    ],
)
def test_a_mail_has_one_recipient(to: str) -> None:
    with pytest.raises(MailRefused, match=r"^the address is not one plain address$"):
        written(to=to)


@pytest.mark.parametrize("broken", ["a\nBcc: eve@example.com", "a\rb", "a\0b", "a\x0bb", "a\u2028b", "a\x85b"])
def test_no_value_adds_a_header(broken: str) -> None:
    for more in ({"subject": broken}, {"headers": {"X-A": broken}}, {"headers": {broken: "x"}}):
        with pytest.raises(MailRefused, match="control character"):
            written(**more)


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What SES was asked for; `error` is raised instead of an answer."""
    asked: dict[str, Any] = {}

    class Client:
        def send_email(self, **request: Any) -> dict[str, str]:
            asked["request"] = request
            if "error" in asked:
                raise asked["error"]
            return {"MessageId": "1"}

    monkeypatch.setattr(mail, "_client", Client)
    return asked


def test_ses_gets_what_was_written_in_its_own_terms(ses: dict[str, Any]) -> None:
    mail.send(written(headers={"List-Unsubscribe": "<https://x.example/>"}), SENDER)
    request = ses["request"]
    assert (request["FromEmailAddress"], request["ConfigurationSetName"]) == (SENDER.address, "pickvs-test")
    assert request["Destination"] == {"ToAddresses": ["ada@example.com"]}
    assert request["Content"]["Simple"]["Headers"] == [{"Name": "List-Unsubscribe", "Value": "<https://x.example/>"}]
    # botocore knows every member, so SES does.
    model = get_session().get_service_model("sesv2").operation_model("SendEmail")
    assert request.keys() <= model.input_shape.members.keys()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (lambda: _error("BadRequestException"), MailRefused),
        (lambda: _error("MessageRejected"), MailUnavailable),
        (lambda: _error("TooManyRequestsException"), MailThrottled),
        (lambda: _error("LimitExceededException"), MailThrottled),
        (lambda: ReadTimeoutError(endpoint_url="https://ses.example"), MailUnavailable),
    ],
)
def test_an_error_says_why_and_names_nobody(
    ses: dict[str, Any], error: Callable[[], Exception], kind: type[PickvsError]
) -> None:
    ses["error"] = error()
    with pytest.raises(kind) as caught:
        mail.send(written(), SENDER)
    assert type(caught.value) is kind
    assert "ada" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert "ada" not in repr(written(to="eve@example.com", text="for ada"))


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "ada@example.com is not verified"}}, "SendEmail")
