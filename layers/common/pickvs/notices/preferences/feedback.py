"""Reads what SES reports of our mails, and stops sending to addresses that get none."""

from collections.abc import Iterator, Mapping
from typing import Any

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.logging import logger
from pickvs.notices.preferences import queries
from pickvs.notices.rules import SuppressionReason


def note(event: Mapping[str, Any]) -> int:
    """Suppress the addresses that an event of SES reports: hard bounces and complaints. Return how many are new.

    An address that no account uses by now is not stored: it may be that of an erased account.

    event: an event of EventBridge. Soft bounces, other events and malformed ones suppress nothing.
    """
    reported = set(_addresses(event))
    with transaction() as connection:
        at = clock.now()
        new = sum(queries.suppress(connection, address, reason, at) for address, reason in sorted(reported))
    logger().info("mail feedback", reported=len(reported), suppressed=new)
    return new


def _addresses(event: Mapping[str, Any]) -> Iterator[tuple[str, SuppressionReason]]:
    detail = _mapping(event.get("detail"))
    bounce, complaint = _mapping(detail.get("bounce")), _mapping(detail.get("complaint"))
    if detail.get("eventType") == "Bounce" and bounce.get("bounceType") == "Permanent":
        yield from ((address, "bounce") for address in _recipients(bounce.get("bouncedRecipients")))
    if detail.get("eventType") == "Complaint" and complaint.get("complaintFeedbackType") != "not-spam":
        yield from ((address, "complaint") for address in _recipients(complaint.get("complainedRecipients")))


def _recipients(listed: object) -> Iterator[str]:
    for each in listed if isinstance(listed, list) else ():
        address = _mapping(each).get("emailAddress")
        if isinstance(address, str) and "@" in address:
            # Some receivers report `Ada <ada@example.com>`.
            yield _normalised(address.rpartition("<")[2].rstrip(">").strip().lower()[:320])


def _normalised(address: str) -> str:
    """Return the address as accounts have it: an internationalized domain in Unicode, not in its ASCII form."""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    import idna

    try:
        return f"{local}{at}{idna.decode(domain)}"
    except idna.IDNAError:
        return address


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
