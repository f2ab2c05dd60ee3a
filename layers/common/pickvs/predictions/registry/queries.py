"""The SQL of models, their versions, and promotions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from pickvs.core.database import Connection
from pickvs.core.rows import TableRow, row_of
from pickvs.predictions.registry.rules import ModelKey, ModelKind, ModelStage, Promoted, PromotionAct, Variant

_ADD_MODEL = """
    INSERT INTO models (name, sport, kind, variant, created_at)
    VALUES (%(name)s, %(sport)s, %(kind)s, %(variant)s, %(at)s)
    ON CONFLICT (name) DO NOTHING
"""
_MODELS = """
    SELECT id, name, sport, kind, variant FROM models
    WHERE %(name)s::text IS NULL OR name = %(name)s
    ORDER BY name
"""
_VERSIONS = """
    SELECT version.id, version.model_id, model.name AS model, version.number, version.run_id, version.recipe,
           version.artefact_sha256, version.artefact_bytes, version.figures, version.gate, version.explanation,
           version.stage, version.created_at, run.as_of, run.seed, run.rows_sha256, run.code_sha256
    FROM model_versions version
    JOIN models model ON model.id = version.model_id
    LEFT JOIN training_runs run ON run.id = version.run_id
    WHERE version.model_id = ANY(%(models)s)
      AND (%(stage)s::text IS NULL OR version.stage = %(stage)s)
      AND (%(number)s::bigint IS NULL OR version.number = %(number)s)
      AND (%(id)s::bigint IS NULL OR version.id = %(id)s)
      AND (%(run)s::bigint IS NULL OR version.run_id = %(run)s)
      AND (%(before)s::bigint IS NULL OR version.number < %(before)s)
    ORDER BY model.name, version.number DESC
    LIMIT %(limit)s
"""
# Whoever changes the versions of a model waits for the others.
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('pickvs-models'), %s)"
_ADD_VERSION = """
    INSERT INTO model_versions (model_id, number, run_id, recipe, artefact_sha256, artefact_bytes, figures, gate,
                                explanation, stage, created_at)
    SELECT %(model)s, coalesce(max(number), 0) + 1, %(run)s, %(recipe)s, %(sha256)s, %(size)s, %(figures)s, %(gate)s,
           %(explanation)s, %(stage)s, %(at)s
    FROM model_versions WHERE model_id = %(model)s
    ON CONFLICT (model_id, artefact_sha256) DO NOTHING
    RETURNING id
"""
_BY_ARTEFACT = "SELECT id FROM model_versions WHERE model_id = %s AND artefact_sha256 = %s"
_SET_STAGE = "UPDATE model_versions SET stage = %s WHERE id = %s AND stage <> %s"
_RETIRE = """
    UPDATE model_versions SET stage = 'retired'
    WHERE model_id = %(model)s AND recipe = %(recipe)s AND stage IN ('candidate', 'challenger') AND id <> %(but)s
"""
_PROMOTE = """
    INSERT INTO promotions (model_id, version_id, previous_id, act, undoes, actor_id, reason, at)
    VALUES (%(model)s, %(version)s, %(previous)s, %(act)s, %(undoes)s, %(actor)s, %(reason)s, %(at)s)
    RETURNING id
"""
_PROMOTIONS = """
    SELECT promotion.id, promotion.version_id, version.number, promotion.previous_id,
           previous.number AS previous_number, promotion.act, promotion.undoes,
           promotion.actor_id, promotion.reason, promotion.at
    FROM promotions promotion
    JOIN model_versions version ON version.id = promotion.version_id
    LEFT JOIN model_versions previous ON previous.id = promotion.previous_id
    WHERE promotion.model_id = %s
    ORDER BY promotion.id
"""
_LATEST_STATE = """
    SELECT state.version_id, state.day, state.as_of, state.artefact_sha256
    FROM rating_states state
    JOIN unnest(%(days)s::date[], %(digests)s::text[]) AS facts (day, digest)
      ON facts.day = state.day AND facts.digest = state.facts_sha256
    WHERE state.version_id = ANY(%(versions)s)
    ORDER BY state.day DESC, state.as_of DESC LIMIT 1
"""
_ADD_STATE = """
    INSERT INTO rating_states (version_id, day, as_of, facts_sha256, artefact_sha256, recorded_at)
    VALUES (%(version)s, %(day)s, %(as_of)s, %(facts)s, %(sha256)s, %(at)s)
    ON CONFLICT DO NOTHING
"""


class ModelRow(TableRow, frozen=True):
    """A model."""

    id: int
    name: str
    sport: str
    kind: ModelKind
    variant: Variant | None


class VersionRow(TableRow, frozen=True):
    """A version of a model, and what its run learnt from. A bootstrap has no run."""

    id: int
    model_id: int
    model: str
    number: int
    run_id: int | None
    recipe: str
    artefact_sha256: str
    artefact_bytes: int
    figures: dict[str, Any]
    gate: dict[str, Any] | None
    explanation: str
    stage: ModelStage
    created_at: datetime
    as_of: datetime | None
    seed: int | None
    rows_sha256: str | None
    code_sha256: str | None


class PromotionRow(TableRow, frozen=True):
    """A change of a champion. number, previous_number: of the versions."""

    id: int
    version_id: int
    number: int
    previous_id: int | None
    previous_number: int | None
    act: PromotionAct
    undoes: int | None
    actor_id: int | None
    reason: str
    at: datetime


class StateRow(TableRow, frozen=True):
    """The state of a version's fold after a day, as it was known at a time."""

    version_id: int
    day: date
    as_of: datetime
    artefact_sha256: str


