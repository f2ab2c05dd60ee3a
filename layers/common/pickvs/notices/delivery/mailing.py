"""Writes a notice as a mail, and sends it."""

from html import escape
from urllib.parse import quote

from pickvs.core import mail
from pickvs.core.errors import MailRefused, MailThrottled, MailUnavailable
from pickvs.core.mail import Mail, Sender
from pickvs.notices.config import api_base_url, web_page
from pickvs.notices.delivery.queries import MailJob
from pickvs.notices.delivery.rules import SENT, Outcome
from pickvs.notices.preferences.rules import write_token
from pickvs.notices.rules import CONFIRM_EMAIL, KINDS
from pickvs.notices.words import token_page, words_of

_HTML = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family:sans-serif;line-height:1.5;max-width:36em">
{paragraphs}
</body></html>
"""


def send(job: MailJob, sender: Sender | None, key: bytes | None) -> Outcome:
    """Send a mail, and return what became of it. sender: None if the stage sends no mail. key: see `write`."""
    if sender is None:
        return Outcome(state="suppressed", error="this stage sends no mail")
    if job.address is None or not job.confirmed:
        return Outcome(state="suppressed", error="the address is not confirmed")
    if job.suppressed is not None and (job.suppressed, job.kind) != ("bounce", CONFIRM_EMAIL):
        return Outcome(state="suppressed", error=f"the address gets no mail since a {job.suppressed}")
    try:
        mail.send(write(job, job.address, key), sender)
    except MailRefused as error:
        return Outcome(state="failed", error=str(error))
    except MailUnavailable as error:
        return Outcome(state=None, error=str(error), is_throttled=isinstance(error, MailThrottled))
    return SENT


def write(job: MailJob, address: str, key: bytes | None) -> Mail:
    """Return a notice as a mail, in plain text and in HTML with the same words.

    key: signs the link that turns off mails of this kind. None: the mail has no such link. Raises MailRefused if the
    address is not one plain address.
    """
    words = words_of(job.kind, job.data)
    paragraphs = [words.text]
    if job.secret is not None:
        paragraphs.append(f"Code: {job.secret}")
        if page := web_page():
            paragraphs.append(f"{page}{token_page(job.kind)}#{quote(job.secret, safe='')}")
    paragraphs.append("PickVs sends this mail because you have an account, or somebody has named your address.")
    headers = {}
    if key is not None and KINDS[job.kind].is_choosable("email"):
        token = quote(write_token(job.user_id, job.kind, key), safe="")
        headers = {
            "List-Unsubscribe": f"<{api_base_url()}/notices/unsubscribe?token={token}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        paragraphs[-1] = (
            "You have chosen to get mails of this kind. To turn them off, use the unsubscribe button of your mail "
            "program, or your notice preferences."
        )
    return Mail(
        to=address,
        subject=words.title,
        text="\n\n".join(paragraphs) + "\n",
        html=_HTML.format(
            title=escape(words.title), paragraphs="\n".join(f"<p>{escape(each)}</p>" for each in paragraphs)
        ),
        headers=headers,
    )
