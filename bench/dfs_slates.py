"""Slates in the sites' own files, as the optimizer takes them.

A folder holds a slate: the players in DKSalaries.csv or DKEntries.csv, what is expected of them in Projections.csv, and
maybe how the contest ended in contest-standings.csv, which may be compressed (.gz).
"""

import gzip
from collections.abc import Sequence
from pathlib import Path

from pickvs.dfs.files.fitting import fitting_formats
from pickvs.dfs.files.players import Listed, PlayersFile, read_players_list, read_salaries
from pickvs.dfs.files.projections import Projection, read_projections
from pickvs.dfs.files.standings import StandingsFile, read_standings
from pickvs.dfs.formats.rules import Format
from pickvs.dfs.optimizer.pool import Player, Pool

_PLAYERS = ("DKSalaries*.csv", "DKEntries*.csv", "FanDuel*.csv", "FDPlayers*.csv")


def slates(folder: Path) -> list[Path]:
    """Return the folders in `folder` that hold players and projections; itself if none does."""
    inner = [each for each in sorted(folder.iterdir()) if each.is_dir() and _is_slate(each)]
    return inner or [folder] * _is_slate(folder)


def missing(folder: Path) -> dict[str, str]:
    """Return what keeps folders from being slates, by name: `folder` itself if it holds files, and those inside."""
    found = {}
    for each in (folder, *sorted(inner for inner in folder.iterdir() if inner.is_dir())):
        if _is_slate(each) or not any(file.is_file() for file in each.iterdir()):
            continue
        lacking = [] if _players_path(each) else [f"the site's list of players ({', '.join(_PLAYERS)})"]
        lacking += [] if any(each.glob("Projections*.csv")) else ["projections (Projections*.csv)"]
        found[each.name] = " and ".join(lacking)
    return found


def read_pool(slate: Path) -> Pool:
    """Return the players of a slate who are projected above 0, in the order of the site's file, numbered from 0.

    A site's file taken in play does not say the opponents of games that have begun; the salaries, where the folder has
    them, do. Else each such team counts as a game of its own. Raises ValueError if a file cannot be read whole.
    """
    file = read_players(slate)
    formats = fitting_formats(file)
    if len(formats) != 1:
        raise ValueError(f"{slate.name}: the players fit {[each.id for each in formats]} instead of one format")
    data = next(iter(sorted(slate.glob("Projections*.csv")))).read_bytes()
    projections = read_projections(data, [player.known for player in file.players]).projections
    players = pool_players(formats[0], file.players, projections)
    if len(players) < formats[0].size:
        raise ValueError(
            f"{len(players)} of {len(file.players)} players have a projection above 0; "
            "do the two files belong to one slate?"
        )
    return Pool(format=formats[0], players=players)


def read_players(slate: Path) -> PlayersFile:
    """Return the players of a slate's folder."""
    path = _players_path(slate)
    if path is None:
        raise ValueError(f"{slate} has neither salaries, nor entries, nor a players list")
    return (read_salaries if path.name.startswith("DK") else read_players_list)(path.read_bytes())


def read_results(slate: Path) -> StandingsFile | None:
    """Return the standings of the finished contest in a slate's folder, if there are any."""
    for path in sorted(slate.glob("contest-standings.csv*")):
        data = path.read_bytes()
        return read_standings(gzip.decompress(data) if path.suffix == ".gz" else data)
    return None


def pool_players(
    kind: Format, players: Sequence[Listed], projections: Sequence[tuple[int, Projection]]
) -> tuple[Player, ...]:
    """Return the players with a projection above 0. projections: each with the place of its player in `players`."""
    of_place = dict(projections)
    return tuple(
        Player(
            id=place,
            name=player.name,
            team=player.team,
            game=player.game.event or player.team,
            slots=_slots(kind, player),
            positions=frozenset(player.positions),
            salary=player.salary,
            captain_salary=player.captain_salary,
            points=of_place[place].points,
            deviation=of_place[place].deviation,
            floor=of_place[place].floor,
            ceiling=of_place[place].ceiling,
            ownership=of_place[place].ownership,
        )
        for place, player in enumerate(players)
        if place in of_place and of_place[place].points > 0
    )


def _slots(kind: Format, player: Listed) -> frozenset[str]:
    if kind.site != "draftkings":
        return kind.slots_for(frozenset(player.positions))
    captain = {slot.name for slot in kind.slots if slot.factor != 1} if player.captain_site_id is not None else set()
    return frozenset(player.slots) | captain


def _is_slate(folder: Path) -> bool:
    return any(folder.glob("Projections*.csv")) and _players_path(folder) is not None


def _players_path(slate: Path) -> Path | None:
    return next((path for pattern in _PLAYERS for path in sorted(slate.glob(pattern))), None)
