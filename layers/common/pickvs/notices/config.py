"""Settings of notices: mails and webhooks."""

from urllib.parse import urlsplit

from pickvs.core.config import settings
from pickvs.core.mail import Sender


def sender() -> Sender | None:
    """Return from where mails come. None if the stage sends no mail."""
    known = settings()
    if known.optional("MAIL_SENDER") is None:
        return None
    return Sender(
        address=known.require("MAIL_SENDER", str), configuration_set=known.require("MAIL_CONFIGURATION_SET", str)
    )


def public_targets_only() -> bool:
    """Return whether webhooks may only lead to public hosts, by https. Always so, except on a laptop."""
    return settings().require("WEBHOOK_TARGETS", _targets) == "public"


def api_base_url() -> str:
    """Return the address of the API without a trailing slash, for links in mails."""
    return settings().require("API_BASE_URL", _address)


def web_page() -> str | None:
    """Return the origin of the web page, for links in mails. None if the stage names none."""
    origin = settings().optional("WEB_ORIGIN")
    return None if origin in (None, "*") else origin


def _targets(raw: str) -> str:
    if raw not in ("public", "any"):
        raise ValueError("neither public nor any")
    return raw


def _address(raw: str) -> str:
    address = urlsplit(raw)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("not an address")
    return raw.rstrip("/")
