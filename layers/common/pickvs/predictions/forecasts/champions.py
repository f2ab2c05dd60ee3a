"""Champions and their states: what the forecasts of a sport are made with."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import ObjectMissing
from pickvs.core.logging import logger
from pickvs.predictions.bootstrap.rules import NOTE, games_artefact, players_document
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.forecasts.remembered import Remembered
from pickvs.predictions.forecasts.rules import Champion
from pickvs.predictions.games import rules as games
from pickvs.predictions.games.forecasting.rules import VARIANTS, Artefact, Variant, artefact_from_bytes
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.players import PlayerLeague, player_league, player_leagues
from pickvs.predictions.players import rules as players
from pickvs.predictions.players.forecasting.rules import PlayersModel
from pickvs.predictions.players.forecasting.rules import load as players_model
from pickvs.predictions.players.history import rules as history
from pickvs.predictions.registry import artefacts, service
from pickvs.predictions.registry.queries import VersionRow
from pickvs.predictions.registry.rules import ModelKey

_MOST_MODELS, _MOST_STATES = 16, 16
"""Artefacts that a warm process remembers: those of four sports. A state with its players needs some 3 MB."""

_artefacts = Remembered[Artefact](_MOST_MODELS)
_players_models = Remembered[PlayersModel](_MOST_MODELS)
_games_states = Remembered[games.State](_MOST_STATES)
_players_states = Remembered[history.State](_MOST_STATES)

_FIRST = f"The first version: {NOTE}. Its intervals are wide until a trained version takes its place."


@dataclass(frozen=True, slots=True)
class PlayersChampion:
    """The version that forecasts players."""

    row: VersionRow
    model: PlayersModel
    league: PlayerLeague


@dataclass(frozen=True, slots=True)
class Champions:
    """All champions of a sport. rows: of the games' versions, by id. players: None if no players are forecast."""

    games: dict[Variant, Champion]
    rows: dict[int, VersionRow]
    players: PlayersChampion | None


@dataclass(slots=True)
class GamesFold:
    """The state that the parameters of some versions make, on its way through the days."""

    rows: tuple[VersionRow, ...]
    state: games.State

    def advance(self, day: Day) -> None:
        """Add a day."""
        self.state = games.advance(self.state, day)

    def day(self) -> date | None:
        """Return the last day in the state."""
        return None if self.state.day is None else date.fromordinal(self.state.day)

    def kept(self, day: date) -> "KeptState":
        """Return the state as it is now, after its last day, to be stored."""
        state = self.state
        content = _bytes(games.state_to_json(state))
        return KeptState(self.rows[0], day, content, lambda sha256: _games_states.put(sha256, state))


@dataclass(slots=True)
class PlayersFold:
    """The state of a league's players, on its way through the days."""

    rows: tuple[VersionRow, ...]
    state: history.State

    def advance(self, day: Day) -> None:
        """Add a day."""
        self.state = players.advance(self.state, day)

    def day(self) -> date | None:
        """Return the last day in the state."""
        return date.fromordinal(self.state.day) if self.state.day else None

    def kept(self, day: date) -> "KeptState":
        """Return the state as it is now, after its last day, to be stored."""
        state = self.state
        content = _bytes(state.to_json())
        return KeptState(self.rows[0], day, content, lambda sha256: _players_states.put(sha256, state))


type Fold = GamesFold | PlayersFold


@dataclass(frozen=True, slots=True)
class KeptState:
    """A state of a version after a day, to be stored. content: its bytes. remember: takes their SHA-256 once stored."""

    row: VersionRow
    day: date
    content: bytes
    remember: Callable[[str], None]


