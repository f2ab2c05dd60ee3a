"""Writes a notice as the message of a webhook, and sends it."""

from dataclasses import replace
from datetime import datetime
from time import monotonic

import msgspec

from pickvs.core import outgoing_http
from pickvs.core.outgoing_http import NotSent, TargetRefused
from pickvs.notices.config import public_targets_only
from pickvs.notices.delivery.queries import CallJob
from pickvs.notices.delivery.rules import CALL_SECONDS, SLOW_SECONDS, Outcome, outcome_of
from pickvs.notices.webhooks.rules import message_id, signature, timestamp
from pickvs.notices.words import words_of


def call(job: CallJob, at: datetime) -> Outcome:
    """Send a notice to a webhook, and return what became of it. at: the time of sending, which is signed."""
    body = write(job)
    named = message_id(job.notice_id, job.told_at)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "PickVs-Webhooks/1",
        "webhook-id": named,
        "webhook-timestamp": timestamp(at),
        "webhook-signature": signature(job.secret, named, at, body),
    }
    began = monotonic()
    try:
        status = outgoing_http.post(job.url, headers, body, seconds=CALL_SECONDS, public_only=public_targets_only())
    except TargetRefused as error:
        return Outcome(state="failed", error=f"the URL {error}")
    except NotSent as error:
        return Outcome(state=None, error=str(error), holds_back=True)
    return replace(outcome_of(status), holds_back=monotonic() - began > SLOW_SECONDS)


def write(job: CallJob) -> bytes:
    """Return the message: the same bytes whenever the notice is sent."""
    words = words_of(job.kind, job.data)
    return msgspec.json.encode(
        {
            "type": job.kind,
            "timestamp": job.told_at,
            "title": words.title,
            "text": words.text,
            "data": job.data,
        }
    )
