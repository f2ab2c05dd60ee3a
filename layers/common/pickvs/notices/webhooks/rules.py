"""Signatures of webhooks, by the convention of Standard Webhooks (https://www.standardwebhooks.com). Pure."""

import base64
import hmac
from datetime import datetime

WEBHOOKS_MAX = 5
"""Maximum number of webhooks per user."""

MARK = "whsec_"
"""Prefix of every secret. Lets secret scanners find leaked ones."""

SECRET_BYTES = 32


def write_secret(key: bytes) -> str:
    """Return the secret with which a receiver verifies signatures. key: SECRET_BYTES random bytes."""
    return MARK + base64.b64encode(key).decode()


def signature(secret: str, message_id: str, sent_at: datetime, body: bytes) -> str:
    """Return the value of `webhook-signature`: the version, and HMAC-SHA256 over id, timestamp and body in base64.

    sent_at: time of sending, of which full seconds count.
    """
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = f"{message_id}.{timestamp(sent_at)}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def timestamp(sent_at: datetime) -> str:
    """Return the value of `webhook-timestamp`: full seconds since 1970."""
    return str(int(sent_at.timestamp()))


def message_id(notice_id: int, told_at: datetime) -> str:
    """Return the value of `webhook-id`. It is the same whenever the notice is sent again.

    The time is in it because ids repeat after the restore of an older database, and receivers remember them.
    """
    return f"notice_{notice_id}_{timestamp(told_at)}"
