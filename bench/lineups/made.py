"""Made-up slates, for machines without recordings and for sizes that no recorded slate has."""

import random

from pickvs.dfs.formats.table import FORMATS
from pickvs.dfs.optimizer.pool import Pool
from tests.support.player_pools import made_pool

PLAYERS, GAMES = 140, 7
OTHER_FORMATS = {"dk_nba_showdown": (40, 1), "fd_nba_classic": (140, 7), "dk_f1_classic": (30, 5)}
"""Players and games by format."""


def slate(game: str = "dk_nba_classic", players: int = PLAYERS, games: int = GAMES) -> Pool:
    """Return the players of a made-up slate; the same ones each time."""
    return made_pool(FORMATS[game], random.Random(1), players=players, games=games)  # noqa: S311 - no secret
