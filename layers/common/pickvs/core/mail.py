"""Sends mail by Amazon SES."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pickvs.core.errors import MailRefused, MailUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
"""An address without quotes, comments and lists: the addresses that accounts can have."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_REFUSALS = frozenset({"BadRequestException"})
"""Codes of errors that concern the mail itself. It would be refused again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to one address. headers: additional ones.

    to: may have an internationalized domain. Then it becomes the domain's ASCII form, which every mail server accepts.
    Raises MailRefused if a value would add a recipient or a header.
    """

    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Reject anything but one plain address, and line breaks where a line is a header."""
        object.__setattr__(self, "to", _ascii(self.to))
        if not _ADDRESS.fullmatch(self.to):
            raise MailRefused("the address is not one plain address")
        if any(_CONTROL.search(text) for text in (self.subject, *self.headers, *self.headers.values())):
            raise MailRefused("the subject or a header has a control character")


def _ascii(address: str) -> str:
    """Return the address with the ASCII form of its domain (IDNA 2008). An address without one stays as it is."""
    if address.isascii():
        return address
    import idna

    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """From where mails come. configuration_set: SES's name of what happens with bounces and complaints."""

    address: str
    """With its name, such as `PickVs <notices@pickvs.example>`."""
    configuration_set: str


def send(mail: Mail, sender: Sender) -> None:
    """Send a mail. SES has then accepted it, which does not mean that it arrives.

    Raises MailRefused if SES would refuse it again, and MailUnavailable if a later attempt may succeed. Neither names
    the address.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client().send_email(
            FromEmailAddress=sender.address,
            Destination={"ToAddresses": [mail.to]},
            ConfigurationSetName=sender.configuration_set,
            Content={
                "Simple": {
                    "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": mail.text, "Charset": "UTF-8"},
                        "Html": {"Data": mail.html, "Charset": "UTF-8"},
                    },
                    "Headers": [{"Name": name, "Value": value} for name, value in mail.headers.items()],
                }
            },
        )
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", type(error).__name__)
        kind = MailRefused if code in _REFUSALS else MailUnavailable
        # From None: SES repeats the address in its message.
        raise kind(f"SES did not accept the mail: {code}") from None
    except BotoCoreError as error:
        raise MailUnavailable(f"SES did not answer: {type(error).__name__}") from None


@cache
def _client() -> "SESV2Client":
    import boto3
    from botocore.config import Config

    # One attempt: after a time-out nobody knows whether SES has sent the mail. Deliveries have their own attempts.
    return boto3.client(
        "sesv2",
        config=Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1, "mode": "standard"}),
    )
