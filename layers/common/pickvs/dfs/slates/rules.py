"""What a slate consists of, and until when lineups may be built on it. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

type SlateGameState = Literal["scheduled", "live", "finished", "postponed", "cancelled"]
"""How far a game of a slate is. A postponed or cancelled game locks nobody."""

SLATE_JOBS: Mapping[str, str] = MappingProxyType({"draftkings": "draftkings_slates"})
"""The name of the job whose runs ask a source of slates."""

MOST_PLAYERS = 600
"""Players of a slate."""

MOST_GAMES = 30
"""Games of a slate."""

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
_NOT_PLAYED: frozenset[SlateGameState] = frozenset({"postponed", "cancelled"})
_OVER_OR_ON: frozenset[SlateGameState] = frozenset({"live", "finished"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GameFacts:
    """A game as a source states it.

    key: names the game within the slate, such as LAL@BOS. away, home: the site's names of the teams, None in a race.
    state: None if the source does not say; then the stored state stays.
    """

    key: str
    starts_at: datetime
    away: str | None = None
    home: str | None = None
    state: SlateGameState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerFacts:
    """A player as a source states him.

    game: key of his game. slots: names of the format's slots that he may fill. salary: whole dollars in a slot that
    does not multiply; captain_salary, captain_site_id: of the same player in one that does. average_points: a game.
    status: as the site writes it, empty if there is none. None: it does not say, and the stored one stays.
    """

    site_player_id: str
    name: str
    team: str
    game: str
    positions: tuple[str, ...]
    slots: tuple[str, ...]
    salary: int
    captain_site_id: str | None = None
    captain_salary: int | None = None
    average_points: Decimal | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlateFacts:
    """A slate as a source states it. format: id of a format. external_id: the site's number of it, if it is stated."""

    site: str
    sport: str
    format: str
    name: str
    source: str
    games: tuple[GameFacts, ...]
    players: tuple[PlayerFacts, ...]
    external_id: str | None = None


def normal_name(name: str) -> str:
    """Return a person's name as names are compared: no accents, case, dots, apostrophes or suffix such as Jr."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    kept = "".join(each if each.isalnum() else " " if each in " -" else "" for each in plain.casefold())
    words = kept.split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return " ".join(words)


def faults(facts: SlateFacts) -> Sequence[str]:
    """Return what is wrong with a slate, each in one sentence. Empty if it can be stored."""
    games = [game.key for game in facts.games]
    ids = [player.site_player_id for player in facts.players]
    found = []
    if not 1 <= len(games) <= MOST_GAMES:
        found.append(f"A slate has 1 to {MOST_GAMES} games, not {len(games)}.")
    if not 1 <= len(ids) <= MOST_PLAYERS:
        found.append(f"A slate has 1 to {MOST_PLAYERS} players, not {len(ids)}.")
    found += [f"The game {key} is there twice." for key in _repeated(games)]
    found += [f"The player {key} is there twice." for key in _repeated(ids)]
    found += [
        f"{player.name} plays in {player.game}, which is no game of the slate."
        for player in facts.players
        if player.game not in games
    ]
    return found


def is_played(state: SlateGameState) -> bool:
    """Return whether a game takes place at its time: it is neither postponed nor cancelled."""
    return state not in _NOT_PLAYED


def has_begun(state: SlateGameState, starts_at: datetime, at: datetime) -> bool:
    """Return whether the players of a game are locked at `at`: it is on or over, or its start has passed."""
    return state in _OVER_OR_ON or (is_played(state) and starts_at <= at)


def first_start(games: Iterable[tuple[SlateGameState, datetime]]) -> datetime | None:
    """Return when the first game that is played starts. None if none is."""
    return min((starts_at for state, starts_at in games if is_played(state)), default=None)


def _repeated(keys: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({key for key in keys if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
