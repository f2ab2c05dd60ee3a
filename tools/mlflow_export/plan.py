"""What of the registry goes where in MLflow: experiments, runs, models and aliases, as values. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FORMAT = 1
_LONGEST = 500
"""Characters of a parameter or tag. MLflow's limits are higher in some stores and not in others."""
_ALIASES = ("champion", "challenger")


class ExportRefused(Exception):
    """The document is no export of the registry that this tool can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure. step: the season, or 0 for all."""

    name: str
    value: float
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a model, which becomes a run with a model version of its own.

    begun, ended: milliseconds since 1970. alias: `champion`, `challenger` or none. text: the explanation.
    """

    model: str
    number: int
    name: str
    begun: int
    ended: int
    parameters: Mapping[str, str]
    metrics: tuple[Metric, ...]
    tags: Mapping[str, str]
    text: str
    alias: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is written: models with tags, and their versions in the order of their numbers."""

    models: Mapping[str, Mapping[str, str]]
    versions: tuple[Version, ...] = field(default=())


def plan(document: Mapping[str, Any]) -> Plan:
    """Return what an export of the registry becomes in MLflow. Raises ExportRefused for anything else."""
    if document.get("format") != FORMAT:
        raise ExportRefused(f"this is no export of format {FORMAT}: {document.get('format')!r}")
    try:
        runs = {run["id"]: run for run in document["runs"]}
        versions = tuple(version for model in document["models"] for version in _versions(model, runs))
        models = {
            model["name"]: _texts({name: model[name] for name in ("sport", "kind", "variant")})
            for model in document["models"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ExportRefused(f"the export is not complete: {error!r}") from None
    return Plan(models=models, versions=versions)


def _versions(model: Mapping[str, Any], runs: Mapping[int, Mapping[str, Any]]) -> Iterator[Version]:
    latest: dict[str, int] = {}
    for each in model["versions"]:
        if each["stage"] in _ALIASES:
            latest[each["stage"]] = max(each["number"], latest.get(each["stage"], 0))
    for each in sorted(model["versions"], key=lambda version: version["number"]):
        run = runs.get(each["run_id"], {})
        alias = each["stage"] if latest.get(each["stage"]) == each["number"] else None
        yield Version(
            model=model["name"],
            number=each["number"],
            name=f"{model['name']} {each['number']} ({each['recipe']})",
            begun=_milliseconds(run.get("started_at") or each["created_at"]),
            ended=_milliseconds(run.get("ended_at") or each["created_at"]),
            parameters=_texts(dict(_flat(_parameters(model["name"], each, run)))),
            metrics=tuple(_metrics(each["figures"])),
            tags=_texts(_tags(each, run)),
            text=each["explanation"],
            alias=alias,
        )


def _parameters(model: str, version: Mapping[str, Any], run: Mapping[str, Any]) -> Mapping[str, Any]:
    for trained in (run.get("metrics") or {}).get("trained", ()):
        if trained["model"] == model and trained["sha256"] == version["artefact_sha256"]:
            found: Mapping[str, Any] = trained["parameters"]
            return found
    return {}


def _tags(version: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    packages = run.get("packages") or {}
    return {
        "stage": version["stage"],
        "recipe": version["recipe"],
        "gate": (version["gate"] or {}).get("outcome"),
        "artefact_sha256": version["artefact_sha256"],
        "rows_sha256": run.get("rows_sha256"),
        "code_sha256": run.get("code_sha256"),
        "as_of": run.get("as_of"),
        "seed": run.get("seed"),
        "training_run": run.get("id"),
        **{f"package.{name}": found for name, found in packages.items()},
    }


def _metrics(figures: Mapping[str, Any]) -> Iterator[Metric]:
    """Yield the figures of all seasons, and those of each as `season.…` with the season as the step.

    Under one name, MLflow would show the last season's in place of the whole.
    """
    for step, part in ((0, figures), *((int(year), each) for year, each in figures.get("seasons", {}).items())):
        for name, value in _flat({key: each for key, each in part.items() if key != "seasons"}):
            if isinstance(value, int | float) and not isinstance(value, bool):
                prefix = "season." if step else ""
                yield Metric(name=prefix + name.replace("%", "_percent"), value=float(value), step=step)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif value is not None:
            yield f"{prefix}{name}", value


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value)[:_LONGEST] for name, value in values.items() if value is not None}


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
