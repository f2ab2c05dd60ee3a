"""What a file of players says of a slate. Pure."""

from collections.abc import Sequence
from datetime import datetime

from pickvs.dfs.files.games import Game, State
from pickvs.dfs.files.players import Listed, PlayersFile
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.formats.table import SPORTS
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts, SlateGameState

_STATES: dict[State, SlateGameState] = {
    "in_progress": "live",
    "final": "finished",
    "postponed": "postponed",
    "cancelled": "cancelled",
}


def says_all_games(players: Sequence[Listed]) -> bool:
    """Return whether every player's game is named: the sites do not name one that has begun."""
    return all(player.game.event for player in players)


def slate_facts(file: PlayersFile, kind: Format, starts_at: datetime | None, source: str) -> SlateFacts:
    """Return the slate of a file that names all games. starts_at: of games of which the file does not say it.

    Raises ValueError if a game then has no start.
    """
    games: dict[str, GameFacts] = {}
    for player in file.players:
        key = player.game.event
        if key not in games:
            games[key] = _game(player.game, starts_at)
    first = min(game.starts_at for game in games.values())
    size = "1 game" if len(games) == 1 else f"{len(games)} games"
    return SlateFacts(
        site=file.site,
        sport=SPORTS[kind.sport],
        format=kind.id,
        name=f"{kind.sport.upper()} {kind.style} {first:%Y-%m-%d}, {size}",
        source=source,
        games=tuple(games.values()),
        players=tuple(_player(player, kind) for player in file.players),
    )


def _game(game: Game, starts_at: datetime | None) -> GameFacts:
    start = game.starts_at or starts_at
    if start is None:
        raise ValueError(f"{game.event} has no start")
    return GameFacts(key=game.event, starts_at=start, away=game.away, home=game.home, state=_STATES.get(game.state))


def _player(player: Listed, kind: Format) -> PlayerFacts:
    captain = player.captain_site_id is not None
    slots = set(player.slots) if kind.site == "draftkings" else kind.slots_for(frozenset(player.positions))
    slots |= {slot.name for slot in kind.slots if captain and slot.factor != 1}
    return PlayerFacts(
        site_player_id=player.site_id,
        name=player.name,
        team=player.team or player.name,
        game=player.game.event,
        positions=player.positions,
        slots=tuple(dict.fromkeys(slot.name for slot in kind.slots if slot.name in slots)),
        salary=player.salary,
        captain_site_id=player.captain_site_id,
        captain_salary=player.captain_salary,
        average_points=player.average,
        status=player.status[:20],
    )
