"""The request and response schemas."""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

from datetime import UTC, date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

type Market = Literal["moneyline", "spread", "total"]
type Selection = Literal["home", "away", "draw", "over", "under"]
type GameStatus = Literal["scheduled", "live", "finished", "review", "postponed", "cancelled"]
type PickStatus = Literal["pending", "win", "loss", "push", "void"]
type Sort = Literal["units", "roi", "clv", "skill"]
type Period = Literal["all", "season", "month", "week", "day"]

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Identifier = Annotated[int, Field(gt=0, lt=2**63)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _stake(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("not a number")  # noqa: TRY004
    units = Decimal(str(value))
    if not (units.is_finite() and Decimal("0.5") <= units <= 5 and units % Decimal("0.5") == 0):
        raise ValueError("must be 0.5 to 5 in steps of 0.5")
    return units


class WantedPick(Body):
    game_id: Identifier
    market: Market
    selection: Selection
    quote_id: Identifier
    stake_units: Annotated[Decimal, BeforeValidator(_stake)] = Decimal(1)


class Submission(Body):
    picks: Annotated[list[WantedPick], Field(min_length=1, max_length=50)]


class QuoteListing(BaseModel):
    quote_id: int
    selection: Selection
    line: Number | None
    price: int
    probability: Number
    books: int


class MarketListing(BaseModel):
    market: Market
    captured_at: Moment
    quotes: list[QuoteListing]


class GameSummary(BaseModel):
    id: int
    sport: str
    home_team: str
    away_team: str
    commence_time: Moment
    status: GameStatus
    home_score: int | None
    away_score: int | None


class GameListing(GameSummary):
    markets: list[MarketListing]


class Games(BaseModel):
    games: list[GameListing]
    next_cursor: str | None


class NoVig(BaseModel):
    multiplicative: Number
    power: Number
    shin: Number


class BestPrice(BaseModel):
    price: int
    bookmakers: list[str]


class ConsensusSide(QuoteListing):
    no_vig: NoVig
    best: BestPrice | None


class ConsensusMarket(BaseModel):
    market: Market
    captured_at: Moment
    quotes: list[ConsensusSide]


class OfferedSide(BaseModel):
    selection: Selection
    line: Number | None
    price: int
    captured_at: Moment


class OfferedMarket(BaseModel):
    market: Market
    sides: list[OfferedSide]


class BookmakerListing(BaseModel):
    bookmaker: str
    markets: list[OfferedMarket]


class GameResult(BaseModel):
    outcome: Literal["final", "void"]
    home_score: int | None
    away_score: int | None
    source: str
    reason: str | None
    recorded_at: Moment


class GameDetail(GameSummary):
    markets: list[ConsensusMarket]
    bookmakers: list[BookmakerListing]
    result: GameResult | None


class PickedGame(BaseModel):
    id: int
    home_team: str
    away_team: str
    commence_time: Moment
    status: GameStatus
    home_score: int | None
    away_score: int | None


class Pick(BaseModel):
    id: int
    game: PickedGame
    market: Market
    selection: Selection
    line: Number | None
    price: int
    stake_units: Number
    placed_at: Moment
    result: Literal["win", "loss", "push", "void"] | None
    result_units: Number | None
    graded_at: Moment | None
    closing_line: Number | None
    closing_price: int | None
    clv_percent: Number | None


class PicksCreated(BaseModel):
    status: Literal["success"] = "success"
    picks_created: int
    picks: list[Pick]


class MyPicks(BaseModel):
    picks: list[Pick]
    next_cursor: str | None


class Standing(BaseModel):
    total_units: Number
    total_wagered: Number
    roi: Number | None
    wins: int
    losses: int
    pushes: int
    picks: int
    win_rate: Number | None
    clv_percent: Number | None
    username: str
    skill: Number | None
    skill_low: Number | None
    skill_high: Number | None
    rank: int


class Leaderboard(BaseModel):
    leaderboard: list[Standing]
    starts_on: date | None
    ends_on: date | None
    as_of: Moment | None
    next_cursor: str | None


class Freshness(BaseModel):
    last_success: Moment | None
    age_seconds: int | None


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    database: Literal["ok"] = "ok"
    schema_version: str
    odds: Freshness
    results: Freshness


def _normalised(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
    except EmailNotValidError:
        raise ValueError("not a valid e-mail address") from None


Email = Annotated[str, Field(max_length=254), AfterValidator(_normalised)]


class Registration(Body):
    username: Annotated[str, Field(min_length=3, max_length=30, pattern=r"^[A-Za-z0-9_-]+$")]
    email: Email
    password: Annotated[str, Field(min_length=8, max_length=128, repr=False)]


class Credentials(Body):
    email: Email
    password: Annotated[str, Field(max_length=128, repr=False)]


class Tokens(BaseModel):
    token: str
    refresh_token: str
    expires_in: int
