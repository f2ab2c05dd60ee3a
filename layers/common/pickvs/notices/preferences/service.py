"""Shows and changes what a user wants to be told, and by which way."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid, NotFound
from pickvs.notices import queries as notices
from pickvs.notices.preferences import queries
from pickvs.notices.preferences.rules import is_genuine, read_token
from pickvs.notices.preferences.schemas import MailAddress, Preference, Preferences
from pickvs.notices.presence import account_is_gone, lock_account
from pickvs.notices.rules import CHANNELS, CHOOSABLE_KINDS, Channel, SuppressionReason

if TYPE_CHECKING:
    from pickvs.notices.preferences.requests import WantedPreference, WantedPreferences

type Choice = tuple[str, Channel, bool]
"""A kind, a channel, and whether it is on."""


def show_preferences(user_id: int) -> Preferences:
    """Return by which ways each kind of notice reaches the user. Raises Unauthenticated if the account is gone."""
    with transaction() as connection:
        return _shown(connection, user_id)


def replace_preferences(user_id: int, wanted: "WantedPreferences") -> Preferences:
    """Replace all that the user has chosen, and return what now holds.

    Raises Invalid for an unknown kind, a kind that is named twice, and a channel that is fixed for its kind. Raises
    Unauthenticated if the account is gone.
    """
    choices = _checked(wanted)
    with transaction() as connection:
        lock_account(connection, user_id)
        queries.delete_choices(connection, user_id)
        queries.put_choices(connection, user_id, choices)
        return _shown(connection, user_id)


def unsubscribe(token: str) -> None:
    """Turn off the mails of the kind that an unsubscribe link names, as one click in a mail program does (RFC 8058).

    Idempotent. Raises NotFound (UNSUBSCRIBE_TOKEN_UNKNOWN) if the token is not genuine, or the account is gone.
    """
    named = read_token(token)
    if named is None:
        raise _unknown_token()
    user_id, kind = named
    with transaction() as connection:
        key = queries.unsubscribe_key(connection, user_id)
        if key is None or not is_genuine(token, key) or not notices.lock_account(connection, user_id):
            raise _unknown_token()
        if kind in CHOOSABLE_KINDS and CHOOSABLE_KINDS[kind].is_choosable("email"):
            queries.put_choices(connection, user_id, [(kind, "email", False)])


def suppress(connection: Connection, address: str, reason: SuppressionReason, at: datetime) -> bool:
    """Send no more mail to an address, in the caller's transaction. False if that was known."""
    return queries.suppress(connection, address, reason, at)


def lift_bounce(connection: Connection, address: str) -> bool:
    """Send mail to an address again that had bounced, in the caller's transaction. For whoever has confirmed it anew.

    A complaint stays: the owner of the address does not want our mail. False if there was no bounce.
    """
    return queries.lift_bounce(connection, address)


def forget_address(connection: Connection, address: str) -> None:
    """Delete what is stored of an address, in the caller's transaction: its account gives it up."""
    queries.delete_suppression(connection, address)


def _checked(wanted: "WantedPreferences") -> list[Choice]:
    wrong: list[FieldError] = []
    choices: list[Choice] = []
    seen: set[str] = set()
    for index, preference in enumerate(wanted.preferences):
        where = f"preferences[{index}]"
        kind = CHOOSABLE_KINDS.get(preference.kind)
        if kind is None:
            wrong.append(FieldError(f"{where}.kind", f"must be one of {', '.join(CHOOSABLE_KINDS)}"))
            continue
        if preference.kind in seen:
            wrong.append(FieldError(f"{where}.kind", "is named twice"))
        seen.add(preference.kind)
        for channel, on in _chosen(preference):
            if kind.is_choosable(channel):
                choices.append((preference.kind, channel, on))
            elif on != kind.is_on(channel):
                wrong.append(FieldError(f"{where}.{channel}", "cannot be changed; leave it out"))
    if wrong:
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", tuple(wrong))
    return choices


def _chosen(preference: "WantedPreference") -> Iterator[tuple[Channel, bool]]:
    if preference.email is not None:
        yield "email", preference.email
    if preference.webhook is not None:
        yield "webhook", preference.webhook


def _shown(connection: Connection, user_id: int) -> Preferences:
    address = queries.find_address(connection, user_id)
    if address is None:
        raise account_is_gone()
    chosen = queries.choices_of(connection, user_id)
    return Preferences(
        mail=MailAddress.of(address),
        preferences=[
            Preference(
                kind=name,
                meaning=kind.meaning,
                **{channel: kind.is_on(channel, chosen=chosen.get((name, channel))) for channel in CHANNELS},
                **{f"{channel}_is_fixed": not kind.is_choosable(channel) for channel in CHANNELS},
            )
            for name, kind in CHOOSABLE_KINDS.items()
        ],
    )


def _unknown_token() -> NotFound:
    return NotFound("UNSUBSCRIBE_TOKEN_UNKNOWN", "This link is not valid. Log in to change what you are told.")
