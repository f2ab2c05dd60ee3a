"""Shows the board of a league to whoever may see the league, and only if it has changed."""

from itertools import groupby

from pickvs.core.database import Connection, transaction
from pickvs.core.errors import NotFound
from pickvs.core.versions import IsKnown, Versioned
from pickvs.fantasy.boards.leaderboard import queries
from pickvs.fantasy.boards.leaderboard.queries import PlaceRow
from pickvs.fantasy.boards.leaderboard.rules import MAX_AGE, places_gained, state_of
from pickvs.fantasy.boards.leaderboard.schemas import LeagueBoard, LeaguePlace
from pickvs.fantasy.leagues.errors import unknown_league
from pickvs.fantasy.scoring.ties.rules import PODIUM, EventRow


def show_board(user_id: int, league_id: int, event_id: int | None, known: IsKnown) -> Versioned[LeagueBoard]:
    """Return the board of an event, or of the season (None). Its version is read with one query.

    Raises NotFound (LEAGUE_NOT_FOUND, and RACE_NOT_FOUND for an event that is not of the league's season).
    """
    with transaction(snapshot=True) as connection:
        head = queries.find_head(connection, league_id, event_id, user_id)
        if head is None:
            raise unknown_league()
        if not head.is_of_season:
            raise NotFound("RACE_NOT_FOUND", "The league's season has no such race.")
        state = state_of(
            scored=head.scored,
            unsettled=head.unsettled,
            reviews=head.reviews,
            is_frozen=head.is_over or head.are_frozen,
        )
        # The league's own version is part of it, because its names are on the board; so are those of its owners.
        version = f"{league_id}.{event_id or 'all'}.{head.board_version}.{head.version}.{head.names}.{state}"
        board = None
        if not known(version):
            board = LeagueBoard(
                league_id=league_id,
                race_id=event_id,
                state=state,
                as_of=head.as_of,
                version=head.board_version,
                places=_places(connection, league_id, event_id),
            )
    return Versioned(version, MAX_AGE[state], board)


def _places(connection: Connection, league_id: int, event_id: int | None) -> list[LeaguePlace]:
    if event_id is not None:
        rows = queries.board_of_event(connection, league_id, event_id)
        return [_place(row, change=None, wins=None, podiums=None) for row in rows]
    gained = places_gained(_events(connection, league_id))
    return [
        _place(
            row,
            change=gained.get(row.constructor_id),
            wins=sum(row.countback[:1]),
            podiums=sum(row.countback[:PODIUM]),
        )
        for row in queries.board_of_season(connection, league_id)
    ]


def _events(connection: Connection, league_id: int) -> list[list[EventRow]]:
    rows = queries.rows_of_events(connection, league_id)
    return [
        [EventRow(row.constructor_id, row.points, row.best, row.second, row.rank, row.is_tied) for row in event]
        for _, event in groupby(rows, key=lambda row: row.event_id)
    ]


def _place(row: PlaceRow, *, change: int | None, wins: int | None, podiums: int | None) -> LeaguePlace:
    return LeaguePlace.of(row, tied=row.is_tied, retired=row.is_retired, change=change, wins=wins, podiums=podiums)
