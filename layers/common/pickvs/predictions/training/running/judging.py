"""Walks forward with the recipes that stand for election, and keeps of each forecast what is judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.facts.rules import Day, Fixture, Result
from pickvs.predictions.games.forecasting.rules import VARIANTS, Artefact, LineMissing, Variant, forecast
from pickvs.predictions.games.rules import market_margin
from pickvs.predictions.gate.chance.rules import limits_for
from pickvs.predictions.gate.rules import Trial, Verdict, judge
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.measures.calibration.rules import (
    calibration_slope,
    discrete_cover,
    expected_calibration_error,
    reliability,
)
from pickvs.predictions.measures.prices.rules import fair_home_win
from pickvs.predictions.measures.rules import Mean, log_loss, mean, paired, scores
from pickvs.predictions.measures.segments.rules import early_games, segments
from pickvs.predictions.training.examples import Example, Table, examples
from pickvs.predictions.training.games import train
from pickvs.predictions.training.walk_forward import walk
from pickvs.predictions.training_runs.rules import GATE_SEASONS, JUDGED_SEASONS, full_seasons

COVERS = (0.5, 0.8, 0.95)
_EVEN = 0.5

type Contestant = tuple[str, Variant]
"""A recipe and a variant."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A forecast in the numbers that are judged.

    win: probability of a home win, given that it is no tie. below, at: probabilities of less than the margin that came
    about, and of just it. margin_error, total_error: absolute errors of the centres. log_score: of the margin, in nats.
    """

    win: float
    below: float
    at: float
    margin_error: float
    total_error: float
    log_score: float


@dataclass(frozen=True, slots=True)
class Row:
    """A judged game. elo, market: probabilities of a home win; market is None without usable prices."""

    result: Result
    elo: float
    market: float | None
    market_error: float | None
    seen: Mapping[Contestant, Seen]

    @property
    def fixture(self) -> Fixture:
        """The game."""
        return self.result.fixture


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """A league as one set of parameters sees it: its games folded, the table of them, and the judged ones."""

    parameters: GameParameters
    folded: Sequence[Example]
    table: Table
    rows: Mapping[int, Row]

    @property
    def trainable(self) -> Table:
        """The rows that are trained on: without the seasons in which the ratings settle."""
        return self.table.settled(self.parameters)


def walked(
    days: Iterable[Day],
    parameters: GameParameters,
    current: int,
    *,
    recipes: Sequence[str],
    fixed: Sequence[Artefact] = (),
    seed: int,
) -> Walked:
    """Fold the days, and forecast the last full seasons before `current` with recipes that are refitted before each.

    fixed: artefacts with these parameters that nothing was trained for; they forecast as they are, as `bootstrap`.
    Raises ValueError without a game.
    """
    folded = list(examples(days, parameters))
    table = Table.of(folded, parameters)
    first = int(table.season.min()) + parameters.fitting.burn_in + 1
    seasons = [each for each in full_seasons([int(each) for each in set(table.season)], current) if each >= first]
    rows: dict[int, Row] = {}
    for season in seasons[-JUDGED_SEASONS:]:
        variants = [each for each in VARIANTS if can_train(table, each, parameters, season)]
        judged = walk(
            folded,
            table,
            parameters,
            first_season=season,
            last_season=season,
            variants=variants if "ridge" in recipes else (),
            challengers=variants if "boosted" in recipes else (),
            seed=seed,
        )
        for game in judged:
            example, result = game.example, game.example.result
            found = {("ridge", name): seen(each.joint, result) for name, each in game.forecasts.items()}
            found |= {("boosted", name): seen(each.joint, result) for name, each in game.challengers.items()}
            found |= {("bootstrap", each.variant): found_by for each in fixed if (found_by := _fixed(each, example))}
            expected = None if example.line is None else market_margin(parameters, example.line)
            rows[result.fixture.game] = Row(
                result=result,
                elo=game.elo,
                market=None if example.line is None else fair_home_win(example.line),
                market_error=None if expected is None else abs(result.margin - expected),
                seen=found,
            )
    return Walked(parameters=parameters, folded=folded, table=table, rows=rows)


def can_train(table: Table, variant: Variant, parameters: GameParameters, season: int) -> bool:
    """Whether the seasons before one have enough games with what a variant reads."""
    past = table.where(table.season < season).settled(parameters)
    try:
        train(past, variant, parameters, season)
    except ValueError:
        return False
    return True


def seen(joint: Joint, result: Result) -> Seen:
    """Return the numbers of a forecast. Its tables are not kept."""
    law = joint.margin
    decided = 1 - joint.tie()
    return Seen(
        win=joint.win() / decided if decided > 0 else _EVEN,
        below=law.below(result.margin),
        at=law.mass(result.margin),
        margin_error=abs(result.margin - joint.margin_mean),
        total_error=abs(result.total - joint.total_mean),
        log_score=law.log_score(result.margin),
    )


def _fixed(artefact: Artefact, example: Example) -> Seen | None:
    try:
        return seen(forecast(artefact, example.features, example.line).joint, example.result)
    except LineMissing:
        return None


def verdict_on(candidate: Walked, recipe: str, variant: Variant, champion: tuple[Walked, str] | None) -> Verdict | None:
    """Return what the gate says of a recipe, on the last two full seasons. None without a game to judge by.

    champion: its walk and recipe, where the candidate is compared with it; otherwise Elo is the yardstick.
    """
    contestant, known = (recipe, variant), candidate.rows
    early = early_games(each.result.fixture for each in candidate.folded)
    judged = sorted({row.fixture.season for row in known.values() if contestant in row.seen})[-GATE_SEASONS:]
    rows, trials = [], []
    for number, row in known.items():
        if contestant not in row.seen or row.fixture.season not in judged or row.result.margin == 0:
            continue
        theirs = row.elo
        if champion is not None:
            other = champion[0].rows.get(number)
            if other is None or (champion[1], variant) not in other.seen:
                continue
            theirs = other.seen[champion[1], variant].win
        favourite = row.elo if row.market is None else row.market
        rows.append(row.seen[contestant])
        trials.append(
            Trial(
                game=number,
                season=row.fixture.season,
                has_won=row.result.margin > 0,
                champion=theirs,
                challenger=row.seen[contestant].win,
                market=row.market,
                segments=segments(row.fixture, is_early=number in early, favourite=favourite),
            )
        )
    if not trials:
        return None
    below, at = [each.below for each in rows], [each.at for each in rows]
    limits = limits_for([each.challenger for each in trials])
    return judge(trials, {share: discrete_cover(below, at, share) for share in COVERS}, limits)


def figures_of(candidate: Walked, recipe: str, variant: Variant) -> dict[str, Any]:
    """Return the figures of a recipe's walk-forward: all judged games, and each season. Empty without a game."""
    rows = [
        row for row in candidate.rows.values() if (recipe, variant) in row.seen and row.result.margin != 0
    ]  # fmt: skip
    if not rows:
        return {}
    by_season: dict[int, list[Row]] = {}
    for row in rows:
        by_season.setdefault(row.fixture.season, []).append(row)
    return {
        **_figures(rows, (recipe, variant)),
        "seasons": {str(season): _figures(each, (recipe, variant)) for season, each in sorted(by_season.items())},
    }


