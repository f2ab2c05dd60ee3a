"""Lists players, and what they and their teams did in each game."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.core.types import ResponseBody
from pickvs.predictions.statistics.listing import queries
from pickvs.predictions.statistics.listing.queries import PlayerGameRow, TeamGameRow
from pickvs.predictions.statistics.listing.schemas import (
    BoxPlayer,
    BoxTeam,
    GameBoxScore,
    PlayerGame,
    PlayerGames,
    PlayerListing,
    PlayerProfile,
    Players,
    PlayerSeason,
    TeamGame,
    TeamGames,
)
from pickvs.sports.players import reading as players
from pickvs.sports.service import refuse_unknown_sport
from pickvs.sports.teams.reading import teams_by_id

_OUTDATED = "result: the game's score has been corrected or withdrawn since"
"""Why a box score that was final is in review."""
_LATEST = date(9999, 12, 31), 2**63 - 1


def list_players(
    *, sport: str | None, team_id: int | None, search: str | None, limit: int, cursor: str | None
) -> Players:
    """Return a page of players by name. search: a part of the name; spelling of accents and case do not count.

    Raises Invalid if the sport is not covered or the cursor belongs to another list.
    """
    refuse_unknown_sport(sport)
    after_name, after_id = read_cursor(cursor, str, int) if cursor is not None else ("", 0)
    with transaction() as connection:
        rows = players.listed(
            connection, sport=sport, team=team_id, search=search, after=(after_name, after_id), limit=limit + 1
        )
    page = rows[:limit]
    return Players(
        players=[PlayerListing.of(row) for row in page],
        next_cursor=write_cursor(page[-1].normal, page[-1].id) if len(rows) > limit else None,
    )


def show_player(player_id: int) -> PlayerProfile:
    """Return a player with sums by season. Raises NotFound (PLAYER_NOT_FOUND)."""
    with transaction() as connection:
        row = players.find(connection, player_id)
        seasons = queries.seasons_of_player(connection, player_id) if row is not None else []
    if row is None:
        raise NotFound("PLAYER_NOT_FOUND", "There is no such player.")
    return PlayerProfile(
        player=PlayerListing.of(row),
        seasons=[PlayerSeason.of(each, totals=each.totals or {}) for each in seasons],
    )


def list_player_games(
    player_id: int, *, season: int | None, since: date | None, until: date | None, limit: int, cursor: str | None
) -> PlayerGames:
    """Return a page of a player's games, the newest first. since: the first day. until: the day after the last.

    Raises NotFound (PLAYER_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    day, game = _position(cursor)
    values = {"player": player_id, "season": season, "first": since, "end": until}
    with transaction() as connection:
        if players.find(connection, player_id) is None:
            raise NotFound("PLAYER_NOT_FOUND", "There is no such player.")
        rows = queries.games_of_player(connection, {**values, "before_day": day, "before_id": game, "limit": limit + 1})
    games, next_cursor = _page(PlayerGame, rows, limit)
    return PlayerGames(games=games, next_cursor=next_cursor)


def list_team_games(team_id: int, *, season: int | None, limit: int, cursor: str | None) -> TeamGames:
    """Return a page of a team's games, the newest first.

    Raises NotFound (TEAM_NOT_FOUND), and Invalid if the cursor belongs to another list.
    """
    day, game = _position(cursor)
    values = {"team": team_id, "season": season, "before_day": day, "before_id": game, "limit": limit + 1}
    with transaction() as connection:
        if team_id not in teams_by_id(connection, [team_id]):
            raise NotFound("TEAM_NOT_FOUND", "There is no such team.")
        rows = queries.games_of_team(connection, values)
    games, next_cursor = _page(TeamGame, rows, limit)
    return TeamGames(games=games, next_cursor=next_cursor)


def show_box_score(game_id: int) -> GameBoxScore:
    """Return the latest box score of a game. Raises NotFound (BOX_SCORE_NOT_FOUND) if there is none.

    One of another score than that in force is in review, and shows no lines.
    """
    with transaction() as connection:
        box = queries.box_score(connection, game_id)
        if box is None:
            raise NotFound("BOX_SCORE_NOT_FOUND", "There is no box score of this game.")
        teams = queries.box_teams(connection, box.id) if box.counts else []
        lines = queries.box_players(connection, box.season, box.id) if box.counts else []
    sides = {
        team.is_home: BoxTeam.of(team, players=[BoxPlayer.of(line) for line in lines if line.is_home == team.is_home])
        for team in teams
    }
    return GameBoxScore.of(
        box,
        state="final" if box.counts else "review",
        reasons=box.reasons or ([] if box.counts else [_OUTDATED]),
        revision=box.version,
        home=sides.get(True),
        away=sides.get(False),
    )


def _page[Kind: ResponseBody](
    kind: type[Kind], rows: Sequence[PlayerGameRow] | Sequence[TeamGameRow], limit: int
) -> tuple[list[Kind], str | None]:
    """Return the first `limit` games, and the cursor of the next page. rows: one more, if there is one."""
    page = rows[:limit]
    games = [kind.of(row, date=row.day) for row in page]
    return games, write_cursor(page[-1].day.isoformat(), page[-1].game_id) if len(rows) > limit else None


def _position(cursor: str | None) -> tuple[date, int]:
    if cursor is None:
        return _LATEST
    day, game = cast("tuple[str, int]", tuple(read_cursor(cursor, str, int)))
    try:
        return date.fromisoformat(day), game
    except ValueError:
        raise invalid_cursor() from None
