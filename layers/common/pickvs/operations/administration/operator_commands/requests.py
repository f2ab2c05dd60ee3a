"""The operator's commands, as events."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.core.requests import Identifier, Key, RequestBody, Worded
from pickvs.operations.administration.requests import Reason
from pickvs.operations.administration.statistics.requests import SentDay

MOST_ROWS = 2_000
"""Rows of one command: some 600 KB, of the 6 MB that an event may have."""

_Username = Annotated[
    str,
    Field(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN),
    Worded(USERNAME_WORDS),
]


class GrantRole(RequestBody):
    """Makes a user an administrator, or an ordinary user again."""

    command: Literal["grant_role"]
    username: _Username
    role: Literal["user", "admin"]
    reason: Reason


class RebuildStandings(RequestBody):
    """Rebuilds the standings from the whole ledger."""

    command: Literal["rebuild_standings"]


class RecordPastGames(RequestBody):
    """Records games that were over before the platform, with closing lines.

    username: the administrator who orders it, for the audit log. source: whose table it is; it may have team names of
    its own. rows: each is checked by itself as a PastGameRow, and reported by itself.
    """

    command: Literal["record_past_games"]
    username: _Username
    sport: Key
    source: Key
    rows: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ROWS)]
    reason: Reason
    dry_run: bool = False


class ReplayDraft(RequestBody):
    """Proves that a fantasy draft is what its acts have led to."""

    command: Literal["replay_draft"]
    draft_id: Identifier


_Points = Annotated[int, Field(ge=0, le=1_000)]
_Odds = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
_HalfPoints = Annotated[float, Field(allow_inf_nan=False)]
_TeamName = Annotated[str, Field(min_length=1, max_length=120)]


class PastGameRow(RequestBody):
    """A row of RecordPastGames.

    date: in the league's time zone. season: the year in which it starts; the day tells it if it is left out. spread:
    points that the home team is given. number: of the teams' games of that day. What the market did not have is left
    out.
    """

    date: SentDay
    home: _TeamName
    away: _TeamName
    home_points: _Points
    away_points: _Points
    season: Annotated[int | None, Field(ge=1900, le=2200)] = None
    number: Annotated[int, Field(ge=1, le=9)] = 1
    phase: Literal["preseason", "regular", "cup_final", "play_in", "playoffs", "all_star"] = "regular"
    is_neutral: bool = False
    spread: Annotated[_HalfPoints | None, Field(ge=-1_000, le=1_000)] = None
    total: Annotated[_HalfPoints | None, Field(ge=0, le=1_000)] = None
    home_moneyline: _Odds | None = None
    away_moneyline: _Odds | None = None


Command = Annotated[GrantRole | RebuildStandings | RecordPastGames | ReplayDraft, Field(discriminator="command")]
"""Any command. The field `command` selects the type."""
