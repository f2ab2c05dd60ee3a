"""Registers versions of models, and makes and unmakes champions. Everything runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pickvs.core.database import Connection
from pickvs.core.errors import Conflict, NotFound
from pickvs.predictions.registry import artefacts, queries
from pickvs.predictions.registry.queries import ModelRow, VersionRow
from pickvs.predictions.registry.rules import BOOTSTRAP, ModelKey, ModelStage, PromotionAct, roll_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What was trained, ready to be registered. figures, gate: JSON. artefact: in the bucket already."""

    recipe: str
    artefact: artefacts.Stored
    figures: Mapping[str, Any]
    gate: Mapping[str, Any] | None
    explanation: str
    stage: ModelStage


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a champion: the model, the version that became champion, and the one until then."""

    model: ModelRow
    version: VersionRow
    previous: VersionRow | None


@dataclass(frozen=True, slots=True)
class LastPromotion:
    """How the champion of a model became it."""

    act: PromotionAct
    version: VersionRow


@dataclass(frozen=True, slots=True)
class State:
    """A state that was kept: the model whose artefact it is, and the SHA-256 of its content."""

    model: str
    sha256: str


def ensure_model(connection: Connection, key: ModelKey, at: datetime) -> ModelRow:
    """Return a model, which is added if it is new."""
    queries.add_model(connection, key, at)
    return queries.models(connection, key.name)[0]


def key_of(model: ModelRow) -> ModelKey:
    """Return what a model forecasts."""
    return ModelKey(model.sport, model.kind, model.variant)


def find_model(connection: Connection, name: str) -> ModelRow:
    """Return the model with a name. Raises NotFound (MODEL_NOT_FOUND)."""
    found = queries.models(connection, name)
    if not found:
        raise NotFound("MODEL_NOT_FOUND", "There is no such model.")
    return found[0]


def champion(connection: Connection, key: ModelKey) -> VersionRow | None:
    """Return the version of a model that forecasts. None if it has none."""
    found = queries.models(connection, key.name)
    return _champion(connection, found[0]) if found else None


def last_promotion(connection: Connection, model: ModelRow) -> LastPromotion | None:
    """Return how the champion of a model became it. None if it has none."""
    found = queries.promotions(connection, model.id)
    return LastPromotion(found[-1].act, _version(connection, model, found[-1].version_id)) if found else None


def take_turn(connection: Connection, model: ModelRow) -> None:
    """Wait for other changes of the model's versions, and keep later ones waiting until the transaction ends."""
    queries.take_turn(connection, model.id)


def register(
    connection: Connection, model: ModelRow, candidate: Candidate, *, run_id: int | None, at: datetime
) -> VersionRow:
    """Register what was trained, and retire older versions of the same recipe that are no champions.

    If the model has a version with the same artefact, returns that one: equal data and code make nothing new. The
    caller must have called `take_turn`.
    """
    added = queries.add_version(
        connection,
        model.id,
        run_id=run_id,
        recipe=candidate.recipe,
        sha256=candidate.artefact.sha256,
        size=candidate.artefact.size,
        figures=dict(candidate.figures),
        gate=None if candidate.gate is None else dict(candidate.gate),
        explanation=candidate.explanation,
        stage=candidate.stage,
        at=at,
    )
    if added is not None:
        queries.retire(connection, model.id, candidate.recipe, but=added)
        return _version(connection, model, added)
    return _version(connection, model, queries.version_of(connection, model.id, candidate.artefact.sha256))


def register_bootstrap(
    connection: Connection, key: ModelKey, content: bytes, explanation: str, at: datetime
) -> VersionRow:
    """Return the champion of a model. If it has none, make one of an artefact that nothing was trained for.

    content: the artefact, which is stored. explanation: where its numbers come from. Raises ArtefactRefused and
    StorageUnavailable.
    """
    model = ensure_model(connection, key, at)
    queries.take_turn(connection, model.id)
    current = _champion(connection, model)
    if current is not None:
        return current
    version = register(
        connection,
        model,
        Candidate(
            recipe=BOOTSTRAP,
            artefact=artefacts.store(key.name, content),
            figures={},
            gate=None,
            explanation=explanation,
            stage="candidate",
        ),
        run_id=None,
        at=at,
    )
    return make_champion(connection, model, version, act="bootstrap", actor_id=None, reason=explanation, at=at).version


