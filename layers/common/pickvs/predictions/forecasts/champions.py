"""Champions and their states: what the forecasts of a sport are made with."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import ObjectMissing
from pickvs.core.logging import logger
from pickvs.predictions.bootstrap.rules import NOTE, games_artefact, players_document
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.forecasts.rules import Champion
from pickvs.predictions.games import rules as games
from pickvs.predictions.games.forecasting.rules import VARIANTS, Variant, artefact_from_bytes
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.players import PlayerLeague, player_league, player_leagues
from pickvs.predictions.players import rules as players
from pickvs.predictions.players.forecasting.rules import PlayersModel
from pickvs.predictions.players.forecasting.rules import load as players_model
from pickvs.predictions.players.history import rules as history
from pickvs.predictions.registry import artefacts, service
from pickvs.predictions.registry.queries import VersionRow
from pickvs.predictions.registry.rules import ModelKey

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

    def content(self) -> bytes:
        """Return the state as bytes."""
        return _bytes(games.state_to_json(self.state))


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

    def content(self) -> bytes:
        """Return the state as bytes."""
        return _bytes(self.state.to_json())


type Fold = GamesFold | PlayersFold


def load_champions(sport: str) -> Champions:
    """Return the champions of a sport. A model without any gets its first, made of published parameters.

    Raises ArtefactRefused if an artefact is not what its name states, and StorageUnavailable.
    """
    with transaction() as connection:
        rows = {key: _champion(connection, key) for key in _keys(sport)}
    found: dict[Variant, Champion] = {}
    chosen: PlayersChampion | None = None
    for key, row in rows.items():
        content = artefacts.load(key.name, row.artefact_sha256)
        if key.variant is not None:
            artefact = artefact_from_bytes(content, row.artefact_sha256)
            found[key.variant] = Champion(version=row.id, artefact=artefact, sha256=row.artefact_sha256)
        else:
            league = player_league(sport)
            chosen = PlayersChampion(row, players_model(json.loads(content), players.feature_names(league)), league)
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
        kept = _kept(connection, rows, digests)
        folds.append(GamesFold(tuple(rows), state if kept is None else games.state_from_json(json.loads(kept))))
    if (chosen := champions.players) is not None:
        kept = _kept(connection, [chosen.row], digests)
        begun = players.start(chosen.league) if kept is None else history.from_json(chosen.league, json.loads(kept))
        folds.append(PlayersFold((chosen.row,), begun))
    return folds


def keep_folds(folds: Iterable[tuple[Fold, bytes, date]], as_of: datetime, digests: Mapping[date, str]) -> None:
    """Keep states, so that the next run begins with them. Each is given with its bytes and its last day."""
    with transaction() as connection:
        for fold, content, day in folds:
            service.keep_state(connection, fold.rows[0], day, as_of, content, facts=digests[day], at=clock.now())


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


def _kept(connection: Connection, rows: Sequence[VersionRow], digests: Mapping[date, str]) -> bytes | None:
    try:
        return service.latest_state(connection, rows, digests)
    except (artefacts.ArtefactRefused, ObjectMissing) as error:
        logger().error("a kept state is made again", extra={"model": rows[0].model, "what": str(error)})
        return None


def _bytes(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
