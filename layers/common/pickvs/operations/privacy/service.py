"""Exports everything stored about a user, and erases it at the user's request."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import asdict

from pickvs.accounts.limits import service as limits
from pickvs.accounts.presence import account_is_gone
from pickvs.core import clock
from pickvs.core.csv_text import write_csv
from pickvs.core.database import Connection, Row, transaction
from pickvs.core.logging import logger
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.results.rules import source_of
from pickvs.operations.privacy import queries
from pickvs.operations.privacy.dfs.schemas import (
    AliasRecord,
    BuildRecord,
    ContestResultRecord,
    ContestRunLineupRecord,
    ContestRunRecord,
    DfsContestRecord,
    EntryFileRecord,
    EntryRecord,
    LineupRecord,
    ProjectionRecord,
    ProjectionSetRecord,
    SlateGameRecord,
    SlatePlayerRecord,
    SlateRecord,
    UploadRecord,
)
from pickvs.operations.privacy.league_schemas import (
    BoardRowRecord,
    ConstructorName,
    ConstructorRecord,
    DraftActRecord,
    DraftPickRecord,
    DraftQueueItem,
    DraftQueueRecord,
    DraftSlotRecord,
    DraftTeamRecord,
    LeagueInvitationRecord,
    LeagueLogRecord,
    LeagueMembership,
    LeagueTotalRecord,
)
from pickvs.operations.privacy.queries import FIRST, Part, Position
from pickvs.operations.privacy.rules import LEFT_OUT, pseudonym, without_others
from pickvs.operations.privacy.schemas import (
    Account,
    AccountToken,
    ApiKeyRecord,
    AuditRecord,
    DeliveryRecord,
    Export,
    FormerUsername,
    LedgerEntry,
    MailSuppressionRecord,
    Membership,
    NoticePreferenceRecord,
    NoticeRecord,
    OwnedGroup,
    PickRecord,
    RememberedAnswer,
    Session,
    StandingRecord,
    WebhookRecord,
)
from pickvs.picks.columns import PickRow
from pickvs.picks.reading import shown

if TYPE_CHECKING:
    from pickvs.operations.privacy.requests import Erasure

PARTS: tuple[Part, ...] = (
    *("sessions", "former_usernames", "account_tokens", "api_keys", "idempotency_keys", "groups", "group_members"),
    *("picks", "standings", "audit_log", "notices", "deliveries", "webhooks", "notice_preferences"),
    "mail_suppressions",
    *("league_members", "constructors", "constructor_names", "league_invitations", "league_log"),
    *("draft_acts", "draft_teams", "draft_slots", "draft_picks", "draft_queues", "draft_queue_items"),
    *("board_rows", "league_totals"),
    *("slates", "slate_games", "slate_players", "dfs_aliases", "dfs_uploads", "projection_sets", "projections"),
    *("dfs_entry_files", "dfs_entries", "dfs_builds", "lineups"),
    *("dfs_contests", "dfs_contest_runs", "dfs_contest_run_lineups", "dfs_contest_results"),
)
"""Order of the parts in an export."""

_MOST_ROWS: Mapping[Part, int] = {"dfs_uploads": 25, "dfs_builds": 25, "dfs_contest_results": 25}
"""Most rows of a part on a page, of those whose rows may have 60 kB."""

_COLUMNS = (
    "id", "game_id", "home_team", "away_team", "commence_time", "game_status", "home_score", "away_score", "market",
    "selection", "quote_id", "line", "price", "stake_units", "placed_at", "result", "result_units", "graded_at",
    "closing_line", "closing_price", "clv_percent", "void_reason", "clv_reason", "clv_points",
)  # fmt: skip


def export(user_id: int, *, parts: tuple[Part, ...] = PARTS, limit: int, cursor: str | None) -> Export:
    """Return a page of everything stored about the user: the account, and up to `limit` rows of its parts.

    The parts follow one another, and a page may hold the end of one and the beginning of the next. Rows inserted or
    deleted between two requests do not shift other rows between pages. 100 rows stay far below Lambda's response limit
    of 6 MB: the answer to a submission of 50 picks has about 30 kB, and of parts with larger rows a page has fewer.

    Raises Invalid if the cursor belongs to an export of other parts, TooManyRequests, and Unauthenticated if the
    account is gone.
    """
    limits.admit_export_page(user_id)
    begun, after = _position(cursor, parts) if cursor is not None else (parts[0], FIRST)
    found: dict[Part, list[Row]] = {part: [] for part in PARTS}
    next_cursor = None
    with transaction(snapshot=True) as connection:
        account = queries.find_account(connection, user_id)
        if account is None:
            raise account_is_gone()
        room = limit
        for part in parts[parts.index(begun) :]:
            most = min(room, _MOST_ROWS.get(part, room))
            rows = queries.rows_of(connection, user_id, part, after=after, limit=most + 1)
            found[part] = rows[:most]
            if len(rows) > most:
                last = (rows[most - 1]["number"], rows[most - 1]["text"]) if most else after
                next_cursor = write_cursor(part, *last)
                break
            room, after = room - len(rows), FIRST
        picks = _picks(connection, found.pop("picks"))
    acts = _acts(user_id, found.pop("audit_log"))
    return Export(
        account=Account.of(account),
        left_out=dict(LEFT_OUT),
        sessions=[Session.of(row) for row in found["sessions"]],
        former_usernames=[FormerUsername.of(row) for row in found["former_usernames"]],
        account_tokens=[AccountToken.of(row) for row in found["account_tokens"]],
        api_keys=[ApiKeyRecord.of(row) for row in found["api_keys"]],
        idempotency_keys=[RememberedAnswer.of(row) for row in found["idempotency_keys"]],
        groups=[OwnedGroup.of(row) for row in found["groups"]],
        group_members=[Membership.of(row) for row in found["group_members"]],
        picks=picks,
        standings=[StandingRecord.of(row) for row in found["standings"]],
        audit_log=acts,
        notices=[NoticeRecord.of(row) for row in found["notices"]],
        deliveries=[DeliveryRecord.of(row) for row in found["deliveries"]],
        webhooks=[WebhookRecord.of(row) for row in found["webhooks"]],
        notice_preferences=[NoticePreferenceRecord.of(row) for row in found["notice_preferences"]],
        mail_suppressions=[MailSuppressionRecord.of(row) for row in found["mail_suppressions"]],
        league_members=[LeagueMembership.of(row) for row in found["league_members"]],
        constructors=[ConstructorRecord.of(row) for row in found["constructors"]],
        constructor_names=[ConstructorName.of(row) for row in found["constructor_names"]],
        league_invitations=[LeagueInvitationRecord.of(row) for row in found["league_invitations"]],
        league_log=[LeagueLogRecord.of(row) for row in found["league_log"]],
        draft_acts=[DraftActRecord.of(row) for row in found["draft_acts"]],
        draft_teams=[DraftTeamRecord.of(row) for row in found["draft_teams"]],
        draft_slots=[DraftSlotRecord.of(row) for row in found["draft_slots"]],
        draft_picks=[DraftPickRecord.of(row) for row in found["draft_picks"]],
        draft_queues=[DraftQueueRecord.of(row) for row in found["draft_queues"]],
        draft_queue_items=[DraftQueueItem.of(row) for row in found["draft_queue_items"]],
        board_rows=[BoardRowRecord.of(row) for row in found["board_rows"]],
        league_totals=[LeagueTotalRecord.of(row) for row in found["league_totals"]],
        slates=[SlateRecord.of(row) for row in found["slates"]],
        slate_games=[SlateGameRecord.of(row) for row in found["slate_games"]],
        slate_players=[SlatePlayerRecord.of(row) for row in found["slate_players"]],
        dfs_aliases=[AliasRecord.of(row) for row in found["dfs_aliases"]],
        dfs_uploads=[UploadRecord.of(row) for row in found["dfs_uploads"]],
        projection_sets=[ProjectionSetRecord.of(row) for row in found["projection_sets"]],
        projections=[ProjectionRecord.of(row) for row in found["projections"]],
        dfs_entry_files=[EntryFileRecord.of(row) for row in found["dfs_entry_files"]],
        dfs_entries=[EntryRecord.of(row) for row in found["dfs_entries"]],
        dfs_builds=[BuildRecord.of(row) for row in found["dfs_builds"]],
        lineups=[LineupRecord.of(row) for row in found["lineups"]],
        dfs_contests=[DfsContestRecord.of(row) for row in found["dfs_contests"]],
        dfs_contest_runs=[ContestRunRecord.of(row) for row in found["dfs_contest_runs"]],
        dfs_contest_run_lineups=[ContestRunLineupRecord.of(row) for row in found["dfs_contest_run_lineups"]],
        dfs_contest_results=[ContestResultRecord.of(row) for row in found["dfs_contest_results"]],
        next_cursor=next_cursor,
    )


def picks_as_csv(page: Export) -> str:
    """Return a page's picks as CSV: a header, then one row per pick with its result in force."""
    rows = []
    for pick in page.picks:
        game = pick.game
        own = asdict(pick) | asdict(game) | {"game_id": game.id, "game_status": game.status, "id": pick.id}
        rows.append([own[column] for column in _COLUMNS])
    return write_csv(_COLUMNS, rows)