def make_champion(
    connection: Connection,
    model: ModelRow,
    version: VersionRow,
    *,
    act: PromotionAct,
    actor_id: int | None,
    reason: str,
    at: datetime,
    undoes: int | None = None,
) -> Change:
    """Let a version forecast from now on, in place of the champion, which retires.

    The caller must have called `take_turn`. Raises Conflict (ALREADY_CHAMPION).
    """
    previous = _champion(connection, model)
    if previous is not None and previous.id == version.id:
        raise Conflict("ALREADY_CHAMPION", f"Version {version.number} of {model.name} is the champion already.")
    if previous is not None:
        queries.set_stage(connection, previous.id, "retired")
    queries.set_stage(connection, version.id, "champion")
    queries.promote(
        connection,
        model.id,
        version.id,
        previous_id=None if previous is None else previous.id,
        act=act,
        undoes=undoes,
        actor_id=actor_id,
        reason=reason,
        at=at,
    )
    return Change(model, _version(connection, model, version.id), previous)


def force(connection: Connection, name: str, number: int, *, actor_id: int, reason: str, at: datetime) -> Change:
    """Make the version with a number the champion, whatever the gate said of it.

    Raises NotFound (MODEL_NOT_FOUND, VERSION_NOT_FOUND), and the errors of `make_champion`.
    """
    model = find_model(connection, name)
    queries.take_turn(connection, model.id)
    found = queries.versions(connection, [model.id], number=number)
    if not found:
        raise NotFound("VERSION_NOT_FOUND", f"{name} has no version {number}.")
    return make_champion(connection, model, found[0], act="forced", actor_id=actor_id, reason=reason, at=at)


def undo(connection: Connection, name: str, *, actor_id: int, reason: str, at: datetime) -> Change:
    """Make the champion's predecessor the champion again.

    Raises NotFound (MODEL_NOT_FOUND), Conflict (NO_PREDECESSOR), and the errors of `make_champion`.
    """
    model = find_model(connection, name)
    queries.take_turn(connection, model.id)
    back = roll_back(queries.promoted(queries.promotions(connection, model.id)))
    if back is None:
        raise Conflict("NO_PREDECESSOR", f"No other version of {name} was the champion before.")
    version = _version(connection, model, back.version_id)
    return make_champion(
        connection, model, version, act="rollback", actor_id=actor_id, reason=reason, at=at, undoes=back.undoes
    )


def keep_state(
    connection: Connection, version: VersionRow, day: date, as_of: datetime, content: bytes, *, facts: str, at: datetime
) -> artefacts.Stored:
    """Store the state of a version's fold after a day. facts: digest of what was known of the days up to it at `as_of`.

    Raises ArtefactRefused and StorageUnavailable.
    """
    stored = artefacts.store(version.model, content)
    queries.add_state(connection, version.id, day, as_of, facts, stored.sha256, at)
    return stored


def latest_state(connection: Connection, versions: Sequence[VersionRow], digests: Mapping[date, str]) -> State | None:
    """Return the latest of the versions' states that was made of the facts with these digests. None without one."""
    row = queries.latest_state(connection, [each.id for each in versions], digests)
    if row is None:
        return None
    [model] = {each.model for each in versions if each.id == row.version_id}
    return State(model, row.artefact_sha256)


def _champion(connection: Connection, model: ModelRow) -> VersionRow | None:
    found = queries.versions(connection, [model.id], stage="champion")
    return found[0] if found else None


def _version(connection: Connection, model: ModelRow, version_id: int) -> VersionRow:
    return queries.versions(connection, [model.id], version_id=version_id)[0]
