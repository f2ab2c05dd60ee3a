"""Does the training runs that wait: reads the facts, trains, judges, registers, and promotes or says why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.core.metrics import emit
from pickvs.core.redaction import redact
from pickvs.jobs.metrics import FAILED_RUNS, RUNS
from pickvs.predictions.facts.reading import days_before
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.gate.rules import Outcome as Judgement
from pickvs.predictions.registry import artefacts
from pickvs.predictions.registry import service as registry
from pickvs.predictions.registry.queries import ModelRow, VersionRow
from pickvs.predictions.registry.rules import KINDS, ModelKey, models_of
from pickvs.predictions.registry.service import Candidate
from pickvs.predictions.training.running import games, players, tuning
from pickvs.predictions.training.running.provenance import code_sha256, packages
from pickvs.predictions.training.running.values import Incumbent, Outcome, Trained
from pickvs.predictions.training_runs import queries
from pickvs.predictions.training_runs import service as runs
from pickvs.predictions.training_runs.config import predicted_sports
from pickvs.predictions.training_runs.fingerprint import fingerprint
from pickvs.predictions.training_runs.metrics import GATES_BLOCKED, TRAINING_SECONDS
from pickvs.predictions.training_runs.queries import RunRow
from pickvs.predictions.training_runs.rules import (
    finite,
    gate_json,
    is_held,
    reasons_of,
    say_data,
    say_verdict,
    stage_of,
)
from pickvs.sports.rules import local_date, season_of

_READING_MS = 300_000
"""Longest statement that reads facts: half a million lines of players."""
IN_SEASON = timedelta(days=21)
"""A league is in season if it has played in so many days."""
_POINT_SHARE = 0.45
"""Share of a function's time that one point of a search may need, as the last point did, for another to be begun."""
_ERROR_LENGTH = 500


def queue_weekly(at: datetime) -> int:
    """Queue a training of each kind for every predicted league that is in season. Return the number of new runs."""
    number = 0
    with transaction(statement_timeout_ms=_READING_MS) as connection:
        for sport in predicted_sports():
            since = local_date(sport, at) - IN_SEASON
            if next(days_before(connection, sport, at, from_day=since), None) is None:
                continue
            number += sum(runs.queue_weekly(connection, sport, kind, at) is not None for kind in KINDS)
    return number


def do_next(*, seconds: float) -> dict[str, Any]:
    """Do the run that waits longest, and have the function woken again if others wait. Returns what became of it.

    seconds: the time there is. A search that needs more goes on in another run of the function.
    """
    at = clock.now()
    with transaction() as connection:
        run = runs.take(connection, at)
    if run is None:
        return {"run": None}
    began = monotonic()
    try:
        if run.attempts > runs.MOST_ATTEMPTS:
            raise RuntimeError(f"{runs.MOST_ATTEMPTS} attempts ended without an answer: out of time or memory")  # noqa: TRY301
        report = _tune(run, began, seconds) if run.task == "tune" else _train(run, began)
    except Exception as error:  # the run says why, and other runs wait
        logger().exception("training failed", extra={"run": run.id})
        said = redact(" ".join(f"{type(error).__name__}: {error}".split()))[:_ERROR_LENGTH]
        with transaction() as connection:
            queries.fail(connection, run, seconds=monotonic() - began, error=said, at=clock.now())
        emit({RUNS: 1, FAILED_RUNS: 1}, job=runs.TRAIN)
        report = {"run": run.id, "status": "failed", "error": said}
    else:
        emit({RUNS: 1, FAILED_RUNS: 0}, job=runs.TRAIN)
    emit({TRAINING_SECONDS: monotonic() - began}, sport=run.sport)
    with transaction() as connection:
        runs.wake_for_others(connection, clock.now())
    return report


def facts_of(connection: Connection, run: RunRow) -> list[Day]:
    """Return the days that a run learns from. Those of games are without the lines of players."""
    days = days_before(connection, run.sport, run.as_of)
    if run.kind == "players":
        return list(days)
    return [Day(day=each.day, results=each.results, closing_lines=each.closing_lines) for each in days]


def season_of_run(run: RunRow) -> int:
    """Return the season for which a run trains: that of its time."""
    return season_of(run.sport, local_date(run.sport, run.as_of))


@dataclass(frozen=True, slots=True)
class Reproduced:
    """An artefact of a run, trained again: the model, the recipe, the digest of then and that of now."""

    model: str
    recipe: str
    then: str
    now: str


