"""Reads the mail of the laptop cloud, as a person would in its inbox."""

import re
import time
from urllib.parse import quote

import urllib3

from tests.e2e.client import Client

WAIT_SECONDS = 20
_TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")


def mails(api: Client, to: str) -> list[dict[str, str]]:
    """Return the mails to an address, newest first."""
    url = f"{api.base.removesuffix('/api')}/local/inbox?to={quote(to)}"
    answer = urllib3.request("GET", url, headers={"Accept": "application/json"}, timeout=10, retries=False)
    assert answer.status == 200, answer.data
    return list(answer.json()["mails"])


def mail(api: Client, to: str, subject: str, *, number: int = 1) -> str:
    """Wait for the `number`th mail to an address with this subject, and return the text of the newest one."""
    deadline = time.monotonic() + WAIT_SECONDS
    while len(found := [each for each in mails(api, to) if subject in each["subject"]]) < number:
        assert time.monotonic() < deadline, f"no mail of {subject!r} to {to}: {mails(api, to)}"
        time.sleep(0.1)
    return found[0]["text"]


def token(api: Client, to: str, subject: str, *, number: int = 1) -> str:
    """Return the one-time token in the newest mail to an address with this subject."""
    found = _TOKEN.findall(mail(api, to, subject, number=number))
    assert len(set(found)) == 1, found
    return str(found[0])