def erase(user_id: int, session: UUID | None, request: "Erasure") -> None:
    """Erase the personal data of the user's account, authorized by its password. This cannot be undone.

    Deletes name, e-mail address, password, sessions, API keys, stored answers, memberships in groups and leagues,
    queues, notices, webhooks, and everything of daily fantasy. Picks, their ledger entries and their effect on boards
    stay under a pseudonym: a ranking proves nothing if users can remove their losses. So do a user's teams in leagues
    and what they have drafted; only their names go. An administrator's actions and reasons also stay, under the
    account's id.

    The name, former names and the e-mail address become available to anyone. A new owner of the name does not get the
    old record, which belongs to the pseudonym. An access token of the user stays valid for up to 30 minutes, and the
    gateway may accept an API key for up to 5. Both can only read the picks and can store nothing.

    session: None for an access token of the previous release. Raises Forbidden (WRONG_PASSWORD), also if the password
    is changed in the meantime; TooManyRequests after too many wrong passwords; and Unauthenticated if the account or
    the session has ended.
    """
    from pickvs.accounts.proof import lock_proven, prove_password  # exports need no password hashing
    from pickvs.dfs.uploads import personal as uploads
    from pickvs.fantasy.drafts import personal as drafts
    from pickvs.fantasy.leagues import personal as leagues
    from pickvs.fantasy.scoring import personal as scoring
    from pickvs.groups import personal as groups

    account = prove_password(user_id, session, request.password)
    with transaction() as connection:
        lock_proven(connection, account, session)
        at = clock.now()
        # Leagues, then what is the user's own, and the agenda last: in the order in which leagues and drafts lock them.
        left_behind = leagues.erase(connection, user_id, at)
        drafts.erase(connection, user_id)
        uploads.erase_files(connection, user_id)
        role = queries.erase(connection, user_id, pseudonym(secrets.token_hex(8)), at)
        if role is None:
            raise account_is_gone()
        groups.erase(connection, user_id)
        scoring.erase(connection, user_id)
        if role != "user":
            write_entry(connection, _role_given_up(user_id, role), at)
        limits.forget_user(connection, user_id)
        leagues.follow_up(connection, left_behind, at)
    logger().info("account erased", user_id=user_id)