def reproduce(run: RunRow, days: Sequence[Day]) -> list[Reproduced]:
    """Train again what a run trained, from its facts, and return both digests of each artefact."""
    found = []
    for each in (run.metrics or {}).get("trained", ()):
        if run.kind == "games":
            variant = next(key.variant for key in models_of(run.sport, "games") if key.name == each["model"])
            if variant is None:
                raise ValueError(f"{each['model']} has no variant")
            content = games.train_again(
                days, each["recipe"], variant, each["parameters"], current=season_of_run(run), seed=run.seed
            )
        else:
            content = players.train_again(days, run.sport, each["parameters"])
        found.append(Reproduced(each["model"], each["recipe"], each["sha256"], artefacts.digest_of(content)))
    return found


def _train(run: RunRow, began: float) -> dict[str, Any]:
    with transaction(statement_timeout_ms=_READING_MS) as connection:
        days = facts_of(connection, run)
        champions = {key: registry.champion(connection, key) for key in models_of(run.sport, run.kind)}
        before = runs.run_before(connection, run)
    if not days:
        raise ValueError(f"nothing is known of {run.sport} before {run.as_of.isoformat()}")
    rows = fingerprint(days)
    incumbents = {key: _incumbent(each) for key, each in champions.items() if each is not None}
    outcome = _outcome(run, days, incumbents)
    del days
    stored = [artefacts.store(each.key.name, each.content) for each in outcome.trained]
    said = [
        say_data(run.sport, outcome.games, outcome.lines, outcome.last_day, None if before is None else before.metrics)
    ]
    at = clock.now()
    with transaction() as connection:
        told = []
        for key in models_of(run.sport, run.kind):
            ours = [(each, artefact) for each, artefact in zip(outcome.trained, stored, strict=True) if each.key == key]
            if ours:
                words, registered = _register(connection, run, key, ours, champions[key], at)
                said += [f"{key.name}: {words}"]
                told += registered
        said += [f"Not trained: {each}." for each in outcome.skipped]
        ended = queries.succeed(
            connection,
            run,
            seconds=monotonic() - began,
            rows_sha256=rows,
            code_sha256=code_sha256(),
            packages=packages(),
            metrics=finite(
                {"games": outcome.games, "lines": outcome.lines, "last_day": outcome.last_day, "trained": told}
            ),
            explanation="\n".join(said),
            at=at,
        )
        if not ended:
            raise RuntimeError("another process has taken this run in the meantime")
    blocked = sum(each["outcome"] == Judgement.BLOCKED.value for each in told)
    emit({GATES_BLOCKED: blocked})
    return {"run": run.id, "status": "succeeded", "promoted": [each["model"] for each in told if each["is_champion"]]}


def _outcome(run: RunRow, days: Sequence[Day], incumbents: Mapping[ModelKey, Incumbent]) -> Outcome:
    if run.kind == "players":
        return players.train_players(
            days,
            run.sport,
            seed=run.seed,
            spec=run.spec,
            champion=incumbents.get(ModelKey(run.sport, "players")),
        )
    return games.train_games(
        days,
        run.sport,
        current=season_of_run(run),
        seed=run.seed,
        spec=run.spec,
        champions={key.variant: each for key, each in incumbents.items() if key.variant is not None},
    )


def _incumbent(version: VersionRow) -> Incumbent:
    content = artefacts.load(version.model, version.artefact_sha256)
    return Incumbent(number=version.number, recipe=version.recipe, content=content)


