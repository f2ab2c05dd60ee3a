"""What finished contests say about simulations, and about the user's projections. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.projections.rules import Projection
from pickvs.dfs.simulation.judging import INTERVALS, QUANTILES, Belief, Cover, QuantileResult, covers, judged
from pickvs.dfs.simulation.judging import real_results as results_of
from pickvs.dfs.simulation.payouts import Contest
from pickvs.dfs.simulation.trust import Evidence, PlayedPlayer


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A contest that has ended. scores: of all its entries. points: of the slate's players, as far as they are known.

    Whoever is in no entry is not in the site's file, so nobody knows his points.
    """

    contest: Contest
    scores: Sequence[Decimal]
    points: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A run that has ended. result, workings: as stored. lineups: by number, ids of players by slot."""

    run: int
    build: int
    trust: float
    result: Mapping[str, Any]
    workings: Mapping[str, Any]
    lineups: Mapping[int, Sequence[int]]
    projections: Sequence[Projection]


def score_of(lineup: Sequence[int], game: Format, points: Mapping[int, Decimal]) -> Decimal | None:
    """Return what a lineup scored. None if the points of a player are not known."""
    if any(player not in points for player in lineup):
        return None
    return sum((points[player] * slot.factor for player, slot in zip(lineup, game.slots, strict=True)), Decimal(0))


def lineup_results(simulated: Simulated, game: Format, finished: Finished) -> list[dict[str, Any]]:
    """Return what the lineups of a run got, as JSON; those whose points are known, by number."""
    scores = {
        number: score
        for number, lineup in simulated.lineups.items()
        if (score := score_of(lineup, game, finished.points)) is not None
    }
    got = results_of(
        finished.contest, [float(each) for each in finished.scores], [float(each) for each in scores.values()]
    )
    return [
        {"build_id": simulated.build, "number": number, **asdict(result)}
        for number, result in zip(scores, got, strict=True)
    ]


def judgement(simulated: Simulated, game: Format, finished: Finished) -> dict[str, Any]:
    """Return what a run said beside what happened, as JSON."""
    got = lineup_results(simulated, game, finished)
    fee = finished.contest.fee_cents
    prizes = fmean(each["prize_cents"] for each in got) if got else None
    counts = [
        {int(points): count for points, count in each.items()} for each in simulated.workings["sums"]["quantiles"]
    ]
    believed = _beliefs(simulated.workings["beliefs"])
    known = {player: float(points) for player, points in finished.points.items() if player in believed}
    return {
        "run_id": simulated.run,
        "build_id": simulated.build,
        "trust": simulated.trust,
        "predicted_cash": simulated.result["cash"],
        "real_cash": fmean(each["prize_cents"] > 0 for each in got) if got else None,
        "predicted_roi": simulated.result["roi"],
        "real_roi": prizes / fee - 1 if prizes is not None and fee else None,
        "lineups": len(got),
        "quantiles": [asdict(each) for each in judged(counts, [float(each) for each in finished.scores])],
        "players": [asdict(each) for each in covers((believed[player], real) for player, real in known.items())],
        "evidence": asdict(_evidence(simulated.projections, believed, known)),
    }


def fitted(judgements: Mapping[int, Mapping[str, Any]]) -> tuple[Evidence, int]:
    """Return what finished slates say about the trust, and how many do. judgements: one of each slate."""
    said = [Evidence(**each["evidence"]) for each in judgements.values()]
    told = [each for each in said if each.players]
    return sum(told, Evidence()), len(told)


def one_of_each_slate(rows: Sequence[tuple[int, Sequence[Mapping[str, Any]]]]) -> dict[int, Mapping[str, Any]]:
    """Return the last judgement of each slate: its players have played once, however many contests it had.

    rows: slates and the judgements of one of their contests.
    """
    return {slate: judgements[-1] for slate, judgements in rows if judgements}


def one_of_each_contest(rows: Sequence[tuple[int, Sequence[Mapping[str, Any]]]]) -> list[Mapping[str, Any]]:
    """Return the last judgement of each contest."""
    return [judgements[-1] for _, judgements in rows if judgements]


def quantiles_of(judgements: Sequence[Mapping[str, Any]]) -> list[list[QuantileResult]]:
    """Return the results of each quantile over all judgements."""
    return [[QuantileResult(**each["quantiles"][place]) for each in judgements] for place in range(len(QUANTILES))]


def covers_of(judgements: Sequence[Mapping[str, Any]]) -> list[Cover]:
    """Return how often each interval held players' points, over all judgements."""
    found = []
    for place, probability in enumerate(INTERVALS):
        parts = [Cover(**each["players"][place]) for each in judgements if each["players"]]
        players = sum(each.players for each in parts)
        if players:
            inside = sum(each.inside * each.players for each in parts) / players
            found.append(Cover(probability=probability, players=players, inside=inside))
    return found


def mean_of(judgements: Sequence[Mapping[str, Any]], name: str) -> float | None:
    """Return the mean of a figure over the judgements that have it. None if none has."""
    values = [each[name] for each in judgements if each[name] is not None]
    return fmean(values) if values else None


def same_slots(slots: Sequence[str], game: Format) -> bool:
    """Return whether these are the slots of the format, in any order."""
    return Counter(slots) == Counter(slot.name for slot in game.slots)


def _beliefs(stored: Mapping[str, Mapping[str, Any]]) -> dict[int, Belief]:
    return {
        int(player): Belief(
            mean=each["mean"],
            deviation=each["deviation"],
            zero=each["zero"],
            intervals=tuple((low, high) for low, high in each["intervals"]),
        )
        for player, each in stored.items()
    }


def _evidence(
    projections: Sequence[Projection], believed: Mapping[int, Belief], known: Mapping[int, float]
) -> Evidence:
    """Return what a slate says about the trust: players with both projections who scored."""
    return Evidence.of(
        [
            PlayedPlayer(
                own=float(said.points),
                field=float(said.field_points),
                real=known[said.player],
                deviation=believed[said.player].deviation,
            )
            for said in projections
            if said.field_points is not None and known.get(said.player, 0) > 0
        ]
    )
