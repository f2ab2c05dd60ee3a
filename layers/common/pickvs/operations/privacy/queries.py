"""The SQL of exporting and erasing a user's data. The only place that reads every table.

It also erases all data but what other users have a part in: who leads a group or a league next is for `groups.personal`
and `fantasy.leagues.personal` to decide.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, cast

from psycopg.sql import SQL, Composable

from pickvs.core.database import Connection, Row
from pickvs.core.rows import TableRow, row_of
from pickvs.operations.privacy.dfs.queries import DELETE_DFS, DFS_ROWS, DfsPart
from pickvs.picks.columns import ENTRY_IN_FORCE, PICK_COLUMNS
from pickvs.picks.rules import ClvReason, PickResult, VoidReason

type Part = (
    DfsPart
    | Literal[
        "sessions",
        "former_usernames",
        "account_tokens",
        "api_keys",
        "idempotency_keys",
        "groups",
        "group_members",
        "picks",
        "standings",
        "audit_log",
        "notices",
        "deliveries",
        "webhooks",
        "notice_preferences",
        "mail_suppressions",
        "league_members",
        "constructors",
        "constructor_names",
        "league_invitations",
        "league_log",
        "draft_acts",
        "draft_teams",
        "draft_slots",
        "draft_picks",
        "draft_queues",
        "draft_queue_items",
        "board_rows",
        "league_totals",
    ]
)
"""A part of an export, besides the account itself."""

type Position = tuple[int, str]
"""A place in a part. Rows are ordered by a number, then by a text."""

FIRST: Position = (0, "")

_ACCOUNT = SQL("""
    SELECT id, username, email, email_confirmed_at, role, created_at FROM users WHERE id = %s AND erased_at IS NULL
