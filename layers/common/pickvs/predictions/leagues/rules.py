"""What differs between the leagues: the table `leagues.json`. Pure: it is read once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GameParameters:
    """What the model of games is told of a league."""

    sport: str