def _register(
    connection: Connection,
    run: RunRow,
    key: ModelKey,
    ours: Sequence[tuple[Trained, artefacts.Stored]],
    judged_by: VersionRow | None,
    at: datetime,
) -> tuple[str, list[dict[str, Any]]]:
    """Register the candidates of a model and promote one of them, if the gate and no person's choice is against it.

    Returns the words and figures.
    """
    model = registry.ensure_model(connection, key, at)
    registry.take_turn(connection, model)
    last = registry.last_promotion(connection, model)
    held = last is not None and is_held(last.act, last.version.gate)
    words, told = [], []
    chosen: tuple[bool, VersionRow, str] | None = None
    for each, artefact in ours:
        said = f"{say_verdict(each.recipe, each.verdict, each.against, held=held)} {each.changes}"
        version = registry.register(
            connection,
            model,
            Candidate(
                recipe=each.recipe,
                artefact=artefact,
                figures=finite(each.figures),
                gate=None if each.verdict is None else gate_json(each.verdict, each.against, held=held),
                explanation=said,
                stage=stage_of(each.verdict),
            ),
            run_id=run.id,
            at=at,
        )
        outcome = None if each.verdict is None else each.verdict.outcome.value
        told.append(
            {
                "model": key.name,
                "recipe": each.recipe,
                "version": version.number,
                "sha256": artefact.sha256,
                "outcome": outcome,
                "reasons": [] if each.verdict is None else reasons_of(each.verdict, held=held),
                "is_champion": False,
                "parameters": dict(each.parameters),
            }
        )
        words.append(f"Version {version.number}. {said}")
        # Whoever has beaten the champion comes before a refit of the champion, and otherwise the first.
        if outcome == Judgement.PROMOTED.value and (chosen is None or (chosen[0] and not each.against.is_refit)):
            chosen = (each.against.is_refit, version, said)
    if chosen is not None and not held:
        words.append(_promote(connection, model, chosen[1], chosen[2], judged_by, at))
    current = registry.champion(connection, key)
    for figures in told:
        figures["is_champion"] = current is not None and figures["version"] == current.number
    words.append(
        "No version forecasts." if current is None else f"Version {current.number} ({current.recipe}) forecasts."
    )
    return " ".join(words), told


def _promote(
    connection: Connection, model: ModelRow, version: VersionRow, why: str, judged_by: VersionRow | None, at: datetime
) -> str:
    current = registry.champion(connection, registry.key_of(model))
    if current is not None and current.id == version.id:
        return "It is the champion already: the same facts and code gave the same artefact."
    if (None if current is None else current.id) != (None if judged_by is None else judged_by.id):
        return "The champion was changed while this run lasted, so nothing was promoted."
    registry.make_champion(connection, model, version, act="gate", actor_id=None, reason=why, at=at)
    return f"Version {version.number} takes over."


def _tune(run: RunRow, began: float, seconds: float) -> dict[str, Any]:
    number = int(run.spec["points"])
    with transaction(statement_timeout_ms=_READING_MS) as connection:
        queries.add_points(connection, run.id, tuning.points_of(run.kind, run.sport, run.seed, number))
        points = queries.points(connection, run.id)
        days = facts_of(connection, run)
    current = season_of_run(run)
    longest = 0.0
    for point in points:
        if point.done_at is not None:
            continue
        left = seconds - (monotonic() - began)
        if longest and longest > left * (1 - _POINT_SHARE):
            with transaction() as connection:
                queries.queue_again(connection, run)
            return {"run": run.id, "status": "goes on"}
        begun = monotonic()
        with transaction() as connection:
            queries.begin_point(connection, run.id, point.number, clock.now())
        loss, error = None, None
        try:
            loss = tuning.loss_of(run.kind, run.sport, days, current, point.parameters, run.seed)
        except ValueError as failed:
            error = str(failed)[:_ERROR_LENGTH]
        longest = max(longest, monotonic() - begun)
        with transaction() as connection:
            queries.end_point(
                connection,
                run.id,
                point.number,
                loss=loss,
                error=error,
                seconds=monotonic() - begun,
                at=clock.now(),
            )
    return _end_search(run, days, began)


def _end_search(run: RunRow, days: Sequence[Day], began: float) -> dict[str, Any]:
    at = clock.now()
    with transaction() as connection:
        points = queries.points(connection, run.id)
        done = [(point.loss, point.number, point.parameters) for point in points if point.loss is not None]
        if not done:
            raise ValueError(f"no point has a loss: {points[0].error}")
        loss, number, best = min(done, key=lambda each: each[:2])
        usual = next((point.loss for point in points if point.number == 1), None)
        gain = "" if usual is None else f", {usual - loss:.5f} below what is used now (point 1)"
        queries.succeed(
            connection,
            run,
            seconds=monotonic() - began,
            rows_sha256=fingerprint(days),
            code_sha256=code_sha256(),
            packages=packages(),
            metrics=finite({"points": len(points), "best": number, "loss": loss, "parameters": best}),
            explanation=(
                f"Of {len(done)} points, point {number} has the least loss, {loss:.5f}{gain}. The seasons by which the "
                "gate judges were not looked at. A training with the parameters of this run puts them up for election."
            ),
            at=at,
        )
    return {"run": run.id, "status": "succeeded", "best": number}