""")

# `number` and `text` are the row's position in its part. A refresh token is identified only by its hash, which must not
# be exposed, so its text is a digest of that hash.
_ROWS: Mapping[Part, Composable] = MappingProxyType(
    {
        "sessions": SQL("""
            SELECT family_id, issued_at, expires_at, used_at, revoked_at, closed_at, opened_at, device,
                   (extract(epoch FROM issued_at) * 1000000)::bigint AS number,
                   encode(sha256(token_hash), 'hex') AS text
            FROM refresh_tokens
            WHERE user_id = %(user)s
        """),
        "former_usernames": SQL("""
            SELECT username, given_up_at, (extract(epoch FROM given_up_at) * 1000000)::bigint AS number,
                   lower(username) AS text
            FROM former_usernames
            WHERE user_id = %(user)s
        """),
        "account_tokens": SQL("""
            SELECT purpose, address, issued_at, expires_at, 0::bigint AS number, purpose AS text
            FROM account_tokens
            WHERE user_id = %(user)s
        """),
        "api_keys": SQL("""
            SELECT id, name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at, id AS number, '' AS text
            FROM api_keys
            WHERE user_id = %(user)s
        """),
        "idempotency_keys": SQL("""
            SELECT key, encode(body_hash, 'hex') AS body_hash, answer, made_at,
                   (extract(epoch FROM made_at) * 1000000)::bigint AS number, key AS text
            FROM idempotency_keys
            WHERE user_id = %(user)s
        """),
        "groups": SQL("""
            SELECT owned.id, owned.name, owned.created_at, owned.id AS number, '' AS text
            FROM group_members own
            JOIN groups owned ON owned.id = own.group_id AND owned.owner_id = own.user_id
            WHERE own.user_id = %(user)s
        """),
        "group_members": SQL("""
            SELECT group_id, joined_at, group_id AS number, '' AS text
            FROM group_members
            WHERE user_id = %(user)s
        """),
        "picks": SQL("""
            SELECT {pick}, pick.quote_id, pick.draw_offered, pick.id AS number, '' AS text
            FROM picks pick
            JOIN games game ON game.id = pick.game_id
            LEFT JOIN {entry}
            WHERE pick.user_id = %(user)s AND pick.id > %(number)s
        """).format(pick=PICK_COLUMNS, entry=ENTRY_IN_FORCE),
        "standings": SQL("""
            SELECT standing.*, board.period, board.sports, board.market, board.starts_at,
                   board.id::bigint AS number, '' AS text
            FROM boards board
            JOIN standings standing ON standing.board_id = board.id AND standing.user_id = %(user)s
        """),
        "audit_log": SQL("""
            SELECT id, at, actor_id, action, game_id, result_id, subject_id, team_id, reason, before, after,
                   id AS number, '' AS text
            FROM audit_log
            WHERE actor_id = %(user)s OR subject_id = %(user)s
        """),
        "notices": SQL("""
            SELECT id, kind, cause, data, in_feed, told_at, read_at, id AS number, '' AS text
            FROM notices
            WHERE user_id = %(user)s AND id > %(number)s
        """),
        "deliveries": SQL("""
            SELECT delivery.id, delivery.notice_id, delivery.webhook_id, delivery.address, delivery.state,
                   delivery.attempts, delivery.queued_at, delivery.next_at, delivery.ended_at, delivery.last_status,
                   delivery.last_error, delivery.id AS number, '' AS text
            FROM notices notice
            JOIN deliveries delivery ON delivery.notice_id = notice.id
            WHERE notice.user_id = %(user)s
        """),
        "webhooks": SQL("""
            SELECT id, url, created_at, id AS number, '' AS text FROM webhooks WHERE user_id = %(user)s
        """),
        "notice_preferences": SQL("""
            SELECT kind, channel, is_on, 0::bigint AS number, kind || ' ' || channel AS text
            FROM notice_preferences
            WHERE user_id = %(user)s
        """),
        "mail_suppressions": SQL("""
            SELECT suppression.address, suppression.reason, suppression.suppressed_at, 0::bigint AS number,
                   suppression.address AS text
            FROM users owner
            JOIN mail_suppressions suppression ON suppression.address = lower(owner.email)
            WHERE owner.id = %(user)s AND owner.email_confirmed_at IS NOT NULL
        """),
        "league_members": SQL("""
            SELECT league_id, role, joined_at, league_id AS number, '' AS text
            FROM league_members
            WHERE user_id = %(user)s
        """),
        "constructors": SQL("""
            SELECT id, league_id, team_name, group_no, joined_at, retired_at, id AS number, '' AS text
            FROM constructors
            WHERE user_id = %(user)s
        """),
        "constructor_names": SQL("""
            SELECT named.league_id, named.seq, named.constructor_id, named.team_name, named.league_id AS number,
                   to_char(named.seq, 'FM0000000000') AS text
            FROM constructors own
            JOIN constructor_names named ON named.league_id = own.league_id AND named.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "league_invitations": SQL("""
            SELECT id, league_id, kind, address, invited_by, created_at, expires_at, max_uses, uses, revoked_at,
                   id AS number, '' AS text
            FROM league_invitations
            WHERE user_id = %(user)s OR invited_by = %(user)s
               OR address = (SELECT lower(email) FROM users WHERE id = %(user)s AND email_confirmed_at IS NOT NULL)
        """),
        "league_log": SQL("""
            SELECT league_id, seq, at, kind, subject_id, payload, league_id AS number,
                   to_char(seq, 'FM0000000000') AS text
            FROM league_log
            WHERE user_id = %(user)s OR subject_id = %(user)s
        """),
        "draft_acts": SQL("""
            SELECT draft_id, seq, at, kind, payload, draft_id AS number, to_char(seq, 'FM0000000000') AS text
            FROM draft_acts
            WHERE user_id = %(user)s
        """),
        "draft_teams": SQL("""
            SELECT team.draft_id, team.constructor_id, team.league_id, team.auto, team.misses, team.is_retired,
                   team.draft_id AS number, '' AS text
            FROM constructors own
            JOIN draft_teams team ON team.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "draft_slots": SQL("""
            SELECT slot.draft_id, slot.slot_no, slot.round, slot.constructor_id, slot.is_skipped,
                   slot.draft_id AS number, to_char(slot.slot_no, 'FM0000000000') AS text
            FROM constructors own
            JOIN draft_teams team ON team.constructor_id = own.id
            JOIN draft_slots slot ON slot.draft_id = team.draft_id AND slot.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "draft_picks": SQL("""
            SELECT pick.id, pick.draft_id, pick.seq, pick.slot_no, pick.constructor_id, pick.contestant_id,
                   pick.made_by, pick.swaps, pick.voided_seq, pick.id AS number, '' AS text
            FROM constructors own
            JOIN draft_picks pick ON pick.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "draft_queues": SQL("""
            SELECT queue.constructor_id, queue.mode, queue.auto, queue.misses, queue.constructor_id AS number,
                   '' AS text
            FROM constructors own
            JOIN draft_queues queue ON queue.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "draft_queue_items": SQL("""
            SELECT item.constructor_id, item.place, item.contestant_id, item.constructor_id AS number,
                   to_char(item.place, 'FM00') AS text
            FROM constructors own
            JOIN draft_queue_items item ON item.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "board_rows": SQL("""
            SELECT board.league_id, board.event_id, board.constructor_id, board.points::float8, board.best::float8,
                   board.second::float8, board.rank, board.is_tied, board.points_before::float8, board.rank_before,
                   board.changed_at, board.constructor_id AS number, to_char(board.event_id, 'FM0000000000') AS text
            FROM constructors own
            JOIN board_rows board ON board.league_id = own.league_id AND board.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "league_totals": SQL("""
            SELECT total.league_id, total.constructor_id, total.points::float8, total.countback, total.best::float8,
                   total.rank, total.is_tied, total.constructor_id AS number, '' AS text
            FROM constructors own
            JOIN league_totals total ON total.league_id = own.league_id AND total.constructor_id = own.id
            WHERE own.user_id = %(user)s
        """),
        **cast("Mapping[Part, Composable]", DFS_ROWS),
    }
)

_PAGE = SQL("""
    SELECT *
    FROM ({rows}) found
    WHERE (number, text COLLATE "C") > (%(number)s, %(text)s COLLATE "C")
    ORDER BY number, text COLLATE "C"
    LIMIT %(limit)s
""")

_LEDGER = SQL("""
    SELECT pick_id, result_id, sign, result, void_reason, units, wagered, closing_line, closing_price, clv_percent,
           clv_reason, clv_points, settled_at
    FROM settlement_ledger
    WHERE pick_id = ANY(%s)
    ORDER BY pick_id, result_id, sign
""")

_ERASE = SQL("""
    WITH held AS (
      SELECT id, role, CASE WHEN email_confirmed_at IS NOT NULL THEN email END AS own_email
      FROM users WHERE id = %(user)s AND erased_at IS NULL FOR UPDATE
    )
    UPDATE users
    SET username = %(pseudonym)s, email = NULL, email_confirmed_at = NULL, password_hash = NULL, role = 'user',
        erased_at = greatest(%(at)s, created_at)
    FROM held
    WHERE users.id = held.id
    RETURNING held.role, held.own_email
""")

_DELETE = tuple(
    SQL(statement)
    for statement in (
        "DELETE FROM refresh_tokens WHERE user_id = %s",
        "DELETE FROM former_usernames WHERE user_id = %s",
        "DELETE FROM account_tokens WHERE user_id = %s",
        "DELETE FROM api_keys WHERE user_id = %s",
        "DELETE FROM idempotency_keys WHERE user_id = %s",
        # First, and in this order, as settlements and deliveries take them.
        "SELECT FROM webhooks WHERE user_id = %s ORDER BY id FOR UPDATE",
        # With their deliveries. One that is being sent ends without a trace.
        "DELETE FROM notices WHERE user_id = %s",
        "DELETE FROM webhooks WHERE user_id = %s",
        "DELETE FROM notice_preferences WHERE user_id = %s",
        "DELETE FROM unsubscribe_keys WHERE user_id = %s",
    )
)

_DELETE_OF_ADDRESS = tuple(
    SQL(statement)
    for statement in (
        "DELETE FROM mail_suppressions WHERE address = lower(%s)",
        "DELETE FROM league_invitations WHERE address = lower(%s)",
    )
)


class AccountRow(TableRow, frozen=True):
    """The account data that its owner may see."""

    id: int
    username: str
    email: str
    email_confirmed_at: datetime | None
    role: Literal["user", "admin"]
    created_at: datetime


class LedgerRow(TableRow, frozen=True):
    """An entry of the settlement ledger."""

    pick_id: int
    result_id: int
    sign: Literal[1, -1]
    result: PickResult
    void_reason: VoidReason | None
    units: Decimal
    wagered: Decimal
    closing_line: Decimal | None
    closing_price: int | None
    clv_percent: Decimal | None
    clv_reason: ClvReason | None
    clv_points: Decimal | None
    settled_at: datetime


def find_account(connection: Connection, user_id: int) -> AccountRow | None:
    """Return the user's account. None if it was erased."""
    with connection.cursor(row_factory=row_of(AccountRow)) as cursor:
        return cursor.execute(_ACCOUNT, (user_id,)).fetchone()


def rows_of(connection: Connection, user_id: int, part: Part, *, after: Position, limit: int) -> list[Row]:
    """Return up to `limit` rows of a part after a position. Each row has its own position as `number` and `text`."""
    number, text = after
    parameters = {"user": user_id, "number": number, "text": text, "limit": limit}
    return connection.execute(_PAGE.format(rows=_ROWS[part]), parameters).fetchall()


def ledger_of(connection: Connection, picks: Collection[int]) -> list[LedgerRow]:
    """Return all settlement ledger entries of these picks, in booking order."""
    with connection.cursor(row_factory=row_of(LedgerRow)) as cursor:
        return cursor.execute(_LEDGER, [list(picks)]).fetchall()


def erase(connection: Connection, user_id: int, pseudonym: str, at: datetime) -> str | None:
    """Pseudonymize the account and delete the user's other personal rows.

    Returns the user's former role; None if the account was erased before.

    The account row is locked first. Every transaction that stores rows for the user locks it too (accounts.presence),
    so the deletions see all of the user's rows and none are added later. What is stored of an address goes only with
    the account that has confirmed it: a mere claim may be of a stranger's address.
    """
    erased = connection.execute(_ERASE, {"user": user_id, "pseudonym": pseudonym, "at": at}).fetchone()
    if erased is None:
        return None
    for statement in (*_DELETE, *DELETE_DFS):
        connection.execute(statement, (user_id,))
    for statement in _DELETE_OF_ADDRESS:
        connection.execute(statement, (erased["own_email"],))
    return str(erased["role"])
