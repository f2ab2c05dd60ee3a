"""Responses of preferences."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.notices.rules import SuppressionReason


class Preference(ResponseBody):
    """By which ways a kind of notice reaches the user. Besides them, every notice is in the feed."""

    kind: Annotated[str, doc("Kind of notice.", examples=["pick.settled"])]
    meaning: Annotated[str, doc("When the user is told, in one sentence.", examples=["A pick was graded."])]
    email: Annotated[bool, doc("Whether it comes by mail.")]
    email_is_fixed: Annotated[bool, doc("Whether `email` cannot be changed.")]
    webhook: Annotated[bool, doc("Whether it goes to the user's webhooks.")]
    webhook_is_fixed: Annotated[bool, doc("Whether `webhook` cannot be changed.")]


class MailAddress(ResponseBody):
    """The account's address, and whether it gets mail. It does if it is confirmed and not suppressed."""

    address: Annotated[str, doc("The account's e-mail address.", examples=["ada@example.com"])]
    confirmed: bool
    suppressed: Annotated[
        SuppressionReason | None,
        doc(
            "bounce: the address did not exist; confirm it again to lift this. complaint: its owner reported a mail of "
            "ours as spam. null: not suppressed, or not confirmed."
        ),
    ]
    suppressed_at: Moment | None


class Preferences(ResponseBody):
    """By which ways each kind of notice reaches the user."""

    mail: MailAddress
    preferences: list[Preference]
