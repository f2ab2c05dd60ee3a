"""What an export has of daily fantasy."""

from typing import Annotated, Any

from pickvs.core.types import Moment, ResponseBody, doc


class SlateRecord(ResponseBody):
    """A slate that the user has uploaded."""

    id: int
    site: Annotated[str, doc("Its site.", examples=["draftkings"])]
    sport: Annotated[str, doc("Its sport.", examples=["basketball_nba"])]
    format: Annotated[str, doc("Its kind of contest.", examples=["dk_nba_classic"])]
    external_id: Annotated[str | None, doc("Number of the slate on the site, where it is known.")]
    name: str
    source: Annotated[str, doc("Where it comes from.", examples=["upload"])]
    starts_at: Moment
    created_at: Moment
    updated_at: Moment


class SlateGameRecord(ResponseBody):
    """A game of a slate that the user has uploaded."""

    id: int
    slate_id: int
    key: Annotated[str, doc("Names it within the slate.", examples=["LAL@BOS"])]
    away: str | None
    home: str | None
    starts_at: Moment
    state: Annotated[str, doc("How far it is.", examples=["scheduled"])]
    game_id: int | None
    venue_id: int | None


class SlatePlayerRecord(ResponseBody):
    """A player of a slate that the user has uploaded."""

    id: int
    slate_id: int
    slate_game_id: int
    site_player_id: str
    captain_site_id: str | None
    player_id: int | None
    name: str
    normal: Annotated[str, doc("The name as names are compared.")]
    team: str
    positions: list[str]
    slots: list[str]
    salary: Annotated[int, doc("Whole dollars.")]
    captain_salary: int | None
    average_points: float | None
    status: str
    is_disabled: bool


class AliasRecord(ResponseBody):
    """How files of the user write a name."""

    sport: str
    team: str
    alias: str
    name: str
    added_at: Moment


class UploadRecord(ResponseBody):
    """A file that the user has uploaded."""

    id: int
    slate_id: int | None
    kind: Annotated[str, doc("What kind of file it is.", examples=["dk_salaries"])]
    sha256: Annotated[str, doc("SHA-256 of its bytes, hexadecimal.")]
    bytes: int
    is_strict: bool
    report: Annotated[dict[str, Any], doc("What was read, and what was wrong with it.", examples=[{"rows": 209}])]
    uploaded_at: Moment


class ProjectionSetRecord(ResponseBody):
    """A set of projections of the user."""

    id: int
    slate_id: int
    version: int
    kind: Annotated[str, doc("Where it comes from.", examples=["upload"])]
    parent_id: int | None
    upload_id: int | None
    parameters: Annotated[dict[str, Any], doc("How it was made.", examples=[{"sims": 10000}])]
    made_at: Moment


class ProjectionRecord(ResponseBody):
    """A player's projection in a set of the user."""

    set_id: int
    slate_id: int
    slate_player_id: int
    points: float
    deviation: float | None
    floor: float | None
    ceiling: float | None
    ownership: float | None
    minutes: float | None
    field_points: float | None


class EntryFileRecord(ResponseBody):
    """A file with entries of the user."""

    id: int
    slate_id: int
    upload_id: int
    added_at: Moment


class EntryRecord(ResponseBody):
    """An entry of the user in a contest."""

    file_id: int
    line: int
    entry_key: str
    contest_key: str
    contest_name: str
    fee: str
    cells: list[str]
    players: list[int | None]
    locked: list[bool]


class BuildRecord(ResponseBody):
    """A build of the user."""

    id: int
    slate_id: int
    projection_set_id: int
    entry_file_id: int | None
    is_dry_run: bool
    settings: Annotated[dict[str, Any], doc("What was asked for.", examples=[{"count": 150}])]
    seed: int
    wanted: int
    state: Annotated[str, doc("How far it is.", examples=["done"])]
    found: int
    points: float
    bound: float | None
    gap: float | None
    reason: str | None
    conflict: list[dict[str, Any]] | None
    relaxation: list[dict[str, Any]] | None
    attempts: int
    cancel_requested: bool
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


class LineupRecord(ResponseBody):
    """A lineup of a build of the user."""

    build_id: int
    lineup_no: int
    players: list[int | None]
    points: float
    salary: int
    entry_line: int | None
    kept_because: str | None


class DfsContestRecord(ResponseBody):
    """A contest that the user has described."""

    id: int
    slate_id: int
    name: str
    external_id: str | None
    size: int
    fee_cents: int
    payouts: list[dict[str, Any]]
    created_at: Moment


class ContestRunRecord(ResponseBody):
    """A simulation of a contest for the user."""

    id: int
    slate_id: int
    contest_id: int
    build_id: int
    settings: Annotated[dict[str, Any], doc("What was asked for.", examples=[{"trust": 0.5}])]
    seed: int
    wanted: int
    state: Annotated[str, doc("How far it is.", examples=["done"])]
    done: int
    result: Annotated[dict[str, Any] | None, doc("Of the whole portfolio.", examples=[{"roi": 0.1}])]
    reason: str | None
    attempts: int
    cancel_requested: bool
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


class ContestRunLineupRecord(ResponseBody):
    """What a simulation says of a lineup."""

    run_id: int
    lineup_no: int
    prize_cents: float
    roi: float | None
    roi_error: float | None
    cash: float
    win: float
    top_percent: float


class ContestResultRecord(ResponseBody):
    """How a contest of the user ended."""

    contest_id: int
    upload_id: int
    field_size: int
    quantiles: Annotated[dict[str, Any], doc("Scores of the field.", examples=[{"0.8": 271.25}])]
    lineups: list[dict[str, Any]]
    judgements: list[dict[str, Any]]
    recorded_at: Moment