def _figures(rows: Sequence[Row], contestant: Contestant) -> dict[str, Any]:
    won = [row.result.margin > 0 for row in rows]
    found = [row.seen[contestant] for row in rows]
    ours = [each.win for each in found]
    scored = scores(ours, won)
    priced = [
        (each, row.market, has_won)
        for row, each, has_won in zip(rows, ours, won, strict=True)
        if row.market is not None
    ]
    market = [log_loss(each, happened=has_won) for _, each, has_won in priced]
    own = [log_loss(each, happened=has_won) for each, _, has_won in priced]
    below, at = [each.below for each in found], [each.at for each in found]
    return {
        "games": len(rows),
        "log_loss": _mean(scored.log_loss),
        "brier": _mean(scored.brier),
        "accuracy": scored.accuracy,
        "calibration_error": expected_calibration_error(reliability(ours, won)),
        "slope": _slope(ours, won),
        "elo_log_loss": _mean(scores([row.elo for row in rows], won).log_loss),
        "market_log_loss": _mean(mean(market)) if market else None,
        "gap_to_market": _mean(paired(own, market)) if market else None,
        "margin_error": fmean(each.margin_error for each in found),
        "total_error": fmean(each.total_error for each in found),
        "margin_log_score": fmean(each.log_score for each in found),
        "cover": {f"{share:.0%}": discrete_cover(below, at, share) for share in COVERS},
    }


def _slope(ours: Sequence[float], won: Sequence[bool]) -> float | None:
    try:
        return calibration_slope(ours, won).slope
    except ValueError:
        return None


def _mean(found: Mean) -> dict[str, float | int]:
    return {"value": found.value, "error": found.error, "count": found.count}
