"""What is built on each slate, and which bars it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.optimizer.rules import Exposure, PortfolioRules, Randomness, most_of

SEED = 20_241_213
DEVIATION = Decimal("0.12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A portfolio, and its bars; None: no bar.

    exposure: share of the lineups that a player may be in; None: all. repeating: most players that two lineups share.
    randomised: each lineup is the best under a draw of up to 12 percent. seconds: most processor time. times_less: how
    many times less of it than pydfs needs. gap: most percent that the total is below its proven bound. same: the total
    is pydfs' to 0.01, both being the best there is; else at least that, unless lineups are randomised.
    """

    count: int
    exposure: Decimal | None = None
    repeating: int | None = None
    randomised: bool = False
    seconds: float | None = None
    times_less: float | None = None
    gap: float | None = None
    same: bool = False

    @property
    def name(self) -> str:
        """Return the portfolio in words."""
        words = [f"{self.count} lineup" + "s" * (self.count > 1)]
        words += [] if self.exposure is None else [f"exposure {self.exposure}"]
        words += [] if self.repeating is None else [f"repeating {self.repeating}"]
        words += ["randomised"] if self.randomised else []
        return ", ".join(words)

    def asked_of(self, pool: Pool) -> PortfolioRules:
        """Return the rules of the portfolio for a pool."""
        exposures = {}
        if self.exposure is not None:
            most = most_of(self.exposure, self.count)
            exposures = {player.id: Exposure(least=0, most=most) for player in pool.players}
        return PortfolioRules(
            count=self.count,
            exposures=exposures,
            max_repeating=self.repeating,
            randomness=Randomness(deviation=DEVIATION) if self.randomised else None,
            seed=SEED,
        )


_MUCH, _LITTLE = Decimal("0.4"), Decimal("0.26")
# Shares of 20 and 150 that are whole numbers, because pydfs rounds others up.
SETTINGS: Sequence[Setting] = (
    Setting(count=1, same=True, gap=0.0),
    Setting(count=20, same=True, gap=0.0),
    Setting(count=150, same=True, gap=0.0, times_less=100),
    Setting(count=20, exposure=_MUCH, seconds=1.5),
    Setting(count=20, exposure=_MUCH, repeating=5, seconds=1.5),
    Setting(count=150, exposure=_MUCH, seconds=3, times_less=30, gap=0.1),
    Setting(count=150, exposure=_MUCH, repeating=5, seconds=3, times_less=30, gap=0.2),
    Setting(count=150, exposure=_LITTLE, repeating=5, gap=1.0),
    Setting(count=150, exposure=_MUCH, repeating=5, randomised=True, seconds=8),
)
OF_500_PLAYERS = Setting(count=150, exposure=_MUCH, repeating=5, seconds=8)
OF_OTHER_FORMATS = Setting(count=150, seconds=0.2, gap=0.0)
