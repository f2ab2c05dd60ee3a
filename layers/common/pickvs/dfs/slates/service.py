"""Stores slates as sources state them, and shows them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.paging import NEWEST, invalid_cursor, read_cursor, read_moment, refuse_empty_span, write_cursor
from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.slates import queries, reading
from pickvs.dfs.slates.errors import several_slates
from pickvs.dfs.slates.queries import GameRow, PlayerRow, SlateRow
from pickvs.dfs.slates.rules import SlateFacts, faults, first_start, has_begun
from pickvs.dfs.slates.schemas import PlayerHealth, Slate, SlateGame, SlatePlayer, SlatePlayers, Slates
from pickvs.dfs.slates.surroundings import Checked, Lines, checked, health_of, lines_of

_LAST: tuple[datetime, int] = (datetime.max.replace(tzinfo=UTC), NEWEST)


@dataclass(frozen=True, slots=True)
class StoredSlate:
    """A slate that was stored. ids: of its players, by the site's numbers."""

    id: int
    is_new: bool
    ids: dict[str, int]


def put_slate(connection: Connection, facts: SlateFacts, *, user_id: int | None, at: datetime) -> StoredSlate:
    """Store a slate, in the caller's transaction: a new one, or the one that has its number or its players.

    Players who are no longer stated stay, disabled, because projections and lineups name them. A game that a public
    slate no longer states before it begins is cancelled, and locks nobody; one that has begun goes on as it was.
    user_id: who has uploaded it, for whom alone it is then; None for a public one, which needs the site's number.

    Raises Invalid (SLATE_INVALID) if the facts do not make a slate, and Conflict (WRONG_SLATE) if its players are on
    several slates of the user.
    """
    found = [FieldError("file", said) for said in faults(facts)]
    if found:
        raise Invalid("SLATE_INVALID", "The file does not make a slate; see errors.", tuple(found))
    if user_id is None and facts.external_id is None:
        raise ValueError("a public slate has the site's number")
    if facts.format not in FORMATS:
        raise ValueError(f"no format is called {facts.format}")
    queries.take_turn(connection, facts.site, user_id)
    known = _known(connection, facts, user_id)
    starts_at = min(game.starts_at for game in facts.games)
    slate_id = known if known is not None else queries.insert(connection, facts, user_id, starts_at, at)
    if known is not None:
        queries.update(connection, slate_id, facts, at)
    queries.put_games(connection, slate_id, facts.games)
    if user_id is None:
        queries.withdraw_games(connection, slate_id, [game.key for game in facts.games], at)
    queries.put_players(connection, slate_id, facts.players)
    games = queries.games_of(connection, [slate_id])
    queries.set_start(connection, slate_id, first_start((game.state, game.starts_at) for game in games) or starts_at)
    players = queries.players_of(connection, slate_id)
    from pickvs.dfs.slates.matching.service import match  # many modules, which no request that reads needs

    match(connection, facts.sport, facts.site, games, players)
    return StoredSlate(slate_id, known is None, {player.site_player_id: player.id for player in players})


def list_slates(
    user_id: int,
    *,
    site: str | None,
    sport: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    cursor: str | None,
) -> Slates:
    """Return a page of the public slates and the user's own, latest start first.

    since, until: span of the start of the first game; None: unbounded. Raises Invalid if the span is empty or the
    cursor belongs to another list.
    """
    refuse_empty_span(since, until)
    before = _place(cursor) if cursor is not None else _LAST
    with transaction(snapshot=True) as connection:
        rows = queries.in_order(
            connection,
            user_id,
            site=site,
            sport=sport,
            since=since,
            until=until,
            before=before,
            limit=limit + 1,
        )
        page = rows[:limit]
        games = queries.games_of(connection, [row.id for row in page])
        lines = lines_of(connection, games)
        known = checked(connection, page)
    at = clock.now()
    of = _by_slate(games)
    last = page[-1] if len(rows) > limit else None
    return Slates(
        slates=[_slate(row, of[row.id], lines, known[row.id], at) for row in page],
        next_cursor=write_cursor(last.starts_at.isoformat(), last.id) if last else None,
    )


def get_slate(user_id: int, slate_id: int) -> Slate:
    """Return a slate with its games. Raises NotFound (SLATE_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        row = reading.slate(connection, slate_id, user_id)
        games = queries.games_of(connection, [slate_id])
        lines = lines_of(connection, games)
        known = checked(connection, [row])
    return _slate(row, games, lines, known[slate_id], clock.now())


def list_players(
    user_id: int,
    slate_id: int,
    *,
    position: str | None,
    team: str | None,
    status: str | None,
    limit: int,
    cursor: str | None,
) -> SlatePlayers:
    """Return a page of a slate's players, dearest first.

    position, team, status: as the site writes them; None: all. Raises NotFound (SLATE_NOT_FOUND), and Invalid if the
    cursor belongs to another list.
    """
    after = tuple(read_cursor(cursor, int, int)) if cursor is not None else (-(2**62), 0)
    with transaction(snapshot=True) as connection:
        reading.slate(connection, slate_id, user_id)
        rows = queries.players_of(
            connection,
            slate_id,
            position=position,
            team=team,
            status=status,
            after=(after[0], after[1]),
            limit=limit + 1,
        )
        page = rows[:limit]
        health = health_of(connection, [row.player_id for row in page])
    at = clock.now()
    last = page[-1] if len(rows) > limit else None
    return SlatePlayers(
        slate_id=slate_id,
        players=[_player(row, health, at) for row in page],
        next_cursor=write_cursor(-last.salary, last.id) if last else None,
    )


def _known(connection: Connection, facts: SlateFacts, user_id: int | None) -> int | None:
    """Return the slate that the facts are about, if it is stored."""
    if facts.external_id is not None:
        found = queries.external(connection, site=facts.site, external_id=facts.external_id, user_id=user_id)
        if found or user_id is None:
            return found[0] if found else None
    ids = [player.site_player_id for player in facts.players]
    found = queries.slates_with(connection, site=facts.site, format_id=facts.format, user_id=user_id, ids=ids)
    if len(found) > 1:
        raise several_slates(found)
    return found[0] if found else None


def _place(cursor: str) -> tuple[datetime, int]:
    moment, slate_id = read_cursor(cursor, str, int)
    if slate_id < 1:
        raise invalid_cursor()
    return read_moment(moment), slate_id


def _by_slate(games: list[GameRow]) -> defaultdict[int, list[GameRow]]:
    found: defaultdict[int, list[GameRow]] = defaultdict(list)
    for game in games:
        found[game.slate_id].append(game)
    return found


def _slate(row: SlateRow, games: list[GameRow], lines: Mapping[int, Lines], known: Checked, at: datetime) -> Slate:
    return Slate.of(
        row,
        is_own=row.user_id is not None,
        is_locked=any(has_begun(game.state, game.starts_at, at) for game in games),
        salaries_at=row.updated_at,
        injuries_at=dict(known.injuries),
        weather_at=dict(known.weather),
        games=[_game(game, lines.get(game.id, (None, None, None))) for game in games],
    )


def _game(row: GameRow, lines: Lines) -> SlateGame:
    spread, total, captured_at = lines
    return SlateGame.of(row, home_spread=spread, total=total, lines_at=captured_at)


def _player(row: PlayerRow, health: Mapping[int, list[PlayerHealth]], at: datetime) -> SlatePlayer:
    known = [] if row.player_id is None else health.get(row.player_id, [])
    return SlatePlayer.of(row, health=known, is_locked=has_begun(row.game_state, row.starts_at, at))
