"""Kinds of notices, and by which ways each reaches a user. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

type Channel = Literal["email", "webhook"]
"""A way in which a notice leaves the house. Besides it, a notice is in the user's feed."""


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


_SAFETY = frozenset[Channel]({"email"})


def _account(meaning: str) -> Kind:
    return Kind(meaning=meaning, by_default=frozenset({"email", "webhook"}), always=_SAFETY)


def _mail_with_token(meaning: str) -> Kind:
    return Kind(meaning=meaning, in_feed=False, by_default=_SAFETY, always=_SAFETY, never=frozenset({"webhook"}))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "pick.settled": Kind(meaning="A pick was graded."),
        "pick.voided": Kind(meaning="A pick was voided."),
        "pick.regraded": Kind(meaning="The result of a graded pick has changed."),
        "game.moved": Kind(meaning="A game on which the user has open picks has another time."),
        "account.confirm_email": _mail_with_token("An e-mail address is to be confirmed."),
        "account.password_forgotten": _mail_with_token("Somebody wants to set a new password."),
        "account.password_changed": _account("The password was changed, and other sessions have ended."),
        "account.email_changed": _account("The account has another e-mail address. Both addresses are told."),
        "account.username_changed": _account("The account has another username."),
        "account.api_key_made": _account("An API key was made."),
        "account.sessions_ended": _account("All sessions and API keys have ended."),
    }
)
"""All kinds of notices. The words of each are in `pickvs.notices.words`."""