def add_model(connection: Connection, key: ModelKey, at: datetime) -> None:
    """Insert a model, unless there is one with its name."""
    values = {"name": key.name, "sport": key.sport, "kind": key.kind, "variant": key.variant, "at": at}
    connection.execute(_ADD_MODEL, values)


def models(connection: Connection, name: str | None = None) -> list[ModelRow]:
    """Return all models, or the one with a name, by name."""
    with connection.cursor(row_factory=row_of(ModelRow)) as cursor:
        return cursor.execute(_MODELS, {"name": name}).fetchall()


def versions(
    connection: Connection,
    model_ids: list[int],
    *,
    stage: ModelStage | None = None,
    number: int | None = None,
    version_id: int | None = None,
    run_id: int | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> list[VersionRow]:
    """Return versions of some models, the latest first: all, or those of a stage, number, id or run."""
    values = {"models": model_ids, "stage": stage, "number": number, "id": version_id, "run": run_id}
    with connection.cursor(row_factory=row_of(VersionRow)) as cursor:
        return cursor.execute(_VERSIONS, {**values, "before": before, "limit": limit}).fetchall()


def take_turn(connection: Connection, model_id: int) -> None:
    """Wait for other changes of a model's versions, and keep later ones waiting until the transaction ends."""
    connection.execute(_TAKE_TURN, (model_id,))


def add_version(
    connection: Connection,
    model_id: int,
    *,
    run_id: int | None,
    recipe: str,
    sha256: str,
    size: int,
    figures: dict[str, Any],
    gate: dict[str, Any] | None,
    explanation: str,
    stage: ModelStage,
    at: datetime,
) -> int | None:
    """Insert a version with the model's next number, and return its id. None if there is one with this artefact."""
    row = connection.execute(
        _ADD_VERSION,
        {
            "model": model_id,
            "run": run_id,
            "recipe": recipe,
            "sha256": sha256,
            "size": size,
            "figures": Jsonb(figures),
            "gate": None if gate is None else Jsonb(gate),
            "explanation": explanation,
            "stage": stage,
            "at": at,
        },
    ).fetchone()
    return None if row is None else int(row["id"])


def version_of(connection: Connection, model_id: int, sha256: str) -> int:
    """Return the id of the version with an artefact, which must exist."""
    row = connection.execute(_BY_ARTEFACT, (model_id, sha256)).fetchone()
    if row is None:
        raise LookupError(f"model {model_id} has no version with the artefact {sha256}")
    return int(row["id"])


def set_stage(connection: Connection, version_id: int, stage: ModelStage) -> None:
    """Set the stage of a version."""
    connection.execute(_SET_STAGE, (stage, version_id, stage))


def retire(connection: Connection, model_id: int, recipe: str, *, but: int) -> None:
    """Retire the versions of a recipe that wait for nothing any more, but one."""
    connection.execute(_RETIRE, {"model": model_id, "recipe": recipe, "but": but})


def promote(
    connection: Connection,
    model_id: int,
    version_id: int,
    *,
    previous_id: int | None,
    act: PromotionAct,
    undoes: int | None,
    actor_id: int | None,
    reason: str,
    at: datetime,
) -> int:
    """Record that a version became champion, and return the id of the promotion."""
    row = connection.execute(
        _PROMOTE,
        {
            "model": model_id,
            "version": version_id,
            "previous": previous_id,
            "act": act,
            "undoes": undoes,
            "actor": actor_id,
            "reason": reason,
            "at": at,
        },
    ).fetchone()
    if row is None:
        raise RuntimeError("the insert returns a row")
    return int(row["id"])


def promotions(connection: Connection, model_id: int) -> list[PromotionRow]:
    """Return all promotions of a model, in their order."""
    with connection.cursor(row_factory=row_of(PromotionRow)) as cursor:
        return cursor.execute(_PROMOTIONS, (model_id,)).fetchall()


def promoted(rows: list[PromotionRow]) -> list[Promoted]:
    """Return promotions as the rules take them."""
    return [Promoted(each.id, each.version_id, each.previous_id, each.act, each.undoes) for each in rows]


def latest_state(connection: Connection, version_ids: Sequence[int], digests: Mapping[date, str]) -> StateRow | None:
    """Return the latest of some versions' states that was made of the facts with these digests, by its last day."""
    values = {"versions": list(version_ids), "days": list(digests), "digests": list(digests.values())}
    with connection.cursor(row_factory=row_of(StateRow)) as cursor:
        return cursor.execute(_LATEST_STATE, values).fetchone()


def add_state(
    connection: Connection, version_id: int, day: date, as_of: datetime, facts: str, sha256: str, at: datetime
) -> None:
    """Record a state, unless it is recorded. facts: the digest of what it was made of. sha256: of its content."""
    values = {"version": version_id, "day": day, "as_of": as_of, "facts": facts, "sha256": sha256, "at": at}
    connection.execute(_ADD_STATE, values)
