"""Measures the simulation of contests: processor time and memory, and how well real contests fall into it.

`coverage` compares one finished contest with its simulation, `together` many of them.
"""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.dfs_slates import read_players, read_results
from pickvs.dfs.files.fitting import fitting_formats
from pickvs.dfs.files.projections import read_projections
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.calibration import beliefs, field_quantiles
from pickvs.dfs.simulation.contests import ContestSimulation
from pickvs.dfs.simulation.field import make_field
from pickvs.dfs.simulation.judging import Cover, QuantileResult, covers, judged
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.payouts import Payout, contest
from pickvs.dfs.simulation.rules import BLOCK, SimulatedPlayer, model_of

SEED = 20_241_213
SIMULATIONS = 2_000
FIELD = 4_000
PLAYERS_SECONDS, CONTEST_SECONDS, CONTEST_MEGABYTES = 0.3, 6.0, 200.0
"""The bars: 10,000 simulations of a slate; and with 150 lineups among a field of 4,000."""
_SPEED_SIMULATIONS = 10_000
_LINEUPS = 150
_BAND = 0.8
_JUDGED = (0.5, 0.8, 0.99)
"""Quantiles of the field that have a bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One finished contest beside its simulation.

    entries: with a lineup. quantiles: of the field's scores. players: intervals of the players' points, a number of
    players each.
    """

    slate: str
    entries: int
    quantiles: list[QuantileResult]
    players: list[Cover]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Processor time in seconds. megabytes: most memory that the process had."""

    players: int
    players_seconds: float
    field_seconds: float
    contest_seconds: float
    megabytes: float

    @property
    def kept(self) -> bool:
        """Whether the bars are kept."""
        return self.players_seconds <= PLAYERS_SECONDS and self.contest_seconds <= CONTEST_SECONDS


def coverage(slate: Path) -> Coverage | None:
    """Return how the finished contest in a slate's folder falls into its simulation.

    None if the folder has no standings, or some of a contest that is still in play. The simulation knows salaries and
    projections alone.
    """
    standings = read_results(slate)
    if standings is None or standings.in_play:
        return None
    form, players, names = read_slate(slate)
    real = {each.name: float(each.points) for each in standings.players}
    scores = [float(each.points) for each in standings.standings if each.lineup]
    outcomes = Outcomes(players, model_of(form.site, form.sport), seed=SEED)
    lineups = make_field(form, players, count=FIELD, seed=SEED).lineups
    believed = beliefs(outcomes)
    known = [(p.id, real[name]) for p, name in zip(players, names, strict=True) if p.id in believed and name in real]
    return Coverage(
        slate=slate.name,
        entries=len(scores),
        quantiles=judged(field_quantiles(outcomes, form, lineups, SIMULATIONS), scores),
        players=covers((believed[player], points) for player, points in known),
    )


def render(slates: Sequence[Coverage]) -> str:
    """Return the table of several contests, and what they say together."""
    rows = [f"{'contest':<20}{'entries':>8}  PIT at 50 %  80 %  90 %  99 % 99.9 % winner   players in 50/80/90 %"]
    for each in slates:
        pits = "".join(f"{result.pit:6.2f}" for result in each.quantiles)
        inside = "/".join(f"{cover.inside:.3f}" for cover in each.players)
        rows.append(f"{each.slate:<20}{each.entries:>8}     {pits}      {inside}")
    return "\n".join([*rows, *together(slates)])


def together(slates: Sequence[Coverage]) -> list[str]:
    """Return for each quantile its mean PIT and how often the 80 % band holds it; and the players' intervals."""
    lines = []
    for place, first in enumerate(slates[0].quantiles if slates else ()):
        results = [each.quantiles[place] for each in slates]
        mean = sum(each.pit for each in results) / len(results)
        held = sum(each.inside(_BAND) for each in results) / len(results)
        judge = "" if first.quantile not in _JUDGED else "  (bars: 0.3 to 0.7, 0.65 to 0.95)"
        lines.append(f"field's {first.quantile:.1%}: mean PIT {mean:.2f}, in the 80 % band {held:.2f}{judge}")
    for place, first_cover in enumerate(slates[0].players if slates else ()):
        counts = [each.players[place] for each in slates]
        count = sum(each.players for each in counts)
        inside = sum(each.inside * each.players for each in counts) / count
        lines.append(f"players' {first_cover.probability:.0%}: {inside:.3f} of {count} (bar: within 0.06)")
    return lines


def speed(slate: Path) -> Speed:
    """Return what simulating a slate of a folder costs: players alone, the field, and a contest."""
    form, players, _ = read_slate(slate)
    outcomes = Outcomes(players, model_of(form.site, form.sport), seed=SEED)
    outcomes.draw(0)
    blocks = range(_SPEED_SIMULATIONS // BLOCK)
    players_seconds, _ = _timed(lambda: [outcomes.draw(block) for block in blocks])
    field_seconds, made = _timed(lambda: make_field(form, players, count=FIELD + _LINEUPS, seed=SEED))
    size = 15_854
    of = contest(size, 300, [Payout(first=1, last=1, cents=400_000), Payout(first=2, last=size // 5, cents=600)])
    played = ContestSimulation(of, outcomes, form, made.lineups[:_LINEUPS], made.lineups[_LINEUPS:])
    contest_seconds, _ = _timed(lambda: played.run(_SPEED_SIMULATIONS))
    return Speed(
        players=len(players),
        players_seconds=players_seconds,
        field_seconds=field_seconds,
        contest_seconds=contest_seconds,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def correlations(slate: Path) -> tuple[float, float]:
    """Return the mean correlations of teammates and of opponents in 10,000 draws of a slate, scratches left out."""
    form, players, _ = read_slate(slate)
    playing = [player for player in players if player.points > 0]
    outcomes = Outcomes(playing, model_of(form.site, form.sport), seed=SEED)
    outcomes.out_chances[:] = 0
    drawn = np.concatenate([outcomes.draw(block) for block in range(_SPEED_SIMULATIONS // BLOCK)])
    found = np.corrcoef(drawn.T)
    teams, games = (np.array([getattr(player, name) for player in playing]) for name in ("team", "game"))
    same_team = (teams[:, None] == teams) & ~np.eye(len(playing), dtype=bool)
    opponents = (games[:, None] == games) & (teams[:, None] != teams)
    return float(found[same_team].mean()), float(found[opponents].mean())


def read_slate(slate: Path) -> tuple[Format, list[SimulatedPlayer], list[str]]:
    """Return a slate's format, its players who have a projection, and their names. Raises ValueError."""
    file = read_players(slate)
    formats = fitting_formats(file)
    if len(formats) != 1:
        raise ValueError(f"{slate.name}: the players fit {[each.id for each in formats]} instead of one format")
    data = next(iter(sorted(slate.glob("Projections*.csv")))).read_bytes()
    found = read_projections(data, [player.known for player in file.players]).projections
    players = [
        SimulatedPlayer(
            id=place,
            team=(listed := file.players[place]).team,
            game=listed.game.event or listed.team,
            positions=frozenset(listed.positions),
            salary=listed.salary,
            captain_salary=listed.captain_salary,
            points=max(float(each.points), 0.0),
            field_points=None if each.field_points is None else max(float(each.field_points), 0.0),
            deviation=None if each.deviation is None else float(each.deviation),
            ownership=None if each.ownership is None else float(each.ownership),
        )
        for place, each in found
    ]
    return formats[0], players, [file.players[place].name for place, _ in found]


def _timed[T](work: Callable[[], T]) -> tuple[float, T]:
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found
