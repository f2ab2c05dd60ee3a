"""What is exported about a user."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.values import Market
from pickvs.picks.rules import PickResult
from pickvs.picks.schemas import Pick

type ExportFormat = Literal["json", "csv"]


class Account(ResponseBody):
    """The account itself."""

    id: int
    username: str
    email: str
    role: Literal["user", "admin"]
    created_at: Moment


class Session(ResponseBody):
    """A refresh token of a session; the tokens that follow one another from one login are a family."""

    family_id: UUID
    issued_at: Moment
    expires_at: Moment
    used_at: Moment | None
    revoked_at: Moment | None


class ApiKeyRecord(ResponseBody):
    """A key for programs."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: Moment
    last_used_at: Moment | None
    expires_at: Moment | None
    revoked_at: Moment | None


class RememberedAnswer(ResponseBody):
    """What was answered to a submission with an Idempotency-Key."""

    key: str
    body_hash: Annotated[str, doc("SHA-256 of the submission, in hexadecimal digits.")]
    answer: dict[str, Any]
    made_at: Moment


class LedgerEntry(ResponseBody):
    """An entry of the settlement ledger, as it is stored: `units` and `wagered` are added `sign` times."""

    result_id: Annotated[int, doc("The result of the game that caused the entry.")]
    sign: Annotated[Literal[1, -1], doc("1 books a result, -1 takes an earlier one back.")]
    result: PickResult
    units: Number
    wagered: Number
    closing_line: Number | None
    closing_price: int | None
    clv_percent: Number | None
    settled_at: Moment


class PickRecord(Pick):
    """A pick with everything that the settlement ledger has booked on it."""

    quote_id: int
    ledger: Annotated[list[LedgerEntry], doc("In the order in which they were booked.")]


class StandingRecord(ResponseBody):
    """The user's row on a kept board; all of it follows from the picks."""

    board_id: int
    period: Literal["day", "week", "month", "season", "all"]
    starts_at: Annotated[Moment | None, doc("When the board's period began; null for all time.")]
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
    risk: Annotated[Number, doc("The sum of stake^2 x (decimal odds - 1).")]
    skill: Number


class AuditRecord(ResponseBody):
    """Something the user did as an administrator, or that was done to their account."""

    id: int
    at: Moment
    actor_id: int | None
    action: str
    game_id: int | None
    result_id: int | None
    subject_id: int | None
    reason: str
    before: Annotated[
        dict[str, Any],
        doc(
            "Of a game its status, score and result in force; of a user the role. `source` is cut to `admin` "
            "where another administrator had set the result."
        ),
    ]
    after: Annotated[dict[str, Any], doc("The same; of a game also how many picks and ranks were changed.")]


class Export(ResponseBody):
    """A page of everything that is stored about the caller, part by part; the pages together are all of it."""

    account: Annotated[Account, doc("On every page.")]
    left_out: Annotated[dict[str, str], doc("What is stored and not exported, as table.column, and why.")]
    sessions: list[Session]
    api_keys: list[ApiKeyRecord]
    idempotency_keys: list[RememberedAnswer]
    picks: Annotated[list[PickRecord], doc("In the order in which they were made.")]
    standings: list[StandingRecord]
    audit_log: list[AuditRecord]
    next_cursor: Annotated[str | None, doc("null on the last page: nothing is left.")]
