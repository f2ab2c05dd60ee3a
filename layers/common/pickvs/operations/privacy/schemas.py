"""Responses: the export of a user's data."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.values import Market
from pickvs.notices.rules import Channel, DeliveryState, SuppressionReason
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
from pickvs.picks.rules import ClvReason, PickResult, VoidReason
from pickvs.picks.schemas import Pick

type ExportFormat = Literal["json", "csv"]


class Account(ResponseBody):
    """The account itself."""

    id: int
    username: str
    email: str
    email_confirmed_at: Annotated[Moment | None, doc("null until the address is confirmed.")]
    role: Literal["user", "admin"]
    created_at: Moment


class Session(ResponseBody):
    """A refresh token of a session. All tokens that descend from one login form a family."""

    family_id: UUID
    issued_at: Moment
    expires_at: Moment
    used_at: Moment | None
    revoked_at: Moment | None
    closed_at: Annotated[Moment | None, doc("Since then, a use of this token ends the session.")]
    opened_at: Annotated[Moment | None, doc("When the session was opened; null in tokens of earlier releases.")]
    device: Annotated[
        str | None,
        doc("From the User-Agent header, in a few words; null if it was not sent.", examples=["Firefox on Linux"]),
    ]


class FormerUsername(ResponseBody):
    """A username that the user had before. It stays reserved for the user."""

    username: str
    given_up_at: Moment


class AccountToken(ResponseBody):
    """A one-time token that was mailed and has not been used."""

    purpose: Literal["confirm_email", "reset_password"]
    address: Annotated[str, doc("Where it was mailed.", examples=["ada@example.com"])]
    issued_at: Moment
    expires_at: Moment


class ApiKeyRecord(ResponseBody):
    """An API key."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: Moment
    last_used_at: Moment | None
    expires_at: Moment | None
    revoked_at: Moment | None


class RememberedAnswer(ResponseBody):
    """The stored response to a submission with an Idempotency-Key."""

    key: str
    body_hash: Annotated[str, doc("SHA-256 of the submission, hexadecimal.")]
    answer: dict[str, Any]
    made_at: Moment


class OwnedGroup(ResponseBody):
    """A private group that the user owns."""

    id: int
    name: Annotated[str, Meta(examples=["Thursday night"])]
    created_at: Moment


class Membership(ResponseBody):
    """The user's membership in a private group."""

    group_id: int
    joined_at: Moment


class LedgerEntry(ResponseBody):
    """A settlement ledger entry as stored. Multiply `units` and `wagered` by `sign`."""

    result_id: Annotated[int, doc("Id of the game result that caused the entry.")]
    sign: Annotated[Literal[1, -1], doc("1 books a result, -1 reverses an earlier one.")]
    result: PickResult
    void_reason: Annotated[VoidReason | None, doc("As on the pick.")]
    units: Number
    wagered: Number
    closing_line: Number | None
    closing_price: int | None
    clv_percent: Number | None
    clv_reason: Annotated[ClvReason | None, doc("As on the pick.")]
    clv_points: Annotated[Number | None, doc("As on the pick.")]
    settled_at: Moment


class PickRecord(Pick):
    """A pick with all its settlement ledger entries."""

    quote_id: int
    draw_offered: Annotated[
        bool | None,
        doc("On a moneyline: whether the draw was on offer when the pick was made. null if that was not recorded."),
    ]
    ledger: Annotated[list[LedgerEntry], doc("In booking order.")]


class StandingRecord(ResponseBody):
    """The user's row on a stored board, derived from their picks."""

    board_id: int
    period: Literal["day", "week", "month", "season", "all"]
    starts_at: Annotated[Moment | None, doc("Start of the board's period; null for all time.")]
    sports: Annotated[list[str], Meta(examples=[["basketball_nba"]])]
    market: Annotated[Market | None, doc("null for all markets.")]
    wins: int
    losses: int
    pushes: int
    picks: int
    total_units: Number
    total_wagered: Number
    roi: Number
    clv_picks: int
    clv_sum: Number
    clv_percent: Number | None
    risk: Annotated[Number, doc("Sum of stake^2 x (decimal odds - 1).")]
    skill: Number


class AuditRecord(ResponseBody):
    """An action of the user as an administrator, or a change of their account."""

    id: int
    at: Moment
    actor_id: int | None
    action: str
    game_id: int | None
    result_id: int | None
    subject_id: int | None
    team_id: int | None
    reason: str
    before: Annotated[
        dict[str, Any],
        doc(
            "For a game: status, score and result in force. For a user: the role. `source` is shortened to "
            "`admin` if another administrator set the result."
        ),
    ]
    after: Annotated[dict[str, Any], doc("The same; for a game also the number of changed picks and ranks.")]