def _role_given_up(user_id: int, role: str) -> Entry:
    return Entry(
        actor_id=user_id,
        action="grant_role",
        subject_id=user_id,
        reason="the account was erased",
        before={"role": role},
        after={"role": "user"},
    )


def _position(cursor: str, parts: tuple[Part, ...]) -> tuple[Part, Position]:
    name, number, text = read_cursor(cursor, str, int, str)
    for part in parts:
        if part == name:
            return part, (number, text)
    raise invalid_cursor()


def _picks(connection: Connection, rows: list[Row]) -> list[PickRecord]:
    ledger: defaultdict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in queries.ledger_of(connection, [row["id"] for row in rows]) if rows else []:
        ledger[entry.pick_id].append(LedgerEntry.of(entry))
    members = PickRow.__struct_fields__
    return [
        PickRecord.of(
            shown(PickRow(**{name: row[name] for name in members})),
            quote_id=row["quote_id"],
            draw_offered=row["draw_offered"],
            ledger=ledger[row["id"]],
        )
        for row in rows
    ]


def _acts(user_id: int, rows: list[Row]) -> list[AuditRecord]:
    own = source_of(user_id)
    states = [{name: without_others(row[name], own) for name in ("before", "after")} for row in rows]
    return [AuditRecord.of(row | state) for row, state in zip(rows, states, strict=True)]
