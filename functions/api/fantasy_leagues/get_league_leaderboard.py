"""GET /leagues/{league_id}/leaderboard: get the board of a league, of a race or of the season."""

from typing import Annotated

from pickvs.fantasy.boards.leaderboard import service
from pickvs.fantasy.boards.leaderboard.schemas import LeagueBoard
from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Query
from pickvs.http.versions import KnownVersions, versioned_answer

app = create_app(problems={404: ["LEAGUE_NOT_FOUND", "RACE_NOT_FOUND"]}, versioned=True)


@app.get("/leagues/<league_id>/leaderboard")
def get_league_leaderboard(
    league_id: Identifier,
    caller: Caller,
    known: KnownVersions,
    race_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Absent: the season.")] = None,
) -> Answer[LeagueBoard]:
    """Return the board, the leader first. Whoever has the current version gets 304.

    It is fresh for 30 s while a result is provisional, for 5 minutes once all are official, and for 4 hours at the end.
    """
    return versioned_answer(service.show_board(caller.user_id, league_id, race_id, known))
