"""Builds a portfolio with pydfs-lineup-optimizer; knows nothing of PickVs.

Reads one JSON object from stdin and prints one: lineups as ids, processor seconds with those of the solver's processes,
and the error that ended the portfolio early, if one did.
"""

import json
import random
import resource
import sys

from pydfs_lineup_optimizer import LineupOptimizerException, Site, Sport, get_optimizer
from pydfs_lineup_optimizer.fantasy_points_strategy import RandomFantasyPointsStrategy
from pydfs_lineup_optimizer.player import GameInfo, Player


def main() -> None:
    """Build what stdin asks for."""
    asked = json.load(sys.stdin)
    random.seed(asked["seed"])
    optimizer = get_optimizer(getattr(Site, asked["site"]), getattr(Sport, asked["sport"]))
    # One object per game: with an object per player the solver refuses the program.
    games: dict[tuple[str, str], GameInfo] = {}
    players = []
    for row in asked["players"]:
        sides = (row["home"], row["away"])
        game = games.setdefault(sides, GameInfo(*sides, None))
        first, _, last = row["name"].partition(" ")
        players.append(
            Player(
                row["id"],
                first,
                last,
                row["positions"],
                row["team"],
                row["salary"],
                row["points"],
                max_exposure=asked["exposure"],
                game_info=game,
            )
        )
    began = _seconds()
    optimizer.player_pool.load_players(players)
    if asked["repeating"] is not None:
        optimizer.set_max_repeating_players(asked["repeating"])
    if asked["deviation"] is not None:
        optimizer.set_fantasy_points_strategy(RandomFantasyPointsStrategy(0.0, asked["deviation"]))
    lineups, error = [], ""
    try:
        for lineup in optimizer.optimize(asked["count"]):
            lineups.append([player.id for player in lineup.lineup])  # noqa: PERF401 - what came before an error counts
    except LineupOptimizerException as caught:
        error = str(caught) or type(caught).__name__
    print(json.dumps({"lineups": lineups, "cpu": _seconds() - began, "error": error}))


def _seconds() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
