"""What an export has of fantasy leagues and drafts."""

from typing import Annotated, Any

from pickvs.core.types import Moment, ResponseBody, doc


class LeagueMembership(ResponseBody):
    """A league that the user is in."""

    league_id: int
    role: Annotated[str, doc("`commissioner`, `co_commissioner` or `member`.", examples=["member"])]
    joined_at: Moment


class ConstructorRecord(ResponseBody):
    """A team of the user in a league."""

    id: int
    league_id: int
    team_name: Annotated[str, doc("The user's own words.", examples=["Late Brakers"])]
    group_no: Annotated[int | None, doc("null before the league's start.")]
    joined_at: Moment
    retired_at: Moment | None


class ConstructorName(ResponseBody):
    """What a team was called from a line of its league's log on."""

    league_id: int
    seq: int
    constructor_id: int
    team_name: Annotated[str, doc("The user's own words.", examples=["Late Brakers"])]


class LeagueInvitationRecord(ResponseBody):
    """An invitation into a league, of the user or by the user."""

    id: int
    league_id: int
    kind: Annotated[str, doc("`user`, `email`, `code` or `handover`.", examples=["email"])]
    address: Annotated[str | None, doc("The invited address.", examples=["ada@example.com"])]
    invited_by: Annotated[int, doc("Id of the user who has made it.")]
    created_at: Moment
    expires_at: Moment
    max_uses: int
    uses: int
    revoked_at: Moment | None


class LeagueLogRecord(ResponseBody):
    """A line of a league's log that the user has caused, or that concerns the user."""

    league_id: int
    seq: int
    at: Moment
    kind: Annotated[str, doc("What happened.", examples=["joined"])]
    subject_id: Annotated[int | None, doc("Id of the user whom it concerns, if that is not who did it.")]
    payload: Annotated[dict[str, Any], doc("Facts of the line.", examples=[{"reason": "a slip"}])]


class DraftActRecord(ResponseBody):
    """An act of the user in a draft."""

    draft_id: int
    seq: int
    at: Moment
    kind: Annotated[str, doc("What happened.", examples=["picked"])]
    payload: Annotated[dict[str, Any], doc("Facts of the act.", examples=[{"slot": 3, "contestant": 41}])]


class DraftTeamRecord(ResponseBody):
    """A team of the user in a draft."""

    draft_id: int
    constructor_id: int
    league_id: int
    auto: Annotated[str, doc("`off`, `next` or `on`.", examples=["off"])]
    misses: int
    is_retired: bool


class DraftSlotRecord(ResponseBody):
    """A slot of a team of the user."""

    draft_id: int
    slot_no: int
    round: int
    constructor_id: int
    is_skipped: bool


class DraftPickRecord(ResponseBody):
    """A pick for a team of the user."""

    id: int
    draft_id: int
    seq: Annotated[int, doc("The act that made it.")]
    slot_no: int
    constructor_id: int
    contestant_id: int
    made_by: Annotated[str, doc("Who or what made it.", examples=["owner"])]
    swaps: int
    voided_seq: Annotated[int | None, doc("The act that ended it.")]


class DraftQueueRecord(ResponseBody):
    """How a queue of the user is used."""

    constructor_id: int
    mode: Annotated[str, doc("`at_once` or `at_expiry`.", examples=["at_expiry"])]
    auto: Annotated[str, doc("`off`, `next` or `on`.", examples=["off"])]
    misses: int


class DraftQueueItem(ResponseBody):
    """Somebody in a queue of the user."""

    constructor_id: int
    place: int
    contestant_id: int


class BoardRowRecord(ResponseBody):
    """An event of a team of the user on the board of its league."""

    league_id: int
    event_id: int
    constructor_id: int
    points: float
    best: Annotated[float | None, doc("Points of its best pick. null if it had none.")]
    second: Annotated[float | None, doc("Points of its second pick.")]
    rank: int
    is_tied: bool
    points_before: Annotated[float | None, doc("Until the last change. null if there was none before.")]
    rank_before: int | None
    changed_at: Moment


class LeagueTotalRecord(ResponseBody):
    """The season of a team of the user on the board of its league."""

    league_id: int
    constructor_id: int
    points: float
    countback: Annotated[list[int], doc("How often it was first, second, third and so on in an event.")]
    best: Annotated[float | None, doc("Points of its best event.")]
    rank: int
    is_tied: bool
