"""What was built beside what pydfs built: a table to read, and lines with bars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bench.lineups.ours import Built
from bench.lineups.peer import Rival
from bench.lineups.settings import Setting
from bench.table import Line
from pickvs.dfs.optimizer.pool import Lineup, Pool
from pickvs.dfs.optimizer.rules import LineupRules
from tests.support.lineups import portfolio_faults, salary_of

_CENT = Decimal("0.01")
_HEAD = (
    *("portfolio", "points", "bound", "gap", "CPU s", "MB", "faults", "|"),
    *("pydfs points", "CPU s", "faults", "|", "more points", "less CPU"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A setting on a slate. faults: what the checker of the tests found. rival: None if there is nothing to compare."""

    slate: str
    setting: Setting
    ours: Built
    faults: tuple[str, ...]
    rival: Rival | None = None
    rival_points: Decimal = Decimal()
    rival_faults: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """Return by how many percent the total is below its bound."""
        bound, points = self.ours.bound, self.ours.points
        return 100 * float((bound - points) / bound) if bound else 0.0

    @property
    def comparable(self) -> bool:
        """Return whether pydfs kept all rules. In showdown it counts a player apart from himself as the captain."""
        return self.rival is not None and not self.rival_faults


def judge(slate: str, pool: Pool, setting: Setting, ours: Built, rival: Rival | None) -> Result:
    """Return both portfolios as the checker sees them."""
    asked = setting.asked_of(pool)
    faults = portfolio_faults(pool, LineupRules(), asked, ours.lineups)
    if sum((lineup.points for lineup in ours.lineups), Decimal()) != ours.points:
        faults.append("the total is not the sum of its lineups")
    if rival is None:
        return Result(slate=slate, setting=setting, ours=ours, faults=tuple(faults))
    theirs = [_lineup(pool, ids) for ids in rival.lineups]
    return Result(
        slate=slate,
        setting=setting,
        ours=ours,
        faults=tuple(faults),
        rival=rival,
        rival_points=sum((lineup.points for lineup in theirs), Decimal()),
        rival_faults=tuple(portfolio_faults(pool, LineupRules(), asked, theirs)),
    )


def render(title: str, results: Sequence[Result]) -> str:
    """Return the table of a slate."""
    rows = [_HEAD, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    cells = (
        "  ".join(cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    )
    faults = [f"  {each.setting.name}: {fault}" for each in results for fault in each.faults[:3]]
    ends = [f"  pydfs, {each.setting.name}: {each.rival.error}" for each in results if each.rival and each.rival.error]
    return "\n".join(["", title, *cells, *faults, *ends])


def _row(result: Result) -> tuple[str, ...]:
    ours, rival = result.ours, result.rival
    own = (
        result.setting.name,
        f"{ours.points:,.2f}",
        f"{ours.bound:,.2f}",
        # The bound is that of the projections; lineups of drawn ones are not meant to reach it.
        "-" if result.setting.randomised else f"{result.gap:.3f} %",
        f"{ours.cpu:.2f}",
        f"{ours.mb:.0f}",
        str(len(result.faults)),
        "|",
    )
    if rival is None:
        return (*own, "-", "-", "-", "|", "-", "-")
    more = f"{100 * float(ours.points / result.rival_points - 1):+.3f} %" if result.comparable else "-"
    return (
        *own,
        f"{result.rival_points:,.2f}"
        if len(rival.lineups) == result.setting.count
        else f"{len(rival.lineups)} lineups",
        f"{rival.cpu:.2f}",
        str(len(result.rival_faults)),
        "|",
        more,
        f"{rival.cpu / ours.cpu:.1f} x",
    )


def lines_of(result: Result) -> Iterator[Line]:
    """Yield the bars of a setting on a slate."""
    setting, ours, rival = result.setting, result.ours, result.rival
    name = f"{result.slate}, {setting.name}"
    yield Line(f"{name}: rules broken", len(result.faults), len(result.faults), 0, unit="x")
    if setting.seconds is not None:
        yield Line(f"{name}, against {setting.seconds} s", ours.cpu, ours.cpu / setting.seconds, 1.0)
    if setting.gap is not None:
        yield Line(f"{name}: gap to the proven bound, in %", result.gap, result.gap, setting.gap + 1e-6, unit="x")
    if rival is None or not rival.lineups:
        return
    if not setting.randomised and result.comparable:
        points = float(result.rival_points)
        if setting.same:
            apart = float(abs(ours.points - result.rival_points))
            yield Line(f"{name}: points apart from pydfs", apart, apart, float(_CENT), unit="x")
        else:
            ratio = float(ours.points) / points
            yield Line(f"{name}: points against pydfs", ratio, ratio, 1.0, unit="x", at_least=True)
        bound = float(ours.bound) / points
        yield Line(f"{name}: bound against pydfs' points", bound, bound, 1.0 - 1e-9, unit="x", at_least=True)
    if setting.times_less is not None:
        less = rival.cpu / ours.cpu
        yield Line(f"{name}: pydfs' processor time against it", rival.cpu, less, setting.times_less, at_least=True)


def _lineup(pool: Pool, ids: Sequence[int]) -> Lineup:
    """Return pydfs' lineup, whose players are in the order of its slots, which is that of the format."""
    known = {player.id: player for player in pool.players}
    players = [known[each] for each in ids]
    pairs = zip(pool.format.slots, players, strict=True)
    return Lineup(
        players=tuple(ids),
        points=sum((slot.factor * player.points for slot, player in pairs), Decimal()),
        salary=salary_of(pool.format, players),
    )
