"""What a training run is, what becomes of its candidates, and the words for it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from pickvs.predictions.gate.players.rules import PlayerVerdict
from pickvs.predictions.gate.rules import Outcome, Verdict
from pickvs.predictions.registry.rules import ModelKind, ModelStage, PromotionAct

RECIPES: Mapping[ModelKind, tuple[str, ...]] = {"games": ("ridge", "boosted"), "players": ("boosted", "linear")}
"""What a run trains, by kind. The first is the one that is expected to win."""

JUDGED_SEASONS = 5
"""Full seasons of which a run states figures. The gate judges by the last two."""
GATE_SEASONS = 2

ELO = "Elo"
AVERAGES = "averages with a negative binomial"
HELD = "a person chose the champion, which stays until a person promotes a version that the gate let through"
"""Why a candidate that the gate let through does not take over by itself."""

type Verdicts = Verdict | PlayerVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """By what a candidate is judged: the champion, or a public method.

    name: in words. is_refit: whether the champion has the candidate's recipe and parameters. A refit cannot beat
    itself: it is judged by the public method, and takes the place of its own older fit.
    """

    name: str
    is_refit: bool


def yardstick(
    kind: ModelKind, recipe: str, parameters: Mapping[str, Any], champion: tuple[str, int, Mapping[str, Any]] | None
) -> Yardstick:
    """Return by what a candidate is judged. champion: its recipe, number and parameters; None if there is none."""
    public = ELO if kind == "games" else AVERAGES
    if champion is None:
        return Yardstick(name=public, is_refit=False)
    its_recipe, number, its_parameters = champion
    if its_recipe == recipe and dict(its_parameters) == dict(parameters):
        return Yardstick(name=public, is_refit=True)
    return Yardstick(name=f"the champion, version {number} ({its_recipe})", is_refit=False)


def is_held(act: PromotionAct, gate: Mapping[str, Any] | None) -> bool:
    """Whether a champion stays though the gate lets a candidate through: a person has decided against the gate.

    act: how it became champion. gate: its verdict as `gate_json` states it. After a roll-back the same facts would put
    back what was taken away. A person who promotes what the gate let through agrees with the gate again.
    """
    return act == "rollback" or (act == "forced" and (gate or {}).get("outcome") != Outcome.PROMOTED.value)


def reasons_of(verdict: Verdicts, *, held: bool) -> list[str]:
    """Return why a candidate does not take over: nothing if it does. held: the champion stays by a person's will."""
    return [*verdict.reasons, *([HELD] if held and verdict.outcome is Outcome.PROMOTED else [])]


def stage_of(verdict: Verdicts | None) -> ModelStage:
    """Return the stage in which a candidate is registered; a promotion makes it champion afterwards."""
    return "challenger" if verdict is not None and verdict.outcome is Outcome.STAYS else "candidate"


def gate_json(verdict: Verdicts, against: Yardstick, *, held: bool) -> dict[str, Any]:
    """Return a verdict as JSON, with `reasons_of` it. Figures that are not numbers are null."""
    plain = asdict(verdict)
    plain["outcome"] = verdict.outcome.value
    plain["reasons"] = reasons_of(verdict, held=held)
    found = finite({**plain, "yardstick": against.name, "is_refit": against.is_refit})
    if not isinstance(found, dict):
        raise TypeError("a verdict is an object")
    return found


def finite(value: Any) -> Any:
    """Return JSON in which each number that is not finite is null: PostgreSQL and JavaScript know no other."""
    match value:
        case float():
            return value if isfinite(value) else None
        case Mapping():
            return {str(key): finite(each) for key, each in value.items()}
        case list() | tuple():
            return [finite(each) for each in value]
    return value


def say_verdict(recipe: str, verdict: Verdicts | None, against: Yardstick, *, held: bool) -> str:
    """Return in words what the gate said of a candidate. held: the champion stays by a person's will."""
    if verdict is None:
        return f"The candidate ({recipe}) was not judged: there is no full season or no line of players to judge by."
    refit = ", a refit of the champion's recipe," if against.is_refit else ""
    found = f"The candidate ({recipe}){refit} was compared with {against.name}: {_difference(verdict)}"
    match verdict.outcome:
        case Outcome.PROMOTED if held:
            return f"{found}. The gate let it through. It was not promoted: {HELD}."
        case Outcome.PROMOTED:
            return f"{found}. It was promoted."
        case Outcome.BLOCKED:
            return f"{found}. It was blocked as suspicious: {'; '.join(verdict.reasons)}."
    return f"{found}. It was not promoted: {'; '.join(verdict.reasons)}."


def say_data(sport: str, games: int, lines: int, last_day: str, before: Mapping[str, Any] | None) -> str:
    """Return in words what a run learnt from. before: the figures of the run before, or None for the first."""
    what = f"{games:,} games" if not lines else f"{lines:,} lines of players in {games:,} games"
    told = f"Learnt from {what} of {sport} up to {last_day}"
    known = None if before is None else before.get("lines" if lines else "games")
    if not isinstance(known, int):
        return f"{told}; there was no run before."
    more = (lines or games) - known
    return f"{told}, {abs(more):,} {'more' if more >= 0 else 'fewer'} than the run before."


def say_changes(ours: Mapping[str, float], theirs: Mapping[str, float], most: int = 3) -> str:
    """Return in words the weights that differ most from those of the champion, as shares of the larger one."""
    if not theirs:
        return "There was no earlier fit to compare the weights with."
    changes = {
        name: abs(ours.get(name, 0.0) - theirs.get(name, 0.0))
        / max(abs(ours.get(name, 0.0)), abs(theirs.get(name, 0.0)), 1e-9)
        for name in sorted({*ours, *theirs})
    }
    moved = sorted((name for name in changes if changes[name] > 0), key=lambda name: (-changes[name], name))[:most]
    if not moved:
        return "Every weight is that of the champion."
    return "Changed most against the champion: " + ", ".join(
        f"{name} {theirs.get(name, 0.0):.4g} -> {ours.get(name, 0.0):.4g}" for name in moved
    ) + "."  # fmt: skip


def full_seasons(seasons: Sequence[int], current: int) -> list[int]:
    """Return the seasons, of those with games, that were over in the season `current`, the latest last.

    The first season is not among them: there is nothing before it to learn from.
    """
    return [each for each in sorted(set(seasons))[1:] if each < current]


def _difference(verdict: Verdicts) -> str:
    if isinstance(verdict, PlayerVerdict):
        return (
            f"its CRPS differs by {verdict.difference.value:+.2%} (standard error {verdict.difference.error:.2%}) on "
            f"{verdict.lines:,} lines of players on {verdict.difference.count:,} days"
        )
    return (
        f"its log loss differs by {verdict.difference.value:+.4f} (standard error {verdict.difference.error:.4f}) on "
        f"{verdict.difference.count:,} games"
    )
