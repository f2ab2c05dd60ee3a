"""Reads `games.json`, the table of leagues whose games are forecast.

NBA: the filters maximise the likelihood of the seasons 2008-09 and 2009-10, and were not fitted to later ones. WNBA:
the NBA's, for fewer games and 40 minutes. NFL and MLB: sizes of Glickman and Stern (1998) and of Lopez, Matthews and
Baumer (2018), with a day's step that is a seventh of theirs for a week. Elo: FiveThirtyEight's constants; its
logarithm for the NFL is written as a power, which differs from it by less than 6 % between 2 and 21 points.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pickvs.predictions.leagues.rules import GameParameters

_TABLE = Path(__file__).with_name("games.json")


@cache
def game_leagues() -> Mapping[str, GameParameters]:
    """Return the leagues whose games are forecast, by key of the sport."""
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))
    return {sport: GameParameters.from_json({"sport": sport, **row}) for sport, row in rows.items()}


def game_league(sport: str) -> GameParameters:
    """Return one league. Raise ValueError for a sport whose games are not forecast."""
    try:
        return game_leagues()[sport]
    except KeyError:
        raise ValueError(f"no game of {sport} is forecast; there are {', '.join(game_leagues())}") from None