class NoticeRecord(ResponseBody):
    """What the user was told."""

    id: int
    kind: Annotated[str, doc("Kind of notice.", examples=["pick.settled"])]
    cause: Annotated[str, doc("What it tells of. The same cause is told once.", examples=["pick:41:97"])]
    data: Annotated[dict[str, Any], doc("The facts.", examples=[{"pick_id": 41, "result": "win"}])]
    in_feed: bool
    told_at: Moment
    read_at: Moment | None


class DeliveryRecord(ResponseBody):
    """The delivery of a notice by mail or to a webhook."""

    id: int
    notice_id: int
    webhook_id: Annotated[int | None, doc("null: by mail.")]
    address: Annotated[str | None, doc("Where a mail goes. null: to the account's address.", examples=[None])]
    state: DeliveryState
    attempts: int
    queued_at: Moment
    next_at: Moment
    ended_at: Moment | None
    last_status: int | None
    last_error: str | None


class WebhookRecord(ResponseBody):
    """A webhook."""

    id: int
    url: Annotated[str, doc("Where notices are sent.", examples=["https://example.com/pickvs"])]
    created_at: Moment


class NoticePreferenceRecord(ResponseBody):
    """What the user has chosen for a kind of notice and a channel."""

    kind: Annotated[str, doc("Kind of notice.", examples=["pick.settled"])]
    channel: Channel
    is_on: bool


class MailSuppressionRecord(ResponseBody):
    """Why the account's address gets no mail."""

    address: Annotated[str, doc("In lower case.", examples=["ada@example.com"])]
    reason: SuppressionReason
    suppressed_at: Moment


class Export(ResponseBody):
    """A page of everything stored about the caller. The pages together are the complete export."""

    account: Annotated[Account, doc("On every page.")]
    left_out: Annotated[dict[str, str], doc("Data that is stored but not exported, as table.column, with the reason.")]
    sessions: list[Session]
    former_usernames: list[FormerUsername]
    account_tokens: list[AccountToken]
    api_keys: list[ApiKeyRecord]
    idempotency_keys: list[RememberedAnswer]
    groups: Annotated[list[OwnedGroup], doc("The groups that the user owns.")]
    group_members: Annotated[list[Membership], doc("The groups that the user is in.")]
    picks: Annotated[list[PickRecord], doc("In the order of submission.")]
    standings: list[StandingRecord]
    audit_log: list[AuditRecord]
    notices: list[NoticeRecord]
    deliveries: list[DeliveryRecord]
    webhooks: list[WebhookRecord]
    notice_preferences: list[NoticePreferenceRecord]
    mail_suppressions: list[MailSuppressionRecord]
    league_members: Annotated[list[LeagueMembership], doc("The fantasy leagues that the user is in.")]
    constructors: Annotated[list[ConstructorRecord], doc("The user's teams in fantasy leagues.")]
    constructor_names: Annotated[list[ConstructorName], doc("What they were called, by line of the league's log.")]
    league_invitations: Annotated[list[LeagueInvitationRecord], doc("Of the user, and those that the user has made.")]
    league_log: Annotated[list[LeagueLogRecord], doc("What the user did in leagues, and what concerns the user.")]
    draft_acts: Annotated[list[DraftActRecord], doc("What the user did in drafts.")]
    draft_teams: list[DraftTeamRecord]
    draft_slots: list[DraftSlotRecord]
    draft_picks: list[DraftPickRecord]
    draft_queues: list[DraftQueueRecord]
    draft_queue_items: list[DraftQueueItem]
    board_rows: Annotated[list[BoardRowRecord], doc("What the teams scored in each event.")]
    league_totals: Annotated[list[LeagueTotalRecord], doc("What they have scored in the season.")]
    slates: Annotated[list[SlateRecord], doc("The slates of daily fantasy that the user has uploaded.")]
    slate_games: list[SlateGameRecord]
    slate_players: list[SlatePlayerRecord]
    dfs_aliases: Annotated[list[AliasRecord], doc("How the user's files write names.")]
    dfs_uploads: Annotated[list[UploadRecord], doc("The files that the user has uploaded.")]
    projection_sets: Annotated[list[ProjectionSetRecord], doc("The user's projections.")]
    projections: list[ProjectionRecord]
    dfs_entry_files: list[EntryFileRecord]
    dfs_entries: Annotated[list[EntryRecord], doc("The user's entries in contests.")]
    dfs_builds: Annotated[list[BuildRecord], doc("What the user had built.")]
    lineups: Annotated[list[LineupRecord], doc("What was built.")]
    dfs_contests: Annotated[list[DfsContestRecord], doc("The contests that the user has described.")]
    dfs_contest_runs: list[ContestRunRecord]
    dfs_contest_run_lineups: list[ContestRunLineupRecord]
    dfs_contest_results: list[ContestResultRecord]
    next_cursor: Annotated[str | None, doc("null on the last page.")]
