"""SQL of preferences, of addresses that get no mail, and of unsubscribing."""

from collections.abc import Iterable
from datetime import datetime

from psycopg.rows import scalar_row

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.notices.rules import Channel, SuppressionReason

_ADDRESS = """
    SELECT owner.email AS address, owner.email_confirmed_at IS NOT NULL AS confirmed,
           suppression.reason AS suppressed, suppression.suppressed_at
    FROM users owner
    LEFT JOIN mail_suppressions suppression
           ON suppression.address = lower(owner.email) AND owner.email_confirmed_at IS NOT NULL
    WHERE owner.id = %s AND owner.erased_at IS NULL
"""

_PUT = """
    INSERT INTO notice_preferences (user_id, kind, channel, is_on) VALUES (%s, %s, %s, %s)
    ON CONFLICT (user_id, kind, channel) DO UPDATE SET is_on = excluded.is_on
"""

# A complaint outweighs a bounce, and the first report is the one that counts. An address that nobody uses gets no mail
# anyway, so the report of a mail that was under way during an erasure does not bring it back.
_SUPPRESS = """
    INSERT INTO mail_suppressions AS known (address, reason, suppressed_at)
    SELECT lower(%(address)s), %(reason)s, %(at)s
    WHERE EXISTS (SELECT FROM users WHERE lower(email) = lower(%(address)s))
       OR EXISTS (SELECT FROM account_tokens WHERE lower(address) = lower(%(address)s))
    ON CONFLICT (address) DO UPDATE SET reason = excluded.reason
    WHERE known.reason = 'bounce' AND excluded.reason = 'complaint'
"""


_DELETE_UNUSED = """
    DELETE FROM mail_suppressions
    WHERE address IN (
      SELECT address FROM mail_suppressions suppression
      WHERE suppressed_at < %(before)s
        AND NOT EXISTS (SELECT FROM users WHERE lower(email) = suppression.address)
        AND NOT EXISTS (SELECT FROM account_tokens token WHERE lower(token.address) = suppression.address)
      LIMIT %(most)s
    )
"""


class AddressRow(TableRow, frozen=True):
    """The address of an account, and whether it gets mail. An unconfirmed address may be a stranger's: nothing is told.

    suppressed, suppressed_at: None unless the account has confirmed the address.
    """

    address: str
    confirmed: bool
    suppressed: SuppressionReason | None
    suppressed_at: datetime | None


def find_address(connection: Connection, user_id: int) -> AddressRow | None:
    """Return the address of the user's account. None if the account has been erased."""
    with connection.cursor(row_factory=row_of(AddressRow)) as cursor:
        return cursor.execute(_ADDRESS, (user_id,)).fetchone()


def choices_of(connection: Connection, user_id: int) -> dict[tuple[str, Channel], bool]:
    """Return what the user has chosen, by kind and channel."""
    rows = connection.execute("SELECT kind, channel, is_on FROM notice_preferences WHERE user_id = %s", (user_id,))
    return {(row["kind"], row["channel"]): row["is_on"] for row in rows}


def put_choices(connection: Connection, user_id: int, choices: Iterable[tuple[str, Channel, bool]]) -> None:
    """Set what the user has chosen for some kinds and channels."""
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, [(user_id, *choice) for choice in choices])


def delete_choices(connection: Connection, user_id: int) -> None:
    """Delete all that the user has chosen."""
    connection.execute("DELETE FROM notice_preferences WHERE user_id = %s", (user_id,))


def suppress(connection: Connection, address: str, reason: SuppressionReason, at: datetime) -> bool:
    """Note that an address gets no mail. False if that was known, or no account uses or is about to use the address."""
    return connection.execute(_SUPPRESS, {"address": address, "reason": reason, "at": at}).rowcount == 1


def lift_bounce(connection: Connection, address: str) -> bool:
    """Delete the note that an address gets no mail, if a bounce was the reason. False if it was not."""
    statement = "DELETE FROM mail_suppressions WHERE address = lower(%s) AND reason = 'bounce'"
    return connection.execute(statement, (address,)).rowcount == 1


def delete_suppression(connection: Connection, address: str) -> None:
    """Delete the note that an address gets no mail, if there is one, whatever its reason."""
    connection.execute("DELETE FROM mail_suppressions WHERE address = lower(%s)", (address,))


def delete_unused_suppressions(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to `most` notes from before a time, of addresses that no account uses. Return the number deleted."""
    return connection.execute(_DELETE_UNUSED, {"before": before, "most": most}).rowcount


def unsubscribe_key(connection: Connection, user_id: int) -> bytes | None:
    """Return the key that signs the user's unsubscribe links. None if there is none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        key: bytes | None = cursor.execute("SELECT key FROM unsubscribe_keys WHERE user_id = %s", (user_id,)).fetchone()
    return key
