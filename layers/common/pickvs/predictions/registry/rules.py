"""Names and stages of models, and what becomes of the versions of a run. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

type ModelKind = Literal["games", "players"]
type Variant = Literal["no-market", "past-lines", "with-line"]
type ModelStage = Literal["candidate", "challenger", "champion", "retired"]
type PromotionAct = Literal["bootstrap", "gate", "forced", "rollback"]

KINDS: tuple[ModelKind, ...] = ("games", "players")
VARIANTS: tuple[Variant, ...] = ("no-market", "past-lines", "with-line")
NAME_MAX = 81
NAME_PATTERN = "[a-z0-9_]{1,60}-[a-z-]{1,20}"
NAME_WORDS = "must be the key of a sport, a hyphen and a variant, or `players`"
BOOTSTRAP = "bootstrap"
"""Recipe of the parameters with which a new stage begins, before anything was trained."""


@dataclass(frozen=True, slots=True)
class ModelKey:
    """What a model forecasts. variant: what it may know of the market; None for players."""

    sport: str
    kind: ModelKind
    variant: Variant | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a variant of players, or games without one."""
        if (self.kind == "games") != (self.variant is not None):
            raise ValueError("models of games have a variant, and those of players have none")

    @property
    def name(self) -> str:
        """The model's name: `basketball_nba-past-lines`, `basketball_nba-players`."""
        return f"{self.sport}-{self.variant or self.kind}"


def models_of(sport: str, kind: ModelKind) -> tuple[ModelKey, ...]:
    """Return the models of a kind and sport."""
    if kind == "players":
        return (ModelKey(sport, kind),)
    return tuple(ModelKey(sport, kind, variant) for variant in VARIANTS)


@dataclass(frozen=True, slots=True)
class Promoted:
    """A promotion in the registry: its id, the champion that it made, and the one until then."""

    id: int
    version_id: int
    previous_id: int | None
    act: PromotionAct
    undoes: int | None


@dataclass(frozen=True, slots=True)
class RollBack:
    """What a roll-back does: which promotion it undoes, and which version is champion again."""

    undoes: int
    version_id: int


def roll_back(promotions: Sequence[Promoted]) -> RollBack | None:
    """Return what a roll-back of a model would do. None if no champion came before the present one.

    promotions: all of the model, in their order. A roll-back undoes the latest promotion that is in force, so that
    several in a row lead back through the champions one by one, and not to and fro between two.
    """
    undone = {each.undoes for each in promotions}
    for each in reversed(promotions):
        if each.act != "rollback" and each.id not in undone:
            return None if each.previous_id is None else RollBack(each.id, each.previous_id)
    return None