def load_champions(sport: str) -> Champions:
    """Return the champions of a sport. A model without any gets its first, made of published parameters.

    Raises ArtefactRefused if an artefact is not what its name states, and StorageUnavailable.
    """
    with transaction() as connection:
        rows = {key: _champion(connection, key) for key in _keys(sport)}
    found: dict[Variant, Champion] = {}
    chosen: PlayersChampion | None = None
    for key, row in rows.items():
        if key.variant is not None:
            artefact = _artefacts.of(row.artefact_sha256, partial(_artefact, row))
            found[key.variant] = Champion(version=row.id, artefact=artefact, sha256=row.artefact_sha256)
        else:
            league = player_league(sport)
            model = _players_models.of(row.artefact_sha256, partial(_players_model, row, league))
            chosen = PlayersChampion(row, model, league)
    return Champions(found, {row.id: row for key, row in rows.items() if key.variant is not None}, chosen)


def load_folds(connection: Connection, champions: Champions, digests: Mapping[date, str]) -> list[Fold]:
    """Return the latest states that were kept and still hold, or new ones: one for all versions of equal parameters.

    digests: of the facts up to each day. A state that was made of other facts does not hold: one was added, corrected
    or taken back since. One whose artefact is lost or damaged is made again. Raises StorageUnavailable.
    """
    groups: list[tuple[games.State, list[VersionRow]]] = []
    for champion in champions.games.values():
        row, parameters = champions.rows[champion.version], champion.artefact.parameters
        for state, rows in groups:
            if state.parameters == parameters:
                rows.append(row)
                break
        else:
            groups.append((games.start(parameters), [row]))
    folds: list[Fold] = []
    for state, rows in groups:
        kept = _kept(connection, rows, digests, _games_states, games.state_from_json)
        folds.append(GamesFold(tuple(rows), state if kept is None else kept))
    if (chosen := champions.players) is not None:
        read = partial(history.from_json, chosen.league)
        begun = _kept(connection, [chosen.row], digests, _players_states, read)
        folds.append(PlayersFold((chosen.row,), players.start(chosen.league) if begun is None else begun))
    return folds


def keep_states(states: Iterable[KeptState], as_of: datetime, digests: Mapping[date, str]) -> None:
    """Store states, so that the next run begins with them."""
    with transaction() as connection:
        for each in states:
            facts = digests[each.day]
            stored = service.keep_state(
                connection, each.row, each.day, as_of, each.content, facts=facts, at=clock.now()
            )
            each.remember(stored.sha256)


def forget() -> None:
    """Forget what this process has read and stored: its next run is that of a cold one."""
    for each in (_artefacts, _players_models, _games_states, _players_states):
        each.forget()


def _keys(sport: str) -> tuple[ModelKey, ...]:
    found = tuple(ModelKey(sport, "games", variant) for variant in VARIANTS)
    return (*found, ModelKey(sport, "players")) if sport in player_leagues() else found


def _champion(connection: Connection, key: ModelKey) -> VersionRow:
    found = service.champion(connection, key)
    if found is not None:
        return found
    if key.variant is not None:
        content = games_artefact(game_league(key.sport), key.variant).to_bytes()
    else:
        league = player_league(key.sport)
        content = _bytes(players_document(league, players.feature_names(league)))
    return service.register_bootstrap(connection, key, content, _FIRST, clock.now())


def _artefact(row: VersionRow) -> Artefact:
    return artefact_from_bytes(artefacts.load(row.model, row.artefact_sha256), row.artefact_sha256)


def _players_model(row: VersionRow, league: PlayerLeague) -> PlayersModel:
    content = artefacts.load(row.model, row.artefact_sha256)
    return players_model(json.loads(content), players.feature_names(league))


def _kept[State](
    connection: Connection,
    rows: Sequence[VersionRow],
    digests: Mapping[date, str],
    remembered: Remembered[State],
    read: Callable[[Any], State],
) -> State | None:
    found = service.latest_state(connection, rows, digests)
    if found is None:
        return None
    try:
        return remembered.of(found.sha256, lambda: read(json.loads(artefacts.load(found.model, found.sha256))))
    except (artefacts.ArtefactRefused, ObjectMissing) as error:
        logger().error("a kept state is made again", extra={"model": rows[0].model, "what": str(error)})
        return None


def _bytes(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
