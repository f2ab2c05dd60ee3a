"""Kinds of notices, by which ways each reaches a user, and when a delivery is tried again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

type Channel = Literal["email", "webhook"]
"""A way in which a notice leaves the house. Besides it, a notice is in the user's feed."""

type DeliveryState = Literal["queued", "sent", "failed", "suppressed", "expired"]
"""State of a delivery. `suppressed`: it was not tried, because the stage or the address gets no mail. `expired`: what
it tells was over before it could be sent."""

EXPIRES_AT = "expires_at"
"""The member of a notice's data that says when what it tells is over, as a moment in ISO 8601. After it, the notice is
not sent any more. Most kinds have none: what they tell stays true."""

type SuppressionReason = Literal["bounce", "complaint"]
"""Why an address gets no mail: it does not exist, or its owner has reported our mail as spam."""

CHANNELS: tuple[Channel, ...] = ("email", "webhook")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of notice."""

    meaning: str
    """When a user is told, in one sentence."""
    in_feed: bool = True
    """Whether it is in the feed. A mail with a one-time token is not."""
    by_default: frozenset[Channel] = frozenset({"webhook"})
    """Channels that are on unless the user turns them off."""
    always: frozenset[Channel] = frozenset()
    """Channels that the user cannot turn off. What concerns the safety of an account always comes by mail."""
    never: frozenset[Channel] = frozenset()
    """Channels that do not exist for the kind."""

    @property
    def is_urgent(self) -> bool:
        """Whether its mails go before all others: those with a token, and those for the safety of an account."""
        return "email" in self.always

    def is_choosable(self, channel: Channel) -> bool:
        """Return whether the user may turn the channel on and off."""
        return channel not in self.always | self.never

    def is_on(self, channel: Channel, *, chosen: bool | None = None) -> bool:
        """Return whether a notice of this kind goes by the channel. chosen: the user's choice; None if there is none.

        A choice that the user does not have counts for nothing.
        """
        if chosen is not None and self.is_choosable(channel):
            return chosen
        return channel in self.by_default | self.always and channel not in self.never


_SAFETY = frozenset[Channel]({"email"})


def _by_mail(meaning: str) -> Kind:
    return Kind(meaning=meaning, by_default=frozenset({"email", "webhook"}))


def _account(meaning: str) -> Kind:
    return Kind(meaning=meaning, by_default=frozenset({"email", "webhook"}), always=_SAFETY)


def _mail_with_token(meaning: str) -> Kind:
    return Kind(meaning=meaning, in_feed=False, by_default=_SAFETY, always=_SAFETY, never=frozenset({"webhook"}))


CONFIRM_EMAIL = "account.confirm_email"
"""The kind that goes to an address even after a bounce: who confirms the address again, gets mail again."""

WEBHOOK_TEST = "webhook.test"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "pick.settled": Kind(meaning="A pick was graded."),
        "pick.voided": Kind(meaning="A pick was voided."),
        "pick.regraded": Kind(meaning="The result of a graded pick has changed."),
        "game.moved": Kind(meaning="A game on which the user has open picks has another time."),
        "league.invited": _by_mail("The user is invited to a fantasy league."),
        "league.joined": Kind(meaning="Somebody has joined a fantasy league of the user."),
        "league.started": _by_mail("A fantasy league of the user has started."),
        "league.finished": _by_mail("A fantasy league of the user is finished, and its board final."),
        "league.removed": _by_mail("The user was removed from a fantasy league."),
        "league.handover_offered": _by_mail("The user is asked to lead a fantasy league."),
        "league.handed_over": Kind(meaning="A fantasy league of the user has another commissioner."),
        "draft.opened": _by_mail("A draft of the user's league is open."),
        "draft.turn": _by_mail("The user is on turn in a draft."),
        "draft.turn_reminder": _by_mail("A quarter of the clock of the user's turn is left."),
        "draft.picked": Kind(meaning="Somebody has picked in a draft of the user's league."),
        "draft.autopicked": _by_mail("Somebody else, or the system, has picked for the user."),
        "draft.skipped": _by_mail("The user's turn has expired, and the slot stays open until the lock."),
        "draft.auto_on": _by_mail("Autopick was put on for the user, after expired turns."),
        "draft.paused": Kind(meaning="A draft of the user's league was paused."),
        "draft.resumed": Kind(meaning="A paused draft of the user's league goes on."),
        "draft.undone": Kind(meaning="Picks in a draft of the user's league were voided."),
        "draft.locked": Kind(meaning="A draft of the user's league is locked."),
        "draft.void": Kind(meaning="A draft of the user's league is not held."),
        "draft.reinstated": Kind(meaning="A cancelled event takes place after all, and the draft for it goes on."),
        "event.moved": Kind(meaning="An event has moved, and with it the window of a draft."),
        "event.void": Kind(meaning="An event was cancelled, and the draft for it is void."),
        "result.provisional": Kind(meaning="An event of a fantasy league has a provisional result."),
        "result.official": _by_mail("The result of an event of a fantasy league is official."),
        "result.amended": _by_mail("A changed result has changed the user's points or rank in a fantasy league."),
        "review.open": _by_mail("A question about an event waits for an administrator."),
        CONFIRM_EMAIL: _mail_with_token("An e-mail address is to be confirmed."),
        "account.password_forgotten": _mail_with_token("Somebody wants to set a new password."),
        "account.password_changed": _account("The password was changed, and other sessions have ended."),
        "account.email_changed": _account("The account has another e-mail address. Both addresses are told."),
        "account.username_changed": _account("The account has another username."),
        "account.api_key_made": _account("An API key was made."),
        "account.webhook_made": _account("A webhook was made."),
        "account.sessions_ended": _account("All sessions and API keys have ended."),
        WEBHOOK_TEST: Kind(
            meaning="The user tests a webhook.",
            in_feed=False,
            always=frozenset({"webhook"}),
            never=frozenset({"email"}),
        ),
    }
)
"""All kinds of notices. Their words are in `notices.words`, those of fantasy in `league_words` and `result_words`."""

CHOOSABLE_KINDS: Mapping[str, Kind] = MappingProxyType(
    {name: kind for name, kind in KINDS.items() if any(map(kind.is_choosable, CHANNELS))}
)
"""Kinds of which the user may turn at least one channel on and off."""

LEASE = timedelta(minutes=2)
"""Time that one attempt may take. After it, a delivery whose process has ended is tried again."""

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
"""Time from a failed attempt to the next. The last one repeats."""

GIVEN_UP_AFTER = timedelta(days=1)
"""Age at which a delivery is no longer tried."""

NOTICES_KEPT = timedelta(days=90)
ENDED_DELIVERIES_KEPT = timedelta(days=30)
UNUSED_SUPPRESSIONS_KEPT = timedelta(days=30)
"""Age at which the note that an address gets no mail is deleted, if no account uses the address. Until then, whoever
claims it again does not bother its owner again."""
ERASURES_FOLLOWED = timedelta(days=7)
"""Time after an erasure in which notices of the user are looked for: a settlement may commit after it."""


def next_attempt(attempts: int, queued_at: datetime, at: datetime) -> datetime | None:
    """Return when to try a delivery again whose attempt has failed at `at`. None if it is given up.

    attempts: number of attempts so far, including this one. queued_at: when the delivery was queued.
    """
    again = at + WAITS[min(attempts, len(WAITS)) - 1]
    return again if again <= queued_at + GIVEN_UP_AFTER else None
